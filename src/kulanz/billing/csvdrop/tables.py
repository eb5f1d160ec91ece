"""Tables of claims, dunning events and confirmations: columns, amounts and days as companies write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from kulanz.billing.claims import Claim, Confirmation, DunningEvent
from kulanz.billing.correspondence import strange_answer
from kulanz.billing.gestures import GestureConfirmation
from kulanz.billing.inbox import Kind

Mark = Literal[".", ","]

FOLDERS: Final[Mapping[str, Kind]] = {
    "claims": "claim",
    "confirmations": "confirmation",
    "events": "event",
    "gestures": "gesture",
}
FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "claim": ("claim_id", "customer", "amount", "currency", "due_on", "level", "text", "settled"),
    "confirmation": ("key", "state", "text"),
    "event": ("event_id", "claim_id", "customer", "level", "on", "text"),
    "gesture": ("key", "state", "text"),
}
NEEDED: Final[Mapping[Kind, tuple[str, ...]]] = {
    "claim": ("claim_id", "customer", "amount", "currency"),
    "confirmation": ("key", "state"),
    "event": ("event_id", "claim_id", "customer", "level", "on"),
    "gesture": ("key", "state"),
}
_MADE: Final[Mapping[Kind, type[Struct]]] = {
    "claim": Claim,
    "confirmation": Confirmation,
    "event": DunningEvent,
    "gesture": GestureConfirmation,
}
REMEDY: Final = "correct the line and put it into a new file with the same header"
_DELIMITERS: Final = ";,\t|"
_AMOUNT: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_GERMAN_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_YES: Final = frozenset({"1", "true", "yes", "ja", "x"})
_NO: Final = frozenset({"", "0", "false", "no", "nein"})


class TableError(ValueError):
    """A table of which no line can be read."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken: its number, its cells, why, and what to do."""

    line: int
    cells: Sequence[str]
    reason: str
    remedy: str


@dataclass(slots=True)
class Table:
    """What was read of a file: its header, what the good lines say, and the others."""

    header: Sequence[str]
    good: list[Any] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def read(data: bytes, kind: Kind, columns: Mapping[str, str], mark: Mark) -> Table:
    """Read a table; raise TableError where it has no header that names what is needed.

    ``columns`` maps fields to the names of columns; a field that is not in it has a column of its own name.
    ``mark`` is the decimal mark.
    """
    rows = _rows(_text(data))
    _, header, problem = next(rows, (0, [], "it is empty"))
    columns_of = _Columns(header, _places(header, kind, columns, problem), kind, mark)
    table = Table(header)
    for number, cells, problem in rows:
        try:
            table.good.append(columns_of.made(cells, problem))
        except ValueError as error:
            table.refused.append(Refused(number, cells, str(error), REMEDY))
    return table


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the fields of a table are, and how its amounts are written."""

    header: Sequence[str]
    places: Mapping[str, int]
    kind: Kind
    mark: Mark

    def made(self, cells: Sequence[str], problem: str) -> Any:
        """Return what a row says; raise ValueError where it cannot be understood."""
        if problem or len(cells) != len(self.header):
            raise ValueError(problem or f"expected {len(self.header)} cells, got {len(cells)}")
        made = msgspec.convert(self._fields(cells), _MADE[self.kind], strict=False)
        if strange := strange_answer(made):
            raise ValueError(strange)
        return made

    def _fields(self, cells: Sequence[str]) -> dict[str, Any]:
        given = {name: cells[place].strip() for name, place in self.places.items()}
        fields: dict[str, Any] = {name: cell for name, cell in given.items() if cell}
        if self.kind == "claim":
            amount, currency = _amount(given["amount"], self.mark), fields.pop("currency", "").upper()
            fields["amount"] = {"amount": amount, "currency": currency}
            fields["settled"] = _truth(given.get("settled", ""))
        return fields | {name: _day(fields[name]) for name in ("due_on", "on") if name in fields}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield (first line, cells, what is wrong with it) of every row that is not empty."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        start = table.line_num + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            lines = text.splitlines()[start - 1 : table.line_num]
            yield start, ["\n".join(lines)], f"it cannot be read: {error}"
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield start, cells, ""


def _places(header: Sequence[str], kind: Kind, columns: Mapping[str, str], problem: str) -> dict[str, int]:
    if problem:
        raise TableError(problem)
    names = [name.strip().casefold() for name in header]
    wanted = {each: columns.get(each, each).strip().casefold() for each in FIELDS[kind]}
    places = {each: names.index(name) for each, name in wanted.items() if name in names}
    missing = [wanted[each] for each in NEEDED[kind] if each not in places]
    missing += [name for each, name in wanted.items() if each in columns and each not in places]
    if missing:
        raise TableError(f"expected a column {missing[0]!r}, got {', '.join(map(repr, header[:20]))}")
    return places


def _amount(cell: str, mark: Mark) -> str:
    """An amount without separators of thousands: 1.234 could be either."""
    if not _AMOUNT.fullmatch(cell) or ({".", ","} & set(cell)) - {mark}:
        raise ValueError(f"amount: expected a number like 1234{mark}50, got {cell[:40]!r}")
    return cell.replace(",", ".")


def _day(cell: str) -> date:
    try:
        if match := _GERMAN_DAY.fullmatch(cell):
            day, month, year = map(int, match.groups())
            return date(year, month, day)
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"expected a day like 2026-06-30 or 30.06.2026, got {cell[:40]!r}") from None


def _truth(cell: str) -> bool:
    word = cell.casefold()
    if word not in _YES | _NO:
        raise ValueError(f"settled: expected yes or no, got {cell[:40]!r}")
    return word in _YES
