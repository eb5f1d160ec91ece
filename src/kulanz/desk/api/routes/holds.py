"""Paused dunning: holds with their way, what billing would do, letters that went out, and the rules."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, Seen, Why
from kulanz.desk.api.schemas.holds import (
    AskIn,
    ByHandIn,
    DunningLetterOut,
    HoldChange,
    HoldIn,
    HoldOut,
    HoldPlace,
    HoldRulesIn,
    HoldRulesOut,
    HoldSumsOut,
    ReleaseIn,
    ReviewIn,
    SaidOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.holds import HoldFilter, hold_rules, hold_rules_version, troubles
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.holds import Rules
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import holds
from kulanz.desk.services.hold_views import HoldView, asked, foreseen, lines_of, sums, view_of
from kulanz.desk.services.holds import End, Plan, set_hold_rules

router = Router(tags=["dunning"])


@router.get("/holds", response=Listed[HoldOut], **needs(Right.SEE_CASES))
def list_holds(request: ApiRequest, place: Query[HoldPlace]) -> Any:
    """Holds without their words, which the single one has."""
    now = timezone.now()
    found = catalog.holds(at(place), _wanted(place), now)
    views = lines_of(actor=request.auth, holds=found.rows, now=now)
    return {"items": [_line(view) for view in views], "next": found.following or None}


@router.get("/holds/sums", response=HoldSumsOut, **needs(Right.SEE_VALUES))
def sum_holds(request: ApiRequest, place: Query[HoldPlace]) -> Any:
    """What the holds of a list are about, and how many of all need somebody."""
    now = timezone.now()
    amounts = sums(actor=request.auth, wanted=_wanted(place), now=now)
    return {"amounts": list(amounts), **troubles(now)}


@router.post("/cases/{int:pk}/holds", response={201: HoldOut}, **needs(Right.WORK_CASES))
def place_hold(request: ApiRequest, pk: int, body: HoldIn) -> Any:
    """Pause dunning for the customer of a case, or propose it; billing confirms it later."""
    case = access.case(request.auth, pk)
    make = holds.propose if body.propose else holds.place_new
    hold = make(case=case, plan=_plan(request.auth, body), **by(request))
    return _one(request, hold.pk)


@router.post("/cases/{int:pk}/holds/try", response=SaidOut, **needs(Right.WORK_CASES))
def try_hold(request: ApiRequest, pk: int, body: HoldIn) -> Any:
    """Ask billing what it would do; nothing is kept, and nothing changes there."""
    return foreseen(case=access.case(request.auth, pk), plan=_plan(request.auth, body), **by(request))


@router.get("/cases/{int:pk}/dunning-letters", response=Listed[DunningLetterOut], **needs(Right.SEE_CASES))
def list_letters(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """Letters of dunning that went out to the customer of a case, as billing told of them."""
    found = catalog.letters(access.case(request.auth, pk), at(place))
    named = request.auth.may(Right.SEE_VALUES)
    items = [
        {
            "id": each.pk,
            "on": each.on,
            "level": each.level,
            "claim": each.claim if named else None,
            "system": each.system,
            "told_at": each.told_at,
            "despite": each.despite_id,
        }
        for each in found.rows
    ]
    return {"items": items, "next": found.following or None}


@router.get("/holds/{int:pk}", response=HoldOut, **needs(Right.SEE_CASES))
def show_hold(request: ApiRequest, pk: int) -> Any:
    return _one(request, pk)


@router.patch("/holds/{int:pk}", response=HoldOut, **needs(Right.WORK_CASES))
def change_hold(request: ApiRequest, pk: int, body: HoldChange) -> Any:
    """Change reason, note or day of review; what billing was told stays as it is there."""
    row = access.hold(request.auth, pk)
    words = view_of(hold=row, **by(request)).words
    holds.edit(
        hold=row,
        review_on=body.review_on or row.review_on,
        reason=words.reason if body.reason is None else body.reason,
        note=words.note if body.note is None else body.note,
        **decided(request, body.seen),
    )
    return _one(request, pk)


@router.post("/holds/{int:pk}/try", response=SaidOut, **needs(Right.WORK_CASES))
def ask_billing(request: ApiRequest, pk: int, body: AskIn) -> Any:
    """Ask billing what it would do; nothing changes there."""
    return asked(hold=access.hold(request.auth, pk), act=body.act, **by(request))


@router.post("/holds/{int:pk}/place", response=HoldOut, **needs(Right.WORK_CASES))
def place_proposed(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Have billing told of a proposal, or once more of a hold that it refused."""
    holds.place(hold=access.hold(request.auth, pk), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/holds/{int:pk}/decline", response=HoldOut, **needs(Right.WORK_CASES))
def decline_hold(request: ApiRequest, pk: int, body: Why) -> Any:
    holds.decline(hold=access.hold(request.auth, pk), reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/holds/{int:pk}/review", response=HoldOut, **needs(Right.WORK_CASES))
def review_hold(request: ApiRequest, pk: int, body: ReviewIn) -> Any:
    """Say that it goes on until another day."""
    row = access.hold(request.auth, pk)
    holds.review(hold=row, review_on=body.review_on, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/holds/{int:pk}/release", response=HoldOut, **needs(Right.WORK_CASES))
def release_hold(request: ApiRequest, pk: int, body: ReleaseIn) -> Any:
    """End it, and say what happens next; it is over once billing has confirmed that."""
    row = access.hold(request.auth, pk)
    end = End(next_step=body.next_step, words=body.words)
    holds.release(hold=row, end=end, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/holds/{int:pk}/by-hand", response=HoldOut, **needs(Right.WORK_CASES))
def confirm_hold_by_hand(request: ApiRequest, pk: int, body: ByHandIn) -> Any:
    """Say that billing was told by hand, where Kulanz could not: it is on, or it is over."""
    holds.confirm_by_hand(hold=access.hold(request.auth, pk), proof=body.proof, **decided(request, body.seen))
    return _one(request, pk)


@router.get("/hold-rules", response=HoldRulesOut, **needs(Right.SET_POLICIES))
def show_hold_rules(request: ApiRequest) -> Any:
    """The rules; ``version`` 0: nothing was set yet, and the usual ones are in force."""
    request.shown_version = hold_rules_version()
    return _rules()


@router.put("/hold-rules", response=HoldRulesOut, **needs(Right.SET_POLICIES))
def change_hold_rules(request: ApiRequest, body: HoldRulesIn) -> Any:
    """Set all rules; what is left out is as usual."""
    values = body.dict(exclude={"seen", "confirm_below"})
    wanted = Rules(**values, confirm_below=tuple(each.money() for each in body.confirm_below))
    set_hold_rules(rules=wanted, **decided(request, body.seen))
    return _rules()


def _rules() -> dict[str, Any]:
    rules = hold_rules()
    values = {name: getattr(rules, name) for name in Rules.__struct_fields__}
    return {**values, "confirm_below": list(rules.confirm_below), "version": hold_rules_version()}


def _wanted(place: HoldPlace) -> HoldFilter:
    return HoldFilter(**place.dict(exclude={"cursor", "limit"}))


def _plan(actor: Actor, body: HoldIn) -> Plan:
    if (body.claim is None) == (body.customer is None):
        raise RuleError("hold: expected a claim or a customer")
    claim = access.claim(actor, body.claim) if body.claim else None
    customer = claim.customer if claim else access.customer(actor, body.customer or 0)
    return Plan(customer=customer, claim=claim, reason=body.reason, note=body.note, review_on=body.review_on)


def _one(request: ApiRequest, pk: int) -> dict[str, Any]:
    """A hold as it is now."""
    row = shown(request, access.hold(request.auth, pk))
    return _out(view_of(hold=row, **by(request)))


def _out(view: HoldView) -> dict[str, Any]:
    said = ("reason", "note", "said", "proof", "next_words")
    return _line(view) | {name: getattr(view.words, name) for name in said}


def _line(view: HoldView) -> dict[str, Any]:
    hold, named = view.hold, view.amounts is not None
    same = (
        "id", "key", "case", "system", "state", "review_on", "next_step", "proposed_by", "proposed_at",
        "placed_by", "placed_at", "held_at", "checked_at", "released_by", "released_at", "ended_at",
        "version",
    )  # fmt: skip
    return {
        **{name: getattr(hold, name) for name in same},
        "whole_customer": hold.claim_id is None,
        "customer": hold.customer if named else None,
        "claim": hold.claim if named else None,
        "amounts": None if view.amounts is None else list(view.amounts),
        "late": view.late,
        "due": view.due,
        "letters": [each.on for each in view.letters],
        "can": sorted(view.can),
    }
