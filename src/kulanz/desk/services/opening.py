"""Sealed values are opened for members who may see them, and who opened whose is on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kulanz.desk.models import Claim, Customer, Person
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts, Facts, claim_in, facts_in
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.looking import looked
from kulanz.desk.services.sealing import unseal

MOST_CLAIMS: Final = 50
"""Claims shown of a customer; all of them count."""


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim that is not settled, opened."""

    row: Claim
    facts: ClaimFacts


@dataclass(frozen=True, slots=True)
class Opened:
    """A customer with what is known, opened; of ``claims`` those that are not settled."""

    row: Customer
    facts: Facts
    claims: tuple[OpenClaim, ...]

    @property
    def shown_claims(self) -> tuple[OpenClaim, ...]:
        return self.claims[:MOST_CLAIMS]


def opened(*, actor: Actor, customers: Sequence[Customer], now: datetime) -> tuple[Opened, ...]:
    """Open customers for a member to see; each is recorded, at most once an hour for the same member."""
    actor.need(Right.SEE_VALUES)
    looked(actor, "customer", [customer.pk for customer in customers], now)
    return read(customers)


def opened_of(*, actor: Actor, person: Person, now: datetime) -> tuple[Opened, ...]:
    """Open the customers that a person is."""
    actor.need(Right.SEE_VALUES)
    return opened(actor=actor, customers=list(person.customers.order_by("number")), now=now)


def read(customers: Iterable[Customer]) -> tuple[Opened, ...]:
    """Open customers for what the desk does by itself: nobody sees the result."""
    found = list(customers)
    claims = claims_of([customer.pk for customer in found])
    return tuple(
        Opened(customer, facts_in(unseal(customer.sealed)), tuple(claims.get(customer.pk, ())))
        for customer in found
    )


def claims_of(customers: Sequence[int]) -> Mapping[int, Sequence[OpenClaim]]:
    """Return the claims of customers that are not settled, the oldest first."""
    found: dict[int, list[OpenClaim]] = defaultdict(list)
    for row in Claim.objects.filter(customer__in=customers, settled_at=None).order_by("pk"):
        found[row.customer_id].append(OpenClaim(row, claim_in(unseal(row.sealed))))
    return found
