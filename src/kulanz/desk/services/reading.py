"""One turn of reading a source: what deliveries asked for, what is new, some threads again, the way back.

A turn is short, so that other work is not kept waiting; every page is kept with its cursor, and the next turn
goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from kulanz.desk.models import Lane, Source
from kulanz.desk.queries.known import candidates
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.outside import Outside
from kulanz.sources.connecting import LIVE, Connector
from kulanz.sources.errors import BudgetSpentError, TemporaryError
from kulanz.sources.rereading import plan
from kulanz.sources.sightings import Page
from kulanz.sources.web.client import HttpClient

TURN: Final = timedelta(seconds=15)
FORGOTTEN: Final = timedelta(days=1)
"""A thread that could not be read again for so long is left to the sampling."""

_BATCH: Final = 10
_MOST_ASKED: Final = 50
_SHARE: Final = 4
_MOST_SAMPLED: Final = 60
_DAY_S: Final = 86_400

_Pages = Iterator[tuple[str | None, Page]]


@dataclass(slots=True, kw_only=True)
class Turn:
    """One turn over one source. ``error`` is what kept a part of it from being read, None if nothing did."""

    source: Source
    connector: Connector
    http: HttpClient
    outside: Outside
    began: datetime
    turn: timedelta = TURN
    error: TemporaryError | None = None
    _counted: int = field(default=0, init=False)
    _live: bool = field(default=False, init=False)

    def run(self) -> bool:
        """Read until the turn is over or everything is read; return whether more is to be read at once.

        Raise BudgetSpentError, PermanentError, and TemporaryError where the source asked to be left alone.
        """
        try:
            parts = (self._asked(), self._newest(), self._sampled(), self._way_back())
            return any(self._stretch(pages) for pages in parts)
        finally:
            self._count()

    def _stretch(self, pages: _Pages) -> bool:
        """Keep pages until there are none or the turn is over; return whether it is over."""
        try:
            for lane, page in pages:
                self._keep(lane, page)
                if self._is_over():
                    return True
        except TemporaryError as error:
            if isinstance(error, BudgetSpentError) or error.retry_after is not None:
                raise
            self.error = error  # the rest of the source may still be readable
        return False

    def _keep(self, lane: str | None, page: Page) -> None:
        keep_page(
            source=self.source,
            page=page,
            lane=lane,
            grace=self.connector.grace,
            now=self.outside.clock(),
            began=self.began,
        )
        self._count()

    def _count(self) -> None:
        """Count requests as they are made, so that a worker that dies has counted most of them."""
        new, self._counted = self.http.requests - self._counted, self.http.requests
        if new:
            counted = {
                "requests_today": F("requests_today") + new,
                "requests_total": F("requests_total") + new,
            }
            Source.objects.filter(pk=self.source.pk).update(**counted)

    def _is_over(self) -> bool:
        return abs(self.outside.clock() - self.began) >= self.turn  # also where the clock was set back

    def _asked(self) -> _Pages:
        """Threads that deliveries said have changed."""
        self.source.rereads.filter(asked_at__lt=self.began - FORGOTTEN).delete()
        rows = list(self.source.rereads.order_by("asked_at", "pk")[:_MOST_ASKED])
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            yield from self._again([row.key for row in batch])
            for row in batch:  # one that was asked for again meanwhile stays
                self.source.rereads.filter(pk=row.pk, asked_at=row.asked_at).delete()

    def _newest(self) -> _Pages:
        if not self._live_is_due():
            return
        for page in self.connector.pages(LIVE, self._cursor(LIVE)):
            yield LIVE, page
        self._live = True
        Source.objects.filter(pk=self.source.pk).update(
            last_success_at=self.outside.clock(), errors_in_row=0, last_error=""
        )

    def _live_is_due(self) -> bool:
        read_at = self.source.last_success_at
        interval = timedelta(seconds=self.source.interval_s)
        # a time that is yet to come is of a clock that was set back since
        rests = read_at is not None and read_at <= self.began < read_at + interval
        return self.source.wanted_at is not None or not rests

    def _sampled(self) -> _Pages:
        """Some known threads again, in search of edits and removals: a share of the day's requests."""
        if not self._live:
            return
        budget = reread_budget(self.source)
        chosen = plan(
            candidates(self.source, self.began), now=self.began, budget=budget, random=self.outside.random
        )
        before = self.http.requests
        for start in range(0, len(chosen.thread_ids), _BATCH):
            yield from self._again(chosen.thread_ids[start : start + _BATCH])
            if self.http.requests - before >= budget:
                return

    def _again(self, keys: Sequence[str]) -> _Pages:
        for page in self.connector.reread(keys):
            yield None, page
        self.source.threads.filter(key__in=keys).update(read_at=self.outside.clock())

    def _way_back(self) -> _Pages:
        """The lanes that go back to the beginning, each read to its end once."""
        finished = set(self.source.lanes.exclude(finished_at=None).values_list("name", flat=True))
        for lane in self.connector.lanes:
            if lane == LIVE or lane in finished:
                continue
            for page in self.connector.pages(lane, self._cursor(lane)):
                yield lane, page
            ended = {"finished_at": self.outside.clock()}
            Lane.objects.update_or_create(source=self.source, name=lane, defaults=ended)

    def _cursor(self, lane: str) -> dict[str, object] | None:
        kept: dict[str, object] | None = (
            self.source.lanes.filter(name=lane).values_list("cursor", flat=True).first()
        )
        return kept


def reread_budget(source: Source) -> int:
    """Return how many requests of one run go to threads read again: a quarter of the day's, spread evenly."""
    share = source.budget_per_day / _SHARE * source.interval_s / _DAY_S
    return min(max(int(share), 1), _MOST_SAMPLED)
