from __future__ import annotations

import copy
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources import Problems, ReadOptions, SourceError, read
from kulanz.sources.discourse import READER, topic_posts
from kulanz.sources.items import Item, Limits

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data/discourse"
PAYLOADS = ROOT / "../shared/payloads/discourse/discourse_api_gem"
ARCHIVE = ROOT / "../shared/corpora/archives/urho3d_discourse_topics.tar.xz"
TOPIC: dict[str, Any] = json.loads((DATA / "topic_mahnung.json").read_text(encoding="utf-8"))
LATEST: dict[str, Any] = json.loads((DATA / "latest_posts.json").read_text(encoding="utf-8"))
BASE = "https://forum.example"


def read_json(payload: object, options: ReadOptions | None = None) -> tuple[list[Post], Problems]:
    problems = Problems()
    data = json.dumps(payload).encode()
    return list(READER.read(Item("t.json", io.BytesIO(data)), problems, options or ReadOptions())), problems


def test_topic_has_the_posts_of_people_only() -> None:
    posts = list(topic_posts(TOPIC, BASE))
    assert [post.post_id for post in posts] == ["9001", "9002", "9003", "9007"]
    assert {post.thread_id for post in posts} == {"77"}
    assert [post.author_id for post in posts] == ["ines_erfunden", "team_nora", "mod_kai", "olaf_ausgedacht"]


def test_post_is_mapped() -> None:
    first, answer, _, deleted = topic_posts(TOPIC, BASE)
    assert first.created_at == datetime(2024, 3, 4, 8, 15, tzinfo=UTC)
    assert (first.likes, answer.likes, deleted.likes) == (3, 0, 1)
    assert first.text == "Ich habe gekündigt und trotzdem eine Mahnung über 4,90 € bekommen."
    assert first.url == "https://forum.example/t/mahnung/77/1"
    assert (first.hidden, deleted.hidden) == (False, True)
    assert (first.reply_to, answer.reply_to, deleted.reply_to) == (None, "9001", None)


def test_the_plugin_for_answers_tells_which_was_accepted() -> None:
    topic = copy.deepcopy(TOPIC)
    told = [None, True, False, None]
    by_people = [post for post in topic["post_stream"]["posts"] if post.get("post_type", 1) in (1, 2)]
    for post, accepted in zip(by_people, told, strict=True):
        post.update({} if accepted is None else {"accepted_answer": accepted})
    assert [post.accepted for post in topic_posts(topic)] == told


def test_quoted_words_are_not_the_writers_own() -> None:
    answer = list(topic_posts(TOPIC, BASE))[1]
    assert "trotzdem eine Mahnung" not in answer.text
    assert "trotzdem eine Mahnung" in answer.quotes[0]
    assert answer.mentions == ("ines_erfunden",)


def test_roles_come_from_flags_and_are_else_unknown() -> None:
    assert [post.role for post in topic_posts(TOPIC)] == [None, "staff", "moderator", None]


def test_thread_fields() -> None:
    first = next(topic_posts(TOPIC, BASE))
    assert (first.thread_title, first.thread_views) == ("Mahnung trotz Kündigung", 1302)
    assert first.thread_url == "https://forum.example/t/mahnung/77"
    assert first.thread_closed_at == datetime(2024, 3, 6, 18, tzinfo=UTC)


def test_reopened_topic_is_not_closed() -> None:
    topic = copy.deepcopy(TOPIC)
    del topic["post_stream"]["posts"][-1]
    topic["post_stream"]["stream"].pop()
    assert next(topic_posts(topic)).thread_closed_at is None


def test_without_a_base_url_there_are_no_urls() -> None:
    first = next(topic_posts(TOPIC))
    assert first.url is None
    assert first.thread_url is None


def test_latest_posts_form() -> None:
    newest, opening, other = topic_posts(LATEST, BASE)
    assert (newest.thread_id, newest.reply_to, newest.thread_title) == (
        "40",
        "511",
        "Ausfall seit heute früh",
    )
    assert newest.created_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert (opening.text, opening.likes) == ("Nein, nichts läuft.", 5)
    assert "alles läuft" in opening.quotes[0]
    assert (other.thread_id, other.reply_to) == ("39", None)


