"""Cases with their notes, messages and time line."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.cases import (
    CaseChange,
    CaseDetailOut,
    CaseIn,
    CaseOut,
    CasePlace,
    CloseCaseIn,
    ContactIn,
    MessageOut,
    OutcomeIn,
)
from kulanz.desk.api.schemas.common import EntryOut, Listed, NoteOut, OnlookerOut, Place, Why, listed
from kulanz.desk.api.schemas.issues import NoteIn
from kulanz.desk.api.schemas.settings import LetterOut
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.cases import CaseFilter
from kulanz.desk.queries.presence import onlookers
from kulanz.desk.queries.timeline import case_timeline
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases, letters, presence, teamwork
from kulanz.desk.services.holds import End

router = Router(tags=["cases"])


@router.get("/cases", response=Listed[CaseOut], **needs(Right.SEE_CASES))
def list_cases(request: ApiRequest, place: Query[CasePlace]) -> Any:
    contact = request.auth.member_id if place.contact == "me" else None
    wanted = place.dict(include={"state", "person", "issue", "late", "words"})
    return listed(catalog.cases(at(place), CaseFilter(contact=contact, **wanted)))


@router.post("/cases", response={201: CaseOut}, **needs(Right.WORK_CASES))
def open_case(request: ApiRequest, body: CaseIn) -> Any:
    """Open a case for a person; who opens it is the contact until another is named."""
    person = access.person(request.auth, body.person)
    issue = access.issue(request.auth, body.issue) if body.issue else None
    return cases.open_case(person=person, issue=issue, title=body.title, email=body.email, **by(request))


@router.get("/cases/{int:pk}", response=CaseDetailOut, **needs(Right.SEE_CASES))
def show_case(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.case(request.auth, pk))


@router.patch("/cases/{int:pk}", response=CaseOut, **needs(Right.WORK_CASES))
def change_case(request: ApiRequest, pk: int, body: CaseChange) -> Any:
    """Change the title, or the address of the conversation."""
    case = access.case(request.auth, pk)
    title = case.title if body.title is None else body.title
    email = case.email if body.email is None else body.email
    return cases.edit(case=case, title=title, email=email, **decided(request, body.seen))


@router.post("/cases/{int:pk}/assign", response=CaseOut, **needs(Right.WORK_CASES))
def assign_case(request: ApiRequest, pk: int, body: ContactIn) -> Any:
    """Name another contact: the person whom the customer gets to know."""
    case = access.case(request.auth, pk)
    contact = access.colleague(request.auth, body.contact, Right.WORK_CASES)
    return cases.assign(case=case, contact=contact, **decided(request, body.seen))


@router.post("/cases/{int:pk}/resolve", response=CaseOut, **needs(Right.WORK_CASES))
def resolve_case(request: ApiRequest, pk: int, body: OutcomeIn) -> Any:
    """Say how the matter was settled; no promise may be running."""
    case = access.case(request.auth, pk)
    return cases.resolve(case=case, outcome=body.outcome, **decided(request, body.seen))


@router.post("/cases/{int:pk}/reopen", response=CaseOut, **needs(Right.WORK_CASES))
def reopen_case(request: ApiRequest, pk: int, body: Why) -> Any:
    """Take a settled case up again."""
    return cases.reopen(case=access.case(request.auth, pk), reason=body.reason, **decided(request, body.seen))


@router.post("/cases/{int:pk}/close", response=CaseOut, **needs(Right.WORK_CASES))
def close_case(request: ApiRequest, pk: int, body: CloseCaseIn) -> Any:
    """Close a case that was settled; where dunning is paused in it, say what happens next."""
    case = access.case(request.auth, pk)
    end = End(next_step=body.next_step, words=body.words) if body.next_step else None
    return cases.close(case=case, end=end, **decided(request, body.seen))


@router.get("/cases/{int:pk}/letters/{int:template}", response=LetterOut, **needs(Right.WORK_CASES))
def begin_letter(request: ApiRequest, pk: int, template: int) -> Any:
    """A template with what is known of a case filled in, to begin a reply with; the rest is in ``gaps``."""
    case, row = access.case(request.auth, pk), access.template(request.auth, template)
    return letters.begin(template=row, place=case, **by(request))


@router.get("/cases/{int:pk}/messages", response=Listed[MessageOut], **needs(Right.SEE_CASES))
def list_messages(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """The private conversation, newest first."""
    return listed(catalog.messages(access.case(request.auth, pk), at(place)))


@router.get("/cases/{int:pk}/notes", response=Listed[NoteOut], **needs(Right.SEE_CASES))
def list_case_notes(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.notes_on(access.case(request.auth, pk), at(place)))


@router.post("/cases/{int:pk}/notes", response={201: NoteOut}, **needs(Right.WORK_CASES))
def write_case_note(request: ApiRequest, pk: int, body: NoteIn) -> Any:
    """Write an internal note; members named with @ are told of it."""
    return teamwork.write_note(about=access.case(request.auth, pk), text=body.text, **by(request))


@router.put("/cases/{int:pk}/presence", response=list[OnlookerOut], **needs(Right.SEE_CASES))
def look_at_case(request: ApiRequest, pk: int) -> Any:
    """Say that one looks at a case, and be told who else does: a hint to colleagues, no lock."""
    case, now = access.case(request.auth, pk), timezone.now()
    presence.look(actor=request.auth, row=case, now=now)
    return onlookers(request.auth, case, now=now)


@router.get("/cases/{int:pk}/timeline", response=Listed[EntryOut], **needs(Right.SEE_CASES))
def read_case_timeline(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    case = access.case(request.auth, pk)
    found = case_timeline(request.auth, case, after=place.cursor, size=place.limit)
    return {"items": found.entries, "next": found.following or None}
