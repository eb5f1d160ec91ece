from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.convokit import is_corpus, read_corpus, write_corpus
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item
from kulanz.sources.json_list import list_elements

UTTERANCE = {
    "id": "u1",
    "conversation_id": "c1",
    "speaker": "ann",
    "text": "Hallo",
    "reply_to": None,
    "timestamp": 1.5e9,
    "meta": {"score": 3},
}


def read(folder: Path, problems: Problems | None = None, *, keep_extra: bool = False) -> list[Post]:
    noted = Problems() if problems is None else problems
    return list(read_corpus(folder, noted, ReadOptions(keep_extra=keep_extra)))


def corpus(folder: Path, *utterances: object, conversations: object = None) -> Path:
    (folder / "utterances.jsonl").write_text("".join(json.dumps(each) + "\n" for each in utterances))
    (folder / "conversations.json").write_text(json.dumps(conversations or {}))
    return folder


def test_a_corpus_is_known_by_its_files(tmp_path: Path) -> None:
    assert not is_corpus(tmp_path)
    (tmp_path / "utterances.jsonl").touch()
    assert not is_corpus(tmp_path)
    (tmp_path / "speakers.json").touch()
    assert is_corpus(tmp_path)


def test_reads_the_documented_format(tmp_path: Path) -> None:
    answer = {**UTTERANCE, "id": "u2", "reply_to": "u1", "timestamp": "1500000001.5", "meta": {}}
    titles = {"c1": {"meta": {"title": "Mahnung"}, "vectors": []}}
    posts = read(corpus(tmp_path, UTTERANCE, answer, conversations=titles), keep_extra=True)
    assert [post.post_id for post in posts] == ["u1", "u2"]
    assert posts[0].created_at == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)
    assert posts[0].extra == {"score": 3}
    assert (posts[1].reply_to, posts[1].thread_title, posts[1].author_id) == ("u1", "Mahnung", "ann")


def test_reads_the_older_list_with_user_and_root(tmp_path: Path) -> None:
    old = {"id": 5, "root": 5, "user": "bob", "text": None, "reply-to": None, "timestamp": None}
    (tmp_path / "utterances.json").write_text(json.dumps([old, {**old, "id": 6, "reply-to": 5}], indent=2))
    (tmp_path / "conversations.json").write_text('{"5": {"title": "Alt"}}')
    posts = read(tmp_path)
    assert [(post.thread_id, post.post_id, post.reply_to) for post in posts] == [
        ("5", "5", None),
        ("5", "6", "5"),
    ]
    assert (posts[0].author_id, posts[0].created_at, posts[0].text) == ("bob", None, "")
    assert posts[1].thread_title == "Alt"


@pytest.mark.parametrize(
    "broken",
    [
        5,
        {},
        {**UTTERANCE, "id": None},
        {**UTTERANCE, "text": 1},
        {**UTTERANCE, "timestamp": "morgen"},
        {**UTTERANCE, "timestamp": [1]},
        {**UTTERANCE, "timestamp": 1e300},
        {**UTTERANCE, "conversation_id": None, "reply_to": "u0"},
    ],
)
def test_broken_utterances_are_reported(tmp_path: Path, broken: object) -> None:
    problems = Problems()
    assert len(read(corpus(tmp_path, UTTERANCE, broken), problems)) == 1
    assert [problem.line for problem in problems.kept] == [2]


def test_a_broken_list_keeps_what_came_before(tmp_path: Path) -> None:
    (tmp_path / "utterances.json").write_text(f"[{json.dumps(UTTERANCE)}, {{")
    (tmp_path / "corpus.json").write_text("{}")
    posts = read_corpus(tmp_path, Problems(), ReadOptions())
    assert next(posts).post_id == "u1"
    with pytest.raises(SourceError, match="expected a JSON value"):
        next(posts)


def test_a_list_is_read_in_pieces() -> None:
    values = [{"text": "ä" * 100_000, "n": n} for n in range(10)]
    text = "\ufeff" + json.dumps(values, indent=1, ensure_ascii=False)
    assert list(list_elements(Item("x", io.BytesIO(text.encode())), 1_000_000)) == values
    with pytest.raises(SourceError):
        list(list_elements(Item("x", io.BytesIO(b'["' + b"a" * 3_000_000)), 1_000_000))
    with pytest.raises(SourceError):
        list(list_elements(Item("x", io.BytesIO(b"[" * 100_000)), 1_000_000))


@given(st.binary(max_size=200))
def test_no_bytes_break_the_list(data: bytes) -> None:
    for content in (data, b"[1," + data):
        try:
            list(list_elements(Item("x", io.BytesIO(content)), 1000))
        except SourceError:
            continue


def test_writes_what_convokit_expects(tmp_path: Path) -> None:
    post = Post(
        thread_id="t", post_id="p", author_id=None, created_at=None, text="x", role="staff", thread_title="T"
    )
    assert write_corpus([post], tmp_path / "new" / "corpus") == 1
    folder = tmp_path / "new" / "corpus"
    documents = {path.name: json.loads(path.read_text()) for path in folder.iterdir()}
    assert documents["utterances.jsonl"] == {
        "id": "p",
        "conversation_id": "t",
        "text": "x",
        "speaker": "(unknown)",
        "meta": {"role": "staff", "thread_title": "T", "author_unknown": True},
        "reply-to": None,
        "timestamp": None,
        "vectors": [],
    }
    assert documents["conversations.json"] == {"t": {"meta": {"thread_title": "T"}, "vectors": []}}
    assert documents["speakers.json"] == {"(unknown)": {"meta": {}, "vectors": []}}
    assert documents["index.json"]["utterances-index"]["role"] == ["<class 'str'>"]
    assert documents["index.json"]["overall-index"] == {"kulanz_posts": ["<class 'int'>"]}


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
POSTS = st.builds(
    Post,
    thread_id=TEXT.filter(bool),
    post_id=TEXT.filter(bool),
    author_id=st.none() | TEXT,
    created_at=st.none() | TIMES,
    text=TEXT,
    reply_to=st.none() | TEXT,
    role=st.sampled_from([None, "customer", "staff", "moderator"]),
    likes=st.none() | st.integers(0, 1000),
    hidden=st.none() | st.booleans(),
    quotes=st.lists(TEXT, max_size=2).map(tuple),
    thread_title=st.none() | TEXT,
    thread_closed_at=st.none() | TIMES,
    extra=st.dictionaries(TEXT, st.integers(0, 9) | TEXT, min_size=1, max_size=2),
)


@settings(max_examples=30)
@given(st.lists(POSTS, max_size=4))
def test_round_trip_keeps_posts(posts: list[Post]) -> None:
    with TemporaryDirectory() as name:
        write_corpus(posts, Path(name))
        problems = Problems()
        assert read(Path(name), problems) == posts
        assert not problems.kept
