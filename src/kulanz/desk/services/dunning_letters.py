"""Dunning letters that billing has sent: one that went out although dunning is held raises an alarm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from kulanz.billing import DunningEvent
from kulanz.desk.models import BillingSystem, Case, Claim, Customer, DunningLetter, Hold
from kulanz.desk.queries.holds import day_of
from kulanz.desk.rules.billing import TELLING
from kulanz.desk.rules.customers import Facts
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import CASE
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.customers import checked, refuse_buried, take
from kulanz.desk.services.events import record
from kulanz.desk.services.hold_notices import leads, owners, tell_of_alarm
from kulanz.desk.services.holds import keep_record
from kulanz.desk.services.sealing import seal

_LONGEST: Final = 2_000


def letters_came(
    *, system: BillingSystem, told: Sequence[DunningEvent], now: datetime
) -> dict[str, RuleError]:
    """Keep letters that billing has sent; telling the same again changes nothing.

    One that went out despite a hold raises an alarm on its case. Return what was refused, by the event's id,
    such as that of somebody who was erased.
    """
    refused: dict[str, RuleError] = {}
    for event in told:
        try:
            with transaction.atomic():
                _keep(system, plainly(event), now)
        except RuleError as error:
            refused[event.event_id] = error
    return refused


def _keep(system: BillingSystem, event: DunningEvent, now: datetime) -> None:
    claim = Claim.objects.select_related("customer").filter(system=system.name, key=event.claim_id).first()
    customer = claim.customer if claim else _customer(system, event, now)
    hold = _stopped(system, customer, claim, event)
    letter, is_new = DunningLetter.objects.get_or_create(
        system=system,
        key=event.event_id,
        defaults={
            "customer": customer,
            "claim": claim,
            "level": event.level,
            "on": event.on,
            "sealed": seal(event.text.strip()[:_LONGEST].encode()),
            "told_at": now,
            "despite": hold,
        },
    )
    if is_new:
        _tell(letter, customer, hold, now)


def _customer(system: BillingSystem, event: DunningEvent, now: datetime) -> Customer:
    number, nothing = checked(event.customer, Facts())
    refuse_buried([number])
    known = Customer.objects.filter(number=number).first()
    return known or take(number=number, facts=nothing, system=system.name, now=now).row


def _stopped(
    system: BillingSystem, customer: Customer, claim: Claim | None, event: DunningEvent
) -> Hold | None:
    """Return the hold that was on when a letter went out: the whole day, or since it was confirmed on it."""
    about = Q(claim=None) | Q(claim=claim) if claim else Q(claim=None)
    rows = Hold.objects.select_related("case__issue", "case__contact", "claim", "customer")
    placed = rows.filter(about, customer=customer, placed_at__isnull=False).order_by("-placed_at", "-pk")
    asked_at = None if system.adapter in TELLING else system.last_success_at
    return next((hold for hold in placed if _was_on(hold, event, asked_at)), None)


def _was_on(hold: Hold, event: DunningEvent, asked_at: datetime | None) -> bool:
    """Whether a hold was on; ``asked_at`` is when billing, asked before, knew nothing of the letter yet."""
    begun = hold.placed_at is not None and day_of(hold.placed_at) < event.on
    if not begun and asked_at is not None and hold.held_at is not None:
        begun = day_of(hold.held_at) == event.on and hold.held_at <= asked_at
    return begun and (hold.released_at is None or event.on < day_of(hold.released_at))


def _tell(letter: DunningLetter, customer: Customer, hold: Hold | None, now: datetime) -> None:
    """Have it in the time line of the case whose hold should have stopped it, else in those that are open."""
    said: dict[str, Any] = {"level": letter.level, "on": letter.on.isoformat()}
    if hold is not None:
        keep_record(None, "letter", hold, now, **said)
        tell_of_alarm(hold=hold, kind="letter", members=[*owners(hold), *leads()], now=now)
        return
    for case in _open_cases(customer):
        record(None, "letter", letter, now=now, case=case, issue=case.issue, data=said)


def _open_cases(customer: Customer) -> Iterable[Case]:
    if customer.person_id is None:
        return ()
    return (
        Case.objects.select_related("issue").filter(person=customer.person_id).exclude(state__in=CASE.final)
    )
