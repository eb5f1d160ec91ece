"""Goodwill: gestures with their way, what fits, who has the same problem, and what is spent on whom."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Seen, Why
from kulanz.desk.api.schemas.gestures import (
    AlikeOut,
    AnswerIn,
    AssessmentIn,
    AssessmentOut,
    FitOut,
    GestureChange,
    GestureIn,
    GestureOut,
    GesturePlace,
    OrderIn,
    ProofIn,
    SameIn,
    SpanOut,
    SpendingOut,
)
from kulanz.desk.api.schemas.holds import SaidOut
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.effects import effect_of
from kulanz.desk.queries.gestures import GestureFilter
from kulanz.desk.queries.loudness import report
from kulanz.desk.queries.suggesting import assessment_of, suggestions
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import assessing, gesture_orders, gestures, kindness
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gesture_orders import Wanted
from kulanz.desk.services.gesture_words import GestureView, views_of, why_of
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.stakes import of_case

router = Router(tags=["goodwill"])


@router.get("/gestures", response=Listed[GestureOut], **needs(Right.SEE_CASES))
def list_gestures(request: ApiRequest, place: Query[GesturePlace]) -> Any:
    wanted = GestureFilter(**place.dict(include={"state", "kind", "case", "person"}))
    found = catalog.gestures(at(place), wanted)
    views = views_of(gestures=found.rows, **by(request))
    return {"items": [_out(request.auth, view) for view in views], "next": found.following or None}


@router.get("/gestures/spending", response=SpendingOut, **needs(Right.SEE_CASES))
def show_spending(request: ApiRequest) -> Any:
    """What was approved for loud and for quiet customers in the last twelve months."""
    return report(timezone.now())


@router.post("/cases/{int:pk}/gestures", response={201: GestureOut}, **needs(Right.WORK_CASES))
def propose_gesture(request: ApiRequest, pk: int, body: GestureIn) -> Any:
    """Propose a gesture; nothing is done before it is approved."""
    case, value = access.case(request.auth, pk), body.value.money()
    offer = Offer(
        kind=body.kind,
        name=body.name,
        value=value,
        cost=body.cost.money() if body.cost else value,
        why=body.why,
    )
    made = gestures.propose(case=case, offer=offer, **by(request))
    return _one(request, made.pk)


@router.get("/gestures/{int:pk}", response=GestureOut, **needs(Right.SEE_CASES))
def show_gesture(request: ApiRequest, pk: int) -> Any:
    return _one(request, pk)


@router.patch("/gestures/{int:pk}", response=GestureOut, **needs(Right.WORK_CASES))
def change_gesture(request: ApiRequest, pk: int, body: GestureChange) -> Any:
    """Change a proposal of one's own that nobody decided on yet."""
    row = access.gesture(request.auth, pk)
    [view] = views_of(gestures=[row], **by(request))
    offer = Offer(
        kind=body.kind or row.kind,
        name=view.words.name if body.name is None else body.name,
        value=body.value.money() if body.value else row.value,
        cost=body.cost.money() if body.cost else row.cost,
        why=view.words.why if body.why is None else body.why,
    )
    gestures.edit(gesture=row, offer=offer, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/grant", response=GestureOut, **needs(Right.WORK_CASES))
def grant_gesture(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Approve a small gesture of one's own, within what one may decide alone."""
    gestures.grant(gesture=access.gesture(request.auth, pk), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/approve", response=GestureOut, **needs(Right.APPROVE))
def approve_gesture(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Approve somebody else's gesture, as one who is no part of the dispute."""
    gestures.approve(gesture=access.gesture(request.auth, pk), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/decline", response=GestureOut, **needs(Right.APPROVE))
def decline_gesture(request: ApiRequest, pk: int, body: Why) -> Any:
    row = access.gesture(request.auth, pk)
    gestures.decline(gesture=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/carry-out", response=GestureOut, **needs(Right.WORK_CASES))
def carry_out_gesture(request: ApiRequest, pk: int, body: ProofIn) -> Any:
    """Say that it was carried out, with a link or words that show it."""
    row = access.gesture(request.auth, pk)
    gestures.carry_out(gesture=row, proof=body.proof, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/order", response=GestureOut, **needs(Right.WORK_CASES))
def order_gesture(request: ApiRequest, pk: int, body: OrderIn) -> Any:
    """Have billing carry it out; it is carried out once billing says so."""
    row = access.gesture(request.auth, pk)
    wanted = _wanted(request, body)
    gesture_orders.order(gesture=row, wanted=wanted, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/order/try", response=SaidOut, **needs(Right.WORK_CASES))
def try_order(request: ApiRequest, pk: int, body: OrderIn) -> Any:
    """Ask billing what it would do; nothing changes there."""
    row, wanted = access.gesture(request.auth, pk), _wanted(request, body)
    return gesture_orders.foretold(gesture=row, wanted=wanted, **by(request))


@router.post("/gestures/{int:pk}/withdraw", response=GestureOut, **needs(Right.LEAD_CASES))
def withdraw_gesture(request: ApiRequest, pk: int, body: Why) -> Any:
    """Say that billing will not carry it out, as people there have told."""
    row = access.gesture(request.auth, pk)
    gesture_orders.withdraw(gesture=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/accept", response=GestureOut, **needs(Right.WORK_CASES))
def accept_gesture(request: ApiRequest, pk: int, body: AnswerIn) -> Any:
    """Say that the customer accepted it."""
    row = access.gesture(request.auth, pk)
    gestures.accept(gesture=row, answer=body.answer, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/refuse", response=GestureOut, **needs(Right.WORK_CASES))
def refuse_gesture(request: ApiRequest, pk: int, body: AnswerIn) -> Any:
    """Say that the customer refused it; it costs nothing then."""
    row = access.gesture(request.auth, pk)
    gestures.refuse(gesture=row, answer=body.answer, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/gestures/{int:pk}/revoke", response=GestureOut, **needs(Right.WORK_CASES))
def revoke_gesture(request: ApiRequest, pk: int, body: Why) -> Any:
    """Take it back, for a reason; one that was carried out only as a lead."""
    row = access.gesture(request.auth, pk)
    gestures.revoke(gesture=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.get("/gestures/{int:pk}/effect", response=list[SpanOut], **needs(Right.SEE_CASES))
def show_effect(request: ApiRequest, pk: int) -> Any:
    """What was heard in the 60 days before it was carried out and after, in spans of ten days."""
    return effect_of(access.gesture(request.auth, pk), timezone.now())


@router.get("/gestures/{int:pk}/alike", response=list[AlikeOut], **needs(Right.WORK_CASES))
def list_alike(request: ApiRequest, pk: int) -> Any:
    """Who has the same problem and got nothing within a year: a guess for a person to judge."""
    return kindness.alike(gesture=access.gesture(request.auth, pk), **by(request))


@router.post("/gestures/{int:pk}/same", response={201: GestureOut}, **needs(Right.WORK_CASES))
def propose_same(request: ApiRequest, pk: int, body: SameIn) -> Any:
    """Propose the same gesture for somebody else."""
    who = request.auth
    made = kindness.propose_same(
        actor=who,
        gesture=access.gesture(who, pk),
        case=access.case(who, body.case) if body.case else None,
        account=access.account(who, body.account) if body.account else None,
        person=access.person(who, body.person) if body.person else None,
        now=timezone.now(),
    )
    return _one(request, made.pk)


@router.get("/cases/{int:pk}/fitting-gestures", response=list[FitOut], **needs(Right.WORK_CASES))
def list_fitting(request: ApiRequest, pk: int) -> Any:
    """Which gestures fit, those that do first, with what speaks for each and against: you decide."""
    case, now = access.case(request.auth, pk), timezone.now()
    stake = (
        of_case(actor=request.auth, case=case, now=now).drawn if request.auth.may(Right.SEE_VALUES) else None
    )
    return suggestions(case, stake, now)


@router.get("/cases/{int:pk}/assessment", response=AssessmentOut, **needs(Right.SEE_CASES))
def show_assessment(request: ApiRequest, pk: int) -> Any:
    """Whose fault a case was, whom it is about, and which defect it comes from."""
    return _assessment(request, assessment_of(access.case(request.auth, pk)))


@router.put("/cases/{int:pk}/assessment", response=AssessmentOut, **needs(Right.WORK_CASES))
def assess_case(request: ApiRequest, pk: int, body: AssessmentIn) -> Any:
    case = access.case(request.auth, pk)
    said = Judgement(
        fault=body.fault,
        why=body.why,
        concerned=access.colleagues(request.auth, body.concerned),
        defect=body.defect,
    )
    made = assessing.assess(case=case, said=said, **decided(request, body.seen))
    return _assessment(request, made)


def _one(request: ApiRequest, pk: int) -> dict[str, Any]:
    """A gesture as it is now."""
    row = shown(request, access.gesture(request.auth, pk))
    return _out(request.auth, views_of(gestures=[row], **by(request))[0])


def _out(actor: Actor, view: GestureView) -> dict[str, Any]:
    row, words = view.gesture, view.words
    same = (
        "id", "case_id", "kind", "value", "cost", "state", "team", "proposed_by", "proposed_at", "decided_by",
        "decided_at", "carried_out_by", "carried_out_at", "answered_at", "system", "until", "ordered_at",
        "version",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        **{name: getattr(words, name) for name in ("name", "why", "proof", "answer", "said")},
        "claim": row.claim if actor.may(Right.SEE_VALUES) else None,
    }


def _assessment(request: ApiRequest, row: Any) -> dict[str, Any]:
    said = shown(request, row)
    return {
        "fault": said.fault,
        "why": why_of(assessment=said, **by(request)),
        "concerned": list(said.concerned.all()) if said.pk else [],
        "defect": said.defect,
        "version": said.version,
    }


def _wanted(request: ApiRequest, body: OrderIn) -> Wanted:
    return Wanted(claim=access.claim(request.auth, body.claim), until=body.until, reason=body.reason)
