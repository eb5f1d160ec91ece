"""Numbers in the text format of Prometheus: those of this process, and those of the database when asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils import timezone
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kulanz import __version__
from kulanz.desk.queries.measures import DueRows, Measures, measures

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

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


class DeskCollector(Collector):
    """Asks the database whenever it is asked, so that every process tells the same."""

    def collect(self) -> Iterator[Metric]:
        found = measures(timezone.now())
        yield from _totals(found)
        yield from _due(found.due)
        yield _labelled("kulanz_mailbox_messages", "Mails by what became of them", ("fate",), found.mails)
        unread = () if found.unread_s is None else ((found.unread_s,),)
        yield _labelled("kulanz_mailbox_unread_seconds", "How long ago the mailbox was last read", (), unread)
        yield _labelled(
            "kulanz_billing_unread_seconds",
            "How long ago a billing system was last read",
            ("system",),
            found.billing,
        )
        yield _labelled(
            "kulanz_deliveries", "Messages by kind and state", ("kind", "state"), found.deliveries
        )
        yield _labelled(
            "kulanz_rows", "Issues, promises, sources and holds by state", ("noun", "state"), found.states
        )

    def describe(self) -> list[Metric]:
        """Nothing, so that no database is asked while the process starts."""
        return []


REGISTRY.register(DeskCollector())


def _totals(found: Measures) -> Iterator[Metric]:
    yield _labelled("kulanz_build_info", "The version that runs", ("version",), ((__version__, 1),))
    for name, text, value in (
        ("kulanz_posts", "Posts that are kept", found.posts),
        ("kulanz_threads", "Conversations that are kept", found.threads),
        ("kulanz_threads_stale", "Conversations with posts that their report does not know", found.stale),
        (
            "kulanz_stale_seconds",
            "How long the oldest of those reports has been out of date",
            found.stale_lag_s,
        ),
        ("kulanz_log_entries", "Entries of the public log", found.log_entries),
        (
            "kulanz_log_waiting_seconds",
            "How long the first entry has waited that is not in the public log yet",
            found.log_waiting_s,
        ),
        ("kulanz_workers", "Workers heard of in the last two minutes", found.workers),
    ):
        yield GaugeMetricFamily(name, text, value=float(value))


def _due(rows: tuple[DueRows, ...]) -> Iterator[Metric]:
    one = ("kind",)
    waiting = tuple((row.kind, row.waiting) for row in rows)
    lag = tuple((row.kind, row.lag_s) for row in rows)
    failing = tuple((row.kind, row.failing) for row in rows)
    yield _labelled("kulanz_due_rows", "Rows that wait for a worker", one, waiting)
    yield _labelled("kulanz_due_seconds", "How long the first of them has waited", one, lag)
    yield _labelled(
        "kulanz_failing_rows", "Rows whose last try failed and that are tried again", one, failing
    )


def _labelled(
    name: str, text: str, labels: tuple[str, ...], rows: tuple[tuple[str | float, ...], ...]
) -> GaugeMetricFamily:
    """Return a family of gauges; each row is its labels and its value."""
    family = GaugeMetricFamily(name, text, labels=labels)
    for *values, number in rows:
        family.add_metric([str(value) for value in values], float(number))
    return family
