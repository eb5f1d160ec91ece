"""Calendars: when there is somebody to keep a promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from kulanz.desk.models import Calendar, ClosedDay
from kulanz.desk.queries.calendars import work_calendar
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.feasts import region_parts
from kulanz.desk.rules.opening import WEEKDAYS, Span
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.worktime import deadline
from kulanz.desk.services.events import record
from kulanz.desk.services.setting_up import drop, keep, named, zone_named

_A_DAY = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarValues:
    """What a calendar is made of; ``hours`` by weekday, 0 is Monday, as ``rules.opening`` reads them.

    ``region`` (``DE-BY``) says which public holidays are off; ``closed`` are further days off, with a reason.
    """

    name: str
    region: str = "DE"
    zone: str = "Europe/Berlin"
    hours: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    closed: Mapping[date, str] = field(default_factory=dict)
    is_default: bool = False


def usual_calendar(*, now: datetime) -> Calendar:
    """Return the calendar that promises use unless another is chosen; made where there is none yet."""
    hours = {str(day): [["09:00", "17:00"]] for day in range(5)}
    with transaction.atomic():
        made = {"name": "Standard", "hours": hours}
        calendar, is_new = Calendar.objects.get_or_create(is_default=True, defaults=made)
        if is_new:
            record(None, "make", calendar, now=now, data={"name": calendar.name})
    return calendar


def save_calendar(
    *, actor: Actor, calendar: Calendar | None, seen: int, values: CalendarValues, now: datetime
) -> Calendar:
    """Make a calendar, or change one. Deadlines that were promised before stay as they were promised."""
    actor.need(Right.SET_POLICIES)
    country, subdivision = region_parts(values.region)
    columns = {
        "name": named(values.name),
        "zone": zone_named(values.zone),
        "country": country,
        "subdivision": subdivision,
        "hours": _hours(values.hours),
        "is_default": values.is_default,
    }
    if calendar is not None and calendar.is_default and not values.is_default:
        raise RuleError("one calendar is the usual one: make another the usual one instead")
    with transaction.atomic():
        if values.is_default:
            Calendar.objects.filter(is_default=True).exclude(pk__in=[calendar.pk] if calendar else ()).update(
                is_default=False
            )
        saved = keep(actor, calendar or Calendar(), seen, now, columns)
        _set_closed(actor, saved, values.closed, now)
        deadline(now, _A_DAY, work_calendar(saved))  # raises where no promise could ever be kept
    return saved


def remove_calendar(*, actor: Actor, calendar: Calendar, now: datetime) -> None:
    """Remove a calendar; the usual one, and those that promises were made by, stay."""
    actor.need(Right.SET_POLICIES)
    if calendar.is_default:
        raise RuleError("the usual calendar cannot be removed: make another the usual one first")
    drop(actor, calendar, now)


def _hours(hours: Mapping[int, Sequence[Span]]) -> dict[str, list[list[str]]]:
    unknown = [day for day in hours if not 0 <= day < WEEKDAYS]
    if unknown:
        raise RuleError(
            "opening hours: expected weekdays 0 (Monday) to 6, got %(unknown)s", unknown=unknown[0]
        )
    return {str(day): [list(span) for span in hours[day]] for day in sorted(hours) if hours[day]}


def _set_closed(actor: Actor, calendar: Calendar, closed: Mapping[date, str], now: datetime) -> None:
    before = dict(calendar.closed_days.values_list("day", "why"))
    if before == dict(closed):
        return
    calendar.closed_days.all().delete()
    ClosedDay.objects.bulk_create(
        ClosedDay(calendar=calendar, day=day, why=why[:120]) for day, why in sorted(closed.items())
    )
    told = [[f"{day} {days[day]}".strip() for day in sorted(days)] for days in (before, closed)]
    record(actor, "set_closed_days", calendar, now=now, data={"days": told})
