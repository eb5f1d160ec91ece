from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.money import Money, MoneyError, decimals, total

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "USD", "CHF", "CLF"])
AMOUNTS = st.decimals(Decimal(-(10**15)), Decimal(10**15), allow_nan=False, places=9)
FACTORS = st.decimals(Decimal(-99), Decimal(99), allow_nan=False, places=6)


def euros(amount: Decimal) -> Money:
    return Money(amount, "EUR")


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_sums_are_exact_in_any_grouping(a: Decimal, b: Decimal, c: Decimal) -> None:
    found = (euros(a) + euros(b)) + euros(c)
    assert found == euros(a) + (euros(b) + euros(c)) == total(map(euros, (c, b, a)), "EUR")
    assert Fraction(found.amount) == Fraction(a) + Fraction(b) + Fraction(c)


@given(AMOUNTS, FACTORS, FACTORS)
def test_products_are_exact_and_distribute(amount: Decimal, x: Decimal, y: Decimal) -> None:
    found = euros(amount) * x + euros(amount) * y
    assert Fraction(found.amount) == Fraction(amount) * (Fraction(x) + Fraction(y))


@given(AMOUNTS, AMOUNTS)
def test_taking_away_what_was_added_leaves_what_was(a: Decimal, b: Decimal) -> None:
    assert euros(a) + euros(b) - euros(b) == euros(a)
    assert (euros(a) < euros(b)) == (a < b)
    assert (euros(a) <= euros(b)) == (a <= b)


@given(st.integers(-(10**14), 10**14), CURRENCIES)
def test_smallest_units_there_and_back(units: int, currency: str) -> None:
    money = Money.of_minor(units, currency)
    assert money.minor == units
    assert money.rounded() == money


@given(AMOUNTS, CURRENCIES)
def test_rounding_gives_what_can_be_paid_and_is_off_by_half_a_unit_at_most(
    amount: Decimal, currency: str
) -> None:
    rounded = Money(amount, currency).rounded()
    assert rounded.minor == int(rounded.amount.scaleb(decimals(currency)))
    assert abs(rounded.amount - amount) * 2 <= Decimal(1).scaleb(-decimals(currency))


@given(AMOUNTS, CURRENCIES)
def test_an_amount_comes_back_from_json_as_it_was(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    back = msgspec.json.decode(msgspec.json.encode(money), type=Money)
    assert (back, back.amount.as_tuple()) == (money, amount.as_tuple())


def test_halves_are_rounded_away_from_zero_as_merchants_do() -> None:
    assert str(Money.of("0.125", "EUR").rounded()) == "0.13 EUR"
    assert str(Money.of("-0.125", "EUR").rounded()) == "-0.13 EUR"
    assert str(Money.of("12.5", "JPY").rounded()) == "13 JPY"
    assert str(Money.of("1.0005", "KWD").rounded()) == "1.001 KWD"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (12.4, "EUR", 'write Decimal\\("12.40"\\)'),
        (Decimal("NaN"), "EUR", "at most 18 digits"),
        (Decimal("1e18"), "EUR", "at most 18 digits"),
        (Decimal("1e-31"), "EUR", "at most 18 digits"),
        (Decimal(1), "eur", 'like "EUR"'),
        (Decimal(1), "XAU", 'like "EUR"'),
        (Decimal(1), "", 'like "EUR"'),
    ],
)
def test_what_is_no_money(amount: Decimal, currency: str, said: str) -> None:
    with pytest.raises(MoneyError, match=said):
        Money(amount, currency)


def test_what_cannot_be_reckoned() -> None:
    one = Money.of("1", "EUR")
    with pytest.raises(MoneyError, match="no rate of exchange"):
        one + Money.of("1", "USD")
    with pytest.raises(MoneyError, match="expected money"):
        one + 1  # type: ignore[operator]
    with pytest.raises(MoneyError, match="a Decimal or a whole number"):
        one * 0.5  # type: ignore[operator]
    with pytest.raises(MoneyError, match="whole units"):
        _ = Money.of("0.001", "EUR").minor
    with pytest.raises(MoneyError, match="more than nothing"):
        one.share_of(Money.of("0", "EUR"))
    with pytest.raises(MoneyError, match="expected a number"):
        Money.of("12,40", "EUR")


def test_json_with_an_impossible_amount_is_refused_as_input() -> None:
    with pytest.raises(msgspec.ValidationError, match="ISO 4217"):
        msgspec.json.decode(b'{"amount": "1", "currency": "???"}', type=Money)
