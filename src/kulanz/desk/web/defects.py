"""The list of defects, the page of one, and what can be done to it with a form."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.desk import access
from kulanz.desk.queries import defects as queries
from kulanz.desk.queries.defects import Months
from kulanz.desk.queries.members import member_choices
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import DEFECT, DEFECT_FROM
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import defects
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web import wording
from kulanz.desk.web.deeds import Deed, Kept, Place, chosen, offset
from kulanz.desk.web.pages import DeskRequest, page
from kulanz.desk.web.plots import BarPlot, Bars, bar_figure
from kulanz.pages import formats

if TYPE_CHECKING:
    from kulanz.desk.models import Defect

_NOBODY: Final = Kept()


@page(Right.SEE_CASES)
def listed(request: DeskRequest) -> HttpResponse:
    """Defects that are not mended, those that most cases come from first."""
    state = chosen(request, "state", DEFECT.states.__contains__)
    context = {
        "page": queries.defects(state, offset=offset(request, "from")),
        "state": state,
        "states": wording.choices("defect_state"),
        "from_cases": DEFECT_FROM,
    }
    return render(request, "defects.html", context)


@page(Right.SEE_CASES)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one defect."""
    return rendered(request, access.defect(request.actor, pk))


def rendered(request: DeskRequest, row: Any, kept: Kept = _NOBODY) -> HttpResponse:
    """Make a defect's page, with the words of a form that was refused."""
    now, actor = timezone.now(), request.actor
    actions = {each.action for each in DEFECT.actions(row.state, actor.roles)}
    if row.owner_id != actor.member_id and not actor.may(Right.LEAD_CASES):
        actions.discard("fix")
    months = queries.months_of(row, now)
    context = {
        "defect": row,
        "row_pk": row.pk,
        "kept": kept,
        "path": reverse("defect", args=[row.pk]),
        "actions": actions,
        "cases": queries.cases_of(row, offset=offset(request, "from")),
        "helped": queries.helped(row, now),
        "months": [
            (formats.month(day, lang()), count)
            for day, count in zip(months.months, months.cases, strict=True)
        ],
        "figure": _figure(months),
        "colleagues": member_choices(Right.WORK_CASES) if "assign" in actions else (),
        "today": timezone.localdate(now).isoformat(),
    }
    return render(request, "defect.html", context)


def _figure(months: Months) -> Markup:
    said = _("%(cases)s cases in the last %(months)s months.") % {
        "cases": sum(months.cases),
        "months": len(months.months),
    }
    return bar_figure(
        BarPlot(
            key="months",
            title=_("Cases that come from it"),
            unit=_("by the month in which they were opened; M is when it was mended")
            if months.fixed is not None
            else _("by the month in which they were opened"),
            said=said,
            places=[formats.month(day, lang()) for day in months.months],
            stacks=[Bars(_("cases"), months.cases)],
            flags=[] if months.fixed is None else [(months.fixed, "M")],
        )
    )


on_defect: Place[Defect] = Place(access.defect, lambda row: reverse("defect", args=[row.pk]), rendered)


@on_defect.deed(Right.WORK_CASES)
def edit(deed: Deed[Defect]) -> None:
    defects.edit(defect=deed.row, name=deed.text("name"), what=deed.text("what"), **deed.decided)
    deed.told(_("Saved."))


@on_defect.deed(Right.LEAD_CASES)
def assign(deed: Deed[Defect]) -> None:
    owner = access.colleague(deed.actor, deed.number("owner"), Right.WORK_CASES)
    defects.assign(defect=deed.row, owner=owner, **deed.decided)


@on_defect.deed(Right.WORK_CASES)
def fix(deed: Deed[Defect]) -> None:
    since = _day(deed)
    defects.fix(defect=deed.row, what=deed.text("reason"), since=since, **deed.decided)
    deed.told(_("Mended. The page compares cases before and after."))


@on_defect.deed(Right.WORK_CASES)
def reopen(deed: Deed[Defect]) -> None:
    defects.reopen(defect=deed.row, reason=deed.text("reason"), **deed.decided)


def _day(deed: Deed[Defect]) -> datetime:
    """The beginning of the day that the form names, in the member's time zone; today means now."""
    text = deed.text("since")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise RuleError("mended: expected a day such as 2026-12-24, got %(text)r", text=text[:40])
    if day == timezone.localdate(deed.now):
        return deed.now
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())
