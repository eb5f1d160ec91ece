"""Calendar months as people count them: by the clock of a place."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def month_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return when the calendar month of a moment begins and when it is over, in a time zone."""
    local = now.astimezone(ZoneInfo(zone))
    begin = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = divmod(begin.month, 12)
    return begin, begin.replace(year=begin.year + year, month=month + 1)
