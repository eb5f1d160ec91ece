"""The due-work loop: every job finds what is due, claims it, does it, and sets when it is due again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final

from django.db import Error, close_old_connections

from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.heartbeats import beat

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of due work; ``run`` does some of it and returns how many rows it did."""

    name: str
    run: Callable[[datetime], int]


JOBS: Final[Sequence[Job]] = (
    Job("heartbeat", lambda now: beat(now=now)),
    Job("analyse", lambda now: analyse_due(now=now)),
)


def run_once(now: datetime, jobs: Sequence[Job] = JOBS) -> int:
    """Do what is due at a moment and return how many rows that was.

    A job that fails is logged and does not keep the others from theirs: its rows are due again when
    their lease ends.
    """
    return sum(_run(job, now) for job in jobs)


def run(stop: Event, clock: Callable[[], datetime], *, pause_s: float = 1.0) -> None:
    """Work until ``stop`` is set, resting a moment whenever nothing is due."""
    while not stop.is_set():
        close_old_connections()
        if not run_once(clock()):
            stop.wait(pause_s)


def _run(job: Job, now: datetime) -> int:
    try:
        return job.run(now)
    except Error:
        logger.exception("job %s met a database error: tried again when its rows are due", job.name)
        return 0
