"""Workers that die by kill -9 while they tell billing something: where, and what came of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple, NoReturn

from django.db import connections

from kulanz.billing.csvdrop import CsvDrop
from kulanz.billing.inbox import Inbox

KILLED: Final = -signal.SIGKILL
AFTER_THE_LEASE: Final = timedelta(minutes=11)
DEATHS: Final = 5


class Death(NamedTuple):
    """Where a worker dies, and whether billing has been told before and has answered."""

    at: str
    prepare: Callable[[], None]
    answered: bool = False


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


def deaths(desk: ModuleType, kind: str) -> list[Death]:
    """Return the places at which a worker can die, whose orders ``desk`` sends and notes as a ``kind``."""
    keep = Inbox.keep

    def keep_or_die(inbox: Inbox, noted: Any, *given: Any) -> int:
        return die() if noted == kind else keep(inbox, noted, *given)

    return [
        Death("before it is told", partial(setattr, CsvDrop, "deliver", die)),
        Death("before it notes that it told", partial(setattr, Inbox, "keep", keep_or_die)),
        Death("before the desk knows", partial(setattr, desk, "_heard", die)),
        Death("before the desk knows the answer", partial(setattr, desk, "_heard", die), answered=True),
        Death("before the desk has written", partial(setattr, desk, "keep_record", die), answered=True),
    ]


def apart(work: Callable[[], object]) -> int:
    """Do something in a process of its own; return how it ended."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            connections.close_all()
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def survived(
    death: Death, order: Callable[[datetime], None], bill: Callable[[], None], now: datetime
) -> tuple[int, datetime]:
    """Let a worker die, and others and billing go on; return how it ended, and the time after all."""
    if death.answered:
        apart(partial(order, now))
        bill()
        now += AFTER_THE_LEASE
    ended = apart(lambda: (death.prepare(), order(now)))
    bill()
    for _ in range(6):
        now += AFTER_THE_LEASE
        apart(partial(order, now))
        bill()
    return ended, now


def ends_of(victim: str, folder: Path, *told: str) -> list[dict[str, Any]]:
    """Run a script of this folder, with its arguments, on a desk of its own.

    Return what it printed, a line for each death.
    """
    settings = {
        "DJANGO_SETTINGS_MODULE": "kulanz.desk.project.settings",
        "KULANZ_MODE": "demo",
        "KULANZ_DATA": str(folder),
        "KULANZ_SECRET_KEY": "tests only, " * 5,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    environment = {**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, **settings}
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name(victim)), *told]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert ran.returncode == 0, ran.stderr
    ends = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(ends) == DEATHS
    return ends
