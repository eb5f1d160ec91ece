"""Gestures: proposed by a person, approved within limits, carried out with proof, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from kulanz.core.gestures import GESTURE_KINDS
from kulanz.core.money import Money
from kulanz.desk.models import Case, Gesture, Member, Team
from kulanz.desk.queries.gestures import wanted_of
from kulanz.desk.queries.parties import parties
from kulanz.desk.queries.spending import means_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.gestures import Words
from kulanz.desk.rules.limits import Means, check_approval, check_grant, check_second
from kulanz.desk.rules.machines import GESTURE
from kulanz.desk.rules.packing import packed
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.desk.services.changing import change, keep_open, step
from kulanz.desk.services.events import record
from kulanz.desk.services.gesture_words import with_words
from kulanz.desk.services.notices import tell_of_decision, tell_of_gesture
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.setting_up import one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is to be done for a customer: ``value`` to them, ``cost`` to the company, and why."""

    kind: str
    name: str = ""
    value: Money
    cost: Money
    why: str


def propose(*, actor: Actor, case: Case, offer: Offer, now: datetime, team: Team | None = None) -> Gesture:
    """Propose a gesture for a case's customer; nothing is done before it is approved.

    It is paid by ``team``; else by the team of the case's issue, or the first one of whoever proposes it.
    Raise RuleError in a closed case.
    """
    actor.need(Right.WORK_CASES)
    with transaction.atomic():
        keep_open(case)
        gesture = Gesture.objects.create(
            case=case,
            team=team or _team_for(actor, case),
            proposed_by_id=actor.member_id,
            proposed_at=now,
            **_columns(offer),
        )
        keep_record(actor, "propose", gesture, now)
        tell_of_gesture(gesture=gesture, approvers=_approvers(gesture), now=now)
    return gesture


def edit(*, actor: Actor, gesture: Gesture, seen: int, offer: Offer, now: datetime) -> Gesture:
    """Change a proposal before anybody decided on it: whoever made it may."""
    if gesture.proposed_by_id != actor.member_id:
        raise NotAllowedError("only whoever proposed a gesture changes it: decline it, or propose another")
    return _step(actor, gesture, seen, "edit", now, **_columns(offer))


def grant(*, actor: Actor, gesture: Gesture, seen: int, now: datetime) -> Gesture:
    """Approve a small gesture of one's own, within what one may decide alone."""
    with transaction.atomic():
        check_grant(actor.member_id, wanted_of(gesture), _means(actor, gesture, now))
        return _step(actor, gesture, seen, "grant", now, **_decided(actor, now))


def approve(*, actor: Actor, gesture: Gesture, seen: int, now: datetime) -> Gesture:
    """Approve somebody else's gesture, as one who is no part of the dispute."""
    with transaction.atomic():
        check_approval(actor.member_id, wanted_of(gesture), _means(actor, gesture, now))
        approved = _step(actor, gesture, seen, "approve", now, **_decided(actor, now))
        tell_of_decision(gesture=approved, now=now)
    return approved


def decline(*, actor: Actor, gesture: Gesture, seen: int, reason: str, now: datetime) -> Gesture:
    """Decline somebody else's gesture, for a reason."""
    check_second(actor.member_id, wanted_of(gesture))
    with transaction.atomic():
        declined = _step(actor, gesture, seen, "decline", now, reason=reason, **_decided(actor, now))
        tell_of_decision(gesture=declined, now=now)
    return declined


def carry_out(*, actor: Actor, gesture: Gesture, seen: int, proof: str, now: datetime) -> Gesture:
    """Say that an approved gesture was carried out, with a link or words that show it."""
    if not proof.strip():
        raise RuleError("carried out: expected a proof, such as a link or a booking number")
    done: dict[str, Any] = {
        "carried_out_at": now,
        "carried_out_by_id": actor.member_id,
        "sealed": with_words(gesture, proof=proof),
        "due_at": None,
    }
    return _step(actor, gesture, seen, "carry_out", now, **done)


