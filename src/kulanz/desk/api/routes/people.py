"""People and accounts: profiles, what is stored, merges and their undoing."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import EntryOut, Listed, Place, Seen, listed
from kulanz.desk.api.schemas.people import (
    AccountIn,
    AccountOut,
    AccountPlace,
    EraseIn,
    ErasurePlanOut,
    IssueOfPersonOut,
    MergeOut,
    MergePeopleIn,
    PersonChange,
    PersonOut,
    PersonPlace,
    ResemblanceOut,
    ResemblancePlace,
    StoredOut,
    SuggestionOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.erasing import erasure_plan
from kulanz.desk.queries.people import stored_about, suggestions
from kulanz.desk.queries.timeline import person_timeline
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import comparing, people
from kulanz.desk.services.erasing import erase
from kulanz.desk.services.naming import replaced_names

router = Router(tags=["people"])


@router.get("/people", response=Listed[PersonOut], **needs(Right.SEE_PEOPLE))
def list_people(request: ApiRequest, place: Query[PersonPlace]) -> Any:
    """Profiles; those that were merged into others are left out."""
    return listed(catalog.people(at(place), role=place.role, words=place.words))


@router.get("/people/{int:pk}", response=PersonOut, **needs(Right.SEE_PEOPLE))
def show_person(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.person(request.auth, pk))


@router.patch("/people/{int:pk}", response=PersonOut, **needs(Right.WORK_ISSUES))
def change_person(request: ApiRequest, pk: int, body: PersonChange) -> Any:
    """Change name, role, e-mail, customer number or note, or that they want no questions."""
    person, wanted = access.person(request.auth, pk), body.dict(exclude={"seen"}, exclude_none=True)
    return people.edit(person=person, **wanted, **decided(request, body.seen))


@router.get("/people/{int:pk}/accounts", response=Listed[AccountOut], **needs(Right.SEE_PEOPLE))
def list_person_accounts(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.accounts(at(place), person=access.person(request.auth, pk)))


@router.get("/people/{int:pk}/issues", response=Listed[IssueOfPersonOut], **needs(Right.SEE_PEOPLE))
def list_person_issues(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """The issues that a person is in, and as what."""
    return listed(catalog.roles_of(access.person(request.auth, pk), at(place)))


@router.get("/people/{int:pk}/timeline", response=Listed[EntryOut], **needs(Right.SEE_PEOPLE))
def read_person_timeline(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """What was changed about a person."""
    found = person_timeline(access.person(request.auth, pk).pk, after=place.cursor, size=place.limit)
    return {"items": found.entries, "next": found.following or None}


@router.post("/people/{int:pk}/accounts", response=PersonOut, **needs(Right.WORK_ISSUES))
def attach_account(request: ApiRequest, pk: int, body: AccountIn) -> Any:
    """Say that an account without a profile is this person's."""
    person, account = access.person(request.auth, pk), access.account(request.auth, body.account)
    return people.attach(person=person, account=account, **by(request))


@router.delete("/people/{int:pk}/accounts/{int:account}", response={204: None}, **needs(Right.WORK_ISSUES))
def detach_account(
    request: ApiRequest, pk: int, account: int, reason: Annotated[str, Field(max_length=500)]
) -> None:
    """Say that an account is not this person's, for a reason."""
    person, row = access.person(request.auth, pk), access.account(request.auth, account)
    people.detach(person=person, account=row, reason=reason, **by(request))


@router.get("/people/{int:pk}/stored", response=list[StoredOut], **needs(Right.SEE_PEOPLE))
def show_stored(request: ApiRequest, pk: int) -> Any:
    """How much of each class of data is kept about a person, and for how long."""
    return list(stored_about(access.person(request.auth, pk)))


@router.get("/people/{int:pk}/erasure", response=ErasurePlanOut, **needs(Right.LEAD_CASES))
def show_erasure(request: ApiRequest, pk: int) -> Any:
    """What erasing a person would take away, and what would stay."""
    person = access.person(request.auth, pk)
    plan = erasure_plan(person)
    names = replaced_names(person=person, **by(request))
    return {"goes": plan.goes, "stays": plan.stays, "open_cases": plan.open_cases, "names": names}


