"""Cursors over records that are read in the order of their numbers: all first, then what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from kulanz.billing.claims import Page
from kulanz.billing.errors import RefusedError
from kulanz.sources.errors import Problems


class Record(Protocol):
    """A record with its number."""

    id: int


T = TypeVar("T")
C = TypeVar("C", bound=Struct)
R = TypeVar("R", bound=Record)

PAGE: Final = 200
"""So many records are asked for at a time."""
OVERLAP: Final = timedelta(days=1)
"""Told again from so far back: clocks differ, and long transactions are dated by their beginning."""


class Walk(Struct, frozen=True):
    """What changed since a moment, from a record on; the next walk looks from ``next`` on."""

    next: datetime
    since: datetime | None = None
    last: int = 0


def begun(cursor: str | None, now: datetime) -> Walk:
    """Return where to go on; a walk that came to its end begins anew with what changed since it began."""
    walk = None if cursor is None else read(cursor, Walk)
    if walk is not None and walk.last:
        return walk
    return Walk(next=(now - OVERLAP).astimezone(UTC), since=None if walk is None else walk.next)


def paged(items: Sequence[T], rows: Sequence[Record], walk: Walk) -> Page[T]:
    """Return what was made of records with the cursor behind them; fewer than a page end the walk."""
    more = len(rows) == PAGE
    reached = msgspec.structs.replace(walk, last=rows[-1].id if more else 0)
    return Page(items=tuple(items), cursor=written(reached), more=more)


def readable(
    rows: Iterable[R], made: Callable[[R], T], problems: Problems, system: str, model: str
) -> list[T]:
    """Return what is made of records; one of which nothing can be made becomes a problem."""
    items = []
    for row in rows:
        try:
            items.append(made(row))
        except ValueError as error:
            problems.add(f"{system.lower()}: {model},{row.id}", None, str(error), f"correct it in {system}")
    return items


def number_of(claim_id: str, system: str) -> int:
    """Return the number of the record that a claim is; raise RefusedError where it is no number."""
    if not (claim_id.isascii() and claim_id.isdigit()):
        raise RefusedError(f"claim {claim_id!r}: expected the number of a record in {system}")
    return int(claim_id[:18])


def read(cursor: str, kind: type[C]) -> C:
    """Return a cursor as it was written; raise RefusedError for any other text."""
    try:
        return msgspec.json.decode(cursor, type=kind)
    except msgspec.DecodeError as error:
        raise RefusedError(f"cursor: expected one that this adapter gave, got another ({error})") from None


def written(cursor: Struct) -> str:
    """Return a cursor as text."""
    return msgspec.json.encode(cursor).decode()
