"""Runs a connector without a store: what it needs to be made, and a notebook of what it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import msgspec

from kulanz.sources.connecting import Connector, ConnectorClass, Context, Known
from kulanz.sources.errors import Problems
from kulanz.sources.fetching import Fetch, Outcome
from kulanz.sources.sightings import Cursor, Page, Sighting, ThreadSighting
from kulanz.sources.store import SourceStore
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.limits import WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.pacing import Pacing
from kulanz.sources.web.secrets import Secret

LOOPBACK: Final = AddressPolicy(allowed=("127.0.0.1", "localhost"))
CONTACT: Final = "tests@example.org"
_SEED: Final = 1
_REREADS: Final = 1000
_HASTY: Final = Pacing(interval=0, attempts=2, first_wait=0.01)
_SHORT: Final = WebLimits(connect_seconds=5, read_seconds=5, total_seconds=10)


@dataclass(slots=True)
class Notebook:
    """What was seen of a source so far; a ``Known`` that keeps no files."""

    posts: dict[str, Sighting] = field(default_factory=dict)
    threads: dict[str, ThreadSighting] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)

    def keep(self, lane: str, page: Page) -> None:
        """Note a page as a store would."""
        self.posts.update((each.post.post_id, each) for each in page.posts)
        for thread in page.threads:
            earlier = self.threads.get(thread.thread_id)
            marker = thread.marker or (earlier.marker if earlier else None)
            self.threads[thread.thread_id] = msgspec.structs.replace(thread, marker=marker)
        if page.cursor is not None:
            self.cursors[lane] = through_json(page.cursor)

    def marker(self, thread_id: str) -> str | None:
        thread = self.threads.get(thread_id)
        return None if thread is None else thread.marker

    def post_ids(self, thread_id: str) -> frozenset[str]:
        kept = self.posts.values()
        return frozenset(
            each.post.post_id for each in kept if each.post.thread_id == thread_id and not each.removed
        )

    def thread_of(self, post_id: str) -> str | None:
        kept = self.posts.get(post_id)
        return None if kept is None else kept.post.thread_id

    @property
    def thread_ids(self) -> list[str]:
        """Every thread seen, in order."""
        return sorted(self.threads.keys() | {each.post.thread_id for each in self.posts.values()})


@dataclass(slots=True, kw_only=True)
class Reading:
    """One address as a connector reads it, with real requests, but without waiting between them."""

    make: ConnectorClass
    address: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    policy: AddressPolicy = LOOPBACK
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    problems: Problems = field(default_factory=Problems)
    http: HttpClient = field(init=False)
    waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = self.client()

    def client(self, budget: int | None = None) -> HttpClient:
        """Return a client that may reach loopback and notes in ``waited`` what it would have slept."""
        return HttpClient(
            policy=self.policy,
            limits=_SHORT,
            pacing=_HASTY,
            contact=CONTACT,
            budget=budget,
            now=self.now,
            sleep=self.waited.append,
            random=Random(_SEED).random,
        )

    def connector(self, known: Known) -> Connector:
        """Return a new connector, as after a restart."""
        return self.make(
            Context(
                address=self.address,
                http=self.http,
                now=self.now,
                known=known,
                problems=self.problems,
                policy=self.policy,
                secrets={name: Secret(value) for name, value in self.secrets.items()},
            )
        )

    def pages(self, notebook: Notebook, lane: str, most: int | None = None) -> Iterator[Page]:
        """Yield a lane's next pages, at most ``most``, each noted before the next is read."""
        pages = self.connector(notebook).pages(lane, notebook.cursors.get(lane))
        for count, page in enumerate(pages, start=1):
            notebook.keep(lane, page)
            yield page
            if count == most:
                return

    def fetch(self, source: SourceStore, days: int = 0) -> Outcome:
        """Read into a store as ``kulanz fetch`` does, so many days from now; threads are read again too."""
        began = datetime.now(UTC) + timedelta(days=days)
        self.now = lambda: began
        self.http = self.client()
        return Fetch(
            store=source,
            connector=self.connector(source),
            http=self.http,
            now=self.now,
            random=Random(_SEED),
            problems=self.problems,
            reread_budget=_REREADS,
        ).run()

    def read_all(self, notebook: Notebook | None = None) -> Notebook:
        """Read every lane to its end."""
        notes = Notebook() if notebook is None else notebook
        for lane in self.connector(notes).lanes:
            exhaust(self.pages(notes, lane))
        return notes

    def reread(self, notebook: Notebook, thread_ids: Iterable[str] | None = None) -> list[Page]:
        """Read threads again, all of them for None, and note what came."""
        wanted = notebook.thread_ids if thread_ids is None else list(thread_ids)
        pages = []
        for page in self.connector(notebook).reread(wanted):
            notebook.keep("", page)
            pages.append(page)
        return pages


def through_json(cursor: Cursor) -> Cursor:
    """Return a cursor as it comes back out of a store."""
    kept: Cursor = msgspec.json.decode(msgspec.json.encode(cursor))
    return kept


def exhaust(pages: Iterable[Page]) -> int:
    """Go through pages for what they do to a notebook; return how many there were."""
    return sum(1 for _ in pages)