@router.post("/people/{int:pk}/erase", response=PersonOut, **needs(Right.LEAD_CASES))
def erase_person(request: ApiRequest, pk: int, body: EraseIn) -> Any:
    """Erase a person for good, and return what is left: a pseudonym. All cases must be closed.

    What others wrote is looked through by the worker, within a few minutes.
    """
    person = access.person(request.auth, pk)
    return erase(
        person=person,
        reason=body.reason,
        left_out=body.left_out,
        with_posts=body.with_posts,
        **decided(request, body.seen),
    )


@router.get("/people/{int:pk}/suggestions", response=list[SuggestionOut], **needs(Right.SEE_PEOPLE))
def show_suggestions(request: ApiRequest, pk: int) -> Any:
    """Who may be the same person, the likeliest first; nothing is merged by itself."""
    return list(suggestions(access.person(request.auth, pk)))


@router.get("/people/{int:pk}/merges", response=Listed[MergeOut], **needs(Right.SEE_PEOPLE))
def list_merges_of(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.merges(at(place), person=access.person(request.auth, pk)))


@router.post("/people/{int:pk}/merge", response=MergeOut, **needs(Right.WORK_ISSUES))
def merge_people(request: ApiRequest, pk: int, body: MergePeopleIn) -> Any:
    """Take another profile for the same person; its accounts and cases become this one's."""
    person, gone = access.person(request.auth, pk), access.person(request.auth, body.gone)
    return people.merge(person=person, gone=gone, why=body.why, **decided(request, body.seen))


@router.get("/suggestions", response=Listed[ResemblanceOut], **needs(Right.SEE_PEOPLE))
def list_suggestions(request: ApiRequest, place: Query[ResemblancePlace]) -> Any:
    """Who may be the same person, over all profiles, the likeliest first: to merge, attach or tell apart."""
    return listed(catalog.resemblances(at(place), dismissed=place.dismissed))


@router.post("/suggestions/{int:pk}/tell-apart", response=ResemblanceOut, **needs(Right.WORK_ISSUES))
def tell_apart(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that two are not one person: they are not suggested again."""
    row = access.resemblance(request.auth, pk)
    return comparing.tell_apart(resemblance=row, **decided(request, body.seen))


@router.post("/suggestions/{int:pk}/again", response=ResemblanceOut, **needs(Right.WORK_ISSUES))
def suggest_again(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Take back that two are not one person."""
    row = access.resemblance(request.auth, pk)
    return comparing.suggest_again(resemblance=row, **decided(request, body.seen))


@router.get("/merges", response=Listed[MergeOut], **needs(Right.SEE_PEOPLE))
def list_merges(request: ApiRequest, place: Query[Place]) -> Any:
    """All merges, the newest first."""
    return listed(catalog.merges(at(place)))


@router.post("/merges/{int:pk}/undo", response=PersonOut, **needs(Right.WORK_ISSUES))
def undo_merge(request: ApiRequest, pk: int) -> Any:
    """Undo a merge, and return the profile that is back."""
    return people.undo(merge=access.merge(request.auth, pk), **by(request))


@router.get("/accounts", response=Listed[AccountOut], **needs(Right.SEE_PEOPLE))
def list_accounts(request: ApiRequest, place: Query[AccountPlace]) -> Any:
    found = catalog.accounts(at(place), source=place.source, bare=place.without_profile, words=place.words)
    return listed(found)


@router.get("/accounts/{int:pk}", response=AccountOut, **needs(Right.SEE_PEOPLE))
def show_account(request: ApiRequest, pk: int) -> Any:
    return access.account(request.auth, pk)


@router.post("/accounts/{int:pk}/person", response=PersonOut, **needs(Right.WORK_ISSUES))
def make_profile(request: ApiRequest, pk: int) -> Any:
    """Return the profile of an account, made where there is none yet."""
    return people.person_of(account=access.account(request.auth, pk), **by(request))
