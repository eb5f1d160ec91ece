"""Status pages of customers, and the handover to a named contact."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Router

from kulanz.desk import access
from kulanz.desk.access import NotFoundError
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.schemas.cases import ReplyOut
from kulanz.desk.api.schemas.common import Seen
from kulanz.desk.api.schemas.status_pages import (
    ClosingNoteIn,
    ClosingNoteOut,
    ClosingReplyIn,
    HandoverIn,
    SatisfactionOut,
    SatisfiedOut,
    StatusPageIn,
    StatusPageOut,
)
from kulanz.desk.api.secrets import told_once
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries.closing import answers_by_month, closing_note_of, satisfaction_of
from kulanz.desk.queries.status_pages import page_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import closing_notes, handover, status_links, status_wishes

router = Router(tags=["cases"])


@router.get("/cases/{int:pk}/status-page", response=StatusPageOut, **needs(Right.SEE_CASES))
def show_status_page(request: ApiRequest, pk: int) -> Any:
    """The status page of a case's customer: when its link was made, and first and last opened."""
    return shown(request, _with_link(request, _found(request, pk)))


@router.post("/cases/{int:pk}/status-page", response={201: StatusPageOut}, **needs(Right.WORK_CASES))
def make_status_page(request: ApiRequest, pk: int, body: StatusPageIn) -> Any:
    """Make a link to the status page, or a new one: the one before leads nowhere from then on."""
    case = access.case(request.auth, pk)
    return _with_link(request, status_links.make(case=case, language=body.language, **by(request)))


@router.post("/cases/{int:pk}/status-page/revoke", response=StatusPageOut, **needs(Right.WORK_CASES))
def revoke_status_page(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Have the link lead nowhere."""
    page = _found(request, pk)
    revoked = status_links.revoke(page=page, **decided(request, body.seen))
    return _with_link(request, revoked)


@router.post("/cases/{int:pk}/status-page/wish", response=StatusPageOut, **needs(Right.WORK_CASES))
def deal_with_wish(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that the customer's wish for another person was dealt with; not the contact, unless they lead."""
    page = _found(request, pk)
    done = status_wishes.deal_with(page=page, **decided(request, body.seen))
    return _with_link(request, done)


@router.post("/cases/{int:pk}/handover", response={201: ReplyOut}, **needs(Right.WORK_CASES))
def hand_over(request: ApiRequest, pk: int, body: HandoverIn) -> Any:
    """Draft the message that tells the customer who looks after the matter, until when, and the link."""
    return handover.draft(
        case=access.case(request.auth, pk),
        language=body.language,
        channel=body.channel,
        account=body.account,
        **by(request),
    )


@router.get("/cases/{int:pk}/satisfaction", response=SatisfactionOut, **needs(Right.SEE_CASES))
def show_satisfaction(request: ApiRequest, pk: int) -> Any:
    """What the customer said once the case was settled; 404 before that."""
    return _there(satisfaction_of(access.case(request.auth, pk)))


@router.get("/satisfaction", response=list[SatisfiedOut], **needs(Right.SEE_CASES))
def list_satisfaction(request: ApiRequest) -> Any:
    """How satisfied customers were, by month, newest first; nothing leads from it to a member."""
    return answers_by_month(timezone.now())


@router.get("/cases/{int:pk}/closing-note", response=ClosingNoteOut, **needs(Right.SEE_CASES))
def show_closing_note(request: ApiRequest, pk: int) -> Any:
    """The closing note, with what the customer says to its words."""
    return shown(request, _there(closing_note_of(access.case(request.auth, pk))))


@router.put("/cases/{int:pk}/closing-note", response=ClosingNoteOut, **needs(Right.WORK_CASES))
def write_closing_note(request: ApiRequest, pk: int, body: ClosingNoteIn) -> Any:
    """Write the closing note of a settled case; other words than before ask the customer again."""
    case = access.case(request.auth, pk)
    return closing_notes.write(case=case, text=body.text, **decided(request, body.seen))


@router.post("/cases/{int:pk}/closing-note/reply", response={201: ReplyOut}, **needs(Right.WORK_CASES))
def draft_closing_note(request: ApiRequest, pk: int, body: ClosingReplyIn) -> Any:
    """Begin a public answer with the words that the customer agreed to."""
    note = _there(closing_note_of(access.case(request.auth, pk)))
    return closing_notes.draft(note=note, thread=access.thread(request.auth, body.thread), **by(request))


def _there(row: Any) -> Any:
    if row is None:
        raise NotFoundError("this is not there yet")
    return row


def _found(request: ApiRequest, pk: int) -> Any:
    page = page_of(access.case(request.auth, pk))
    if page is None:
        raise NotFoundError("there is no status page here")
    return page


def _with_link(request: ApiRequest, page: Any) -> Any:
    may = request.auth.may(Right.WORK_CASES)
    link = status_links.link_of(actor=request.auth, page=page) if may else ""
    page.link = told_once(request, link) if link else ""
    return page
