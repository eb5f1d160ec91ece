"""What is known of a customer and of a claim, and when a customer is surely a person at the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import msgspec
from msgspec import Struct

from kulanz.core.money import Money

Ground = Literal["number", "email", "name", "other_number"]
GROUNDS: Final[tuple[Ground, ...]] = ("number", "email", "name", "other_number")
LONGEST_NUMBER: Final = 80
LONGEST_NAME: Final = 200
LONGEST_PLAN: Final = 120
LONGEST_TEXT: Final = 2_000
MOST_LEVELS: Final = 99
MOST_AMOUNT: Final = 10**12
"""The largest amount of a claim or a revenue: the sum of very many can still be written."""


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What CRM and billing tell of a customer; ``margin`` is a share of the revenue, 0 to 1."""

    name: str = ""
    email: str = ""
    plan: str = ""
    since: date | None = None
    revenue_per_month: Money | None = None
    margin: Decimal | None = None


class ClaimFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wanted from a customer, and what for (``what``, in billing's words).

    ``level`` 0 is not dunned yet; ``text`` is that of the last letter, where a table or a program told it.
    """

    amount: Money
    due: date | None = None
    level: int = 0
    what: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody at the desk who may be a customer, with what speaks for it and against it."""

    person: int | None
    account: int | None
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What identifies a person at the desk."""

    pk: int
    name: str
    email: str
    number: str


def packed(facts: Facts | ClaimFacts) -> bytes:
    return msgspec.json.encode(facts)


def facts_in(content: bytes) -> Facts:
    return msgspec.json.decode(content or b"{}", type=Facts)


def claim_in(content: bytes) -> ClaimFacts:
    return msgspec.json.decode(content, type=ClaimFacts)


def grounds(number: str, facts: Facts, person: Named) -> tuple[Ground, ...]:
    """Return what a customer and a person have in common; a person with another number is doubtful."""
    same: Mapping[Ground, bool] = {
        "number": _same(number, person.number),
        "email": _same(facts.email, person.email),
        "name": _same(facts.name, person.name),
    }
    found = [ground for ground, is_same in same.items() if is_same]
    if found and person.number and not same["number"]:
        found.append("other_number")
    return tuple(found)


def certain(found: Sequence[Seen]) -> Seen | None:
    """Return the one who is the customer without doubt: by number, or by e-mail where nothing speaks against.

    None where two could be meant; a name alone is never enough.
    """
    by_number = [each for each in found if "number" in each.grounds]
    by_email = [each for each in found if "email" in each.grounds]
    if len(by_number) == 1:
        others = [each for each in by_email if each.person and each is not by_number[0]]
        return None if others else by_number[0]
    sure = [each for each in by_email if each.person and "other_number" not in each.grounds]
    return sure[0] if not by_number and len(by_email) == len(sure) == 1 else None


def changed(before: Facts, after: Facts) -> tuple[str, ...]:
    """Return the names of the fields that differ."""
    return tuple(name for name in Facts.__struct_fields__ if getattr(before, name) != getattr(after, name))


def lowered(words: Collection[str]) -> set[str]:
    return {word.lower() for word in words if word}


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
