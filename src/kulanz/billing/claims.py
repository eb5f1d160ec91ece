"""What is exchanged with a billing system: claims and dunning events in, orders for holds out."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Generic, Literal, TypeVar

from msgspec import Meta, Struct

from kulanz.billing.errors import OrderError
from kulanz.core.money import Money

Scope = Literal["claim", "customer"]
"""What a hold can stop: the dunning of one claim, or all of a customer's."""

HoldState = Literal["unknown", "pending", "refused", "held", "releasing", "released"]
"""How a hold stands, each state stronger than those before it: a hold never goes back.

``unknown``: nothing was ordered. ``pending``: ordered, and not in force as far as billing says.
``refused``: billing will not. ``held``: nothing is dunned. ``releasing``: to be ended, and not yet
confirmed. ``released``: over for good; its key is used up.
"""

MOST_TEXT: Final = 2_000
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=MOST_TEXT)]
T = TypeVar("T")


class Claim(Struct, frozen=True, kw_only=True):
    """What the company wants from a customer, as billing has it now.

    ``customer`` is the customer's number there, ``amount`` what was billed and is not settled, ``level``
    the last dunning level that went out (0 for none), ``text`` what billing calls the claim. A ``settled``
    claim is paid, cancelled or written off.
    """

    claim_id: Id
    customer: Id
    amount: Money
    due_on: date | None = None
    level: Annotated[int, Meta(ge=0, le=99)] = 0
    text: Text = ""
    settled: bool = False


class HoldOrder(Struct, frozen=True, kw_only=True):
    """A hold to be placed, asked about or released.

    ``key`` names this hold for ever: the same order may be sent any number of times and is carried out
    once; a hold after a release is another hold with another key. Without ``claim_id`` all claims of the
    customer are held. ``reason`` and ``review_on`` are for the people at billing. Raise OrderError for a key
    that not every billing system can keep.
    """

    key: str
    customer: str
    claim_id: str | None = None
    reason: str = ""
    review_on: date | None = None

    def __post_init__(self) -> None:
        check_numbers(self.key, self.customer, self.claim_id)

    @property
    def scope(self) -> Scope:
        """What the order is about."""
        return "customer" if self.claim_id is None else "claim"


def check_numbers(key: str, customer: str, claim_id: str | None) -> None:
    """Raise OrderError for a key that not every billing system can keep, and for numbers that are none."""
    if not _KEY.fullmatch(key):
        raise OrderError(
            f"key: expected up to 100 letters, digits, dots, hyphens and underscores, got {key[:120]!r}"
        )
    if not customer.strip() or (claim_id is not None and not claim_id.strip()):
        raise OrderError("customer and claim_id: expected the numbers that billing uses, got blanks")


class Confirmation(Struct, frozen=True, kw_only=True):
    """What billing says of a hold; ``text`` is for people."""

    key: Id
    state: HoldState
    text: Text = ""


class DunningEvent(Struct, frozen=True, kw_only=True):
    """A dunning letter, or another step of dunning, that went out on a day."""

    event_id: Id
    claim_id: Id
    customer: Id
    level: Annotated[int, Meta(ge=0, le=99)]
    on: date
    text: Text = ""


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """Some of what was asked for, and the cursor from which another call goes on.

    ``more`` says that there is more at once; otherwise ask again when it is due. Keep the cursor together
    with the items.
    """

    items: tuple[T, ...]
    cursor: str
    more: bool = False
