"""Filters for amounts, ranges and numbers of the stake, and words for its codes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import template
from django.utils.translation import gettext as _

from kulanz.core.money import Money
from kulanz.core.stake import Line, Range, rough
from kulanz.core.stake import times as roughly
from kulanz.desk.rules.figures import written
from kulanz.desk.rules.stakes import Lack
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.stake_words import KINDS, LACKS
from kulanz.pages import formats

register = template.Library()
_SWAPPED: Final = str.maketrans(",.", ".,")


@register.filter
def called(code: str, kind: str) -> str:
    """The word for a code of a kind; the code itself where there is none."""
    return str(KINDS[kind].get(code, code))


@register.filter
def lacking(lack: Lack) -> str:
    """Why a line cannot be drawn, as a sentence."""
    names = ", ".join(called(name, "number") for name in lack.names)
    return str(LACKS[lack.code]) % {"names": names}


@register.filter
def value(given: Money | Range | Decimal | int | None) -> str:
    """An amount, a range or a number as it is written in the page's language; a dash for None."""
    if given is None:
        return formats.MISSING
    if isinstance(given, Money):
        return f"{_number(given.amount)} {given.currency}"
    if isinstance(given, Range):
        return _between(_number(given.low), _number(given.high))
    return _number(Decimal(given))


@register.filter
def amounts(line: Line) -> str:
    """The amount of a line, or from where to where it goes; an exposure in two digits."""
    if line.code != "exposure":
        return _between(value(line.low), value(line.high))
    low, high = (f"{_number(rough(each.amount))} {each.currency}" for each in (line.low, line.high))
    return _between(low, high)


@register.filter
def points(number: float) -> str:
    return formats.decimal(number, lang())


@register.filter
def fold(share: Decimal) -> str:
    """How many times as much something is, no more exact than the sentence of the stake."""
    return _number(roughly(share))


@register.filter
def times(number: float) -> str:
    """A number that may be a fraction, without decimals where it is whole."""
    return formats.decimal(number, lang(), 0 if float(number).is_integer() else 1)


@register.filter
def day(given: Any) -> str:
    return formats.MISSING if given is None else formats.day(given, lang())


def typed(given: Money | Range | Decimal | int | None) -> str:
    """Return what a field shows of a value, in the page's language; it is read again as it is."""
    text = "" if given is None else written(given)
    return text.replace(".", ",").replace(" to ", " bis ") if lang() == "de" else text


def _between(low: str, high: str) -> str:
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _number(number: Decimal) -> str:
    written = f"{number:,f}"
    return written.translate(_SWAPPED) if lang() == "de" else written
