"""The monthly report, as JSON and as CSV, and the version of it that may be published."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router

from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.schemas.monthly import MonthlyOut, MonthPlace, PublicMonthlyOut
from kulanz.desk.queries.monthly import MonthlyReport, monthly_report, months_to_tell
from kulanz.desk.rules.months import month_named
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.monthly import as_table

router = Router(tags=["reports"])


@router.get("/monthly-report", response=MonthlyOut, **needs(Right.SEE_CASES))
def show_month(request: ApiRequest, place: Query[MonthPlace]) -> Any:
    """A month in figures, with the eleven before it."""
    return _report(place, public=False)


@router.get("/monthly-report/public", response=PublicMonthlyOut, **needs(Right.SEE_CASES))
def show_public_month(request: ApiRequest, place: Query[MonthPlace]) -> Any:
    """The counts of a month that is over which may be published, with the eleven before it."""
    report = _report(place, public=True)
    return {"months": report.published, "files": list(report.files.values())}


@router.get("/monthly-report.csv", **needs(Right.SEE_CASES))
def show_month_as_table(request: ApiRequest, place: Query[MonthPlace]) -> HttpResponse:
    """The same as CSV: month, figure, value."""
    return _table(place, public=False)


@router.get("/monthly-report/public.csv", **needs(Right.SEE_CASES))
def show_public_month_as_table(request: ApiRequest, place: Query[MonthPlace]) -> HttpResponse:
    """The same of the counts that may be published."""
    return _table(place, public=True)


def _table(place: MonthPlace, *, public: bool) -> HttpResponse:
    text = as_table(_report(place, public=public), public=public)
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


def _report(place: MonthPlace, *, public: bool) -> MonthlyReport:
    now = timezone.now()
    return monthly_report(_month(place, public=public), public=public, now=now)


def _month(place: MonthPlace, *, public: bool) -> date:
    return month_named(place.month) if place.month else months_to_tell(timezone.now())[1 if public else 0]
