from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.github import READER
from kulanz.sources.items import Item

DATA = Path(__file__).parents[1] / "data" / "github"
URL = "https://github.com/acme/shop"


def read(value: object, problems: Problems | None = None) -> list[Post]:
    data = value if isinstance(value, bytes) else json.dumps(value, indent=1).encode()
    noted = Problems() if problems is None else problems
    return list(READER.read(Item("g.json", io.BytesIO(data)), noted, ReadOptions()))


def issue(**changes: Any) -> dict[str, Any]:
    fields = {"number": 7, "title": "Export fails", "html_url": f"{URL}/issues/7", "body": "> old\nnew"}
    more = {"created_at": "2026-06-01T10:00:00Z", "user": {"login": "ann", "type": "User"}}
    return {**fields, **more, "author_association": "NONE", **changes}


def comment(number: int, **changes: Any) -> dict[str, Any]:
    fields = {"id": number, "issue_url": "https://api.github.com/repos/acme/shop/issues/7", "body": "Same"}
    return {**fields, "created_at": f"2026-06-01T11:{number:02}:00Z", "user": {"login": "bob"}, **changes}


def event(kind: str, hour: int) -> dict[str, Any]:
    return {
        "event": kind,
        "created_at": f"2026-06-02T{hour:02}:00:00Z",
        "actor": {"login": "ann"},
        "commit_id": None,
    }


@pytest.mark.parametrize(
    ("name", "post_id", "role"),
    [
        ("issues.json", "octocat/Hello-World#1347", "staff"),
        ("comments.json", "octocat/Hello-World#1347/1", "staff"),
        ("timeline.json", "github/roadmap#493/1130876857", "staff"),
        ("webhooks.jsonl", "Codertocat/Hello-World#1", "staff"),
    ],
)
def test_real_replies(name: str, post_id: str, role: str) -> None:
    data = (DATA / name).read_bytes()
    assert READER.accepts(data[:65536], name)
    problems = Problems()
    post = read(data, problems)[0]
    assert (post.post_id, post.role, problems.total) == (post_id, role, 0)


def test_a_locked_timeline_closes_its_thread() -> None:
    assert read((DATA / "timeline.json").read_bytes())[0].thread_closed_at == datetime(
        2022, 4, 13, 20, 49, 13, tzinfo=UTC
    )


def test_issue_comments_and_timeline_in_one_object() -> None:
    events = [{**comment(1), "event": "commented"}, event("locked", 3), event("closed", 1)]
    posts = read({"issue": issue(), "comments": [comment(1), comment(2)], "timeline": events})
    assert [post.post_id for post in posts] == ["acme/shop#7", "acme/shop#7/1", "acme/shop#7/2"]
    assert {post.thread_title for post in posts} == {"Export fails"}
    assert {post.thread_closed_at for post in posts} == {datetime(2026, 6, 2, 3, tzinfo=UTC)}
    assert (posts[0].text, posts[0].quotes) == ("new", ("old",))


def test_reopening_and_unlocking_open_the_thread_again() -> None:
    events = [event("closed", 1), event("locked", 2), event("unlocked", 3), event("reopened", 4)]
    assert read({"issue": issue(), "timeline": events})[0].thread_closed_at is None


def test_roles_bots_likes_and_lost_accounts() -> None:
    posts = read(
        [
            comment(1, author_association="MEMBER", reactions={"+1": 2, "heart": 1, "-1": 9}),
            comment(2, author_association="CONTRIBUTOR", user=None),
            comment(3, user={"login": "ci[bot]", "type": "Bot"}, minimized={"reason": "spam"}),
        ]
    )
    assert [post.role for post in posts] == ["staff", None, None]
    assert [post.author_id for post in posts] == ["bob", None, "ci[bot]"]
    assert [post.likes for post in posts] == [3, None, None]
    assert [post.automatic for post in posts] == [None, None, True]
    assert [post.hidden for post in posts] == [None, None, True]


@pytest.mark.parametrize(("answer", "accepted"), [(f"{URL}/discussions/7#c-2", True), (None, False)])
def test_the_answer_of_a_discussion_is_accepted(answer: str | None, *, accepted: bool) -> None:
    discussion = issue(html_url=f"{URL}/discussions/7", answer_html_url=answer)
    comments = [comment(number, html_url=f"{URL}/discussions/7#c-{number}") for number in (1, 2)]
    posts = read({"discussion": discussion, "comments": comments})
    assert [post.accepted for post in posts] == [None, False, accepted]


def test_pull_requests_and_review_comments() -> None:
    pull = issue(html_url=f"{URL}/pull/8", number=8, closed_at="2026-06-03T00:00:00Z")
    review = comment(5, in_reply_to_id=4)
    review["pull_request_url"] = "https://api.github.com/repos/acme/shop/pulls/8"
    del review["issue_url"]
    posts = read([pull, review])
    assert {post.thread_id for post in posts} == {"acme/shop#8"}
    assert posts[0].thread_closed_at == datetime(2026, 6, 3, tzinfo=UTC)
    assert posts[1].reply_to == "acme/shop#8/4"


def test_lines_with_one_broken() -> None:
    problems = Problems()
    lines = [json.dumps(issue()), "{broken", json.dumps(comment(1)), "", "[]"]
    assert len(read("\n".join(lines).encode(), problems)) == 2
    assert [problem.line for problem in problems.kept] == [2, 5]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b"nothing", b"[" * 100_000, b'{"issue": 1, "comments": 2}']
)
def test_what_is_no_issue_is_reported(data: bytes) -> None:
    problems = Problems()
    assert read(data, problems) == []
    assert problems.total == 1


KEYS = (  # noqa: SIM905 (a list of words reads better)
    "issue comments comment timeline event id number title body user created_at html_url reactions +1 login"
    " items closed_at author_association"
).split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2026-06-01T10:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=20,
)


@given(JSON)
def test_no_json_breaks_the_reader(value: object) -> None:
    read(value)


@given(st.dictionaries(st.sampled_from(sorted({**issue(), **comment(1)})), JSON))
def test_no_field_breaks_an_issue(changes: dict[str, Any]) -> None:
    read({"issue": issue(**changes), "comments": [comment(1), {**comment(2), **changes}]})


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    READER.accepts(data, "x")
    read(data)
