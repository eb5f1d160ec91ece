"""How a worker rests: until it is told of due work, or for a while; whichever comes first.

On PostgreSQL it listens for what ``kulanz.desk.models.waking`` tells, on a connection of its own: while it
works, notifications wait there, so that none is lost. It begins to listen before it looks for work: what
becomes due in between is either seen or told. On SQLite nobody tells, and it looks often.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Any, Final

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from kulanz.desk.models.waking import CHANNEL, SOON_S

PAUSE_S: Final = 1.0
_LOOK_EVERY_S: Final = 0.2
"""How soon a worker that rests notices that it is told to stop."""

logger = logging.getLogger(__name__)


class Rest:
    """The rests of one worker, at most ``pause_s`` seconds each.

    ``told`` is a database that tells of due work, None where it does not.
    """

    def __init__(self, told: BaseDatabaseWrapper | None = None, *, pause_s: float = PAUSE_S) -> None:
        self._told = told
        self.pause_s = pause_s
        self._silent = False

    def listen(self) -> bool:
        """Listen from now on; return False while the database does not answer, which is logged once."""
        if self._told is None:
            return True
        try:
            if self._told.connection is None or self._told.connection.closed:
                self._told.close()
                with self._told.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
        except Error as error:
            self._lose(error)
            return False
        if self._silent:
            logger.info("the database answers again")
        self._silent = False
        return True

    def until_due(self, stop: Event, clock: Callable[[], datetime]) -> None:
        """Rest until something is due as far as is told, at most as long as is usual, or until ``stop``."""
        if self._told is None:
            stop.wait(self.pause_s)
            return
        until = monotonic() + self.pause_s
        try:
            while not stop.is_set() and (left := until - monotonic()) > 0:
                for due in self._heard(min(left, _LOOK_EVERY_S)):
                    until = min(until, monotonic() + due - clock().timestamp())
        except Error as error:
            self._lose(error)

    def end(self) -> None:
        """Listen no more."""
        if self._told is not None:
            with suppress(Error):
                self._told.close()

    def _heard(self, seconds: float) -> list[float]:
        """Wait for so long at most, and return when something is due, in seconds since 1970."""
        told: Any = self._told
        with told.wrap_database_errors:
            return [_moment(note.payload) for note in told.connection.notifies(timeout=seconds, stop_after=1)]

    def _lose(self, error: Error) -> None:
        if not self._silent:
            logger.warning("the database does not answer: %s", str(error).strip())
        self._silent = True
        self.end()


def rest() -> Rest:
    """Return how a worker of this desk rests."""
    return Rest(connection.copy(), pause_s=SOON_S) if connection.vendor == "postgresql" else Rest()


def _moment(payload: str) -> float:
    try:
        return float(payload)
    except ValueError:
        return 0.0
