"""What every adapter must do whose billing system carries out gestures: a pytest class beside ``HoldSuite``.

Subclass it with the fixture ``books``, which knows in addition how often a gesture was carried out.
"""

from __future__ import annotations

from abc import ABC
from contextlib import suppress
from datetime import date
from random import Random
from typing import ClassVar, Final, Protocol

import pytest

from kulanz.billing import (
    GestureAdapter,
    GestureConfirmation,
    GestureOrder,
    GestureState,
    GivenKind,
    RefusedError,
)
from kulanz.billing.gestures import GIVEN_KINDS
from kulanz.core.money import Money
from kulanz.testing.billing import AMOUNT, a_key

SEEDS: Final = range(3)
UNTIL: Final = date(2030, 1, 31)


class GiftBooks(Protocol):
    """A billing system in a test; see ``Books`` of ``kulanz.testing.billing``."""

    def adapter(self) -> GestureAdapter:
        """Return a new adapter, as after a restart."""
        ...

    def customer(self) -> str:
        """Add a customer, and return the number."""
        ...

    def claim(self, customer: str, amount: str) -> str:
        """Add an overdue claim in EUR, and return its number."""
        ...

    def answer(self) -> None:
        """Let billing do what it was told by now, where it does not do so at once."""
        ...

    def times_given(self, order: GestureOrder) -> int:
        """Return how often a gesture was carried out."""
        ...


class GiveSuite(ABC):
    """What holds for every adapter that gives; ``gives`` is what it can."""

    gives: ClassVar[frozenset[GivenKind]]

    @pytest.fixture
    def books(self) -> GiftBooks:
        raise NotImplementedError(
            "a suite needs a fixture 'books': the billing system, and what happens there"
        )

    def test_it_keeps_the_contract_of_gestures(self, books: GiftBooks) -> None:
        assert isinstance(books.adapter(), GestureAdapter)
        assert books.adapter().gives == self.gives

    @pytest.mark.parametrize("kind", GIVEN_KINDS)
    def test_a_gesture_is_given_once_or_refused(self, books: GiftBooks, kind: GivenKind) -> None:
        one = gesture_at(books, kind)
        if kind not in self.gives:
            with pytest.raises(RefusedError):
                books.adapter().give(one)
            return
        assert given(books, one) == "unknown"
        for _ in range(2):
            give(books, one)
            assert given(books, one) == "given"
            assert books.times_given(one) == 1

    def test_nothing_is_given_in_a_dry_run(self, books: GiftBooks) -> None:
        for kind in self.gives:
            one = gesture_at(books, kind)
            said = books.adapter().give(one, dry_run=True)
            books.answer()
            assert (said.key, said.state, given(books, one)) == (one.key, "unknown", "unknown")
            assert said.text
            assert books.times_given(one) == 0

    def test_a_gesture_for_a_claim_that_billing_does_not_know_is_refused(self, books: GiftBooks) -> None:
        for kind in self.gives:
            unknown = a_gesture(kind, books.customer(), "999999999")
            with suppress(RefusedError):
                give(books, unknown)
                assert given(books, unknown) == "refused"
            assert books.times_given(unknown) == 0

    def test_gestures_do_not_stand_for_each_other(self, books: GiftBooks) -> None:
        for kind in self.gives:
            one, other = gesture_at(books, kind), gesture_at(books, kind)
            give(books, one)
            assert (given(books, one), given(books, other)) == ("given", "unknown")
            assert (books.times_given(one), books.times_given(other)) == (1, 0)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_repeated_and_answered_late_it_is_given_once(self, books: GiftBooks, seed: int) -> None:
        random = Random(seed)
        one = gesture_at(books, random.choice(sorted(self.gives)))
        for _ in range(random.randint(1, 5)):
            give(books, one, answered=random.random() < 0.5)  # noqa: PLR2004 - one half
        books.answer()
        assert given(books, one) == "given"
        assert books.times_given(one) == 1


def a_gesture(kind: GivenKind, customer: str, claim_id: str) -> GestureOrder:
    """Return an order with a key that nobody has used in this session."""
    extended = kind == "extension"
    return GestureOrder(
        key=a_key("gesture"),
        kind=kind,
        customer=customer,
        claim_id=claim_id,
        amount=None if extended else Money.of(AMOUNT, "EUR"),
        until=UNTIL if extended else None,
        reason="The parcel came late.",
    )


def gesture_at(books: GiftBooks, kind: GivenKind) -> GestureOrder:
    """Return a gesture for a new customer's overdue claim."""
    customer = books.customer()
    return a_gesture(kind, customer, books.claim(customer, AMOUNT))


def give(books: GiftBooks, one: GestureOrder, *, answered: bool = True) -> GestureConfirmation:
    """Order a gesture by a new adapter, and let billing answer, now or later."""
    said = books.adapter().give(one)
    assert said.key == one.key
    if answered:
        books.answer()
    return said


def given(books: GiftBooks, one: GestureOrder) -> GestureState:
    """Return how a gesture stands for somebody who just came."""
    return books.adapter().given(one).state
