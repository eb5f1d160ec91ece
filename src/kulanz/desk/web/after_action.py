"""The report after an issue: its page, the files of it, and the summary that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from kulanz.core.spoken import LANGS, NAMES
from kulanz.desk import access
from kulanz.desk.queries.after_action import summaries_of
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.after_action import report_for_others, report_of
from kulanz.desk.services.report_files import TYPES, pdf_missing, report_file
from kulanz.desk.services.report_summaries import LONGEST, summarise
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.deeds import NOTHING_KEPT, Deed, Kept, Place
from kulanz.desk.web.pages import DeskRequest, by, page

if TYPE_CHECKING:
    from kulanz.desk.models import Issue


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """The report as it can be made now."""
    return _rendered(request, access.issue(request.actor, pk))


@page(Right.SEE_RADAR)
def as_file(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """The report as HTML or PDF, in German or English, to take along."""
    row = access.issue(request.actor, pk)
    chosen = next((code for code in LANGS if code == request.GET.get("lang")), lang())
    format_ = next((each for each in TYPES if each == kind), None)
    if format_ is None:
        raise RuleError("report: expected html or pdf, got %(kind)r", kind=kind)
    report = _report(request, row)
    content = report_file(issue=row, report=report, kind=format_, lang=chosen, **by(request))
    return as_download(content, format_, "report" if report.shared else f"report-{row.pk}")


def as_download(content: bytes, kind: Any, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _report(request: DeskRequest, row: Any) -> Any:
    make = report_for_others if request.GET.get("shared") == "1" else report_of
    return make(issue=row, **by(request))


def _rendered(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    versions = summaries_of(row)
    context = {
        "issue": row,
        "row_pk": row.pk,
        "kept": kept,
        "report": _report(request, row),
        "over": row.state in ISSUE.final,
        "versions": versions,
        "latest": versions[0] if versions else None,
        "may_write": request.actor.may(Right.WORK_ISSUES) and row.state != "withdrawn",
        "longest": LONGEST,
        "languages": tuple(NAMES.items()),
        "pdf_missing": pdf_missing(),
    }
    return render(request, "issue_report.html", context)


on_report: Place[Issue] = Place(
    access.issue, lambda row: reverse("issue_report", args=[row.pk]) + "#summary", _rendered
)


@on_report.deed(Right.WORK_ISSUES)
def write(deed: Deed[Issue]) -> None:
    summarise(issue=deed.row, text=deed.text("text"), shared=deed.text("shared"), **deed.decided)
    deed.told(_("Saved."))


urlpatterns = [
    path("issues/<int:pk>/report", show, name="issue_report"),
    path("issues/<int:pk>/report.<slug:kind>", as_file, name="issue_report_file"),
    path("issues/<int:pk>/summary", write, name="issue_summary"),
]
