"""Claims as an adapter of a billing system tells of them (``kulanz.billing``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kulanz.billing.claims import Claim as ToldClaim
from kulanz.desk.models import Customer
from kulanz.desk.rules.customers import ClaimFacts, Facts, facts_in
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.customers import checked, keep_claims, refuse_buried, settle, take
from kulanz.desk.services.matching import match
from kulanz.desk.services.sealing import unseal


def take_claims(*, system: str, told: Iterable[ToldClaim], now: datetime) -> dict[str, RuleError]:
    """Keep claims as billing has them now; a customer that is not known yet is made with its number alone.

    The same claims may be told again. Return what was refused, by the claim's id, such as that of somebody
    who was erased.
    """
    refused: dict[str, RuleError] = {}
    unlinked: dict[Customer, Facts] = {}
    for each in plainly(tuple(told)):
        try:
            customer = _take(system, each, now)
        except RuleError as error:
            refused[each.claim_id] = error
        else:
            if customer.person_id is None:
                unlinked[customer] = facts_in(unseal(customer.sealed))
    match(customers=unlinked, now=now)
    return refused


def _take(system: str, told: ToldClaim, now: datetime) -> Customer:
    number, nothing = checked(told.customer, Facts())
    refuse_buried([number])
    with transaction.atomic():
        known = Customer.objects.filter(number=number).first()
        customer = known or take(number=number, facts=nothing, system=system, now=now).row
        if told.settled:
            settle(system=system, keys=[told.claim_id], now=now)
        else:
            facts = ClaimFacts(amount=told.amount, due=told.due_on, level=told.level, what=told.text)
            keep_claims(customer=customer, system=system, claims={told.claim_id: facts}, whole=False, now=now)
    return customer
