"""Amounts of money: exact decimals with their currency, never floating point."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import cache
from typing import Any, Final

from iso4217 import Currency
from msgspec import Struct

from kulanz.core.errors import CoreError

MOST_DIGITS: Final = 18
MOST_PLACES: Final = 30
"""So many digits an amount may have before the point and after it."""

_EXACT: Final = Context(prec=160, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
_ROUNDING: Final = Context(prec=MOST_DIGITS + MOST_PLACES)
_RATIO: Final = Context(prec=28)
_BOUND: Final = Decimal(10) ** MOST_DIGITS


class MoneyError(CoreError, ValueError):
    """An amount that is none, or amounts that cannot be reckoned with each other."""


class Money(Struct, frozen=True):
    """An exact amount in a currency of ISO 4217, such as ``Money(Decimal("12.40"), "EUR")``.

    An amount may have more decimals than its currency, as a price per piece does; ``rounded`` brings it to
    what can be paid. Raise MoneyError for floats, for what is not finite or has too many digits, and for
    currencies that are not in use as money.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise MoneyError(f'amount: expected a Decimal, got {self.amount!r}: write Decimal("12.40")')
        decimals(self.currency)
        if not self.amount.is_finite() or abs(self.amount) >= _BOUND or _places(self.amount) > MOST_PLACES:
            raise MoneyError(
                f"amount: expected at most {MOST_DIGITS} digits before the point and {MOST_PLACES} after it, "
                f"got {self.amount}: round it first"
            )

    @classmethod
    def of(cls, text: str, currency: str) -> Money:
        """Read an amount with a decimal point and without separators of thousands."""
        try:
            return cls(Decimal(text), currency)
        except InvalidOperation:
            raise MoneyError(f'amount: expected a number like "12.40", got {text!r}') from None

    @classmethod
    def of_minor(cls, units: int, currency: str) -> Money:
        """Return an amount given in the currency's smallest unit, such as cents."""
        return cls(_EXACT.scaleb(Decimal(units), -decimals(currency)), currency)

    @property
    def minor(self) -> int:
        """The amount in the currency's smallest unit; MoneyError where it is not whole."""
        units = _EXACT.scaleb(self.amount, decimals(self.currency))
        if units != units.to_integral_value():
            raise MoneyError(f"amount: expected whole units of {self.currency}, got {self}: round it first")
        return int(units)

    def rounded(self) -> Money:
        """Return the amount with the decimals of its currency, halves away from zero."""
        one = Decimal(1).scaleb(-decimals(self.currency))
        return Money(self.amount.quantize(one, ROUND_HALF_UP, _ROUNDING), self.currency)

    def share_of(self, whole: Money) -> Decimal:
        """Return this divided by another amount, to 28 digits; MoneyError where the other is zero."""
        self._same(whole)
        if not whole.amount:
            raise MoneyError("share: expected a part of more than nothing, got 0")
        return _RATIO.divide(self.amount, whole.amount)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if not isinstance(factor, Decimal | int):
            raise MoneyError(f"factor: expected a Decimal or a whole number, got {factor!r}")
        return Money(_EXACT.multiply(self.amount, Decimal(factor)), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        return not other < self

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Any) -> None:
        if not isinstance(other, Money):
            raise MoneyError(f"amount: expected money, got {other!r}: say in which currency")
        if self.currency != other.currency:
            raise MoneyError(
                f"currency: expected {self.currency}, got {other.currency}: no rate of exchange is known here"
            )


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum of amounts of one currency, nothing for none."""
    return sum(amounts, start=Money(Decimal(0), currency))


@cache
def decimals(currency: str) -> int:
    """Return how many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    try:
        places = Currency(currency).exponent
    except ValueError:
        places = None
    if places is None:
        raise MoneyError(f'currency: expected a code of ISO 4217 like "EUR", got {currency!r}')
    return places


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
