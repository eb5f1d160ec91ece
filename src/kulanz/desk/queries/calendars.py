"""Calendars as the rules read them."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from kulanz.desk.models import Calendar
from kulanz.desk.rules.worktime import Hours, WorkCalendar


def work_calendar(row: Calendar) -> WorkCalendar:
    """Return a calendar with its days off."""
    return WorkCalendar(
        zone=row.zone,
        country=row.country,
        subdivision=row.subdivision or None,
        hours={int(day): [_hours(*span) for span in spans] for day, spans in row.hours.items()},
        closed=frozenset(row.closed_days.values_list("day", flat=True)),
    )


def usual_zone() -> str:
    """Return the time zone of the company's days and months: of its usual calendar, else of the desk."""
    zones = Calendar.objects.filter(is_default=True).values_list("zone", flat=True)
    return zones.first() or timezone.get_default_timezone_name()


def _hours(opens: str, closes: str) -> Hours:
    return time.fromisoformat(opens), time.fromisoformat(closes)
