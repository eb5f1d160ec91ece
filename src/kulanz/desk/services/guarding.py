"""Connections of libraries that choose their own: each is looked at when it is made, not when its name was.

A name may lead outside when it is checked and inside when it is used (DNS rebinding), and a service may
redirect. Python tells an audit hook of every connection; what is ``guarded`` makes none but those that may
be. That holds for a thread, and for others to which its context is handed on, as Apprise does.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Final

from kulanz.sources.web.addresses import Address, is_public, parse_address

_CONNECTIONS: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_PROGRAMS: Final = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"})
_listening: Final = Lock()
_guard: Final[ContextVar[Guard | None]] = ContextVar("guard", default=None)


class RefusedConnectionError(ConnectionRefusedError):
    """A connection that may not be made, or a program that may not be started."""


@dataclass(slots=True)
class Guard:
    """Public addresses may be connected to, and ``allowed`` ones; ``refused`` is what was tried besides."""

    allowed: Collection[Address]
    refused: str = ""

    def look(self, event: str, place: object) -> None:
        """Raise RefusedConnectionError for a connection that may not be made."""
        host = str(place[0]) if isinstance(place, tuple) and place else ""
        address = parse_address(host)
        fine = address is not None and (is_public(address) or address in self.allowed)
        if event in _PROGRAMS or not fine:
            self.refused = host or event
            raise RefusedConnectionError(f"{self.refused} is not a public address")


@contextmanager
def guarded(allowed: Collection[Address]) -> Iterator[Guard]:
    """Have every connection that is made meanwhile looked at."""
    _listen()
    guard = Guard(allowed)
    before = _guard.set(guard)
    try:
        yield guard
    finally:
        _guard.reset(before)


def _listen() -> None:
    """Have Python tell of connections from now on, once: a hook stays, and slows its process down."""
    with _listening:
        _have_told()


@cache
def _have_told() -> None:
    sys.addaudithook(_hear)


def _hear(event: str, given: tuple[Any, ...], watched: frozenset[str] = _CONNECTIONS | _PROGRAMS) -> None:
    # Python calls this for a great many events: a default is read faster than a global name
    if event in watched and (guard := _guard.get()) is not None:
        guard.look(event, given[1] if event in _CONNECTIONS else None)
