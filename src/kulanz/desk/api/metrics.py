"""Numbers in the text format of Prometheus: those of this process, and those of the database when asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Final, Generic, TypeVar

from django.utils import timezone
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kulanz import __version__
from kulanz.desk.queries.measures import DueRows, Measures, SourceLag, Totals, measures, totals
from kulanz.desk.rules.tallies import cumulative

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MEASURED_EVERY_S: Final = 5.0
COUNTED_EVERY_S: Final = 60.0

Told = TypeVar("Told")
Rows = tuple[tuple[str | float, ...], ...]
Family = TypeVar("Family", GaugeMetricFamily, CounterMetricFamily)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY: Final = CollectorRegistry()
REQUESTS: Final = Histogram(
    "kulanz_request_seconds",
    "Time to answer a request, by address pattern, method and status",
    ("method", "route", "status"),
    buckets=BUCKETS,
    registry=REGISTRY,
)
ProcessCollector(registry=REGISTRY)


def exposition() -> bytes:
    """Return all numbers of this moment."""
    return generate_latest(REGISTRY)


class Kept(Generic[Told]):
    """An answer that stays good for some seconds: however many ask at once, it is read once."""

    def __init__(
        self, read: Callable[[], Told], for_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._for_s, self._clock = read, for_s, clock
        self._lock = Lock()
        self._answer: tuple[float, Told] | None = None

    def __call__(self) -> Told:
        with self._lock:
            if self._answer is None or self._clock() >= self._answer[0] + self._for_s:
                self._answer = self._clock(), self._read()
            return self._answer[1]

    def forget(self) -> None:
        with self._lock:
            self._answer = None


MEASURED: Final = Kept(lambda: measures(timezone.now()), MEASURED_EVERY_S)
COUNTED: Final = Kept(totals, COUNTED_EVERY_S)


class DeskCollector(Collector):
    """Asks the database, so that every process tells the same."""

    def collect(self) -> Iterator[Metric]:
        yield _gauge("kulanz_build_info", "The version that runs", ("version",), ((__version__, 1),))
        yield from _amounts(COUNTED())
        found = MEASURED()
        yield from _lags(found)
        yield from _due(found.due)
        yield from _sources(found.sources)
        yield from _others(found)
        yield from _work(found.tallies)

    def describe(self) -> list[Metric]:
        """Nothing, so that no database is asked while the process starts."""
        return []


REGISTRY.register(DeskCollector())


def _amounts(found: Totals) -> Iterator[Metric]:
    yield _one("kulanz_posts", "Posts that are kept", found.posts)
    yield _one("kulanz_threads", "Conversations that are kept", found.threads)
    yield _gauge("kulanz_deliveries", "Messages by kind and state", ("kind", "state"), found.deliveries)
    states = "Issues, promises, sources and holds by state"
    yield _gauge("kulanz_rows", states, ("noun", "state"), found.states)
    yield _gauge("kulanz_alarms", "Alarms by what people said of them", ("verdict",), found.alarms)
    asked = "Requests that sources were asked by, of the sources that are there"
    yield _gauge("kulanz_source_requests", asked, ("connector",), found.requests)


def _lags(found: Measures) -> Iterator[Metric]:
    stale = "Conversations with posts that their report does not know"
    yield _one("kulanz_threads_stale", stale, found.stale)
    oldest = "How long the oldest of those reports has been out of date"
    yield _one("kulanz_stale_seconds", oldest, found.stale_lag_s)
    yield _one("kulanz_workers", "Workers heard of in the last two minutes", found.workers)
    yield _one("kulanz_log_entries", "Entries of the public log", found.log_entries)
    waiting = "How long the first entry has waited that is not in the public log yet"
    yield _one("kulanz_log_waiting_seconds", waiting, found.log_waiting_s)
    shown = "How long ago the public log was last published"
    yield _perhaps("kulanz_log_published_seconds", shown, found.log_shown_s)
    yield _one("kulanz_log_failing", "Whether the last try to publish the log failed", found.log_failing)


def _due(rows: tuple[DueRows, ...]) -> Iterator[Metric]:
    one = ("kind",)
    waiting = tuple((row.kind, row.waiting) for row in rows)
    lag = tuple((row.kind, row.lag_s) for row in rows)
    failing = tuple((row.kind, row.failing) for row in rows)
    yield _gauge("kulanz_due_rows", "Rows that wait for a worker", one, waiting)
    yield _gauge("kulanz_due_seconds", "How long the first of them has waited", one, lag)
    yield _gauge("kulanz_failing_rows", "Rows whose last try failed and that are tried again", one, failing)


def _sources(rows: tuple[SourceLag, ...]) -> Iterator[Metric]:
    names = ("source", "connector")
    unread = tuple((row.source, row.connector, row.unread_s) for row in rows)
    overdue = tuple((row.source, row.connector, row.overdue_s) for row in rows)
    errors = tuple((row.source, row.connector, row.errors) for row in rows)
    yield _gauge("kulanz_source_unread_seconds", "How long ago a source was read to its end", names, unread)
    yield _gauge("kulanz_source_overdue_seconds", "How long a source has waited to be read", names, overdue)
    yield _gauge("kulanz_source_errors", "How often reading a source failed in a row", names, errors)


def _others(found: Measures) -> Iterator[Metric]:
    yield _gauge("kulanz_mailbox_messages", "Mails by what became of them", ("fate",), found.mails)
    yield _perhaps("kulanz_mailbox_unread_seconds", "How long ago the mailbox was last read", found.unread_s)
    billing = "How long ago a billing system was last read"
    yield _gauge("kulanz_billing_unread_seconds", billing, ("system",), found.billing)


def _work(tallies: Mapping[str, Mapping[str, float]]) -> Iterator[Metric]:
    for name, text in (
        ("job_rows", "Rows that workers did, by job"),
        ("job_seconds", "Time that workers spent on rows, by job"),
        ("job_failures", "Turns of a job that failed as a whole"),
    ):
        yield _counter(f"kulanz_{name}", text, ("name",), tuple(tallies.get(name, {}).items()))
    fetches: Rows = tuple((*label.split(":"), amount) for label, amount in tallies.get("fetches", {}).items())
    how = "Turns at reading sources, by how they ended"
    yield _counter("kulanz_fetches", how, ("connector", "result"), fetches)
    radar = tallies.get("radar", {})
    text = "Time from the first post that a report does not know to the report that does"
    sums = radar.get("sum", 0.0)
    yield HistogramMetricFamily("kulanz_radar_seconds", text, buckets=cumulative(radar), sum_value=sums)


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))


def _perhaps(name: str, text: str, value: float | None) -> Metric:
    """Return a gauge that is missing while there is nothing to tell."""
    return _gauge(name, text, (), () if value is None else ((value,),))


def _gauge(name: str, text: str, labels: tuple[str, ...], rows: Rows) -> Metric:
    return _filled(GaugeMetricFamily(name, text, labels=labels), rows)


def _counter(name: str, text: str, labels: tuple[str, ...], rows: Rows) -> Metric:
    return _filled(CounterMetricFamily(name, text, labels=labels), rows)


def _filled(family: Family, rows: Rows) -> Family:
    """Return a family of numbers; each row is its labels and its value."""
    for *values, number in rows:
        family.add_metric([str(value) for value in values], float(number))
    return family
