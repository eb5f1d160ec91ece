"""Defects as their list and their page show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, QuerySet

from kulanz.desk.models import Case, Defect
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.defects import Around, around
from kulanz.desk.rules.machines import DEFECT
from kulanz.desk.rules.months import last_months, month_of

MONTHS: Final = 24
NAMES_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Months:
    """Cases by the month they were opened in, oldest first; ``fixed`` is the month in which it was mended."""

    months: tuple[date, ...]
    cases: tuple[int, ...]
    fixed: int | None


def defects(state: str = "", *, offset: int = 0) -> Paged[Any]:
    """Return a page of defects with ``cases``, most cases first; without a state those not mended."""
    return paged(filtered(state).order_by("-cases", "pk"), list, offset=offset)


def filtered(state: str = "") -> QuerySet[Any]:
    states = (state,) if state in DEFECT.states else set(DEFECT.states) - DEFECT.final
    rows = Defect.objects.filter(state__in=states).select_related("owner")
    return rows.annotate(cases=Count("assessments"))


def names() -> list[str]:
    """Return the names of defects that are not mended, those of most cases first: what a form offers."""
    return list(filtered().order_by("-cases", "pk").values_list("name", flat=True)[:NAMES_AT_MOST])


def cases_of(defect: Defect, *, offset: int = 0) -> Paged[Case]:
    """Return a page of the cases that come from a defect, the latest first."""
    return paged(
        _cases(defect).select_related("person", "contact").order_by("-opened_at"), list, offset=offset
    )


def helped(defect: Defect, now: datetime) -> Around | None:
    """Return cases before and after a defect was mended; None where it is not."""
    if defect.fixed_at is None:
        return None
    return around(_cases(defect).values_list("opened_at", flat=True), defect.fixed_at, now)


def months_of(defect: Defect, now: datetime) -> Months:
    """Return how many cases came from a defect in each of the last 24 months."""
    zone = usual_zone()
    months = last_months(now, zone, MONTHS)
    found = dict.fromkeys(months, 0)
    begin = month_of(now, zone)[0].replace(year=months[0].year, month=months[0].month)
    for at in _cases(defect).filter(opened_at__gte=begin).values_list("opened_at", flat=True):
        month = month_of(at, zone)[0].date()
        found[month] = found.get(month, 0) + 1
    fixed = month_of(defect.fixed_at, zone)[0].date() if defect.fixed_at else None
    return Months(
        months, tuple(found[month] for month in months), months.index(fixed) if fixed in months else None
    )


def _cases(defect: Defect) -> QuerySet[Case]:
    return Case.objects.filter(assessment__defect=defect)
