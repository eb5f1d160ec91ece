"""What billing said, on pages."""

from __future__ import annotations

from django import template

from kulanz.desk.web import billing_words

register = template.Library()


@register.filter
def billing_said(text: str) -> str:
    return billing_words.billing_said(text)
