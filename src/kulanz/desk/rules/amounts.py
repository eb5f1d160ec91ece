"""Amounts of money that can be paid, as people and programs write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from kulanz.core.money import Money, MoneyError, decimals
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.figures import number_in

MOST_MINOR: Final = 10**15
"""The largest amount that is kept, in the smallest unit of its currency: sums of it stay whole numbers."""

_LONGEST: Final = 40
_AMBIGUOUS: Final = 3


def amount(text: str, currency: str) -> Money:
    """Read an amount from 0 on that can be paid, as ``figures.number_in`` reads numbers; empty is 0.

    Raise RuleError for everything else, and for more decimals than the currency has.
    """
    return payable(number_in(text) if text.strip() else Decimal(0), currency)


def payable(number: Decimal, currency: str) -> Money:
    """Return an amount that can be paid; raise RuleError where it is below 0, too large or too fine."""
    try:
        money = Money(number, currency)
        fits = 0 <= money.minor <= MOST_MINOR
    except MoneyError as error:
        raise _refused(number, currency) from error
    if not fits:
        raise _refused(number, currency)
    return money


def typed(money: Money) -> str:
    """Return an amount as it is typed into a field, so that it is read again as it is."""
    text = f"{money.amount:f}"
    # 1.234 could be thousands; a fourth decimal says that it is not
    return f"{text}0" if decimals(money.currency) == _AMBIGUOUS and "." in text else text


def _refused(number: Decimal, currency: str) -> RuleError:
    return RuleError(
        "amount: expected one like 12.40 with the decimals of its currency, got %(number)s %(currency)s",
        number=str(number)[:_LONGEST],
        currency=currency[:_LONGEST],
    )
