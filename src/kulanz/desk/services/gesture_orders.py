"""Gestures that billing carries out: ordered by people; the worker tells billing, and asks until it answers.

What billing has given is carried out, with its words as the proof; what it will not goes back to people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kulanz.billing import (
    BillingAdapter,
    BillingError,
    GestureAdapter,
    GestureConfirmation,
    GestureOrder,
    OrderError,
    RefusedError,
)
from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Claim, Gesture, Member
from kulanz.desk.queries.holds import day_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.gestures import MOST_SAID
from kulanz.desk.rules.machines import GESTURE
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.billing_adapters import adapter_for, gives_of
from kulanz.desk.services.billing_turns import Adapters, Lines, asking, later, put_off, rest, tell_each
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.claiming import claim
from kulanz.desk.services.gesture_words import with_words, words_of
from kulanz.desk.services.gestures import keep_record
from kulanz.desk.services.hold_notices import leads, owners
from kulanz.desk.services.notices import tell

AT_MOST: Final = 20
KEY_BYTES: Final = 10
SILENT_AFTER: Final = timedelta(days=3)
"""So long after it was ordered people are told that billing has not answered, and then again."""
LATEST: Final = timedelta(days=366)
_PARTS: Final = ("case__issue", "case__contact", "claim__customer", "system")
_NOTICES: Final = {
    "not_done": gettext_noop("Billing did not carry out a gesture: look why, or do it by hand."),
    "silent": gettext_noop("Billing was told to carry out a gesture and has not said what became of it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What billing is to do a gesture at: a claim, for an extension the day, and words for billing."""

    claim: Claim
    until: date | None = None
    reason: str = ""


def order(*, actor: Actor, gesture: Gesture, seen: int, wanted: Wanted, now: datetime) -> Gesture:
    """Have billing carry out an approved gesture; it is told soon, and once.

    Raise RuleError for what that billing system does not do, and while another of the claim is ordered.
    """
    actor.need(Right.WORK_CASES)
    state = step(gesture, GESTURE, "order", actor)
    with transaction.atomic():
        Claim.objects.select_for_update(of=("self",)).get(pk=wanted.claim.pk)
        system = _system_for(gesture, wanted, now)
        told = _order(gesture, wanted)
        if Gesture.objects.filter(claim=wanted.claim, state="ordered").exists():
            raise RuleError("another gesture is ordered for this claim: wait until billing has answered")
        values: dict[str, Any] = {
            "claim": wanted.claim,
            "system": system,
            "key": told.key,
            "until": told.until,
            "sealed": with_words(gesture, reason=told.reason, said=""),
            "ordered_at": now,
            "told_at": None,
            "alarmed_at": None,
            "due_at": now,
            "attempts": 0,
            "last_error": "",
        }
        ordered = change(gesture, seen, state=state, **values)
        keep_record(actor, "order", ordered, now)
    return ordered


def withdraw(*, actor: Actor, gesture: Gesture, seen: int, reason: str, now: datetime) -> Gesture:
    """Say that billing will not carry it out, as people there have told; it can be ordered anew."""
    state = step(gesture, GESTURE, "withdraw", actor, reason)
    with transaction.atomic():
        told = with_words(gesture, said=reason)
        taken = change(gesture, seen, state=state, key=None, due_at=None, sealed=told)
        keep_record(actor, "withdraw", taken, now)
    return taken


def foretold(
    *, actor: Actor, gesture: Gesture, wanted: Wanted, now: datetime, adapters: Adapters = adapter_for
) -> GestureConfirmation:
    """Return what billing would do, without doing it."""
    actor.need(Right.WORK_CASES)
    step(gesture, GESTURE, "order", actor)
    system, told = _system_for(gesture, wanted, now), _order(gesture, wanted)
    with asking(adapters, system, now) as adapter:
        return _giver(adapter).give(told, dry_run=True)


def order_due(*, adapters: Adapters, now: datetime) -> int:
    """Tell billing what people ordered, and ask what became of it; return how many were looked at."""
    rows = Gesture.objects.filter(state="ordered").select_related(*_PARTS)
    claimed = claim(rows, now, at_most=AT_MOST)
    tell_each(claimed, lambda gesture, lines: _act(gesture, lines, now), adapters=adapters, now=now)
    return len(claimed)


def remind_due(*, now: datetime) -> int:
    """Tell people of gestures that billing has not said anything about; return how many."""
    late = now - SILENT_AFTER
    silent = Q(alarmed_at=None, ordered_at__lte=late) | Q(alarmed_at__lte=late)
    found = list(Gesture.objects.filter(silent, state="ordered").select_related(*_PARTS).order_by("pk"))
    for gesture in found:
        with transaction.atomic():
            ours = Gesture.objects.filter(pk=gesture.pk, state="ordered", alarmed_at=gesture.alarmed_at)
            if ours.update(alarmed_at=now):
                keep_record(None, "silent", gesture, now)
                _tell(gesture, "silent", now)
    return len(found)