def accept(*, actor: Actor, gesture: Gesture, seen: int, answer: str, now: datetime) -> Gesture:
    """Say that the customer was content with it, and in which words."""
    return _step(actor, gesture, seen, "accept", now, sealed=_answered(gesture, answer), answered_at=now)


def refuse(*, actor: Actor, gesture: Gesture, seen: int, answer: str, now: datetime) -> Gesture:
    """Say that the customer did not want it; it costs nothing then, unless it was carried out already."""
    _check_not_ordered(gesture)
    return _step(actor, gesture, seen, "refuse", now, sealed=_answered(gesture, answer), answered_at=now)


def revoke(*, actor: Actor, gesture: Gesture, seen: int, reason: str, now: datetime) -> Gesture:
    """Take a gesture back, for a reason; one that was carried out only by a lead, once it came back."""
    _check_not_ordered(gesture)
    return _step(actor, gesture, seen, "revoke", now, reason=reason)


def _means(actor: Actor, gesture: Gesture, now: datetime) -> Means:
    """What the actor may approve, while nobody else spends the same money."""
    Member.objects.select_for_update(of=("self",)).get(pk=actor.member_id)
    team = gesture.team
    if team is not None:
        Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    return means_of(member=actor.member_id, roles=actor.roles, team=team, currency=gesture.currency, now=now)


def _step(
    actor: Actor, gesture: Gesture, seen: int, action: str, now: datetime, *, reason: str = "", **values: Any
) -> Gesture:
    actor.need(Right.SEE_CASES)
    state = step(gesture, GESTURE, action, actor, reason)
    with transaction.atomic():
        changed = change(gesture, seen, state=state, **values)
        keep_record(actor, action, changed, now, reason)
    return changed


def keep_record(actor: Actor | None, action: str, gesture: Gesture, now: datetime, reason: str = "") -> None:
    """Write the event of a gesture: its words stay sealed."""
    data = {
        "state": gesture.state,
        "kind": gesture.kind,
        "value_minor": gesture.value_minor,
        "cost_minor": gesture.cost_minor,
        "currency": gesture.currency,
    }
    case = gesture.case
    record(actor, action, gesture, now=now, reason=reason[:500], case=case, issue=case.issue, data=data)


def _check_not_ordered(gesture: Gesture) -> None:
    """Raise where billing may carry a gesture out at any moment."""
    if gesture.state == "ordered":
        raise RuleError(
            "billing was told to carry it out and may do so at any moment: wait for its answer, or have it"
            " stopped there first"
        )


def _answered(gesture: Gesture, answer: str) -> bytes:
    return with_words(gesture, answer=answer[:500])


def _decided(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"decided_by_id": actor.member_id, "decided_at": now}


def _columns(offer: Offer) -> dict[str, Any]:
    one_of("kind", offer.kind, GESTURE_KINDS)
    name, why = " ".join(plain(offer.name).split())[:200], plain(offer.why).strip()[:500]
    if offer.kind == "own" and not name:
        raise RuleError("gesture: expected a name for a kind of your own")
    if not why:
        raise RuleError("gesture: say why it is proposed")
    if offer.value.currency != offer.cost.currency:
        raise RuleError("gesture: expected value and cost in one currency")
    return {
        "kind": offer.kind,
        "sealed": seal(packed(Words(name=name, why=why))),
        "value_minor": offer.value.minor,
        "cost_minor": offer.cost.minor,
        "currency": offer.cost.currency,
    }


def _team_for(actor: Actor, case: Case) -> Team | None:
    of_issue = case.issue.team if case.issue is not None else None
    return of_issue or Team.objects.filter(members=actor.member_id).order_by("pk").first()


def _approvers(gesture: Gesture) -> list[Member]:
    """Who may approve it and is no part of the dispute."""
    roles = [role.value for role in RIGHTS[Right.APPROVE]]
    may = Member.objects.filter(is_active=True, held_roles__role__in=roles).distinct()
    return list(may.exclude(pk__in={gesture.proposed_by_id, *parties(gesture.case)}).order_by("pk"))
