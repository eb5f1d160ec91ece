"""Working hours, days off, and the regions whose public holidays are known."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body, Name, Seen, Zone

Weekday = Literal["0", "1", "2", "3", "4", "5", "6"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Spans = Annotated[list[tuple[Clock, Clock]], Field(max_length=24)]


class ClosedDayOut(Schema):
    """A day off beside the public holidays."""

    day: date
    why: str


class CalendarOut(Schema):
    """``hours`` by weekday, 0 is Monday: lists of ``["09:00", "12:30"]``; ``closed`` are further days off."""

    id: int
    name: str
    region: str
    zone: str
    hours: dict[str, list[tuple[str, str]]]
    closed: list[ClosedDayOut]
    is_default: bool
    version: int

    @staticmethod
    def resolve_region(row: Any) -> str:
        return "-".join(filter(None, (row.country, row.subdivision)))

    @staticmethod
    def resolve_closed(row: Any) -> list[Any]:
        return list(row.closed_days.all())


class ClosedDayIn(Body):
    day: date
    why: Annotated[str, Field(max_length=120)] = ""


class CalendarIn(Body):
    """``region`` (``DE-BY``) says which public holidays are off; a weekday without ``hours`` is closed."""

    name: Name
    region: Annotated[str, Field(max_length=20)] = "DE"
    zone: Zone = "Europe/Berlin"
    hours: dict[Weekday, Spans]
    closed: Annotated[list[ClosedDayIn], Field(max_length=1_000)] = Field(default_factory=list)
    is_default: bool = False


class CalendarChange(CalendarIn, Seen):
    """Fields that are left out stay; ``hours`` and ``closed`` are replaced as a whole."""

    name: Name = ""
    hours: dict[Weekday, Spans] = Field(default_factory=dict)


class RegionOut(Schema):
    """A country or one of its states, by ISO 3166."""

    code: str
    name: str


class HolidayOut(Schema):
    day: date
    name: str
