"""Filters for what people hold in their hands of their own data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.core.money import Money
from kulanz.desk.rules.data_dictionary import kept
from kulanz.desk.rules.my_data import Words
from kulanz.desk.services.my_data_views import Value
from kulanz.desk.templatetags.desk import lang, when
from kulanz.desk.templatetags.values import value as written
from kulanz.desk.web import wording
from kulanz.desk.web.audit_words import noun_word
from kulanz.desk.web.own_data_words import HELP, KINDS, STATES
from kulanz.desk.web.stake_words import LINES, ROLES, STANDING
from kulanz.pages.formats import day
from kulanz.pages.words import Words as WordsOfPages

register = template.Library()

_WORDED: Final = {
    "profile.role": "person_role",
    "measures.kind": "measure_kind",
    "measures.state": "measure_state",
    "roles.role": "role",
    "cases.state": "case_state",
    "cases.fault": "fault",
    "promises.state": "promise_state",
    "holds.state": "hold_state",
    "gestures.kind": "gesture_kind",
    "gestures.state": "gesture_state",
    "messages.channel": "channel",
    "replies.channel": "channel",
    "replies.state": "reply_state",
}
_NAMED: Final[Mapping[str, Mapping[str, Any]]] = {
    "accounts.role": ROLES,
    "requests.kind": KINDS,
    "requests.state": STATES,
    "standing.number": ROLES,
    "standing.part": {**STANDING, "standing": gettext_lazy("Standing")},
    "value.what": LINES,
}


@register.filter
def kept_for(days: int | None) -> str:
    return kept(days, lang())


@register.filter
def said(each: Value) -> str:
    """A value in words: moments in the time zone of the page, codes as the desk calls them."""
    return _said(each.what, each.value)


def _said(what: str, value: Any) -> str:
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value, lang())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, Money | Decimal):
        return written(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_said(what, each) for each in value)
    return _word(what, str(value))


def _word(what: str, code: str) -> str:
    """A code in the words of the desk; other texts stay as they are."""
    if what in _NAMED:
        return str(_NAMED[what].get(code, code))
    if what in _WORDED:
        return wording.word(code, _WORDED[what])
    if what == "signals.label":
        return WordsOfPages(lang()).known(f"label_{code}", code)
    return noun_word(code) if what.endswith(".noun") else code


@register.filter
def of_request(words: Mapping[int, Words], pk: int) -> Words:
    """What was said of a request."""
    return words[pk]


@register.filter
def request_kind(kind: str) -> str:
    return str(KINDS[kind])


@register.filter
def request_state(state: str) -> str:
    return str(STATES[state])


@register.filter
def request_help(kind: str) -> str:
    return str(HELP[kind])
