"""Numbers about the desk as a whole, for monitoring; nothing in them is about a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Min, Model, Q, QuerySet, Sum

from kulanz.desk.models import (
    Alert,
    BillingSystem,
    Delivery,
    Hold,
    Post,
    Promise,
    Source,
    Tally,
    Thread,
)
from kulanz.desk.models.alerts import VERDICTS
from kulanz.desk.queries.health import due_models, mailbox, planned, waiting_since
from kulanz.desk.queries.heartbeats import workers_alive
from kulanz.desk.queries.issues import listed
from kulanz.desk.queries.log_state import log_state
from kulanz.desk.rules.machines import SOURCE
from kulanz.sources.connectors import CONNECTORS

MOST_SOURCES: Final = 1_000
"""So many sources are told of one by one, those first that were not read for longest."""

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


@dataclass(frozen=True, slots=True)
class SourceLag:
    """How far a source is behind: since it was last read to the end, and since it should be read.

    ``source`` is its number at the desk; ``errors`` is how often it failed in a row.
    """

    source: str
    connector: str
    unread_s: float
    overdue_s: float
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """``stale_lag_s`` is how long the report that is oldest has been out of date.

    ``mails`` are those of the mailbox by what became of them; ``unread_s`` is how long ago it was last read,
    None where it never was. ``billing`` is how long ago each billing system was, by its number.
    ``log_entries`` are in the public log; ``log_waiting_s`` is how long the first that is not has waited,
    ``log_shown_s`` how long ago the log was last published, None where it never was. ``tallies`` are what
    workers have counted, by name and label.
    """

    stale: int
    stale_lag_s: float
    due: tuple[DueRows, ...]
    sources: tuple[SourceLag, ...]
    workers: int
    mails: tuple[tuple[str, int], ...]
    unread_s: float | None
    billing: tuple[tuple[str, float], ...]
    log_entries: int
    log_waiting_s: float
    log_shown_s: float | None
    log_failing: bool
    tallies: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What takes counting through whole tables, and changes slowly."""

    posts: int
    threads: int
    deliveries: tuple[tuple[str, str, int], ...]
    states: tuple[tuple[str, str, int], ...]
    alarms: tuple[tuple[str, int], ...]
    requests: tuple[tuple[str, int], ...]


def measures(now: datetime) -> Measures:
    """Return what may be an alarm at this moment; each number comes from an index or a small table."""
    box, log = mailbox(), log_state()
    return Measures(
        stale=Thread.objects.filter(stale_since__isnull=False).count(),
        stale_lag_s=_lag(waiting_since(), now),
        due=tuple(_due(model, now) for model in due_models()),
        sources=tuple(_sources(now)),
        workers=workers_alive(now),
        mails=tuple((name, getattr(box, name)) for name in ("kept", "unmatched", "broken")) if box else (),
        unread_s=_lag(box.last_success_at, now) if box and box.last_success_at else None,
        billing=tuple(_billing(now)),
        log_entries=log.size,
        log_waiting_s=_lag(log.waiting_since if log.origin else None, now),
        log_shown_s=_lag(log.published_at, now) if log.published_at else None,
        log_failing=bool(log.last_error),
        tallies=_tallies(),
    )


def totals() -> Totals:
    """Return how much of everything there is."""
    return Totals(
        posts=_about(Post),
        threads=_about(Thread),
        deliveries=tuple(_deliveries()),
        states=tuple(_states()),
        alarms=tuple(_alarms()),
        requests=tuple(_requests()),
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
    rows = planned(model)
    found = rows.filter(due_at__lte=now).aggregate(waiting=Count("pk"), first=Min("due_at"))
    failing = rows.exclude(last_error="").count()
    return DueRows(model._meta.model_name, found["waiting"], _lag(found["first"], now), failing)  # noqa: SLF001 - Django's own way to the name


def _sources(now: datetime) -> Iterator[SourceLag]:
    """Yield the sources that are read and not paused or stopped; the others wait for people or senders."""
    running = Source.objects.filter(state=SOURCE.initial, connector__in=CONNECTORS)
    rows = running.order_by("last_success_at", "pk").values_list(
        "pk", "connector", "last_success_at", "created_at", "due_at", "errors_in_row"
    )
    for pk, connector, last, made, due, errors in rows[:MOST_SOURCES]:
        yield SourceLag(str(pk), connector, _lag(last or made, now), _lag(due, now), errors)


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


def _alarms() -> Iterator[tuple[str, int]]:
    found = dict(Alert.objects.values_list("verdict").annotate(n=Count("pk")).order_by("verdict"))
    for verdict in VERDICTS:
        yield verdict or "open", found.get(verdict, 0)


def _requests() -> Iterator[tuple[str, int]]:
    yield from Source.objects.values_list("connector").annotate(n=Sum("requests_total")).order_by("connector")


def _billing(now: datetime) -> Iterator[tuple[str, float]]:
    running = BillingSystem.objects.filter(paused=False).order_by("pk")
    for pk, last, made in running.values_list("pk", "last_success_at", "created_at"):
        yield str(pk), _lag(last or made, now)


def _tallies() -> Mapping[str, Mapping[str, float]]:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, label, amount in Tally.objects.order_by("name", "label").values_list("name", "label", "amount"):
        found[name][label] = amount
    return found


def _lag(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
