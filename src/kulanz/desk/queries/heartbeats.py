"""Whether workers are at work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from kulanz.desk.models import Heartbeat

SILENT_AFTER: Final = timedelta(minutes=2)


def last_beat() -> datetime | None:
    """Return when a worker last said that it works; None where none runs that ever did."""
    found: datetime | None = Heartbeat.objects.aggregate(last=Max("at"))["last"]
    return found


def workers_alive(now: datetime) -> int:
    """Return how many workers were heard of lately."""
    return Heartbeat.objects.filter(at__gte=now - SILENT_AFTER).count()
