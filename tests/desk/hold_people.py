"""A customer in dunning with an open case, and a billing system that does what it is told while it is up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from kulanz.billing import (
    BillingAdapter,
    BillingError,
    Claim,
    Confirmation,
    DunningEvent,
    HoldOrder,
    HoldState,
    Page,
    Scope,
)
from kulanz.core.money import Money
from kulanz.desk.models import BillingSystem, Case, Customer, Hold, Person
from kulanz.desk.models import Claim as KeptClaim
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts, Facts, packed
from kulanz.desk.services import cases, holds
from kulanz.desk.services.holds import End, Plan
from kulanz.desk.services.sealing import seal

SYSTEM: Final = "books"
ON: Final = End(next_step="dunning_goes_on")


@dataclass
class Books:
    """Billing in the memory: ``down`` is what it answers instead, ``orders`` what it was told."""

    down: BillingError | None = None
    slow: bool = False
    states: dict[str, HoldState] = field(default_factory=dict)
    orders: list[tuple[str, str]] = field(default_factory=list)
    name: str = "books"
    scopes: frozenset[Scope] = frozenset({"claim", "customer"})

    @contextmanager
    def adapters(self, system: BillingSystem, now: datetime) -> Iterator[BillingAdapter]:
        yield self

    def claims(self, cursor: str | None) -> Page[Claim]:
        return Page(items=(), cursor=cursor or "0")

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        return Page(items=(), cursor=cursor or "0")

    def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        if dry_run:
            return self._said(order, "it would be held")
        if self._told("place", order) in ("unknown", "pending"):
            self.states[order.key] = "pending" if self.slow else "held"
        return self._said(order)

    def confirm(self, order: HoldOrder) -> Confirmation:
        self._told("confirm", order)
        return self._said(order)

    def release(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        if dry_run:
            return self._said(order, "it would be dunned")
        if self._told("release", order) != "released":
            self.states[order.key] = "releasing" if self.slow else "released"
        return self._said(order)

    def acts(self, key: str) -> list[str]:
        return [act for act, about in self.orders if about == key]

    def _told(self, act: str, order: HoldOrder) -> HoldState:
        if self.down is not None:
            raise self.down
        self.orders.append((act, order.key))
        return self.states.get(order.key, "unknown")

    def _said(self, order: HoldOrder, text: str = "") -> Confirmation:
        return Confirmation(key=order.key, state=self.states.get(order.key, "unknown"), text=text)


@dataclass(frozen=True)
class Dunned:
    """Rolf, his case, what billing calls him, and what it wants."""

    case: Case
    customer: Customer
    claim: KeptClaim
    system: BillingSystem

    def plan(self, **more: object) -> Plan:
        told: dict[str, object] = {
            "customer": self.customer,
            "claim": self.claim,
            "reason": "He disputes it.",
        }
        return Plan(**{**told, **more})  # type: ignore[arg-type]

    def placed(self, actor: Actor, now: datetime, **more: object) -> Hold:
        return holds.place_new(actor=actor, case=self.case, plan=self.plan(**more), now=now)


def make_claim(
    customer: Customer, key: str, now: datetime, amount: str = "12.40", level: int = 2
) -> KeptClaim:
    facts = ClaimFacts(amount=Money(Decimal(amount), "EUR"), due=date(2026, 5, 1), level=level)
    return KeptClaim.objects.create(
        customer=customer, system=SYSTEM, key=key, sealed=seal(packed(facts)), told_at=now
    )


def make_dunned(actor: Actor, now: datetime, name: str = "Rolf", adapter: str = "csv") -> Dunned:
    person = Person.objects.create(name=name, created_at=now)
    case = cases.open_case(actor=actor, person=person, issue=None, title=f"Dunning of {name}", now=now)
    customer = Customer.objects.create(
        number=f"KD-{name}", person=person, sealed=seal(packed(Facts())), told_by=SYSTEM, told_at=now
    )
    system, _ = BillingSystem.objects.get_or_create(
        name=SYSTEM, defaults={"adapter": adapter, "hook_key": "books-hook", "created_at": now}
    )
    return Dunned(case, customer, make_claim(customer, f"R-{name}", now), system)


def closed(actor: Actor, case: Case, now: datetime, end: End | None = None) -> Case:
    case.refresh_from_db()
    if case.state != "resolved":
        case = cases.resolve(actor=actor, case=case, seen=case.version, outcome="settled", now=now)
    return cases.close(actor=actor, case=case, seen=case.version, end=end, now=now)
