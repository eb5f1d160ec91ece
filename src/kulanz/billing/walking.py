"""Cursors over records that are read in the order of their numbers: all first, then what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from kulanz.billing.claims import Page
from kulanz.billing.errors import RefusedError

T = TypeVar("T")
C = TypeVar("C", bound=Struct)

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


def paged(items: Sequence[T], last: int | None, walk: Walk) -> Page[T]:
    """Return items with the cursor behind the record ``last``, None at the end of the walk."""
    reached = msgspec.structs.replace(walk, last=last or 0)
    return Page(items=tuple(items), cursor=written(reached), more=last is not None)


def read(cursor: str, kind: type[C]) -> C:
    """Return a cursor as it was written; raise RefusedError for any other text."""
    try:
        return msgspec.json.decode(cursor, type=kind)
    except msgspec.DecodeError as error:
        raise RefusedError(f"cursor: expected one that this adapter gave, got another ({error})") from None


def written(cursor: Struct) -> str:
    """Return a cursor as text."""
    return msgspec.json.encode(cursor).decode()
