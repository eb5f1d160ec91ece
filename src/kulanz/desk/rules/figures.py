"""Numbers, amounts and ranges as people and programs write them, and how they are written again."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from kulanz.core.money import Money, MoneyError
from kulanz.core.stake import Range
from kulanz.core.stake.inputs import StakeError
from kulanz.desk.rules.errors import RuleError

_LONGEST: Final = 60
_NUMBER: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_EITHER: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GERMAN: Final = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_ENGLISH: Final = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_MONEY: Final = re.compile(r"(.*?)\s*([A-Za-z]{3}|€)?", re.DOTALL)
_BETWEEN: Final = re.compile(r"\s+(?:to|bis)\s+|\s*[–—…]\s*|\s*\.\.\s*|(?<=[0-9])\s*-\s*")


def number_in(text: str) -> Decimal:
    """Read a number from 0 on: 1234.5, 1234,5, 1.234,50 and 1,234.50 are understood.

    Raise RuleError for others, and for 1.234, which is one thing in German and another in English.
    """
    bare = "".join(text.split())
    if _EITHER.fullmatch(bare):
        raise RuleError(
            "expected a number, got %(text)r: are these thousands or decimals? Write %(whole)s or %(more)s",
            text=bare,
            whole=bare.replace(".", "").replace(",", ""),
            more=f"{bare}0",
        )
    plain = _plain(bare)
    if not _NUMBER.fullmatch(plain):
        raise RuleError("expected a number such as 12.40, got %(text)r", text=text[:_LONGEST])
    return Decimal(plain)


def whole_in(text: str) -> int:
    """Read a whole number from 0 on; 13.016 and 13,016 have thousands."""
    bare = re.sub(r"(?<=[0-9])[.,\s](?=[0-9]{3}(?![0-9]))", "", text.strip())
    if not (bare.isascii() and bare.isdecimal() and len(bare) < 13):  # noqa: PLR2004 - what the core reckons with
        raise RuleError("expected a whole number such as 13016, got %(text)r", text=text[:_LONGEST])
    return int(bare)


def money_in(text: str, currency: str = "") -> Money:
    """Read an amount such as 12.40 EUR; ``currency`` is meant where the text names none."""
    found = _MONEY.fullmatch(text.strip())
    amount, named = found.groups() if found else (text, None)
    wanted = {"€": "EUR"}.get(named or "", (named or currency).upper())
    if not wanted:
        raise RuleError(
            "expected an amount with its currency such as 12.40 EUR, got %(text)r", text=text[:60]
        )
    try:
        return Money(number_in(amount), wanted)
    except MoneyError as error:
        raise RuleError("expected an amount such as 12.40 EUR, got %(text)r", text=text[:_LONGEST]) from error


def range_in(text: str) -> Range:
    """Read a range such as 0.05 to 0.5; a single number is from itself to itself."""
    low, *high = _BETWEEN.split(text.strip(), maxsplit=1)
    try:
        return Range(number_in(low), number_in(high[0] if high else low))
    except StakeError as error:
        raise RuleError("expected a range such as 0.05 to 0.5, got %(text)r", text=text[:_LONGEST]) from error


def written(value: Money | Range | Decimal | int) -> str:
    """Return a value as the functions above read it."""
    if isinstance(value, Range):
        return f"{_plainly(value.low)} to {_plainly(value.high)}"
    if isinstance(value, Money):
        return f"{_plainly(value.amount)} {value.currency}"
    return str(value) if isinstance(value, int) else _plainly(value)


def _plainly(number: Decimal) -> str:
    """A number that is no other one in German."""
    text = f"{number:f}"
    return f"{text}0" if _EITHER.fullmatch(text) else text


def _plain(bare: str) -> str:
    """Groups of three have thousands between them; else a comma is a point."""
    if _GERMAN.fullmatch(bare):
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", "" if _ENGLISH.fullmatch(bare) else ".")
