"""Calendars: working hours that promises are counted by, and the public holidays of regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import get_language
from ninja import Query, Router
from pydantic import Field

from kulanz.core.spoken import lang_for
from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.calendars import CalendarChange, CalendarIn, CalendarOut, HolidayOut, RegionOut
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.feasts import feast_days, region_parts, regions
from kulanz.desk.rules.opening import hours_text, read_hours
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.calendars import CalendarValues, remove_calendar, save_calendar

router = Router(tags=["calendars"])
Year = Annotated[int, Field(ge=1970, le=2100)]


@router.get("/calendars", response=Listed[CalendarOut], **needs(Right.SEE_CASES, Right.SET_POLICIES))
def list_calendars(request: ApiRequest, place: Query[Place]) -> Any:
    """Working hours that promises are counted by."""
    return listed(catalog.calendars(at(place)))


@router.get("/calendars/{int:pk}", response=CalendarOut, **needs(Right.SEE_CASES, Right.SET_POLICIES))
def show_calendar(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.calendar(request.auth, pk))


@router.post("/calendars", response={201: CalendarOut}, **needs(Right.SET_POLICIES))
def make_calendar(request: ApiRequest, body: CalendarIn) -> Any:
    values = CalendarValues(**_read(body.dict()))
    return save_calendar(calendar=None, seen=0, values=values, **by(request))


@router.patch("/calendars/{int:pk}", response=CalendarOut, **needs(Right.SET_POLICIES))
def change_calendar(request: ApiRequest, pk: int, body: CalendarChange) -> Any:
    """Change a calendar; deadlines that were promised before stay as they were promised."""
    calendar = access.calendar(request.auth, pk)
    kept = CalendarOut.from_orm(calendar).dict(exclude={"id", "version"})
    values = CalendarValues(**_read(kept | body.given()))
    return save_calendar(calendar=calendar, values=values, **decided(request, body.seen))


@router.delete("/calendars/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_calendar(request: ApiRequest, pk: int) -> None:
    """Remove a calendar; the usual one, and those that promises were made by, stay."""
    remove_calendar(calendar=access.calendar(request.auth, pk), **by(request))


@router.get("/regions", response=list[RegionOut], **needs(Right.SET_POLICIES))
def list_regions(request: ApiRequest) -> Any:
    """Regions whose public holidays are known, by their codes in ISO 3166."""
    return [{"code": code, "name": name} for code, name in regions()]


@router.get("/regions/{code}/holidays", response=list[HolidayOut], **needs(Right.SET_POLICIES))
def list_holidays(request: ApiRequest, code: str, year: Year) -> Any:
    """The public holidays of a region in a year, in German where Accept-Language asks for it."""
    country, subdivision = region_parts(code)
    lang = lang_for(get_language())
    return [{"day": day, "name": name} for day, name in feast_days(country, subdivision, year, lang)]


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as ``CalendarValues`` takes them; raise RuleError where spans overlap."""
    hours = {int(day): read_hours(hours_text(spans)) for day, spans in given["hours"].items()}
    closed = {row["day"]: row["why"] for row in given["closed"]}
    return {**given, "hours": hours, "closed": closed}
