"""Filters of the pages about sources: words for codes, and how long ago."""

from __future__ import annotations

from datetime import timedelta

from django import template

from kulanz.desk.templatetags.desk import lang, past
from kulanz.desk.web import source_words, wording
from kulanz.pages import formats

register = template.Library()


@register.filter
def kind_title(connector: str) -> str:
    return str(source_words.title_of(connector))


@register.filter
def health_word(health: str) -> str:
    return str(source_words.HEALTH[health])


@register.filter
def lane_word(lane: str) -> str:
    return str(source_words.LANES.get(lane, lane))


@register.filter
def receiver_word(receiver: str) -> str:
    return str(source_words.RECEIVERS.get(receiver, receiver))


@register.filter
def error_word(kind: str) -> str:
    """What is wrong, as a sentence; a general one where the kind of error does not say."""
    return str(source_words.ERRORS.get(kind, source_words.ERRORS["other"]))


@register.filter
def change_word(kind: str) -> str:
    """What a revision is, as a sentence."""
    return str(wording.HAPPENED[f"revision {kind}"])


@register.filter
def long(span: timedelta | None) -> str:
    """How long ago something was; a dash for None."""
    return formats.MISSING if span is None else past(span.total_seconds())


@register.filter
def typed(words: dict[str, str], name: str) -> str:
    """What stands in a field of a form."""
    return words.get(name, "")


@register.filter
def share_of(used: int, whole: int) -> str:
    """A part of a whole in per cent."""
    return formats.percent(used / whole if whole else None, lang())
