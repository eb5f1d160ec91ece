"""One worker: it does what is due until it is told to stop, and says that it is there."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Final

from django.db import Error

from kulanz.desk.logs import tell_uncaught
from kulanz.desk.operating.supervising import tell_ready
from kulanz.desk.services import heartbeats
from kulanz.desk.services.tallies import TALLIES
from kulanz.desk.services.waking import rest
from kulanz.desk.worker import run, run_once

MOST_ROUNDS: Final = 10_000


def work(*, with_parent: bool) -> None:
    """Work until SIGTERM or Ctrl-C; what was begun is finished. With a parent, end when it ends."""
    tell_uncaught()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        Thread(target=_wait_for_end, args=(stop, sys.stdin.buffer), daemon=True).start()
    else:
        tell_ready()
    run(stop, _now, rest())
    with suppress(Error):  # one that nobody hears of any more is forgotten by itself
        _leave()


def work_once() -> int:
    """Do everything that is due now and return how many rows that was."""
    total = 0
    for _ in range(MOST_ROUNDS):
        done = run_once(_now())
        if not done:
            break
        total += done
    _leave()
    return total


def _leave() -> None:
    TALLIES.write()
    heartbeats.end()


def _wait_for_end(stop: Event, pipe: Any) -> None:
    """Read until the other end of the pipe is closed, which a killed parent does too."""
    while pipe.read(1):
        pass
    stop.set()


def _now() -> datetime:
    return datetime.now(UTC)
