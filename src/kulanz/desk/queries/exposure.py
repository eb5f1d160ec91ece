"""How often conversations have been read, and how often they are of late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from kulanz.desk.models import Issue, Thread, ThreadScore

LATELY: Final = timedelta(days=7)
_ONE_DECIMAL: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Views:
    """How often some conversations were read in all, and a day; only those that their source counts."""

    total: int
    per_day: Decimal


def threads_in(issue: Issue) -> QuerySet[Thread]:
    """Return an issue's conversations."""
    return Thread.objects.filter(links__issue=issue)


def views_of(threads: QuerySet[Thread], now: datetime) -> Views | None:
    """Return the views of conversations; None where no source counts them."""
    counted = threads.filter(views__isnull=False, gone=False)
    since = now - LATELY
    before = ThreadScore.objects.filter(thread=OuterRef("pk"), at__lte=since, views__isnull=False).order_by(
        "-at"
    )
    after = ThreadScore.objects.filter(thread=OuterRef("pk"), at__gt=since, views__isnull=False).order_by(
        "at"
    )
    rows = counted.annotate(
        old_views=Subquery(before.values("views")[:1]),
        first_views=Subquery(after.values("views")[:1]),
        first_at=Subquery(after.values("at")[:1]),
    ).values_list("views", "old_views", "first_views", "first_at", "first_post_at")
    found = list(rows)
    return _summed(found, now) if found else None


def _summed(rows: Iterable[tuple[Any, ...]], now: datetime) -> Views:
    total, per_day = 0, 0.0
    for views, old, first, first_at, began in rows:
        total += views
        per_day += _per_day(views, old, first, first_at, began, now)
    return Views(total, Decimal(max(per_day, 0.0)).quantize(_ONE_DECIMAL))


def _per_day(
    views: int,
    old: int | None,
    first: int | None,
    first_at: datetime | None,
    began: datetime | None,
    now: datetime,
) -> float:
    """Views a day: over the last week where they were counted before it, else since they were first counted.

    Where they were counted once, over the life of the conversation.
    """
    if old is not None:
        return (views - old) / LATELY.days
    if first is not None and first_at is not None and first < views:
        return (views - first) / _days(first_at, now)
    return views / _days(began, now)


def _days(since: datetime | None, now: datetime) -> int:
    """Whole days, at least one: a number of today is not taken for one of every hour."""
    return max(1, (now - since).days) if since else 1
