"""Numbers for everybody: what became of the company's promises, and the monthly report's public version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.core.spoken import Lang
from kulanz.desk.public.pages import MissingError, lang_of, public_page, rendered
from kulanz.desk.queries.monthly import MonthlyReport, monthly_report, months_to_tell
from kulanz.desk.queries.months_published import published_files
from kulanz.desk.rules.monthly import LEAST, SETTLING, PublicMonth
from kulanz.desk.rules.months import month_named
from kulanz.desk.services.monthly import as_table, file_name
from kulanz.pages import formats
from kulanz.pages.charts.bars import BarPlot, Bars, bar_figure


@public_page
def promises(request: HttpRequest, now: datetime) -> HttpResponse:
    """How many promises were made, kept in time and broken, month by month."""
    lang = lang_of(request)
    months = monthly_report(_months(now)[0], public=True, now=now).published
    context = {
        "rows": [(formats.month(each.first, lang), each) for each in reversed(months)],
        "figure": _promises_drawn(months, lang),
        "least": LEAST,
    }
    return rendered(request, "public/promises.html", context)


@public_page
def report(request: HttpRequest, now: datetime) -> HttpResponse:
    """A month in figures that are not small, with the eleven before it."""
    lang, found = lang_of(request), _report(request, now)
    context = {
        "month": found.published[-1],
        "file": found.file,
        "name": formats.month(found.month.first, lang),
        "months": [(f"{each:%Y-%m}", formats.month(each, lang)) for each in _months(now)],
        "wanted": f"{found.month.first:%Y-%m}",
        "least": LEAST,
        "days": SETTLING.days,
        "public": True,
        "rows": [(formats.month(each.first, lang), each) for each in found.published],
        "figures": (_issues_drawn(found.published, lang), _promises_drawn(found.published, lang)),
    }
    return rendered(request, "public/report.html", context)


@public_page
def table(request: HttpRequest, now: datetime) -> HttpResponse:
    """The figures of twelve months as CSV."""
    found = _report(request, now)
    answer = HttpResponse(as_table(found, public=True), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(found, public=True)}"'
    return answer


@public_page
def file(request: HttpRequest, now: datetime, month: str) -> HttpResponse:  # noqa: ARG001 - it does not age
    """A month's figures as they were published: the bytes that an entry of the log names."""
    found = published_files([month_named(month)])
    if not found:
        raise MissingError("this month was not published")
    answer = HttpResponse(*(each.content for each in found.values()), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="kulanz-report-{month}.json"'
    return answer


def _report(request: HttpRequest, now: datetime) -> MonthlyReport:
    given = request.GET.get("month", "")
    return monthly_report(month_named(given) if given else _months(now)[0], public=True, now=now)


def _months(now: datetime) -> tuple[date, ...]:
    """Return the months that are over, the last one first."""
    return months_to_tell(now)[1:]


def _issues_drawn(months: Sequence[PublicMonth], lang: Lang) -> Markup:
    opened = [Bars(_("opened"), [each.opened or 0 for each in months])]
    return _drawn("issues", _("Issues opened"), months, opened, lang)


def _promises_drawn(months: Sequence[PublicMonth], lang: Lang) -> Markup:
    kept = Bars(_("kept"), [each.kept or 0 for each in months])
    broken = Bars(_("broken"), [each.broken or 0 for each in months])
    return _drawn("promises", _("Promises kept and broken"), months, [broken, kept], lang)


def _drawn(key: str, title: str, months: Sequence[PublicMonth], stacks: Sequence[Bars], lang: Lang) -> Markup:
    values: dict[str, Any] = {"least": LEAST}
    plot = BarPlot(
        key=key,
        title=title,
        unit=_("by month; counts below %(least)s are not shown") % values,
        said=_("Bars stand where a month has %(least)s or more.") % values,
        places=[formats.month(each.first, lang) for each in months],
        stacks=stacks,
    )
    return bar_figure(plot, lang)
