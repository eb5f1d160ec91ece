"""Workers say that they are at work, so that one that is missing is noticed."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from typing import Final

from kulanz.desk.models import Heartbeat

EVERY: Final = timedelta(seconds=10)
FORGOTTEN_AFTER: Final = timedelta(days=1)


def this_worker() -> str:
    """Return the name of this process among all workers."""
    return f"{socket.gethostname()}:{os.getpid()}"[:200]


def beat(*, now: datetime, worker: str = "") -> int:
    """Note that a worker is at work, at most every ten seconds; return 0, for nothing was due."""
    name = worker or this_worker()
    row, is_new = Heartbeat.objects.get_or_create(worker=name, defaults={"started_at": now, "at": now})
    if is_new:
        Heartbeat.objects.filter(at__lt=now - FORGOTTEN_AFTER).delete()
    elif row.at <= now - EVERY:
        Heartbeat.objects.filter(pk=row.pk).update(at=now)
    return 0


def end(*, worker: str = "") -> None:
    """Forget a worker that stopped in good order."""
    Heartbeat.objects.filter(worker=worker or this_worker()).delete()
