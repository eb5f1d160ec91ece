"""Tables of posts: CSV with any of the usual delimiters, and a column map."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.csv_columns import resolve_columns
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import MIB, Item, head_of
from kulanz.sources.lines import numbered_lines
from kulanz.sources.times import parse_time

_DELIMITERS: Final = (";", ",", "\t", "|")
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_WIDE: Final = ("utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32")
_SAMPLE_ROWS: Final = 20
_STAFF: Final = ("staff", "agent", "admin", "support", "team", "mitarbeiter", "mitarbeiterin", "betreuer")
_ROLES: Final = {
    **dict.fromkeys(("customer", "kunde", "kundin", "user", "nutzer", "client"), "customer"),
    **dict.fromkeys(_STAFF, "staff"),
    **dict.fromkeys(("moderator", "moderatorin", "mod"), "moderator"),
}
_YES: Final = frozenset({"1", "true", "yes", "ja", "wahr", "x", "y", "j"})
_NO: Final = frozenset({"0", "false", "no", "nein", "falsch", "n"})

# csv's own 128 KiB is less than a long post; this limit is one per process
csv.field_size_limit(4 * MIB)


class CsvReader:
    """Reads CSV whose columns are mapped, or have usual German or English names."""

    name: Final = "csv"

    def accepts(self, head: bytes, name: str) -> bool:
        if head.startswith(_UTF16_MARKS):
            return name.lower().endswith((".csv", ".tsv", ".txt"))
        if b"\0" in head or head.lstrip().startswith((b"{", b"[", b"<")):
            return False
        return _delimiter(_decoded(head)) is not None

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:
        rows = _rows(item, problems, options)
        _, header = next(rows, (0, []))
        table = _Table(header, options)
        for line, row in rows:
            try:
                post = table.post(row, line)
            except (ValueError, msgspec.ValidationError) as error:
                problems.add(item.name, line, str(error), "correct the row, or map another column")
                continue
            yield post


class _Table:
    """Turns rows into posts, by the places of the columns."""

    def __init__(self, header: Sequence[str], options: ReadOptions) -> None:
        self._header = header
        self._places = resolve_columns(header, options.columns)
        mapped = set(self._places.values())
        kept = options.keep_extra
        self._others = [i for i in range(len(header)) if kept and i not in mapped and header[i]]

    def post(self, row: Sequence[str], line: int) -> Post:
        """Return the post of a row; raise ValueError for a value that cannot be understood."""
        if len(row) != len(self._header):
            raise ValueError(f"expected {len(self._header)} columns, found {len(row)}")
        fields: dict[str, Any] = {"author_id": None, "created_at": None}
        for field, place in self._places.items():
            if row[place].strip() or field == "text":
                fields[field] = _PARSERS.get(field, str.strip)(row[place])
        if "thread_id" not in fields:
            raise ValueError("the thread_id is empty")
        fields.setdefault("post_id", f"{fields['thread_id']}-{line}")
        if extra := {self._header[i]: row[i] for i in self._others}:
            fields["extra"] = extra
        return msgspec.convert(fields, Post)


class _TextLines:
    """Decoded lines that remember where the current row of the table began."""

    def __init__(self, item: Item, problems: Problems, options: ReadOptions) -> None:
        self._lines = numbered_lines(item, problems, options.limits.max_line_bytes)
        self._encoding = options.encoding
        self.row_start = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in self._lines:
            self.row_start = self.row_start or number
            yield _decoded(line, self._encoding)


def _rows(item: Item, problems: Problems, options: ReadOptions) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of every row that holds something, the header first."""
    head = head_of(item.stream)
    if head.startswith(_UTF16_MARKS) or (options.encoding or "").lower().startswith(_WIDE):
        raise SourceError("is in UTF-16 or UTF-32: save it as CSV UTF-8")
    lines = _TextLines(item, problems, options)
    table = csv.reader(lines, delimiter=_delimiter(_decoded(head, options.encoding)) or ",", strict=True)
    while True:
        lines.row_start = 0
        try:
            row = next(table, None)
        except csv.Error as error:
            remedy = "look for a quotation mark that is not closed"
            problems.add(item.name, lines.row_start, str(error), remedy)
            continue
        if row is None:
            return
        if any(row):
            yield lines.row_start, row


def _decoded(data: bytes, encoding: str | None = None) -> str:
    """Return text in the given encoding, else in UTF-8, else in Windows-1252."""
    try:
        if encoding is not None:
            return data.decode(encoding, "replace")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
    except LookupError as error:
        raise SourceError(
            f"unknown encoding {encoding!r}: expected a name such as utf-8 or cp1252"
        ) from error


def _delimiter(sample: str) -> str | None:
    """Return the delimiter that splits the first rows most evenly, or None where none does."""
    lines = sample.split("\n")
    complete = lines if len(lines) <= 1 else lines[:-1]
    scores = {each: _evenness(complete, each) for each in _DELIMITERS}
    best = max(scores, key=lambda each: scores[each])
    return best if scores[best] > 0 else None


def _evenness(lines: Sequence[str], delimiter: str) -> float:
    """Return the share of rows as wide as the header, weighted by its width; 0 for no table."""
    try:
        rows = [row for row in csv.reader(lines[: _SAMPLE_ROWS * 10], delimiter=delimiter) if row][
            :_SAMPLE_ROWS
        ]
    except csv.Error:
        return 0.0
    if not rows or len(rows[0]) == 1 or not all(cell.strip() for cell in rows[0][:2]):
        return 0.0
    widths = Counter(len(row) for row in rows)
    share = widths[len(rows[0])] / len(rows)
    return share * min(len(rows[0]), 8) if share > 0.5 or len(rows) == 1 else 0.0  # noqa: PLR2004 - most rows


def _role(cell: str) -> str | None:
    return _ROLES.get(cell.strip().casefold())


def _count(cell: str) -> int:
    try:
        return int(cell.strip().replace(".", "").replace(",", "").replace("\N{NO-BREAK SPACE}", ""))
    except ValueError as error:
        raise ValueError(f"not a whole number: {cell[:40]!r}") from error


def _flag(cell: str) -> bool:
    word = cell.strip().casefold()
    if word not in _YES | _NO:
        raise ValueError(f"neither yes nor no: {cell[:40]!r}")
    return word in _YES


def _is_yes(cell: str) -> bool:
    return cell.strip().casefold() in _YES


_PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "text": str,
    "created_at": parse_time,
    "thread_closed_at": parse_time,
    "role": _role,
    "likes": _count,
    "accepted": _is_yes,
    "thread_views": _count,
    "hidden": _flag,
}
READER: Final = CsvReader()
