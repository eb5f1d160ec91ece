"""Business time: how long a promise has, by opening hours, holidays, breaks and time zone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from kulanz.desk.rules.errors import RuleError

_HORIZON: Final = 3 * 366
_WEEKDAYS: Final = 7

Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When a team works: opening hours by weekday (0 is Monday) in local time, without holidays.

    ``subdivision`` is that of the country as in ISO 3166-2, for Germany the Bundesland ("BY"). Hours of
    one day must not overlap and come in order; a break is a gap between them. ``closed`` are
    further days off.
    """

    zone: str = "Europe/Berlin"
    country: str = "DE"
    subdivision: str | None = None
    hours: Mapping[int, Sequence[Hours]] = field(
        default_factory=lambda: dict.fromkeys(range(5), ((time(9), time(17)),))
    )
    closed: Collection[date] = frozenset()

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working spans that end after a moment, in UTC and in order, for about three years."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date()
        for offset in range(_HORIZON):
            day = first + timedelta(days=offset)
            for opens, closes in self._hours(day):
                begin = datetime.combine(day, opens, zone).astimezone(UTC)
                end = datetime.combine(day, closes, zone).astimezone(UTC)
                if end > start:
                    yield max(begin, start.astimezone(UTC)), end

    def mornings(self, start: datetime) -> Iterator[datetime]:
        """Yield when work begins, day by day after a moment, in UTC."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date()
        for offset in range(_HORIZON):
            day = first + timedelta(days=offset)
            if hours := self._hours(day):
                begin = datetime.combine(day, hours[0][0], zone).astimezone(UTC)
                if begin > start:
                    yield begin

    def _hours(self, day: date) -> Sequence[Hours]:
        if day in self.closed or day in _holidays(self.country, self.subdivision, day.year):
            return ()
        return self.hours.get(day.weekday() % _WEEKDAYS, ())


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=year)
    except NotImplementedError as error:
        raise RuleError(
            "no holidays are known for %(country)s %(subdivision)s: choose another region",
            country=country,
            subdivision=subdivision or "",
        ) from error
    return frozenset(found)


def deadline(start: datetime, worktime: timedelta, calendar: WorkCalendar) -> datetime:
    """Return when so much working time after a moment is over, in UTC.

    A deadline never falls at a closing hour's next morning: the last minute of a working day counts
    to that day. Raise RuleError where the calendar has too little working time.
    """
    left = worktime
    for begin, end in calendar.spans(start):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise RuleError("the calendar has no working time for this promise: give it opening hours")


def next_morning(start: datetime, calendar: WorkCalendar) -> datetime:
    """Return when work begins next; raise RuleError where the calendar has no working time."""
    found = next(calendar.mornings(start), None)
    if found is None:
        raise RuleError("the calendar has no working time: give it opening hours")
    return found


def worktime_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Return how much working time lies between two moments; zero where the second is not later."""
    total = timedelta()
    for begin, until in calendar.spans(start):
        if begin >= end:
            break
        total += min(until, end) - begin
    return total
