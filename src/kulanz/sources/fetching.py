"""Drives a connector: its lanes side by side, threads read again, every page kept at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final, Protocol

from kulanz.sources.connecting import LIVE, Connector
from kulanz.sources.errors import BudgetSpentError, FetchError, PermanentError, Problems, TemporaryError
from kulanz.sources.rereading import Plan, plan
from kulanz.sources.revisions import RevisionKind
from kulanz.sources.sightings import Page
from kulanz.sources.store import Kept, SourceStore

REREAD: Final = "reread"
_BATCH: Final = 10


class Counting(Protocol):
    """What counts the requests of a run: the HTTP client."""

    @property
    def requests(self) -> int: ...


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a run did. ``error`` is what ended it or one of its lanes early, None if nothing did.

    ``plan`` is what was to be read again, ``reread`` how many threads of it were.
    """

    pages: int = 0
    new_posts: int = 0
    revisions: Counter[RevisionKind] = field(default_factory=Counter)
    requests: int = 0
    plan: Plan | None = None
    reread: int = 0
    error: FetchError | None = None

    def count(self, kept: Kept) -> None:
        self.pages += 1
        self.new_posts += kept.new_posts
        self.revisions.update(each.kind for each in kept.revisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One run over one source.

    ``lanes`` are those of the connector to be read, None for all. ``reread_budget`` is how many
    requests may go to threads read again, None for none. ``progress`` hears of every page.
    """

    store: SourceStore
    connector: Connector
    http: Counting
    now: Callable[[], datetime]
    random: Random
    problems: Problems
    lanes: Sequence[str] | None = None
    reread_budget: int | None = None
    progress: Callable[[Outcome], None] = lambda _outcome: None

    def run(self, next_run: Callable[[datetime], datetime | None] = lambda _now: None) -> Outcome:
        """Read until every lane is at its end, the budget is spent or an error ends it.

        Errors of the source are in the outcome and in the source's health, not raised. What was
        read before them is kept. ``next_run`` says when the next run is due.
        """
        outcome, number = Outcome(), self.store.begin(self.now())
        before = self.http.requests
        try:
            for lane, page in self._rotation(outcome, number):
                outcome.requests = self.http.requests - before
                outcome.count(self._keep(number, lane, page, outcome.requests))
                self.progress(outcome)
        except FetchError as error:
            outcome.error = error
        outcome.requests = self.http.requests - before
        now = self.now()
        self._note(outcome, now)
        self.store.ended(number, outcome.requests, _said(outcome), now=now, next_run=next_run(now))
        return outcome

    def _keep(self, number: int, lane: str, page: Page, requests: int) -> Kept:
        return self.store.keep(
            page,
            run=number,
            lane=None if lane == REREAD else lane,
            grace=self.connector.grace,
            problems=self.problems,
            now=self.now(),
            requests=requests,
        )

    def _rotation(self, outcome: Outcome, run: int) -> Iterator[tuple[str, Page]]:
        """Yield a page of each lane in turn, until none has any."""
        lanes = {lane: self._lane(lane) for lane in self._wanted()}
        if self.reread_budget is not None:
            lanes[REREAD] = self._rereads(outcome, run, self.reread_budget)
        while lanes:
            for lane in tuple(lanes):
                try:
                    page = next(lanes[lane], None)
                except TemporaryError as error:
                    if isinstance(error, BudgetSpentError) or error.retry_after is not None:
                        raise
                    outcome.error, page = error, None  # the other lanes may still be readable
                if page is None:
                    del lanes[lane]
                else:
                    yield lane, page

    def _wanted(self) -> list[str]:
        """Return the lanes to read; one that goes back to the beginning is read to its end once."""
        wanted = self.connector.lanes if self.lanes is None else self.lanes
        return [lane for lane in wanted if lane == LIVE or not self.store.has_ended(lane)]

    def _lane(self, lane: str) -> Iterator[Page]:
        yield from self.connector.pages(lane, self.store.cursor(lane))
        if lane == LIVE:
            self.store.succeeded(self.now())
        else:
            self.store.end_lane(lane)

    def _rereads(self, outcome: Outcome, run: int, budget: int) -> Iterator[Page]:
        """Yield threads read again, as planned, until that share of the requests is spent."""
        candidates = self.store.candidates(run)
        chosen = plan(candidates, now=self.now(), budget=budget, random=self.random)
        outcome.plan = chosen
        spent = 0
        for start in range(0, len(chosen.thread_ids), _BATCH):
            batch = chosen.thread_ids[start : start + _BATCH]
            for page, used in self._metered(self.connector.reread(batch)):
                spent += used
                yield page
            self.store.read_again(batch, self.now())
            outcome.reread += len(batch)
            if spent >= budget:
                return

    def _metered(self, pages: Iterator[Page]) -> Iterator[tuple[Page, int]]:
        """Yield pages with the requests that each took; other lanes ask in between."""
        while True:
            before = self.http.requests
            page = next(pages, None)
            if page is None:
                return
            yield page, self.http.requests - before

    def _note(self, outcome: Outcome, now: datetime) -> None:
        error = outcome.error
        if isinstance(error, PermanentError):
            self.store.stopped(error, now)
        elif isinstance(error, TemporaryError) and not isinstance(error, BudgetSpentError):
            self.store.failed(error, now, self.random.random())


def _said(outcome: Outcome) -> str:
    return "done" if outcome.error is None else str(outcome.error)
