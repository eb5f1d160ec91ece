"""Holds of dunning: proposed, placed, reviewed and ended by people. Billing is told by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from kulanz.billing import Scope
from kulanz.desk.models import BillingSystem, Case, Claim, Customer, Hold, HoldRules
from kulanz.desk.models.holds import NEXT_STEPS
from kulanz.desk.queries.holds import day_of, hold_rules, system_for, told_by_desk
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.holds import MOST_WORDS, Rules, Words, checked_review, rules_in, words_in
from kulanz.desk.rules.machines import HOLD, LIVE
from kulanz.desk.rules.packing import changed, packed
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.billing_adapters import scopes_of
from kulanz.desk.services.changing import change, keep_open, step
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import seal, unseal
from kulanz.desk.services.setting_up import one_of

KEY_BYTES: Final = 10
_WITH_ITS_CASE: Final = "the case was closed"
_ONE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A hold as somebody wants it: of a ``claim``, or of all of a customer's without one.

    ``system`` None is where the claim comes from, or all of the customer's claims; where that is none that
    Kulanz speaks to, or one that cannot hold, billing is told by hand. ``review_on`` None is as many days
    ahead as the rules say.
    """

    customer: Customer
    claim: Claim | None = None
    system: BillingSystem | None = None
    reason: str
    note: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What happens with the money once a hold has ended: one of ``NEXT_STEPS``, and words for it."""

    next_step: str
    words: str = ""


def propose(*, actor: Actor, case: Case, plan: Plan, now: datetime) -> Hold:
    """Propose a hold for the customer of a case; billing is told nothing before somebody places it."""
    actor.need(Right.WORK_CASES)
    return put_forward(actor=actor, case=case, plan=plan, now=now)


def place(*, actor: Actor, hold: Hold, seen: int, now: datetime) -> Hold:
    """Have billing told of a proposal, or once more of a hold that it refused."""
    if hold.state == HOLD.initial:  # the customer may be linked to somebody else since, the claim be paid
        _check_whose(hold.case, hold.customer, hold.claim)
    words = words_of(hold)
    another: dict[str, Any] = {}
    if words.answer == "refused":
        # an answer stands for ever: what billing said no to is another hold for it when it is ordered again
        former = (*words.former, hold.key)
        another = {"key": _new_key(), "sealed": seal(packed(msgspec.structs.replace(words, former=former)))}
    return _step(actor, hold, seen, "place", now, **placed(hold, actor.member_id, now), **another)


def place_new(*, actor: Actor, case: Case, plan: Plan, now: datetime) -> Hold:
    """Propose a hold and place it."""
    with transaction.atomic():
        hold = propose(actor=actor, case=case, plan=plan, now=now)
        return place(actor=actor, hold=hold, seen=hold.version, now=now)


def edit(  # noqa: PLR0913 - a hold has a day, and words for billing and for the desk
    *, actor: Actor, hold: Hold, seen: int, review_on: date, reason: str, note: str, now: datetime
) -> Hold:
    """Change the day of review and the words; what billing was told already stays as it is there."""
    changed: dict[str, Any] = {"sealed": with_words(hold, reason=_reason(reason), note=note)}
    if review_on != hold.review_on:
        changed |= {"review_on": checked_review(review_on, day_of(now)), "asked_at": None}
    return _step(actor, hold, seen, "edit", now, **changed)


def decline(*, actor: Actor, hold: Hold, seen: int, reason: str, now: datetime) -> Hold:
    """Decline a proposal, for a reason; no rule proposes a hold of the same claim again."""
    return _step(actor, hold, seen, "decline", now, reason=reason, ended_at=now)


def review(*, actor: Actor, hold: Hold, seen: int, review_on: date, reason: str, now: datetime) -> Hold:
    """Say on the day of review that a hold goes on until another day, and why."""
    until = checked_review(review_on, day_of(now))
    return _step(actor, hold, seen, "review", now, reason=reason, review_on=until, asked_at=None)


def release(*, actor: Actor, hold: Hold, seen: int, end: End, reason: str, now: datetime) -> Hold:
    """End a hold, for a reason, and say what happens next; it is over once billing has confirmed that."""
    return _step(actor, hold, seen, "release", now, reason=reason, **_ended(actor, hold, end, now))


def confirm_by_hand(*, actor: Actor, hold: Hold, seen: int, proof: str, now: datetime) -> Hold:
    """Say that billing was told by hand, with a proof: that nothing is dunned, or that the hold is over.

    Only where Kulanz could not: there is no system, it refused, or has not confirmed an end in time.
    """
    if told_by_desk(hold):
        raise RuleError("hold: billing is asked by Kulanz; say it by hand only where billing refused")
    if not proof.strip():
        raise RuleError("by hand: expected a proof, such as who did it where, or a link")
    over = hold.state == "releasing"
    done: dict[str, Any] = {"ended_at": now} if over else {"held_at": now, "system": None}
    if len(proof.strip()) > MOST_WORDS:
        raise RuleError("by hand: expected a proof of %(most)s characters at most", most=MOST_WORDS)
    done |= {"sealed": _with_proof(hold, proof), "due_at": None, "alarmed_at": None}
    return _step(actor, hold, seen, "confirm_by_hand", now, **done)


def end_with_case(*, actor: Actor, case: Case, end: End | None, now: datetime) -> None:
    """End the holds of a case that is being closed; raise RuleError where nobody said what happens next."""
    for hold in live_holds(case):
        if hold.state == HOLD.initial:
            decline(actor=actor, hold=hold, seen=hold.version, reason=_WITH_ITS_CASE, now=now)
        elif end is None:
            raise RuleError(
                "dunning is held for %(about)s: say what happens next", about=hold.claim or hold.customer
            )
        else:
            release(actor=actor, hold=hold, seen=hold.version, end=end, reason=_WITH_ITS_CASE, now=now)


def told_at(scope: Scope) -> frozenset[str]:
    """Return the names of the billing systems that can hold, and are told by the desk."""
    systems = BillingSystem.objects.values_list("name", "adapter")
    return frozenset(name for name, adapter in systems if scope in scopes_of(adapter))


def live_holds(case: Case) -> QuerySet[Hold]:
    """Return the holds of a case that somebody has to end, and keep them from changing until then."""
    rows = Hold.objects.select_for_update(of=("self",)).select_related("claim", "customer", "case__issue")
    return rows.filter(case=case, state__in=LIVE).order_by("pk")


def forget_ended(rows: QuerySet[Hold]) -> None:
    """Delete holds that are over; raise RuleError where one is not."""
    left = rows.exclude(state__in=HOLD.final).select_related("claim", "customer").first()
    if left is not None:
        raise RuleError(
            "the hold of dunning for %(about)s is not over: end it, and wait until billing has confirmed it",
            about=left.claim or left.customer,
        )
    rows.delete()


def set_hold_rules(*, actor: Actor, rules: Rules, seen: int, now: datetime) -> HoldRules:
    """Set the rules; ``seen`` is 0 where there were none. Raise RuleError for those that make no sense."""
    actor.need(Right.SET_POLICIES)
    after: dict[str, Any] = msgspec.to_builtins(rules_in(msgspec.to_builtins(rules)))
    with transaction.atomic():
        row, _ = HoldRules.objects.get_or_create(pk=_ONE, defaults={"version": 0})
        before = row.values
        changed = change(row, seen, values=after, due_at=now)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        data = {name: [before.get(name), after.get(name)] for name in names}
        record(actor, "set_rules", changed, now=now, data=data)
    return changed


def put_forward(*, actor: Actor | None, case: Case, plan: Plan, now: datetime) -> Hold:
    """Write a proposal, of a person or of the rules (``actor`` None)."""
    with transaction.atomic():
        open_case = keep_open(case)
        customer = Customer.objects.select_for_update(of=("self",)).get(pk=plan.customer.pk)
        _check(open_case, customer, plan.claim)
        hold = Hold.objects.create(
            case=open_case,
            customer=customer,
            claim=plan.claim,
            system=_system(plan),
            key=_new_key(),
            sealed=seal(packed(_words(plan))),
            review_on=_review_on(plan, now),
            proposed_by_id=actor.member_id if actor else None,
            proposed_at=now,
        )
        keep_record(actor, "propose", hold, now)
    return hold


def placed(hold: Hold, member: int | None, now: datetime) -> dict[str, Any]:
    """Return what is written to a hold that billing is to be told of."""
    return {"placed_by_id": member, "placed_at": now, **_to_tell(hold, now)}


def keep_record(
    actor: Actor | None, action: str, hold: Hold, now: datetime, reason: str = "", **data: object
) -> None:
    """Write the event of a hold: its words stay sealed."""
    told = {
        "state": hold.state,
        "key": hold.key,
        "claim": hold.claim_id,
        "review_on": hold.review_on.isoformat(),
        **data,
    }
    case = hold.case
    record(actor, action, hold, now=now, reason=reason[:500], case=case, issue=case.issue, data=told)


def words_of(hold: Hold) -> Words:
    """Open what is said of a hold for what the desk does by itself: nobody sees the result."""
    return words_in(unseal(hold.sealed))


def with_words(hold: Hold, **said: str) -> bytes:
    """Return the sealed words of a hold with some of them changed."""
    return seal(packed(changed(words_of(hold), said, MOST_WORDS)))


def _with_proof(hold: Hold, proof: str) -> bytes:
    """Return the sealed words of a hold with one more proof: none makes another shorter."""
    words = words_of(hold)
    proofs = f"{words.proof}\n{proof}"
    return seal(packed(changed(words, {"proof": proofs}, len(proofs))))


def _step(
    actor: Actor, hold: Hold, seen: int, action: str, now: datetime, *, reason: str = "", **values: Any
) -> Hold:
    actor.need(Right.SEE_CASES)
    state = step(hold, HOLD, action, actor, reason)
    with transaction.atomic():
        changed = change(hold, seen, state=state, **values)
        keep_record(
            actor, action, changed, now, reason, **({"next": changed.next_step} if changed.next_step else {})
        )
    return changed


def _ended(actor: Actor, hold: Hold, end: End, now: datetime) -> dict[str, Any]:
    one_of("next step", end.next_step, NEXT_STEPS)
    if end.next_step == "other" and not end.words.strip():
        raise RuleError("hold: say in words what happens next")
    return {
        "next_step": end.next_step,
        "sealed": with_words(hold, next_words=end.words),
        "released_by_id": actor.member_id,
        "released_at": now,
        "asked_at": None,
        **_to_tell(hold, now),
    }


def _to_tell(hold: Hold, now: datetime) -> dict[str, Any]:
    """Have the worker tell billing; where people do it by hand, nothing is due."""
    return {"due_at": now if hold.system_id else None, "attempts": 0, "alarmed_at": None}


def _check(case: Case, customer: Customer, claim: Claim | None) -> None:
    _check_whose(case, customer, claim)
    if Hold.objects.filter(customer=customer, claim=claim, state__in=LIVE).exists():
        raise RuleError("dunning is held, or to be held, for %(about)s already", about=claim or customer)


def _check_whose(case: Case, customer: Customer, claim: Claim | None) -> None:
    if customer.person_id != case.person_id:
        raise RuleError("hold: customer %(number)s is not the customer of this case", number=customer.number)
    if claim is not None and (claim.customer_id != customer.pk or claim.settled_at is not None):
        raise RuleError("hold: claim %(key)s is not an open claim of this customer", key=claim.key)


def _system(plan: Plan) -> BillingSystem | None:
    found = system_for(plan.customer, plan.claim)
    if plan.claim is not None and plan.system not in (None, found):
        raise RuleError("hold: claim %(key)s is not one of that billing system", key=plan.claim.key)
    system = plan.system or found
    return system if system is not None and _scope(plan.claim) in scopes_of(system.adapter) else None


def _scope(claim: Claim | None) -> Scope:
    return "customer" if claim is None else "claim"


def _words(plan: Plan) -> Words:
    return Words(reason=_reason(plan.reason), note=plain(plan.note).strip()[:MOST_WORDS])


def _new_key() -> str:
    return f"hold-{token_hex(KEY_BYTES)}"


def _reason(reason: str) -> str:
    if not reason.strip():
        raise RuleError("hold: say why dunning is to stop")
    return plain(reason).strip()[:MOST_WORDS]


def _review_on(plan: Plan, now: datetime) -> date:
    day = day_of(now)
    return checked_review(plan.review_on or day + timedelta(days=hold_rules().review_days), day)
