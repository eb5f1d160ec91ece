"""Filters of the pages about gestures: amounts to type over, why somebody may not approve, why one fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from kulanz.core.goodwill import Reason
from kulanz.core.money import Money
from kulanz.desk.rules.amounts import typed
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.templatetags.values import called, value
from kulanz.desk.web.goodwill_words import REASONS
from kulanz.desk.web.refusals import refusal

register = template.Library()


@register.filter
def plain(amount: Money) -> str:
    """An amount as it is typed into a field: without its currency."""
    text = typed(amount)
    return text.replace(".", ",") if lang() == "de" else text


@register.filter
def refused(error: RuleError) -> str:
    """Why something is not possible, in the page's language."""
    return refusal(error)


@register.filter
def because(reason: Reason) -> str:
    """Why a gesture fits or does not, as a sentence."""
    said = REASONS[reason.code]
    values = {
        "amount": value(reason.amount),
        "number": reason.number,
        "role": called(reason.role or "", "role"),
    }
    return str(said) % values


@register.filter
def of(found: Mapping[int, Any], pk: int) -> Any:
    """What there is of a row, by its key; nothing where there is none."""
    return found.get(pk) if found else None
