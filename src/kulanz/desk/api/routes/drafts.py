"""Drafts are checked before they are sent, and findings of the check called wrong."""

from __future__ import annotations

from typing import Any

from ninja import Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.schemas.drafts import (
    CaseDraftIn,
    DraftReportOut,
    FindingRateOut,
    PublicDraftIn,
    ReplyDraftIn,
    VerdictIn,
    shown,
)
from kulanz.desk.api.schemas.settings import LetterOut
from kulanz.desk.queries.drafts import Place, finding_rates
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import draft_checks, letters, replies
from kulanz.desk.services.draft_checks import PHONE, PUBLIC, Verdict

router = Router(tags=["cases"])


@router.post("/cases/{int:pk}/check", response=DraftReportOut, **needs(Right.WORK_CASES))
def check_draft(request: ApiRequest, pk: int, body: CaseDraftIn) -> Any:
    """Check words to a case's customer before they are sent; nothing is kept, and nothing is rewritten."""
    case = access.case(request.auth, pk)
    checked = draft_checks.check(
        actor=request.auth,
        place=case,
        text=body.text,
        public=body.channel == PUBLIC,
        author=str(case.contact or request.auth.name),
        spoken=body.channel == PHONE,
    )
    return shown(checked)


@router.post("/threads/{int:pk}/check", response=DraftReportOut, **needs(Right.WORK_CASES))
def check_public_draft(request: ApiRequest, pk: int, body: PublicDraftIn) -> Any:
    """Check words to a thread before they are said in public; nothing is kept, and nothing is rewritten."""
    thread = access.thread(request.auth, pk)
    return shown(draft_checks.check(actor=request.auth, place=thread, text=body.text, public=True))


@router.post("/replies/{int:pk}/check", response=DraftReportOut, **needs(Right.SEE_CASES))
def check_kept_reply(request: ApiRequest, pk: int, body: ReplyDraftIn) -> Any:
    """Check a reply as it is kept, or with the words given; nothing is rewritten.

    A draft as it is kept, which no gap or personal data keeps back, is `checked` then.
    """
    reply = access.reply(request.auth, pk)
    found = draft_checks.check_reply(actor=request.auth, reply=reply, text=body.text)
    replies.note_checked(reply=reply, checked=found, **by(request))
    return shown(found)


@router.get("/threads/{int:pk}/letters/{int:template}", response=LetterOut, **needs(Right.WORK_CASES))
def begin_public_letter(request: ApiRequest, pk: int, template: int) -> Any:
    """A template with the names and the time filled in, to begin an answer in public with."""
    thread, row = access.thread(request.auth, pk), access.template(request.auth, template)
    return letters.begin(template=row, place=thread, **by(request))


@router.post("/cases/{int:pk}/check/verdict", response={204: None}, **needs(Right.WORK_CASES))
def judge_finding(request: ApiRequest, pk: int, body: VerdictIn) -> None:
    """Call a finding wrong in all drafts to a case, or take that back."""
    _judge(request, access.case(request.auth, pk), body)


@router.post("/threads/{int:pk}/check/verdict", response={204: None}, **needs(Right.WORK_CASES))
def judge_public_finding(request: ApiRequest, pk: int, body: VerdictIn) -> None:
    """Call a finding wrong in all drafts to a thread, or take that back."""
    _judge(request, access.thread(request.auth, pk), body)


@router.post("/replies/{int:pk}/check/verdict", response={204: None}, **needs(Right.WORK_CASES))
def judge_reply_finding(request: ApiRequest, pk: int, body: VerdictIn) -> None:
    """Call a finding wrong in all drafts to the case or thread of a reply, or take that back."""
    _judge(request, draft_checks.place_of(access.reply(request.auth, pk)), body)


@router.get("/draft-findings", response=list[FindingRateOut], **needs(Right.SET_POLICIES))
def list_finding_rates(request: ApiRequest) -> Any:
    """How often each finding was shown in answers that went out, those called wrong most often first."""
    return finding_rates()


def _judge(request: ApiRequest, place: Place, body: VerdictIn) -> None:
    verdict = Verdict(**body.dict(exclude={"wrong"}))
    act = draft_checks.mark_wrong if body.wrong else draft_checks.unmark
    act(place=place, verdict=verdict, **by(request))
