"""Sources as lists and their pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Sum

from kulanz.desk.conf import conf
from kulanz.desk.models import Lane, Mention, Revision, Source, Subscription, Thread
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.hooks import CLAIMS, SIGNED, receivers_of
from kulanz.sources.connectors import CONNECTORS

LATE_AFTER: Final = 3
"""A source that was not read for so many of its intervals is behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source and how it is doing.

    ``health`` is good, late, failing, stopped, paused, new (never read) or waiting (it is sent to, and
    nothing came yet). ``lag`` is how long ago its newest was last read to the end, or sent.
    """

    source: Source
    health: str
    lag: timedelta | None
    threads: int
    posts: int
    requests_today: int


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that a source takes deliveries at; ``signed`` where the sender needs the secret."""

    receiver: str
    address: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDetail:
    """All about one source."""

    row: SourceRow
    lanes: tuple[Lane, ...]
    revisions: Paged[Revision]
    waiting_mentions: int
    waiting_rereads: int
    subscription: Subscription | None


def source_choices() -> list[tuple[int, str]]:
    """Return id and name of every source, by name."""
    return list(Source.objects.order_by("name").values_list("pk", "name"))


def sources(*, now: datetime, offset: int = 0) -> Paged[SourceRow]:
    """Return a page of sources by name, with how each is doing."""
    return paged(Source.objects.order_by("name"), lambda found: _rows(found, now), offset=offset)


def source_detail(source: Source, *, now: datetime, offset: int = 0) -> SourceDetail:
    """Return all about a source, with a page of the changes that were found lately."""
    found = Revision.objects.filter(thread__source=source).order_by("-found_at", "-pk")
    return SourceDetail(
        row=_rows([source], now)[0],
        lanes=tuple(source.lanes.order_by("pk")),
        revisions=paged(found.select_related("thread", "post"), list, offset=offset),
        waiting_mentions=Mention.objects.filter(source=source, due_at__isnull=False).count(),
        waiting_rereads=source.rereads.count(),
        subscription=Subscription.objects.filter(source=source).first(),
    )


def hooks_of(source: Source) -> tuple[Hook, ...]:
    """Return the addresses that a source takes deliveries at; only for whoever may set it up."""
    names = receivers_of(source.connector)
    return tuple(
        Hook(name, f"{conf().url}/hooks/{source.hook_key}/{name}", name in SIGNED)
        for name in names
        if name != "websub"
    )


def takes_signed(source: Source) -> bool:
    """Whether a source has a webhook that needs a secret."""
    return any(name in SIGNED for name in receivers_of(source.connector) if name not in CLAIMS)


def _rows(found: list[Source], now: datetime) -> list[SourceRow]:
    sums = _sums(found)
    return [
        SourceRow(
            source=source,
            health=_health(source, now),
            lag=None if (last := _last(source)) is None else max(now - last, timedelta(0)),
            threads=sums.get(source.pk, (0, 0))[0],
            posts=sums.get(source.pk, (0, 0))[1],
            requests_today=source.requests_today if source.requests_day == now.date() else 0,
        )
        for source in found
    ]


def _sums(found: list[Source]) -> Mapping[int, tuple[int, int]]:
    """Threads and posts by source; posts are summed over threads, which is the shorter table."""
    rows = Thread.objects.filter(source__in=found).values_list("source_id").order_by("source_id")
    counted = rows.annotate(counted=Count("pk"), summed=Sum("post_count"))
    return {pk: (threads, posts or 0) for pk, threads, posts in counted}


def _last(source: Source) -> datetime | None:
    return source.last_success_at if source.connector in CONNECTORS else source.delivered_at


def _health(source: Source, now: datetime) -> str:
    if source.state != "running":
        return source.state
    if source.connector not in CONNECTORS:
        return "waiting" if source.delivered_at is None else "good"
    if source.last_error:
        return "failing"
    if source.last_success_at is None:
        return "new"
    late = now - source.last_success_at > timedelta(seconds=LATE_AFTER * source.interval_s)
    return "late" if late else "good"
