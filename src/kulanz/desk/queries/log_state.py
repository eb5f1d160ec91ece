"""How far the public log is, and since when something waits to be in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from kulanz.desk.models import LogEntry, LogHead, LogKey


@dataclass(frozen=True, slots=True)
class LogState:
    """``origin`` is empty before the log has begun; ``waiting_since`` is None where nothing waits."""

    origin: str
    size: int
    waiting: int
    waiting_since: datetime | None
    published_at: datetime | None
    last_error: str


def log_state() -> LogState:
    head = LogHead.objects.first()
    waiting = LogEntry.objects.filter(index=None)
    since: datetime | None = waiting.aggregate(first=Min("entered_at"))["first"]
    if head is None:
        return LogState("", 0, waiting.count(), since, None, "")
    return LogState(
        head.origin,
        head.size,
        waiting.count(),
        since,
        head.published_at,
        head.last_error if head.due_at else "",
    )


def log_keys_told() -> list[LogKey]:
    """Return all keys that sign the log or did, the oldest first."""
    return list(LogKey.objects.order_by("pk"))
