"""The monthly report: what happened in a month, for the company itself and in a version to publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.core.durations import duration
from kulanz.desk.queries.monthly import MonthlyReport, monthly_report, months_to_tell
from kulanz.desk.rules.monthly import LEAST
from kulanz.desk.rules.months import month_named
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.monthly import as_table, file_name
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.pages import DeskRequest, page
from kulanz.desk.web.plots import BarPlot, Bars, bar_figure
from kulanz.pages import formats

_DRAWN: Final = ("missed", "kept", "broken")


@page(Right.SEE_CASES)
def show(request: DeskRequest) -> HttpResponse:
    """A month in figures, with the eleven before it as charts."""
    now, public = timezone.now(), _public(request)
    months = months_to_tell(now)[1 if public else 0 :]
    report = monthly_report(_month(request, months), public=public, now=now)
    shown: Sequence[Any] = report.published if public else report.months
    context = {
        "report": report,
        "public": public,
        "month": shown[-1],
        "rows": [(formats.month(each.first, lang()), each) for each in shown],
        "name": formats.month(report.month.first, lang()),
        "months": [(f"{each:%Y-%m}", formats.month(each, lang())) for each in months],
        "wanted": f"{report.month.first:%Y-%m}",
        "least": LEAST,
        "median": _told(report.waited.median),
        "slowest": _told(report.waited.slowest_tenth),
        "figures": _figures(report, public=public),
    }
    return render(request, "monthly.html", context)


@page(Right.SEE_CASES)
def table(request: DeskRequest) -> HttpResponse:
    """The figures of twelve months as CSV."""
    now, public = timezone.now(), _public(request)
    months = months_to_tell(now)[1 if public else 0 :]
    report = monthly_report(_month(request, months), public=public, now=now)
    answer = HttpResponse(as_table(report, public=public), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(report, public=public)}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _public(request: DeskRequest) -> bool:
    return request.GET.get("public") == "1"


def _month(request: DeskRequest, months: Sequence[date]) -> date:
    given = request.GET.get("month", "")
    return month_named(given) if given else months[0]


def _told(waited: timedelta | None) -> str:
    return "" if waited is None else duration(waited.total_seconds(), lang())


def _figures(report: MonthlyReport, *, public: bool) -> tuple[Markup, ...]:
    months: Sequence[Any] = report.published if public else report.months
    unit = _("by month; counts below %(least)s are not shown") % {"least": LEAST} if public else _("by month")
    told = _("Bars stand where a month has %(least)s or more.") % {"least": LEAST} if public else ""
    places = [formats.month(each.first, lang()) for each in months]
    missed, kept, broken = ([getattr(each, name) or 0 for each in months] for name in _DRAWN)
    others = [(each.opened or 0) - low for each, low in zip(months, missed, strict=True)]
    alarmed = [Bars(_("no alarm before"), missed), Bars(_("others"), others)]
    opened = [Bars(_("opened"), [each.opened or 0 for each in months])]
    issues = BarPlot(
        key="issues",
        title=_("Issues opened"),
        unit=unit,
        said=told or _missed_words(sum(missed) + sum(others), sum(missed)),
        places=places,
        stacks=opened if public else alarmed,  # the others would tell how few were missed
    )
    promises = BarPlot(
        key="promises",
        title=_("Promises kept and broken"),
        unit=unit,
        said=told or _("%(kept)s kept, %(broken)s broken.") % {"kept": sum(kept), "broken": sum(broken)},
        places=places,
        stacks=[Bars(_("broken"), broken), Bars(_("kept"), kept)],
    )
    return bar_figure(issues), bar_figure(promises)


def _missed_words(opened: int, missed: int) -> str:
    values = {"opened": opened, "missed": missed}
    return _("%(opened)s issues in twelve months, %(missed)s of them without an alarm before.") % values


urlpatterns: Final[list[Any]] = [
    path("monthly", show, name="monthly"),
    path("monthly.csv", table, name="monthly_csv"),
]
