from __future__ import annotations

import io
import json
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item, Limits
from kulanz.sources.jsonl import BAD_LINE, READER, decoder
from kulanz.sources.writing import write_jsonl

GOOD = {
    "thread_id": "t1",
    "post_id": "p1",
    "author_id": "anna",
    "created_at": "2024-05-01T12:00:00+02:00",
    "text": "Hallo",
}


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode() + b"\n"


def read(data: bytes, options: ReadOptions | None = None) -> tuple[list[Post], Problems]:
    problems = Problems()
    item = Item("posts.jsonl", io.BytesIO(data))
    return list(READER.read(item, problems, options or ReadOptions())), problems


def test_reads_posts_in_file_order() -> None:
    posts, problems = read(line(post_id="2") + line(post_id="1"))
    assert [post.post_id for post in posts] == ["2", "1"]
    assert posts[0].created_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert not problems.total


def test_blank_lines_byte_order_mark_and_missing_last_newline() -> None:
    posts, problems = read(b"\xef\xbb\xbf" + line() + b"\r\n\n" + line(post_id="p2").rstrip())
    assert len(posts) == 2
    assert not problems.total


@pytest.mark.parametrize(
    ("broken", "reason", "remedy"),
    [
        (b"{not json\n", "malformed", "one JSON object"),
        (b"[1]\n", "object", "one JSON object"),
        (b"\xff\xfe\n", "malformed", "UTF-8"),
        (line(text="\ud800"), "truncated", "UTF-8"),
        (line(created_at="2024-05-01T12:00:00"), "timezone", "2024-05-01T12:00:00Z"),
        (line(created_at="gestern"), "RFC3339", "2024-05-01T12:00:00Z"),
        (line(likes="5"), "int", "likes must be a whole number from 0"),
        (line(likes=-1), ">= 0", "likes must be a whole number from 0"),
        (line(accepted="yes"), "bool", "accepted must be true, false or null"),
        (line(thread_views=2**63), "", "thread_views must be a whole number from 0"),
        (line(post_id=""), "length", "post_id must be text that is not empty"),
        (line(links=[1]), "str", "correct the field links"),
        (line(role="chef"), "role", "customer, staff or moderator"),
        (b'{"thread_id": "t1"}\n', "missing required field", "thread_id, post_id, author_id"),
        (b'{"a":' * 100_000 + b"\n", "recursion", "one JSON object"),
    ],
)
def test_broken_lines_are_named_with_line_reason_and_remedy(broken: bytes, reason: str, remedy: str) -> None:
    posts, problems = read(line() + b"\n" + broken + line(post_id="p2"))
    assert [post.post_id for post in posts] == ["p1", "p2"]
    (problem,) = problems.kept
    assert (problem.file, problem.line) == ("posts.jsonl", 3)
    assert reason in problem.reason
    assert remedy in problem.remedy


def test_whole_numbers_are_taken_as_ids() -> None:
    (post,), problems = read(line(thread_id=5864, post_id=1, author_id=7, reply_to=3))
    assert (post.thread_id, post.post_id, post.author_id, post.reply_to) == ("5864", "1", "7", "3")
    assert not problems.total
    assert read(line(thread_id=True))[1].total == 1


def test_nan_of_data_frames_is_null() -> None:
    posts, problems = read(line(thread_title=float("nan"), text="NaN") + line(text=float("nan")) + b"{NaN}\n")
    assert [(post.thread_title, post.text) for post in posts] == [(None, "NaN")]
    assert [problem.line for problem in problems.kept] == [2, 3]


def test_null_times_and_authors_are_allowed() -> None:
    (post,), _ = read(line(created_at=None, author_id=None))
    assert post.created_at is None
    assert post.author_id is None


def test_too_long_lines_are_skipped_and_later_numbers_stay_right() -> None:
    data = line() + line(text="x" * 5000) + b"{broken\n" + line(post_id="p2")
    posts, problems = read(data, ReadOptions(limits=Limits(max_line_bytes=1000)))
    assert [post.post_id for post in posts] == ["p1", "p2"]
    assert [problem.line for problem in problems.kept] == [2, 3]
    assert "max_line_bytes" in problems.kept[0].reason


@pytest.mark.parametrize("spare", [-1, 0, 1])
def test_lines_at_the_limit(spare: int) -> None:
    data = line() + line(post_id="p2")
    limit = len(line()) + spare
    posts, problems = read(data, ReadOptions(limits=Limits(max_line_bytes=limit)))
    assert len(posts) == 2
    assert not problems.total


def test_unknown_fields_are_kept_on_request_only() -> None:
    data = line(category="Billing", extra={"a": 1}, nested={"b": [1, None]})
    (kept,), _ = read(data, ReadOptions(keep_extra=True))
    assert kept.extra == {"category": "Billing", "extra": {"a": 1}, "nested": {"b": [1, None]}}
    (plain,), _ = read(line(category="Billing"))
    assert plain.extra is msgspec.UNSET


def test_unknown_fields_are_written_back_flat() -> None:
    data = line(category="Billing", extra={"a": 1}, likes=3)
    posts, _ = read(data, ReadOptions(keep_extra=True))
    written = io.BytesIO()
    assert write_jsonl(posts, written) == 1
    expected = {
        **GOOD,
        "created_at": "2024-05-01T12:00:00+02:00",
        "category": "Billing",
        "extra": {"a": 1},
        "likes": 3,
    }
    assert json.loads(written.getvalue()) == expected


def test_acceptance_needs_text_and_an_id_at_top_level() -> None:
    assert READER.accepts(line(), "")
    assert READER.accepts(b"{broken\n" + line(), "")
    assert READER.accepts(line(text="x" * 100_000)[:65_536], "")
    assert not READER.accepts(b'{"thread_id": "1", "level": 2}\n', "labels.jsonl")
    assert not READER.accepts(b'{"deep": {"thread_id": "1", "text": "x"}}\n', "")
    assert not READER.accepts(b"", "empty.jsonl")


words = st.text(st.characters(exclude_categories=["Cs"]))
moments = st.none() | st.datetimes(timezones=st.just(UTC))
posts_made = st.builds(
    Post,
    thread_id=words.filter(bool),
    post_id=words.filter(bool),
    author_id=st.none() | words,
    created_at=moments,
    text=words,
    reply_to=st.none() | words,
    role=st.sampled_from([None, "customer", "staff", "moderator"]),
    likes=st.none() | st.integers(0, 10**9),
    accepted=st.none() | st.booleans(),
    hidden=st.none() | st.booleans(),
    quotes=st.lists(words, max_size=2).map(tuple),
    thread_closed_at=moments,
    extra=st.just(msgspec.UNSET)
    | st.dictionaries(st.sampled_from(["a", "ö", "extra"]), words | st.integers(0, 9), min_size=1),
)


@given(st.lists(posts_made, max_size=4))
def test_round_trip(posts: list[Post]) -> None:
    written = io.BytesIO()
    write_jsonl(posts, written)
    assert read(written.getvalue(), ReadOptions(keep_extra=True))[0] == posts


@given(st.binary())
def test_any_bytes_are_read_or_reported(data: bytes) -> None:
    read(data)
    read(data, ReadOptions(keep_extra=True, limits=Limits(max_line_bytes=5)))
    READER.accepts(data, "")


@given(st.recursive(st.none() | st.booleans() | st.floats() | words, lambda v: st.dictionaries(words, v)))
def test_any_json_decodes_or_raises_a_known_error(value: object) -> None:
    for keep_extra in (False, True):
        with suppress(*BAD_LINE):
            decoder(keep_extra=keep_extra)(json.dumps(value).encode())
