"""Reads what Spark gives: every row becomes a line of Kulanz JSONL with its place, or a problem.

This runs in the executors. What a block of a file holds besides posts travels as one more row, its note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal

import msgspec

from kulanz.batch.options import Window
from kulanz.batch.reading import PostLine, given_lines, written_line
from kulanz.batch.spark.rows import Row, batches_of
from kulanz.sources import Problems
from kulanz.sources.jsonl import remedy_for
from kulanz.sources.lines import BYTE_ORDER_MARK, report_too_long
from kulanz.sources.parquet import arrow, post_of_row, with_utc_times

Shape = Literal["text", "columns"]

LINE: Final = (
    "thread_id string, post_id string, moment long, views long, likes long,"
    " place struct<file: long, block: long, row: long>, line binary, note binary"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ROW_BYTES: Final = 100
_block_of: Final = itemgetter(0, 1)


class Note(msgspec.Struct, frozen=True, array_like=True):
    """What was found in one block of a file: ``rows`` in all, ``posts`` kept, those left out for ``as_of``.

    ``problems`` are (row of the block from 1, or None; reason; remedy), the first of those that were skipped.
    """

    file: str
    block: int
    rows: int
    posts: int
    later: int
    untimed: int
    skipped: int
    problems: tuple[tuple[int | None, str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the blocks of one input are read: ``files`` numbers them, in the order in which a person would."""

    shape: Shape
    files: dict[str, int]
    window: Window
    most_bytes: int

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Return rows ``LINE`` of Arrow batches with the columns file, block, and then those of the input."""
        rows = _rows(batches, self.shape)
        found = (
            row
            for (file, block), given in groupby(rows, _block_of)
            for row in _Block(file, block, self).lines(each[2] for each in given)
        )
        return batches_of(found, _schema(), _size)


class _Block:
    def __init__(self, file: str, block: int, reading: Reading) -> None:
        self._file = file
        self._block = block
        self._reading = reading
        self._problems = Problems()
        self._row = self._posts = self._later = self._untimed = 0

    def lines(self, given: Iterator[Any]) -> Iterator[Row]:
        number = self._reading.files[self._file]
        known = self._reading.window.known
        for post, line in self._in_time(self._post_lines(given)):
            self._posts += 1
            place = {"file": number, "block": self._block, "row": self._row}
            counts = known(post)
            yield (
                post.thread_id, post.post_id, moment_of(post.created_at),
                counts.thread_views, counts.likes, place, line, None,
            )  # fmt: skip
        place = {"file": number, "block": self._block, "row": 0}
        yield None, f"{number} {self._block}", None, None, None, place, None, self._note()

    def _post_lines(self, given: Iterator[Any]) -> Iterator[PostLine]:
        if self._reading.shape == "text":
            return given_lines(self._file, self._numbered(given), self._problems)
        return self._columns(given)

    def _numbered(self, given: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
        for whole in given:
            self._row += 1
            line = whole.removeprefix(BYTE_ORDER_MARK) if self._row == 1 and self._block == 0 else whole
            if len(line) > self._reading.most_bytes:
                report_too_long(self._file, self._row, self._reading.most_bytes, self._problems)
            else:
                yield self._row, line

    def _columns(self, given: Iterator[dict[str, Any]]) -> Iterator[PostLine]:
        for row in given:
            self._row += 1
            try:
                post = post_of_row(row)
            except (msgspec.ValidationError, OverflowError) as error:
                self._problems.add(self._file, self._row, str(error), remedy_for(error))
            else:
                yield from written_line(post, self._file, self._problems)

    def _in_time(self, lines: Iterator[PostLine]) -> Iterator[PostLine]:
        as_of = self._reading.window.as_of
        for post, line in lines:
            if as_of is None or (post.created_at is not None and post.created_at <= as_of):
                yield post, line
            elif post.created_at is None:
                self._untimed += 1
            else:
                self._later += 1

    def _note(self) -> bytes:
        kept = tuple((each.line, each.reason, each.remedy) for each in self._problems.kept)
        counts = self._posts, self._later, self._untimed, self._problems.total
        return msgspec.json.encode(Note(self._file, self._block, self._row, *counts, kept))


def moment_of(time: datetime | None) -> int | None:
    """Return a time as Spark sorts it: microseconds since 1970."""
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def _rows(batches: Iterable[Any], shape: Shape) -> Iterator[tuple[str, int, Any]]:
    for batch in batches:
        files, blocks = batch.column(0).to_pylist(), batch.column(1).to_pylist()
        if shape == "text":
            given = batch.column(2).to_pylist()
        else:
            given = with_utc_times(batch.select(batch.schema.names[2:])).to_pylist()
        yield from zip(files, blocks, given, strict=True)


def _size(row: Row) -> int:
    return _ROW_BYTES + len(row[6] or row[7])


@cache
def _schema() -> Any:
    pa = arrow()
    whole, text, raw = pa.int64(), pa.string(), pa.binary()
    place = pa.struct([("file", whole), ("block", whole), ("row", whole)])
    names = ("thread_id", "post_id", "moment", "views", "likes", "place", "line", "note")
    return pa.schema(list(zip(names, (text, text, whole, whole, whole, place, raw, raw), strict=True)))
