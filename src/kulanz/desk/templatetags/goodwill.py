"""Filters of the pages about gestures: amounts of money, and why somebody may not approve."""

from __future__ import annotations

from django import template

from kulanz.core.money import Money
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.refusals import refusal
from kulanz.pages.formats import MISSING

register = template.Library()
_SWAPPED = str.maketrans(",.", ".,")


@register.filter
def money(amount: Money | None) -> str:
    """An amount as it is written in the page's language, held together; a dash for None."""
    if amount is None:
        return MISSING
    written = f"{amount.amount:,f}"
    return f"{written.translate(_SWAPPED) if lang() == 'de' else written}\N{NO-BREAK SPACE}{amount.currency}"


@register.filter
def plain(amount: Money) -> str:
    """An amount as it is typed into a field: without its currency."""
    return f"{amount.amount:f}"


@register.filter
def refused(error: RuleError) -> str:
    """Why something is not possible, in the page's language."""
    return refusal(error)
