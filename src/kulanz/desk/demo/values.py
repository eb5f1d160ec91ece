"""What the invented company knows of its invented customer, and what it says that things are worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from kulanz.core.money import Money
from kulanz.core.stake import Range
from kulanz.desk.access import actor_of
from kulanz.desk.demo.words import Words
from kulanz.desk.models import Member, Person
from kulanz.desk.rules.customers import ClaimFacts, Facts
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.rates import Rates
from kulanz.desk.services.customers import keep_customer
from kulanz.desk.services.limits import save_limit
from kulanz.desk.services.people import edit
from kulanz.desk.services.rates import set_rates

NUMBER: Final = "KD-47119"
FACTS: Final = Facts(
    name="Rolf Petersen",
    email="rolf.petersen@mail.example",
    plan="Premium",
    since=date(2022, 3, 1),
    revenue_per_month=Money(Decimal("5.95"), "EUR"),
    margin=Decimal("0.7"),
)
RATES: Final = Rates(
    price=Decimal(10),
    audience=Range(Decimal("0.05"), Decimal("0.5")),
    spread=Range(Decimal(1), Decimal(3)),
    days=30,
    hours=Decimal(8),
    hourly=Decimal(45),
    fees=Decimal("119.80"),
    months=Decimal(48),
)


def know(members: Mapping[str, Member], person: Person, words: Words, now: datetime) -> None:
    """Set rates and limits, and tell of a customer with a claim dunned twice: the number links them."""
    alice = actor_of(members["alice"])
    set_rates(actor=alice, rates=RATES, seen=0, now=now)
    save_limit(actor=alice, row=None, seen=0, role="agent", limit=_limit(10, 25, 100), now=now)
    save_limit(actor=alice, row=None, seen=0, role="lead", limit=_limit(50, 250, 1000), now=now)
    claim = ClaimFacts(
        amount=Money(Decimal("12.40"), "EUR"),
        due=(now - timedelta(days=80)).date(),
        level=2,
        text=words.letter,
    )
    keep_customer(
        actor=alice, number=NUMBER, facts=FACTS, system="billing", claims={"R-2026-118": claim}, now=now
    )
    edit(actor=alice, person=person, seen=person.version, now=now, customer_number=NUMBER)


def _limit(*amounts: int) -> Limit:
    return Limit(*(Money(Decimal(amount), "EUR") for amount in amounts))
