"""What is exchanged with a billing system about gestures: an order to carry one out, and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, get_args

from msgspec import Struct

from kulanz.billing.claims import Id, Text, check_numbers
from kulanz.billing.errors import OrderError
from kulanz.core.money import Money

GivenKind = Literal["waive", "refund", "credit", "extension"]
"""The kinds of ``kulanz.core.gestures`` that a billing system can carry out."""
GIVEN_KINDS: Final[tuple[GivenKind, ...]] = get_args(GivenKind)

GestureState = Literal["unknown", "pending", "refused", "given"]
"""How a gesture stands, each state stronger than those before it.

``unknown``: nothing was ordered. ``pending``: ordered, and not carried out as far as billing says.
``refused``: billing will not. ``given``: carried out; its key is used up.
"""

_ABOUT_A_CLAIM: Final = frozenset({"waive", "extension"})


class GestureOrder(Struct, frozen=True, kw_only=True):
    """A gesture to be carried out.

    ``key`` names it for ever: the same order may be sent any number of times and is carried out once. An
    extension has ``until``, the day on which the claim is due then; the others have ``amount``. ``reason`` is
    for the people at billing. Raise OrderError for what no billing system could carry out.
    """

    key: str
    kind: GivenKind
    customer: str
    claim_id: str | None = None
    amount: Money | None = None
    until: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        check_numbers(self.key, self.customer, self.claim_id)
        if self.kind in _ABOUT_A_CLAIM and self.claim_id is None:
            raise OrderError(f"claim_id: expected the claim that the {self.kind} is about, got none")
        is_extension = self.kind == "extension"
        if is_extension != (self.until is not None) or is_extension != (self.amount is None):
            wanted = "until and no amount" if is_extension else "amount and no until"
            raise OrderError(f"{self.kind}: expected {wanted}, got {self.amount} and {self.until}")
        if self.amount is not None and self.amount.amount <= 0:
            raise OrderError(f"amount: expected more than nothing, got {self.amount}")


class GestureConfirmation(Struct, frozen=True, kw_only=True):
    """What billing says of a gesture; ``text`` is for people."""

    key: Id
    state: GestureState
    text: Text = ""
