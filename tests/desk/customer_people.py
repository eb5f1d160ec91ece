"""Rolf, who is a customer, and what CRM and billing know of him."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from kulanz.core.money import Money
from kulanz.core.stake import Range
from kulanz.desk.models import Case, Customer, Issue, IssueThread, Member, Person, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts, Facts
from kulanz.desk.rules.rates import Rates
from kulanz.desk.services.customers import keep_customer
from kulanz.desk.services.rates import set_rates

FACTS = Facts(
    name="Rolf Petersen",
    email="rolf@petersen.example",
    plan="Premium",
    since=date(2022, 3, 1),
    revenue_per_month=Money(Decimal("5.95"), "EUR"),
    margin=Decimal("0.7"),
)
CLAIM = ClaimFacts(
    amount=Money(Decimal("12.40"), "EUR"),
    due=date(2026, 5, 1),
    level=2,
    text="Last reminder before collection.",
)
RATES = Rates(
    price=Decimal(10),
    audience=Range(Decimal("0.5"), Decimal("0.8")),
    spread=Range(Decimal(1), Decimal(3)),
    days=30,
    hours=Decimal(8),
    hourly=Decimal(45),
    fees=Decimal("119.80"),
    months=Decimal("48.5"),
)


def make_person(now: datetime, name: str = "Rolf", number: str = "", email: str = "") -> Person:
    return Person.objects.create(name=name, customer_number=number, email=email, created_at=now)


def make_customer(
    actor: Actor,
    now: datetime,
    number: str = "KD-47119",
    facts: Facts = FACTS,
    claim: ClaimFacts | None = CLAIM,
) -> Customer:
    claims = {} if claim is None else {f"R-{number}": claim}
    kept = keep_customer(actor=actor, number=number, facts=facts, system="crm", claims=claims, now=now)
    return kept.row


def make_matter(person: Person, thread: Thread | None, now: datetime, contact: Member | None = None) -> Case:
    """A case of somebody, in an issue about a conversation."""
    issue = None
    if thread is not None:
        issue = Issue.objects.create(title="Odd dunning", opened_at=now)
        IssueThread.objects.create(issue=issue, thread=thread, at=now)
    return Case.objects.create(
        person=person,
        issue=issue,
        title="12.40 EUR",
        contact=contact,
        reply_key=f"key-{person.pk}",
        opened_at=now,
    )


def make_rates(actor: Actor, now: datetime, rates: Rates = RATES) -> None:
    set_rates(actor=actor, rates=rates, seen=0, now=now)
