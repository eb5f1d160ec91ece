"""Writes posts as Kulanz JSONL and Parquet, one at a time, unknown fields included."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final

import msgspec
from msgspec import UNSET

from kulanz.core.posts import Post
from kulanz.sources.errors import SourceError
from kulanz.sources.jsonl import POST_FIELDS
from kulanz.sources.parquet import arrow

_BATCH_ROWS: Final = 4096
_MAX_EXTRA_COLUMNS: Final = 500
_TEXTS: Final = (
    "thread_id", "post_id", "author_id", "text", "reply_to", "role", "lang", "url", "thread_title",
    "thread_url", "source",
)  # fmt: skip
_NUMBERS: Final = ("likes", "thread_views")
_FLAGS: Final = ("accepted", "hidden", "automatic")
_LISTS: Final = ("quotes", "code", "links", "mentions")


class _Times(msgspec.Struct):
    """The fields of a line that Parquet wants as times."""

    created_at: datetime | None
    thread_closed_at: datetime | None = None


def write_jsonl(posts: Iterable[Post], stream: BinaryIO) -> int:
    """Write one line per post, with ``Post.extra`` as fields of the line; return how many."""
    encode = msgspec.json.Encoder().encode
    count = 0
    for post in posts:
        stream.write(encode(flat(post) if post.extra else post) + b"\n")
        count += 1
    return count


def flat(post: Post) -> dict[str, Any]:
    """Return a post as a plain dict in which unknown fields stand beside the known ones."""
    fields: dict[str, Any] = msgspec.to_builtins(post)
    fields.pop("extra", None)
    extra: Mapping[str, Any] = {} if post.extra is UNSET else post.extra
    return fields | {name: value for name, value in extra.items() if name not in POST_FIELDS}


def write_parquet(posts: Iterable[Post], path: str | os.PathLike[str]) -> int:
    """Write a Parquet file with the column names of Kulanz JSONL; return the number of posts.

    Unknown fields become columns: of text, number or truth value where all their values are,
    else of JSON. As the columns must be known before the first row, posts go through a nameless
    temporary file. Raise MissingLibraryError without pyarrow and SourceError where there are
    more than 500 different unknown fields.
    """
    pa = arrow()
    with tempfile.TemporaryFile() as spool:
        kinds: dict[str, str] = {}
        count = write_jsonl(_noting_kinds(posts, kinds), spool)
        spool.seek(0)
        schema = _schema(kinds)
        with pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for rows in _batches(spool, kinds):
                writer.write_batch(_record_batch(rows, schema))
    return count


def _noting_kinds(posts: Iterable[Post], kinds: dict[str, str]) -> Iterator[Post]:
    """Pass posts on, and note which kind of value each unknown field holds."""
    for post in posts:
        if post.extra:
            for name, value in post.extra.items():
                if value is not None and name not in POST_FIELDS:
                    kinds[name] = _common(kinds.get(name), _kind(value))
            if len(kinds) > _MAX_EXTRA_COLUMNS:
                raise SourceError(
                    f"more than {_MAX_EXTRA_COLUMNS} different unknown fields, too many for Parquet columns:"
                    " write JSONL, or read without unknown fields"
                )
        yield post


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "integer" if -(2**63) <= value < 2**63 else "json"
    if isinstance(value, float):
        return "number"
    return "text" if isinstance(value, str) else "json"


def _common(one: str | None, other: str) -> str:
    if one is None or one == other:
        return other
    return "number" if {one, other} == {"integer", "number"} else "json"


def _schema(kinds: Mapping[str, str]) -> Any:
    pa = arrow()
    time = pa.timestamp("us", tz="UTC")
    types = {
        **dict.fromkeys(_TEXTS, pa.string()),
        **dict.fromkeys(_NUMBERS, pa.int64()),
        **dict.fromkeys(_FLAGS, pa.bool_()),
        **dict.fromkeys(_Times.__struct_fields__, time),
        **dict.fromkeys(_LISTS, pa.list_(pa.string())),
    }
    extra = {"flag": pa.bool_(), "integer": pa.int64(), "number": pa.float64()}
    known = [(name, types[name]) for name in POST_FIELDS]
    return pa.schema(known + [(name, extra.get(kind, pa.string())) for name, kind in kinds.items()])


def _record_batch(rows: list[dict[str, Any]], schema: Any) -> Any:
    pa = arrow()
    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except (pa.ArrowException, OverflowError) as error:
        raise SourceError(f"a value does not fit into a Parquet column: {error}") from error


def _batches(lines: Iterable[bytes], kinds: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    rows = []
    row = _row_maker(kinds)
    for line in lines:
        rows.append(row(line))
        if len(rows) == _BATCH_ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _row_maker(kinds: Mapping[str, str]) -> Callable[[bytes], dict[str, Any]]:
    times = msgspec.json.Decoder(_Times).decode
    as_json = [name for name, kind in kinds.items() if kind == "json"]

    def row(line: bytes) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.json.decode(line)
        fields.update(msgspec.structs.asdict(times(line)))
        fields.update(
            {name: msgspec.json.encode(fields[name]).decode() for name in as_json if name in fields}
        )
        return fields

    return row
