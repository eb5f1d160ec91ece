"""The contract of a connector: what it is given, and what it must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from kulanz.sources.errors import Problems
from kulanz.sources.sightings import Cursor, Page
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret

LIVE: Final = "live"
HISTORY: Final = "history"


class Known(Protocol):
    """What the store already has of this source; connectors read it, never write it."""

    def marker(self, thread_id: str) -> str | None:
        """The marker kept with the thread's last complete read, None for an unknown thread."""
        ...

    def post_ids(self, thread_id: str) -> frozenset[str]:
        """The ids of all posts kept of the thread that were not seen to be removed."""
        ...

    def thread_of(self, post_id: str) -> str | None:
        """The thread that a kept post belongs to, None for an unknown post."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a connector is given: it reads no settings, no clock and no environment.

    ``address`` is what stands behind the connector's name, such as ``https://forum.example.org``.
    ``secrets`` holds keys by name as the connector documents them (``KEYS``); empty means
    anonymous. ``problems`` takes what had to be skipped.
    """

    address: str
    http: HttpClient
    now: Callable[[], datetime]
    known: Known
    problems: Problems
    policy: AddressPolicy = field(default_factory=AddressPolicy)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@runtime_checkable
class Connector(Protocol):
    """Reads one source. Made by calling its class with a Context; keeps no state but that.

    ``lanes`` are independent reads of the same source, each with a cursor of its own, which may run
    side by side: ``live`` follows what is new, ``history`` goes back to the beginning. A connector
    that reads oldest first by nature has ``live`` alone. ``grace`` is how long after writing the
    platform lets an author edit without showing it.
    """

    @property
    def name(self) -> str:
        """The connector's name, as in ``CONNECTORS``."""
        ...

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes that ``pages`` knows, the most urgent first."""
        ...

    @property
    def grace(self) -> timedelta:
        """How long an edit stays unshown by the platform's own rule."""
        ...

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield what the lane has after the cursor, then end; None starts it.

        Every page carries the cursor from which another connector goes on as if nothing had
        happened. Raise TemporaryError where trying later may help, PermanentError where only a
        person can help. A broken post goes to ``Context.problems`` and the rest is yielded.
        """
        ...

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Read known threads again, to see edits and removals; the pages have no cursor.

        A thread that is no longer shown is yielded as ``gone``, not raised.
        """
        ...


class ConnectorClass(Protocol):
    """What a connector's module offers as ``CONNECTOR``; beside it stands ``KEYS``."""

    def __call__(self, context: Context) -> Connector:
        """Return a connector for ``context.address``; raise PermanentError for a wrong address."""
        ...
