"""What billing said, on pages."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

from kulanz.desk.services.customer_imports import SYSTEM
from kulanz.desk.web import billing_words

register = template.Library()


@register.filter
def billing_said(text: str) -> str:
    return billing_words.billing_said(text)


@register.filter
def teller(system: str) -> str:
    """What told of a customer or a claim: a table that was brought in has no name."""
    return pgettext("told by", "a table") if system == SYSTEM else system
