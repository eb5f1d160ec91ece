"""What the invented company knows of its invented customers, and what it says that things are worth."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Final

from kulanz.core.money import Money
from kulanz.core.stake import Range
from kulanz.desk.access import actor_of
from kulanz.desk.demo.books import work
from kulanz.desk.demo.words import Words
from kulanz.desk.models import Account, Member, Person, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.rates import Rates
from kulanz.desk.services import customer_imports, people
from kulanz.desk.services.limits import save_budget, save_limit
from kulanz.desk.services.rates import set_rates
from kulanz.desk.services.teams import save_team
from kulanz.sources.sample_community import sample_folder

NUMBERS: Final[Mapping[str, str]] = {
    "Rolf_Petersen": "KD-47119",
    "m.osterkamp": "KD-41077",
    "A.Yilmaz": "KD-30254",
    "freelance_tina": "KD-28816",
    "K_Brinkmann_Holzbau": "KD-19350",
    "Olena_K": "KD-51203",
    "carlos.mendez": "KD-60312",
}
"""Whose customer number is known; Rolf Petersen has a second one, of an address that is past."""
TABLE: Final = "customers.csv"
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
_LIMITS: Final[Mapping[str, tuple[int, int, int]]] = {
    "agent": (10, 25, 100),
    "approver": (0, 100, 500),
    "lead": (50, 250, 1000),
}
_BUDGET: Final = 500
_READ: Final = timedelta(minutes=2)


def set_values(members: Mapping[str, Member], words: Words, now: datetime) -> None:
    """Set rates, limits and a team's budget, and bring in the table of customers."""
    alice = actor_of(members["alice"])
    set_rates(actor=alice, rates=RATES, seen=0, now=now)
    for role, (alone, each, month) in _LIMITS.items():
        limit = Limit(_euros(alone), _euros(each), _euros(month))
        save_limit(actor=alice, row=None, seen=0, role=role, limit=limit, now=now)
    those = [members["alice"], members["bob"]]
    team = save_team(actor=alice, team=None, seen=0, name=words.team, lead=those[0], members=those, now=now)
    save_budget(actor=alice, row=None, seen=0, team=team, month=_euros(_BUDGET), now=now)
    uploaded = customer_imports.upload(actor=alice, name=TABLE, content=_table(), now=now)
    customer_imports.begin(actor=alice, uploaded=uploaded, seen=uploaded.version, now=now)
    work(now + _READ)


def know(actor: Actor, forum: Source, now: datetime) -> dict[str, Person]:
    """Make profiles of customers who write in the forum, with their names; their numbers link them."""
    lines = csv.DictReader(StringIO(_table().decode()), delimiter=";")
    names = {row["Kundennummer"]: row["Name"] for row in lines}
    return {key: _known(actor, forum, key, now, number, names[number]) for key, number in NUMBERS.items()}


def _known(actor: Actor, forum: Source, key: str, now: datetime, number: str, name: str) -> Person:
    account = Account.objects.get(source=forum, key=key)
    person = people.person_of(actor=actor, account=account, now=now)
    wanted = {"name": name, "customer_number": number}
    return people.edit(actor=actor, person=person, seen=person.version, now=now, **wanted)


def _table() -> bytes:
    return (sample_folder() / "billing" / TABLE).read_bytes()


def _euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")
