"""Amounts of money as people and programs write them."""

from __future__ import annotations

from typing import Final

from kulanz.core.money import Money, MoneyError
from kulanz.desk.rules.errors import RuleError

MOST_MINOR: Final = 10**15
"""The largest amount that is kept, in the smallest unit of its currency: sums of it stay whole numbers."""

_LONGEST: Final = 40


def amount(text: str, currency: str) -> Money:
    """Read an amount from 0 on that can be paid; 12.40, 12,40 and 1.234,50 are understood, empty is 0.

    Raise RuleError for everything else, and for more decimals than the currency has.
    """
    try:
        money = Money.of(_plain(text) or "0", currency)
        fits = 0 <= money.minor <= MOST_MINOR
    except MoneyError as error:
        raise _refused(text, currency) from error
    if not fits:
        raise _refused(text, currency)
    return money


def _plain(text: str) -> str:
    """The last of two kinds of separators is the decimal one; a comma alone is, too."""
    bare = "".join(text.split())
    if bare.rfind(",") > bare.rfind("."):
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", "")


def _refused(text: str, currency: str) -> RuleError:
    return RuleError(
        "amount: expected one like 12.40 with the decimals of its currency, got %(text)r %(currency)s",
        text=text[:_LONGEST],
        currency=currency[:_LONGEST],
    )
