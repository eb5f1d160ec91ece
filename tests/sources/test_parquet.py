from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kulanz.core.posts import Post
from kulanz.sources import Problems, ReadOptions, SourceError, UnreadableError
from kulanz.sources import read as read_inputs
from kulanz.sources.items import Item
from kulanz.sources.parquet import READER
from kulanz.sources.writing import write_jsonl, write_parquet

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ANNA = Post(
    thread_id="1",
    post_id="1",
    author_id="anna",
    created_at=NOON,
    text="Hallo",
    likes=3,
    links=("https://a.de/",),
)
NORA = Post(thread_id="1", post_id="2", author_id=None, created_at=None, text="", role="staff", accepted=True)
ROW = {"thread_id": "1", "post_id": "1", "author_id": "anna", "created_at": NOON, "text": "Hallo"}


def with_extra(post: Post, extra: dict[str, Any]) -> Post:
    return Post(**{name: getattr(post, name) for name in post.__struct_fields__} | {"extra": extra})


def read(data: bytes, options: ReadOptions | None = None) -> tuple[list[Post], Problems]:
    problems = Problems()
    item = Item("posts.parquet", io.BytesIO(data))
    return list(READER.read(item, problems, options or ReadOptions())), problems


def table(columns: dict[str, Any]) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    assert write_parquet([ANNA, NORA], path) == 2
    assert list(read_inputs(path)) == [ANNA, NORA]


def test_round_trip_of_many_posts_from_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    posts = [
        Post(thread_id=str(i % 7), post_id=str(i), author_id="a", created_at=NOON, text="x")
        for i in range(9000)
    ]
    assert write_parquet(iter(posts), path) == 9000
    assert list(read_inputs(path)) == posts


def test_unknown_fields_become_columns_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    extra = {"category": "Billing", "score": 1, "solved": True, "extra": {"deep": [1]}, "mixed": 1}
    write_parquet([with_extra(ANNA, extra), with_extra(NORA, {"score": 0.5, "mixed": "x"}), ANNA], path)
    first, second, third = read_inputs(path, options=ReadOptions(keep_extra=True))
    assert first.extra == {**extra, "extra": '{"deep":[1]}', "mixed": "1", "score": 1.0}
    assert second.extra == {"score": 0.5, "mixed": '"x"'}
    assert third == ANNA


def test_too_many_unknown_fields_are_refused(tmp_path: Path) -> None:
    posts = (with_extra(ANNA, {f"field{i}": i}) for i in range(1000))
    with pytest.raises(SourceError, match="write JSONL"):
        write_parquet(posts, tmp_path / "posts.parquet")


def test_numbers_beyond_64_bits_are_refused(tmp_path: Path) -> None:
    post = Post(thread_id="1", post_id="1", author_id=None, created_at=None, text="", likes=2**63)
    with pytest.raises(SourceError, match="does not fit"):
        write_parquet([post], tmp_path / "posts.parquet")


def test_tables_of_other_programs() -> None:
    columns = {
        "thread_id": pa.array([5864, 5864]),
        "post_id": pa.array([1, 2]),
        "author_id": pa.array(["anna", None]).dictionary_encode(),
        "created_at": pa.array([NOON.replace(tzinfo=None)] * 2, pa.timestamp("ns")),
        "text": pa.array(["a", "b"], pa.large_string()),
        "likes": pa.array([1.0, float("nan")]),
        "reply_to": pa.array([None, 1]),
    }
    (first, second), problems = read(table(columns))
    assert not problems.total
    assert (first.thread_id, first.created_at, first.likes) == ("5864", NOON, 1)
    assert (second.author_id, second.likes, second.reply_to) == (None, None, "1")


def test_broken_rows_are_reported_by_number() -> None:
    columns = {name: [value, value] for name, value in ROW.items()} | {"text": ["good", None]}
    posts, problems = read(table(columns))
    assert [post.text for post in posts] == ["good"]
    assert problems.kept[0].line == 2


def test_missing_columns_are_named() -> None:
    with pytest.raises(
        SourceError, match="lacks the columns post_id, author_id, created_at; it has thread_id, text"
    ):
        read(table({"thread_id": ["1"], "text": ["a"]}))


def test_damaged_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    write_parquet([ANNA], path)
    data = path.read_bytes()
    for broken in (data[:-20], b"PAR1", data[:4] + b"\0" * 50 + data[54:]):
        path.write_bytes(broken)
        problems = Problems()
        try:
            list(read_inputs(path, problems=problems))
        except UnreadableError:
            assert problems.total == 1


def test_without_pyarrow_the_error_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match=r"pip install 'kulanz\[parquet\]'"):
        write_parquet([ANNA], tmp_path / "posts.parquet")
    path = tmp_path / "posts.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(UnreadableError, match=r"pip install 'kulanz\[parquet\]'"):
        list(read_inputs(path))


def test_jsonl_writer_counts() -> None:
    assert write_jsonl([], io.BytesIO()) == 0
