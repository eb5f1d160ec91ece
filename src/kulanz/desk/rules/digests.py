"""When a member who wants one mail a day gets it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

AT: Final = time(9)


def next_digest(now: datetime, zone: str) -> datetime:
    """Return the next nine o'clock in a time zone, later than ``now``, in UTC."""
    local = now.astimezone(ZoneInfo(zone))
    days = (local.date(), local.date() + timedelta(days=1))
    mornings = (datetime.combine(day, AT, ZoneInfo(zone)).astimezone(UTC) for day in days)
    return next(morning for morning in mornings if morning > now)
