"""The report after an issue: as JSON, HTML or PDF, and the summary that people write above it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.schemas.reports import ReportOut, ReportQuery, SummaryIn, SummaryVersionOut
from kulanz.desk.api.versions import decided
from kulanz.desk.conf import conf
from kulanz.desk.queries.after_action import summaries_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.after_action import report_for_others, report_of
from kulanz.desk.services.report_files import TYPES, Format, report_file
from kulanz.desk.services.report_summaries import summarise

router = Router(tags=["issues"])
_WANTED: Final[dict[str, Format]] = {"application/pdf": "pdf", "text/html": "html"}


@router.get("/issues/{int:pk}/report", response=ReportOut, **needs(Right.SEE_RADAR))
def read_report(request: ApiRequest, pk: int, wanted: Query[ReportQuery]) -> Any:
    """Return the report as the record gives it now; as HTML or PDF where the header Accept asks for that."""
    issue = access.issue(request.auth, pk)
    make = report_for_others if wanted.shared else report_of
    report = make(issue=issue, **by(request))
    request.shown_version = report.summary.version
    kind = _kind(request)
    if kind is None:
        return report
    lang = wanted.lang or conf().language
    content = report_file(issue=issue, report=report, kind=kind, lang=lang, **by(request))
    return HttpResponse(content, content_type=TYPES[kind])


@router.get("/issues/{int:pk}/report/summaries", response=list[SummaryVersionOut], **needs(Right.SEE_RADAR))
def list_summaries(request: ApiRequest, pk: int) -> Any:
    """Return the versions of the summary, the latest first."""
    return summaries_of(access.issue(request.auth, pk))


@router.put("/issues/{int:pk}/report/summary", response=SummaryVersionOut, **needs(Right.WORK_ISSUES))
def write_summary(request: ApiRequest, pk: int, body: SummaryIn) -> Any:
    """Write the summary anew; ``seen`` is the version that the report showed, 0 where there was none."""
    issue = access.issue(request.auth, pk)
    return summarise(issue=issue, text=body.text, shared=body.shared, **decided(request, body.seen))


def _kind(request: ApiRequest) -> Format | None:
    """Return the file that a client prefers to JSON."""
    best = request.get_preferred_type(["application/json", *_WANTED])
    return _WANTED.get(best or "")
