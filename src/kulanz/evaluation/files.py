"""Reads result files of Kulanz and label files, JSON Lines in UTF-8, packed or not.

A measurement over half a file would be wrong without a sign of it, so the first line that
cannot be read stops the reading, with file, line and remedy.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from kulanz.core.labels import LABELS
from kulanz.core.report import ThreadReport
from kulanz.evaluation.errors import LabelFileError
from kulanz.evaluation.shapes import Belief, DerailmentLabel, PostLabel, PostSignals, ThreadLabel
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.items import Item, Limits
from kulanz.sources.lines import numbered_lines
from kulanz.sources.opening import open_inputs

File = str | os.PathLike[str]
Row = TypeVar("Row")
Check = Callable[[Row], str | None]
_LIMITS: Final = Limits()
_KNOWN: Final = frozenset(LABELS)
_SCAN_LINE: Final = "every line must be one thread as `kulanz scan --output` writes it"
_POSTS_LINE: Final = "every line must be one post as `kulanz posts --output` writes it"
_FORECAST_LINE: Final = "every line must be one post as `kulanz forecast --output` writes it"
_THREAD_LINE: Final = 'every line needs "thread_id" (text) and "level" (0 to 3)'
_LABEL_LINE: Final = f'every line needs "post_id" and "labels", a list of: {", ".join(LABELS)}'
_DERAIL_LINE: Final = 'every line needs "thread_id" and one of toxic, derailed, escalated, uncivil as 0 or 1'


def read_reports(path: File) -> list[ThreadReport]:
    """Return the lines of ``kulanz scan --output``; raise LabelFileError."""
    return _unique(path, ThreadReport, _SCAN_LINE, lambda row: row.thread_id)


def read_signals(path: File) -> Iterator[PostSignals]:
    """Yield the lines of ``kulanz posts --output``; raise LabelFileError."""
    return (row for _, row in _rows(path, PostSignals, _POSTS_LINE))


def read_beliefs(path: File) -> Iterator[Belief]:
    """Yield the lines of ``kulanz forecast --output``; raise LabelFileError."""
    return (row for _, row in _rows(path, Belief, _FORECAST_LINE))


def read_thread_labels(path: File) -> list[ThreadLabel]:
    """Return levels of threads; raise LabelFileError."""
    return _unique(path, ThreadLabel, _THREAD_LINE, lambda row: row.thread_id)


def read_post_labels(path: File) -> list[PostLabel]:
    """Return labels of posts; raise LabelFileError, also for an unknown label."""
    return _unique(path, PostLabel, _LABEL_LINE, lambda row: (row.thread_id, row.post_id), _unknown_label)


def read_derailment_labels(path: File) -> list[DerailmentLabel]:
    """Return what became of conversations; raise LabelFileError.

    A thread may be there once for each split, provided that the verdicts agree; the first counts.
    """
    rows = _rows(path, DerailmentLabel, _DERAIL_LINE, _no_verdict)
    kept: dict[str, DerailmentLabel] = {}
    for number, row in rows:
        first = kept.setdefault(row.thread_id, row)
        if (first.verdict, first.first_toxic_post) != (row.verdict, row.first_toxic_post):
            raise _error(path, number, f"contradicts an earlier line on thread {row.thread_id!r}", "keep one")
    return list(kept.values())


def _unique(
    path: File, kind: type[Row], remedy: str, key: Callable[[Row], Hashable], check: Check[Row] | None = None
) -> list[Row]:
    kept: dict[Hashable, Row] = {}
    for number, row in _rows(path, kind, remedy, check):
        if kept.setdefault(key(row), row) is not row:
            raise _error(path, number, f"a second line for {key(row)!r}", "keep one line for each id")
    return list(kept.values())


def _rows(
    path: File, kind: type[Row], remedy: str, check: Check[Row] | None = None
) -> Iterator[tuple[int, Row]]:
    decode = _decoder(kind)
    for number, line in _lines(path):
        try:
            row = decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise _error(path, number, str(error), remedy) from error
        fault = check(row) if check else None
        if fault:
            raise _error(path, number, fault, remedy)
        yield number, row


def _decoder(kind: type[Row]) -> Callable[[bytes], Row]:
    fast = msgspec.json.Decoder(kind).decode

    def decode(line: bytes) -> Row:
        try:
            return fast(line)
        except msgspec.DecodeError:
            if b"NaN" not in line:
                raise
            # data frames write NaN for a missing value, though it is no JSON
            return msgspec.convert(json.loads(line, parse_constant=lambda _constant: None), kind)

    return decode


def _lines(path: File) -> Iterator[tuple[int, bytes]]:
    problems = Problems()
    if Path(path).is_dir():
        raise _error(path, None, "is a folder", "name one file of JSON lines")
    for item in open_inputs([path], problems, _LIMITS):
        if isinstance(item, Item):
            yield from _lines_of(item, problems)
    if problems.kept:
        raise LabelFileError(str(problems.kept[0]))


def _lines_of(item: Item, problems: Problems) -> Iterator[tuple[int, bytes]]:
    try:
        for number, line in numbered_lines(item, problems, _LIMITS.max_line_bytes):
            if line.strip():
                yield number, line
    except SourceError as error:
        raise _error(item.name, None, str(error), "fetch the file again") from error


def _unknown_label(row: PostLabel) -> str | None:
    unknown = sorted(set(row.labels) - _KNOWN)
    return f"unknown label {unknown[0]!r}" if unknown else None


def _no_verdict(row: DerailmentLabel) -> str | None:
    return "says neither toxic, derailed, escalated nor uncivil" if row.verdict is None else None


def _error(path: File, line: int | None, reason: str, remedy: str) -> LabelFileError:
    where = os.fspath(path) if line is None else f"{os.fspath(path)}:{line}"
    return LabelFileError(f"{where}: {reason}; {remedy}")
