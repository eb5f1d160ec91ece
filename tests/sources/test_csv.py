from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.csv_table import READER
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item, Limits
from kulanz.sources.times import parse_time

GERMAN = (
    "Vorgang;Nr;Autor;Datum;Nachricht;Rolle;Aufrufe\n"
    '17;1;anna;01.05.2024 14:30;"Die Mahnung, ""dritte"" schon,\nist falsch";Kunde;1.302\n'
    "17;2;nora;2.5.2024;Größe prüfe ich;Mitarbeiterin;1.302\n"
)


def read(data: bytes, options: ReadOptions | None = None) -> tuple[list[Post], Problems]:
    problems = Problems()
    item = Item("posts.csv", io.BytesIO(data))
    return list(READER.read(item, problems, options or ReadOptions())), problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_german_export_is_understood_without_a_map(encoding: str) -> None:
    data = GERMAN.encode(encoding)
    assert READER.accepts(data, "")
    (first, second), problems = read(data)
    assert not problems.total
    assert (first.thread_id, first.post_id, first.author_id, first.role) == ("17", "1", "anna", "customer")
    assert first.text == 'Die Mahnung, "dritte" schon,\nist falsch'
    assert first.created_at == datetime(2024, 5, 1, 14, 30, tzinfo=UTC)
    assert first.thread_views == 1302
    assert (second.text, second.role) == ("Größe prüfe ich", "staff")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_english_columns_with_any_delimiter(delimiter: str) -> None:
    rows = [["thread_id", "id", "username", "date", "body"], ["1", "9", "bob", "1714564800", "hi"]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode()
    assert READER.accepts(data, "")
    (post,), _ = read(data)
    assert (post.post_id, post.author_id, post.text) == ("9", "bob", "hi")
    assert post.created_at == datetime(2024, 5, 1, 12, tzinfo=UTC)


def test_column_map_beats_guesses_and_ignores_case() -> None:
    data = b"Ref,text,Wortlaut,author\n5,internal,Bitte helfen,eva\n"
    (post,), _ = read(data, ReadOptions(columns={"text": "wortlaut", "thread_id": "Ref"}))
    assert (post.thread_id, post.post_id, post.text, post.author_id) == ("5", "5-2", "Bitte helfen", "eva")


def test_unrecognised_columns_are_listed_with_an_example() -> None:
    with pytest.raises(SourceError) as raised:
        read(b"Spalte1,Spalte2\na,b\n")
    message = str(raised.value)
    assert "'Spalte1', 'Spalte2'" in message
    assert "--columns 'thread_id=Spalte1,text=Spalte2'" in message


@pytest.mark.parametrize(
    ("columns", "part"),
    [({"text": "nowhere"}, "no column 'nowhere' for text"), ({"words": "text"}, "unknown field 'words'")],
)
def test_wrong_column_maps_are_refused(columns: dict[str, str], part: str) -> None:
    with pytest.raises(SourceError, match=part):
        read(b"thread,text\n1,a\n", ReadOptions(columns=columns))


def test_broken_rows_are_reported_by_their_first_line() -> None:
    data = (
        b"thread,text,date\n"
        b'1,"two\nlines",2024-05-01\n'
        b"1,too few\n"
        b"\n"
        b'1,"bad\ntime",yesterday\n'
        b",no thread,2024-05-01\n"
        b"1,good,\n"
    )
    posts, problems = read(data)
    assert [post.text for post in posts] == ["two\nlines", "good"]
    assert [problem.line for problem in problems.kept] == [4, 6, 8]
    assert posts[1].created_at is None


def test_too_long_lines_do_not_shift_numbers() -> None:
    data = b"thread,text\n1," + b"x" * 300 + b"\n1,a,b\n"
    posts, problems = read(data, ReadOptions(limits=Limits(max_line_bytes=100)))
    assert posts == []
    assert [problem.line for problem in problems.kept] == [2, 3]


def test_unclosed_quotation_mark_is_an_error_not_an_endless_cell() -> None:
    rows = b"".join(b"1,%d\n" % i for i in range(1_000_000))
    _, problems = read(b'thread,text\n1,"open\n' + rows)
    assert problems.kept[0].line == 2
    assert "quotation mark" in problems.kept[0].remedy


def test_other_columns_are_kept_on_request() -> None:
    data = b"thread,text,Mandant\n1,a,Nord\n"
    (kept,), _ = read(data, ReadOptions(keep_extra=True))
    assert kept.extra == {"Mandant": "Nord"}


def test_a_mark_of_acceptance_is_no_unless_it_says_yes() -> None:
    posts, problems = read(b"thread,text,accepted\n1,a,x\n1,b,no\n1,c,\n1,d,pending\n")
    assert [post.accepted for post in posts] == [True, False, None, False]
    assert problems.total == 0


def test_wide_encodings_and_unknown_ones_are_refused_with_a_remedy() -> None:
    data = "thread,text\n1,a\n"
    for options in (ReadOptions(), ReadOptions(encoding="UTF-16")):
        with pytest.raises(SourceError, match="save it as CSV UTF-8"):
            read(data.encode("utf-16"), options)
    with pytest.raises(SourceError, match="unknown encoding 'klingon'"):
        read(data.encode(), ReadOptions(encoding="klingon"))


def test_prose_json_and_markup_are_no_tables() -> None:
    prose = b"Dear reader,\n\nthis is a letter, and it has commas, many.\nSome lines have none\nat all\n"
    for data in (prose, b'{"a": 1,\n "b": 2}', b"<rss>,<a>\n", b"\x00,\x00\n", b"", b"word"):
        assert not READER.accepts(data, "x.csv")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-01 12:30:15", datetime(2024, 5, 1, 12, 30, 15, tzinfo=UTC)),
        ("2024-05-01T12:30:00+02:00", datetime(2024, 5, 1, 10, 30, tzinfo=UTC)),
        ("2024-05-01 12:30:00 UTC", datetime(2024, 5, 1, 12, 30, tzinfo=UTC)),
        ("01.05.2024", datetime(2024, 5, 1, tzinfo=UTC)),
        ("1.5.24, 9:05 Uhr", datetime(2024, 5, 1, 9, 5, tzinfo=UTC)),
        ("31.12.2024 um 23:59:58", datetime(2024, 12, 31, 23, 59, 58, tzinfo=UTC)),
        ("1714564800", datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ("1714564800.5", datetime(2024, 5, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("1714564800000", datetime(2024, 5, 1, 12, tzinfo=UTC)),
    ],
)
def test_times(written: str, expected: datetime) -> None:
    assert parse_time(f" {written} ") == expected


@given(
    st.text()
    | st.from_regex(r"\A\d{1,15}(\.\d+)?\Z")
    | st.from_regex(r"\A\d\d?\.\d\d?\.\d{4}( \d\d:\d\d)?\Z")
)
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse_time(text).tzinfo is UTC


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))


@given(st.lists(words, max_size=5), st.sampled_from([",", ";", "\t"]))
def test_round_trip_of_texts(texts: list[str], delimiter: str) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerows([["thread", "text", "author"], *([1, text, "anna"] for text in texts)])
    posts, problems = read(written.getvalue().encode())
    assert not problems.total
    assert [post.text for post in posts] == texts


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1"]))
def test_any_bytes_are_read_or_reported(data: bytes, encoding: str | None) -> None:
    READER.accepts(data, "")
    read(b"thread,text,date,likes\n" + data, ReadOptions(encoding=encoding, keep_extra=True))
    with suppress(SourceError):
        read(data)


def test_a_quotation_mark_that_is_not_closed_is_reported() -> None:
    posts, problems = read(b'thread_id,text\n1,good\n1,"never closed\n1,swallowed\n')
    assert [post.text for post in posts] == ["good"]
    (problem,) = problems.kept
    assert (problem.file, problem.line) == ("posts.csv", 3)
    assert "not closed" in problem.remedy
