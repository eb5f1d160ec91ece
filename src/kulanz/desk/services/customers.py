"""Customers and their claims as CRM and billing tell of them: kept sealed, and linked to people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import transaction

from kulanz.desk.models import Claim, Customer, Hold
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_PLAN,
    LONGEST_TEXT,
    MOST_AMOUNT,
    MOST_LEVELS,
    ClaimFacts,
    Facts,
    changed,
    claim_in,
    facts_in,
    packed,
)
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.cases import checked_email
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.holds import forget_ended
from kulanz.desk.services.known_addresses import digest_of_address
from kulanz.desk.services.known_names import digest_of_name
from kulanz.desk.services.matching import match
from kulanz.desk.services.sealing import seal, unseal
from kulanz.desk.services.veiling import buried

Became = Literal["made", "changed", "same"]
LONGEST_SYSTEM: Final = 40
LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer that was told of, and what became of the row; ``fields`` names what changed."""

    row: Customer
    became: Became
    fields: tuple[str, ...] = ()


def keep_customer(
    *,
    actor: Actor,
    number: str,
    facts: Facts,
    system: str,
    claims: Mapping[str, ClaimFacts] | None,
    now: datetime,
) -> Kept:
    """Keep what a system says of a customer; telling the same again changes nothing.

    ``claims`` are all that the system has against the customer, by their keys: others of it are settled then.
    None leaves them as they are.
    """
    actor.need(Right.SET_CUSTOMERS)
    number, facts = checked(number, facts)
    refuse_buried([number, facts.email])
    with transaction.atomic():
        kept = take(number=number, facts=facts, system=system, now=now)
        if claims is not None:
            keep_claims(customer=kept.row, system=system, claims=claims, whole=True, now=now)
        if kept.became != "same":
            data = {"system": kept.row.told_by, "fields": list(kept.fields)}
            record(actor, "make" if kept.became == "made" else "change", kept.row, now=now, data=data)
    if kept.row.person_id is None:
        match(customers={kept.row: facts}, now=now)
    kept.row.refresh_from_db()
    return kept


def take(*, number: str, facts: Facts, system: str, now: datetime) -> Kept:
    """Write a customer that was checked; ``told_at`` moves even where nothing changed."""
    told = {"told_by": system[:LONGEST_SYSTEM], "told_at": now}
    found_by = {"named": digest_of_name(facts.name), "mailed": digest_of_address(facts.email)}
    kept = {"sealed": seal(packed(facts)), **found_by}
    row, is_new = Customer.objects.get_or_create(number=number, defaults={"due_at": now, **kept, **told})
    if is_new:
        return Kept(row, "made", changed(Facts(), facts))
    fields = changed(facts_in(unseal(row.sealed)), facts)
    if not fields:
        Customer.objects.filter(pk=row.pk).update(**told)
        return Kept(row, "same")
    again = {"due_at": now} if row.person_id is None else {}
    return Kept(change(row, row.version, **kept, **told, **again), "changed", fields)


def keep_claims(
    *, customer: Customer, system: str, claims: Mapping[str, ClaimFacts], whole: bool, now: datetime
) -> int:
    """Write claims of a system against a customer and return how many changed.

    With ``whole`` those that are not among them are settled. Raise RuleError where a claim is another's.
    """
    with transaction.atomic():
        known = {row.key: row for row in Claim.objects.filter(system=system, key__in=claims)}
        written = sum(
            _keep_claim(customer, system, key, facts, known.get(key), now) for key, facts in claims.items()
        )
        gone = customer.claims.filter(system=system, settled_at=None).exclude(key__in=claims)
        return written + (gone.update(settled_at=now, told_at=now) if whole else 0)


def settle(*, system: str, keys: Collection[str], now: datetime) -> int:
    """Say that nothing is wanted any more by some claims of a system."""
    rows = Claim.objects.filter(system=system, key__in=keys, settled_at=None)
    return rows.update(settled_at=now, told_at=now)


def remove(*, actor: Actor, customer: Customer, now: datetime) -> None:
    """Remove what is known of a customer; the person stays. Raise RuleError while dunning is held."""
    actor.need(Right.SET_CUSTOMERS)
    with transaction.atomic():
        forget_ended(Hold.objects.filter(customer=customer))
        record(actor, "remove", customer, now=now, data={"person": customer.person_id})
        customer.delete()


def checked(number: str, facts: Facts) -> tuple[str, Facts]:
    """Return what may be kept; raise RuleError for the first that may not."""
    number = " ".join(number.split())
    if not 0 < len(number) <= LONGEST_NUMBER:
        raise RuleError(
            "customer number: expected 1 to %(most)s characters, got %(length)s",
            most=LONGEST_NUMBER,
            length=len(number),
        )
    if facts.margin is not None and not 0 <= facts.margin <= 1:
        raise RuleError("margin: expected a share from 0 to 1, got %(margin)s", margin=facts.margin)
    if facts.revenue_per_month is not None and not 0 <= facts.revenue_per_month.amount <= MOST_AMOUNT:
        raise RuleError(
            "revenue: expected an amount from 0 to %(most)s, got %(amount)s",
            most=MOST_AMOUNT,
            amount=facts.revenue_per_month,
        )
    return number, Facts(
        name=" ".join(facts.name.split())[:LONGEST_NAME],
        email=checked_email(facts.email),
        plan=" ".join(facts.plan.split())[:LONGEST_PLAN],
        since=facts.since,
        revenue_per_month=facts.revenue_per_month,
        margin=facts.margin,
    )


def checked_claim(key: str, facts: ClaimFacts) -> ClaimFacts:
    """Return a claim that may be kept; raise RuleError for one that may not."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise RuleError(
            "claim: expected a number of 1 to %(most)s characters, got %(length)s",
            most=LONGEST_KEY,
            length=len(key),
        )
    if not 0 <= facts.amount.amount <= MOST_AMOUNT:
        raise RuleError(
            "claim: expected an amount from 0 to %(most)s, got %(amount)s",
            most=MOST_AMOUNT,
            amount=facts.amount,
        )
    if not 0 <= facts.level <= MOST_LEVELS:
        raise RuleError(
            "dunning level: expected 0 to %(most)s, got %(level)s", most=MOST_LEVELS, level=facts.level
        )
    return ClaimFacts(
        amount=facts.amount,
        due=facts.due,
        level=facts.level,
        what=facts.what.strip()[:LONGEST_TEXT],
        text=facts.text.strip()[:LONGEST_TEXT],
    )


def refuse_buried(names: Collection[str]) -> None:
    """Raise RuleError where somebody with one of these names was erased: they do not come back."""
    refuse_among(names, buried(names))


def refuse_among(names: Collection[str], gone: Collection[str]) -> None:
    """Raise RuleError where one of these names is among those of people who were erased."""
    if found := set(names).intersection(gone):
        raise RuleError(
            "%(name)s belongs to somebody who was erased here: take the customer out of what you send",
            name=min(found),
        )


def _keep_claim(
    customer: Customer, system: str, key: str, told: ClaimFacts, row: Claim | None, now: datetime
) -> bool:
    facts = checked_claim(key, told)
    if row is None:
        Claim.objects.create(
            customer=customer, system=system, key=key, sealed=seal(packed(facts)), told_at=now
        )
        return True
    if row.customer_id != customer.pk:
        raise RuleError("claim %(key)s belongs to another customer: correct its number", key=key)
    if row.settled_at is None and claim_in(unseal(row.sealed)) == facts:
        return False
    change(row, row.version, sealed=seal(packed(facts)), told_at=now, settled_at=None)
    return True