def _system_for(gesture: Gesture, wanted: Wanted, now: datetime) -> BillingSystem:
    """Return where a claim comes from; raise RuleError where that does not carry out the gesture."""
    if wanted.claim.customer.person_id != gesture.case.person_id:
        raise RuleError("gesture: expected a claim of the customer of this case")
    system = BillingSystem.objects.filter(name=wanted.claim.system).first()
    if system is None or gesture.kind not in gives_of(system.adapter):
        raise RuleError(
            "%(system)s does not carry out gestures of this kind: do it by hand", system=wanted.claim.system
        )
    if gesture.kind == "extension":
        if wanted.until is None:
            raise RuleError("gesture: say until which day there is time to pay")
        _check_day(wanted.until, day_of(now))
    return system


def _check_day(until: date, today: date) -> None:
    if not today < until <= today + LATEST:
        raise RuleError(
            "until: expected a day after %(today)s, and within a year, got %(day)s",
            today=today.isoformat(),
            day=until.isoformat(),
        )


def _order(gesture: Gesture, wanted: Wanted) -> GestureOrder:
    """Return a gesture as billing is told of it; its key stays until billing has refused it."""
    extends = gesture.kind == "extension"
    try:
        return GestureOrder(
            key=gesture.key or f"gesture-{token_hex(KEY_BYTES)}",
            kind=cast("Any", gesture.kind),
            customer=wanted.claim.customer.number,
            claim_id=wanted.claim.key,
            amount=None if extends else gesture.value,
            until=wanted.until if extends else None,
            reason=plain(wanted.reason).strip()[:MOST_SAID],
        )
    except OrderError as error:
        raise RuleError("billing: %(problem)s", problem=error) from error


def _act(gesture: Gesture, lines: Lines, now: datetime) -> None:
    """Tell billing, or ask it, outside of any transaction; both may be repeated."""
    system = cast("BillingSystem", gesture.system)
    try:
        said = _said(_giver(lines.to(system)), gesture)
    except RefusedError as error:
        if gesture.told_at is None:
            _not_done(gesture, str(error), now)
        else:
            later(gesture, now + rest(gesture), str(error))
    except (BillingError, RuleError) as error:
        lines.failed(system, error)
        put_off(gesture, error, now)
    else:
        _heard(gesture, said, now)


def _said(adapter: GestureAdapter, gesture: Gesture) -> GestureConfirmation:
    """Order it until billing has taken the order, and only ask from then on: nothing is begun anew there."""
    if gesture.claim is None:
        raise RefusedError("the claim is not known any more")
    wanted = Wanted(claim=gesture.claim, until=gesture.until, reason=words_of(gesture).reason)
    told = _order(gesture, wanted)
    return adapter.give(told) if gesture.told_at is None else adapter.given(told)


def _giver(adapter: BillingAdapter) -> GestureAdapter:
    if not isinstance(adapter, GestureAdapter):
        raise RefusedError("this billing system carries out no gestures")
    return adapter


def _heard(gesture: Gesture, said: GestureConfirmation, now: datetime) -> None:
    """Take what billing says of a gesture."""
    if said.state == "given":
        proof = said.text.strip() or said.key
        sealed = with_words(gesture, said=said.text, proof=f"{gesture.system}: {proof}")
        _move(gesture, "given", now, carried_out_at=now, told_at=gesture.told_at or now, sealed=sealed)
    elif said.state == "pending":
        _wait(gesture, said.text, now)
    else:
        # what was refused stays so under its key; what is not known to billing keeps it
        _not_done(gesture, said.text, now, **({"key": None} if said.state == "refused" else {}))


def _wait(gesture: Gesture, text: str, now: datetime) -> None:
    """Ask again soon, then less often: billing was told, and has not done it."""
    if gesture.told_at is None or words_of(gesture).said != text:
        at = {"told_at": gesture.told_at or now, "sealed": with_words(gesture, said=text)}
        gesture = change(gesture, gesture.version, **at)
    later(gesture, now + rest(gesture))


def _not_done(gesture: Gesture, why: str, now: datetime, **values: Any) -> None:
    _move(gesture, "not_done", now, alarm=True, sealed=with_words(gesture, said=why), **values)


def _move(gesture: Gesture, action: str, now: datetime, *, alarm: bool = False, **values: Any) -> None:
    """Write what billing says, as long as nobody has changed the gesture meanwhile."""
    with transaction.atomic():
        state = GESTURE.by_itself(gesture.state, action)
        moved = change(
            gesture, gesture.version, state=state, due_at=None, attempts=0, last_error="", **values
        )
        keep_record(None, action, moved, now)
        if alarm:
            _tell(moved, action, now)


def _tell(gesture: Gesture, kind: str, now: datetime) -> None:
    members: Iterable[Member] = [*owners(gesture), gesture.proposed_by, *leads()]
    for member in dict.fromkeys(members):
        with translation.override(member.lang):
            subject = _("Gesture: %(title)s") % {"title": gesture.case}
            body = f"{_(_NOTICES[kind])}\n{conf().url}/cases/{gesture.case_id}"
        key = f"gesture-{gesture.pk}-{kind}-{now:%Y%m%d%H%M%S%f}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now, urgent=True)