@pytest.mark.parametrize(
    "payload",
    [LATEST["latest_posts"], {"post_stream": {"posts": LATEST["latest_posts"]}}],
    ids=["bare list", "posts API of a topic"],
)
def test_other_forms_hold_the_same_posts(payload: object) -> None:
    assert READER.accepts(json.dumps(payload).encode(), "")
    assert [post.post_id for post in read_json(payload)[0]] == ["512", "511", "498"]


def test_single_post_and_list_of_topics() -> None:
    assert len(read_json(LATEST["latest_posts"][0])[0]) == 1
    assert len(read_json([TOPIC, TOPIC])[0]) == 8


def test_missing_posts_are_reported_once_per_topic() -> None:
    topic = copy.deepcopy(TOPIC)
    topic["post_stream"]["stream"] += [9100, 9101]
    posts, problems = read_json(topic)
    assert len(posts) == 4
    (problem,) = problems.kept
    assert problem.reason == "lacks 2 of the topic's 10 posts"
    assert "print=true" in problem.remedy


@pytest.mark.parametrize("change", [{"id": None}, {"created_at": "soon"}, {"cooked": 5}, {"topic_id": "x"}])
def test_broken_post_is_reported_and_the_others_are_read(change: dict[str, Any]) -> None:
    topic = copy.deepcopy(TOPIC)
    topic["post_stream"]["posts"][0].update(change)
    posts, problems = read_json(topic)
    assert [post.post_id for post in posts] == ["9002", "9003", "9007"]
    assert problems.total == 1
    with pytest.raises(SourceError):
        list(topic_posts(topic))


def test_invalid_and_oversized_documents_raise() -> None:
    item = Item("t.json", io.BytesIO(b'{"post_stream": {'))
    with pytest.raises(SourceError, match="not valid JSON"):
        list(READER.read(item, Problems(), ReadOptions()))
    with pytest.raises(SourceError, match="split it"):
        read_json(TOPIC, ReadOptions(limits=Limits(max_document_bytes=100)))


def test_acceptance() -> None:
    assert READER.accepts(json.dumps(TOPIC, indent=2).encode()[:300], "")
    assert not READER.accepts(b'{"quoted": "\\"post_stream\\"", "deep": {"post_stream": 1}}', "")
    assert not READER.accepts(b'{"user_actions": [{"topic_id": 1}]}', "")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(sorted(TOPIC["post_stream"]["posts"][0])),
    json_values,
    st.sampled_from(["post", "topic", "stream"]),
)
def test_any_value_in_any_field_is_read_or_reported(field: str, value: object, where: str) -> None:
    topic = copy.deepcopy(TOPIC)
    part = {"post": topic["post_stream"]["posts"][0], "topic": topic, "stream": topic["post_stream"]}[where]
    part[field if where != "stream" else "stream"] = value
    posts, _ = read_json(topic)
    assert len(posts) >= 3
    read_json({"post_stream": value})
    read_json({"latest_posts": [value]})


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the recorded payloads in ../shared are not here")
@pytest.mark.parametrize("name", ["topic", "topic_posts", "posts_latest", "posts_before", "post"])
def test_recorded_payloads(name: str) -> None:
    problems = Problems()
    assert list(read(PAYLOADS / f"{name}.json", problems=problems))
    assert all("lacks" in problem.reason for problem in problems.kept)


@pytest.mark.skipif(not ARCHIVE.is_file(), reason="the archive in ../shared is not here")
def test_real_archive_reads_without_a_problem() -> None:
    problems = Problems()
    posts = list(read(ARCHIVE, problems=problems))
    assert (len(posts), len({post.thread_id for post in posts})) == (36_898, 5_046)
    assert problems.total == 0
    assert len({post.thread_id for post in posts if post.thread_closed_at}) == 39
    assert sum(bool(post.hidden) for post in posts) == 22
    assert [sum(post.accepted is each for post in posts) for each in (True, False)] == [672, 36_226]


@pytest.mark.parametrize(("given", "kept"), [(-3, 0), (4, 4), (2**63, 2**63 - 1)])
def test_counts_stay_within_what_a_post_holds(given: int, kept: int) -> None:
    post = {"id": 1, "topic_id": 2, "created_at": "2024-05-01T12:00:00Z", "raw": "hi", "like_count": given}
    payload = {"id": 2, "title": "T", "views": given, "post_stream": {"posts": [post]}}
    (found,) = topic_posts(payload)
    assert (found.likes, found.thread_views) == (kept, kept)
