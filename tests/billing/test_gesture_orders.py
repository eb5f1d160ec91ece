"""Orders for gestures: what no billing system could carry out is no order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kulanz.billing import GestureOrder, OrderError
from kulanz.billing.gestures import GIVEN_KINDS
from kulanz.core.gestures import GESTURE_KINDS
from kulanz.core.money import Money

TEN = Money.of("10.00", "EUR")
DAY = date(2026, 7, 1)


def test_what_billing_can_carry_out_are_gestures() -> None:
    assert set(GIVEN_KINDS) < set(GESTURE_KINDS)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "waive", "amount": TEN}, "claim_id"),
        ({"kind": "extension", "until": DAY}, "claim_id"),
        ({"kind": "extension", "claim_id": "R-1"}, "until and no amount"),
        ({"kind": "extension", "claim_id": "R-1", "until": DAY, "amount": TEN}, "until and no amount"),
        ({"kind": "refund"}, "amount and no until"),
        ({"kind": "credit", "amount": TEN, "until": DAY}, "amount and no until"),
        ({"kind": "credit", "amount": Money.of("0", "EUR")}, "more than nothing"),
        ({"kind": "credit", "amount": Money.of("-1", "EUR")}, "more than nothing"),
        ({"kind": "credit", "amount": TEN, "key": "a b"}, "key"),
        ({"kind": "credit", "amount": TEN, "customer": " "}, "blanks"),
    ],
)
def test_an_order_says_what_and_for_which_claim(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(OrderError, match=words):
        GestureOrder(**{"key": "a", "customer": "C-1", **fields})
