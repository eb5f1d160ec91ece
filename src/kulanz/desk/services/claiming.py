"""Due rows are claimed by a conditional UPDATE, so that several workers never do the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db.models import F, QuerySet

from kulanz.desk.models.base import Due
from kulanz.desk.rules.plain import plain

_Row = TypeVar("_Row", bound=Due)
LEASE: Final = timedelta(minutes=10)
_LONGEST_WAIT: Final = timedelta(hours=6)
_SHORTEST_WAIT: Final = timedelta(seconds=30)
_MOST_DOUBLINGS: Final = 10


def claim(
    rows: QuerySet[_Row],
    now: datetime,
    *,
    at_most: int,
    lease: timedelta = LEASE,
    tried: bool | None = None,
    order: Sequence[str] = ("due_at", "pk"),
) -> list[_Row]:
    """Return due rows that are ours until the lease ends, by default the longest due first.

    The claim moves ``due_at`` ahead by the lease and counts an attempt: a worker that dies, or a row
    that kills it, costs one lease and no loop. ``tried`` True takes only rows that were claimed before
    without success, False only others.
    """
    waiting = rows.filter(due_at__lte=now)
    if tried is not None:
        waiting = waiting.filter(attempts__gt=0) if tried else waiting.filter(attempts=0)
    due = waiting.order_by(*order).values_list("pk", "due_at")
    ours = [pk for pk, due_at in due[:at_most] if _taken(rows, pk, due_at, now + lease)]
    return list(rows.filter(pk__in=ours).order_by("pk"))


def _taken(rows: QuerySet[_Row], pk: int, due_at: datetime, until: datetime) -> bool:
    taken = rows.filter(pk=pk, due_at=due_at).update(due_at=until, attempts=F("attempts") + 1)
    return bool(taken)


def done(row: Due, *, next_at: datetime | None) -> None:
    """Set when a claimed row is due again, after its work was done."""
    _write(row, due_at=next_at, attempts=0, last_error="")


def failed(row: Due, error: str, now: datetime, *, wait: timedelta | None = None) -> None:
    """Have a claimed row tried again later, with waits that double from half a minute to six hours."""
    _write(row, due_at=now + (wait or waiting(row)), last_error=plain(error)[:2000])


def waiting(row: Due) -> timedelta:
    """Return how long a row rests after its attempts: half a minute doubled each time, at most six hours."""
    doubled: timedelta = _SHORTEST_WAIT * 2 ** min(row.attempts, _MOST_DOUBLINGS)
    return min(doubled, _LONGEST_WAIT)


def _write(row: Due, **values: object) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)  # noqa: SLF001
