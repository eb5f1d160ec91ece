"""Calendar months as people count them: by the clock of a place."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from kulanz.desk.rules.errors import RuleError

_YEARS: Final = range(2000, 3000)


def month_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return when the calendar month of a moment begins and when it is over, in a time zone."""
    local = now.astimezone(ZoneInfo(zone))
    begin = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = divmod(begin.month, 12)
    return begin, begin.replace(year=begin.year + year, month=month + 1)


def last_months(now: datetime, zone: str, count: int) -> tuple[date, ...]:
    """Return the first days of the last months, oldest first, that of ``now`` the last."""
    this = now.astimezone(ZoneInfo(zone))
    numbers = range(this.year * 12 + this.month - count, this.year * 12 + this.month)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def month_named(text: str) -> date:
    """Return the first day of a month such as 2026-06; raise RuleError for anything else."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = date.min
    if month.year not in _YEARS:
        raise RuleError("month: expected a year and a month such as 2026-06")
    return month
