"""What goes wrong with rows when a worker, a clock or a disk does, and how it is put right.

Every remedy here is what the desk would do by itself later, or did before: nothing is lost, and nothing is
done twice that would not have been at a lease's end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from kulanz.desk.models import (
    BillingSystem,
    Delivery,
    Heartbeat,
    Inbox,
    LogHead,
    Promise,
    Source,
    SourceCount,
    Thread,
)
from kulanz.desk.queries.health import due_models
from kulanz.desk.queries.heartbeats import workers_alive
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.services.claiming import LEASE
from kulanz.desk.services.heartbeats import EVERY
from kulanz.desk.services.log_sequencing import store
from kulanz.sources.connectors import CONNECTORS
from kulanz.tlog.sequencing import left_behind, tidy

FAR: Final = timedelta(days=2)
"""No wait of these kinds is as long: the longest pauses are six hours, the longest rests a day."""
_FAR_KINDS: Final[tuple[type[Any], ...]] = (
    Thread, Source, Delivery, Inbox, BillingSystem, LogHead, SourceCount,
)  # fmt: skip
_CLOCK_SLACK: Final = timedelta(minutes=2)
_AGAIN_AFTER: Final = timedelta(seconds=15)
"""Whatever began before the clock was set has written its last time by then."""


def held(now: datetime) -> int:
    """Return how many rows are claimed although no worker is at work that could have claimed them."""
    return 0 if workers_alive(now) else sum(rows.count() for rows in _held(now))


def let_go(*, now: datetime) -> int:
    """Make rows due that a worker left behind, and return how many; none while any worker is at work."""
    return 0 if workers_alive(now) else sum(rows.update(due_at=now) for rows in _held(now))


def far_ahead(now: datetime) -> int:
    """Return how many rows and workers belong to a time that is yet to come: the clock was ahead."""
    return sum(rows.count() for rows in _far_ahead(now)) + _future_workers(now).count()


def bring_back(*, now: datetime) -> int:
    """Make rows due whose time was set by a clock that was ahead; return how many there were."""
    with transaction.atomic():
        removed, _ = _future_workers(now).delete()
        return removed + sum(rows.update(due_at=now) for rows in _far_ahead(now))


def set_back(*, now: datetime) -> int:
    """Take up again what waits for a time that the clock has left; return how many rows that is.

    That it was set back is known by workers that were heard of later than now; of several workers one finds
    them.
    """
    ahead = _future_workers(now)
    before = ahead.aggregate(last=Max("at"))["last"]
    if before is None:
        return 0
    with transaction.atomic():
        removed, _ = ahead.delete()
        return _take_up(now, before) if removed else 0


class ClockWatch:
    """Notices in one worker that the clock was set back, and has what waits for the time it left taken up.

    A round of work, or a request, that began before writes times of then after others have looked: so each
    worker looks after the round that it was in, and once more when requests have ended, too.
    """

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._left: tuple[datetime, datetime] | None = None

    def look(self, *, now: datetime) -> int:
        """Compare a moment with that of the last look; return how many rows were taken up."""
        taken = 0
        if self._last is not None and now < self._last - _CLOCK_SLACK:
            taken = _take_up(now, self._last)
            self._left = self._last, now + _AGAIN_AFTER
        elif self._left is not None and now >= self._left[1]:
            taken = _take_up(now, self._left[0])
            self._left = None
        self._last = now
        return taken


def forgotten() -> int:
    """Return how many rows have work to be done and no time at which it is."""
    return sum(rows.count() for rows in _forgotten())


def remind(*, now: datetime) -> int:
    """Make rows due that nobody would have come to again; return how many."""
    return sum(rows.update(due_at=now) for rows in _forgotten())


def staged() -> int:
    """Return how many steps of the public log were begun and left; raise StoreError without its store."""
    head = LogHead.objects.exclude(checkpoint=b"").first()
    return len(left_behind(store(), bytes(head.checkpoint))) if head else 0


def tidy_log(*, now: datetime) -> int:
    """Finish the step that the log's head belongs to, and drop what others left; return how many there were.

    None while a worker is at work, which may have begun one of them just now.
    """
    head = LogHead.objects.exclude(checkpoint=b"").first()
    if head is None or workers_alive(now):
        return 0
    return tidy(store(), bytes(head.checkpoint))


def _held(now: datetime) -> Iterator[QuerySet[Any]]:
    for model in due_models():
        yield model.objects.filter(due_at__gt=now, due_at__lte=now + LEASE, attempts__gt=0, last_error="")


def _far_ahead(now: datetime) -> Iterator[QuerySet[Any]]:
    for model in _FAR_KINDS:
        rows = model.objects.filter(due_at__gt=now + FAR)
        slow = Q(interval_s__gte=FAR.total_seconds() / 2) if hasattr(model, "interval_s") else Q(pk=None)
        yield rows.exclude(slow)


def _left_ahead(now: datetime, before: datetime) -> Iterator[tuple[QuerySet[Any], datetime]]:
    """Yield rows that were left in the time before the clock was set back, and when they are due instead."""
    for model in due_models():
        waiting = model.objects.filter(due_at__gt=now)
        if model in _FAR_KINDS:
            yield waiting.filter(attempts=0), now
        elif model is not Promise:
            yield waiting.filter(attempts=0, due_at__lte=before + EVERY), now
        yield waiting.filter(attempts__gt=0, due_at__gt=now + LEASE), now + LEASE


def _take_up(now: datetime, before: datetime) -> int:
    """Make due what had been due and what rested, and have no claim last longer than those of now.

    Times that were promised or planned by people stay.
    """
    return sum(rows.update(due_at=until) for rows, until in _left_ahead(now, before))


def _future_workers(now: datetime) -> QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(at__gt=now + _CLOCK_SLACK)


def _forgotten() -> Iterator[QuerySet[Any]]:
    yield Thread.objects.filter(stale_since__isnull=False, due_at=None)
    yield Source.objects.filter(state=SOURCE.initial, connector__in=CONNECTORS, due_at=None)
    yield Delivery.objects.filter(due_at=None, sent_at=None, given_up_at=None)
