"""Numbers about the desk as a whole, for monitoring; nothing in them is about a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Min, Model, Q, QuerySet

from kulanz.desk.models import BillingSystem, Delivery, Hold, Post, Promise, Source, Thread
from kulanz.desk.queries.health import due_models, mailbox, waiting_since
from kulanz.desk.queries.heartbeats import workers_alive
from kulanz.desk.queries.issues import listed
from kulanz.desk.queries.log_state import log_state

COUNTED_BELOW: Final = 100_000
_STATES: Final[tuple[tuple[str, QuerySet[Any]], ...]] = (
    ("issues", listed()),
    ("promises", Promise.objects.all()),
    ("sources", Source.objects.all()),
    ("holds", Hold.objects.all()),
)


@dataclass(frozen=True, slots=True)
class DueRows:
    """Rows of one kind that wait for a worker, how long the first has waited, and how many failed before."""

    kind: str
    waiting: int
    lag_s: float
    failing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """``stale_lag_s`` is how long the report that is oldest has been out of date.

    ``mails`` are those of the mailbox by what became of them; ``unread_s`` is how long ago it was last read,
    None where it never was. ``billing`` is how long ago each billing system was, by its number.
    ``log_entries`` are in the public log; ``log_waiting_s`` is how long the first that is not has waited.
    """

    posts: int
    threads: int
    stale: int
    stale_lag_s: float
    due: tuple[DueRows, ...]
    deliveries: tuple[tuple[str, str, int], ...]
    states: tuple[tuple[str, str, int], ...]
    workers: int
    mails: tuple[tuple[str, int], ...]
    unread_s: float | None
    billing: tuple[tuple[str, float], ...]
    log_entries: int
    log_waiting_s: float


def measures(now: datetime) -> Measures:
    """Return all numbers of this moment."""
    box, log = mailbox(), log_state()
    return Measures(
        posts=_about(Post),
        threads=_about(Thread),
        stale=Thread.objects.filter(stale_since__isnull=False).count(),
        stale_lag_s=_lag(waiting_since(), now),
        due=tuple(_due(model, now) for model in due_models()),
        deliveries=tuple(_deliveries()),
        states=tuple(_states()),
        workers=workers_alive(now),
        mails=tuple((name, getattr(box, name)) for name in ("kept", "unmatched", "broken")) if box else (),
        unread_s=_lag(box.last_success_at, now) if box and box.last_success_at else None,
        billing=tuple(_billing(now)),
        log_entries=log.size,
        log_waiting_s=_lag(log.waiting_since, now),
    )


def _about(model: type[Model]) -> int:
    """Return how many rows a table has; of a large one on PostgreSQL what the planner takes it to have.

    Programs ask for this every few seconds, and counting a hundred million rows takes minutes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = model._meta.db_table  # noqa: SLF001 - Django's own way to the name
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
            estimated: int = cursor.fetchone()[0]
        if estimated >= COUNTED_BELOW:
            return estimated
    return model._default_manager.count()  # noqa: SLF001


def _due(model: Any, now: datetime) -> DueRows:
    found = model.objects.filter(due_at__isnull=False).aggregate(
        waiting=Count("pk", filter=Q(due_at__lte=now)),
        first=Min("due_at"),
        failing=Count("pk", filter=~Q(last_error="")),
    )
    return DueRows(model._meta.model_name, found["waiting"], _lag(found["first"], now), found["failing"])  # noqa: SLF001 - Django's own way to the name


def _deliveries() -> Iterator[tuple[str, str, int]]:
    rows = Delivery.objects.values("kind").annotate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
        waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None)),
    )
    for row in rows.order_by("kind"):
        for state in ("waiting", "sent", "given_up"):
            yield row["kind"], state, row[state]


def _states() -> Iterator[tuple[str, str, int]]:
    for noun, rows in _STATES:
        for state, count in rows.values_list("state").annotate(n=Count("pk")).order_by("state"):
            yield noun, state, count


def _billing(now: datetime) -> Iterator[tuple[str, float]]:
    running = BillingSystem.objects.filter(paused=False).order_by("pk")
    for pk, last, made in running.values_list("pk", "last_success_at", "created_at"):
        yield str(pk), _lag(last or made, now)


def _lag(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
