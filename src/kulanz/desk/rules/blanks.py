"""Blanks of templates: what the desk fills in from a case, and gaps that whoever writes fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from kulanz.core.drafts.personal import KINDS
from kulanz.core.language import evidence
from kulanz.core.money import Money
from kulanz.core.spoken import Lang
from kulanz.desk.rules.errors import RuleError
from kulanz.pages import formats

BLANKS: Final[Mapping[Lang, Mapping[str, str]]] = {
    "en": {
        "customer": "name of the customer",
        "contact": "name of the contact",
        "case": "title of the case",
        "promise": "what was promised last",
        "promise_until": "until when you promise to answer",
        "claim": "amount of the claim",
        "gesture": "what the customer gets",
        "what": "what happened, in your own words",
        "next": "what you do next",
        "rule": "the rule of the community",
    },
    "de": {
        "customer": "Name des Kunden",
        "contact": "Name der Ansprechperson",
        "case": "Titel des Falls",
        "promise": "was zuletzt versprochen wurde",
        "promise_until": "bis wann Sie eine Antwort versprechen",
        "claim": "Betrag der Forderung",
        "gesture": "was der Kunde bekommt",
        "what": "was geschehen ist, mit Ihren Worten",
        "next": "was Sie als Nächstes tun",
        "rule": "die Regel der Community",
    },
}
"""All there are, with what each is for. The last three are never known: they are for whoever writes."""

SPEAKERS: Final = ("customer", "staff", "moderator")
"""What those are called, with a number, whose names a language model is not told."""

_NAMES: Final = "|".join(BLANKS["en"])
_BLANK: Final = re.compile(rf"\{{({_NAMES})\}}")
_MASKS: Final = "|".join((*KINDS, "link", "erased", *(rf"{who} \d+" for who in SPEAKERS)))
_GAP: Final = re.compile(rf"\{{(?:(?:{_NAMES})(?::[^{{}}\n]*)?|{_MASKS})\}}")
_IN_BRACES: Final = re.compile(r"\{[^{}\n]*\}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SWAPPED: Final = str.maketrans(",.", ".,")
_GIVEN: Final[Mapping[Lang, Mapping[str, str]]] = {
    "en": {
        "waive": "we waive {value}",
        "refund": "we pay {value} back to you",
        "credit": "we credit you with {value}",
        "gift": "a gift worth {value}",
    },
    "de": {
        "waive": "wir erlassen Ihnen {value}",
        "refund": "wir zahlen Ihnen {value} zurück",
        "credit": "wir schreiben Ihnen {value} gut",
        "gift": "ein Geschenk im Wert von {value}",
    },
}


def used(text: str) -> frozenset[str]:
    """Return the names of the blanks in a template's words."""
    return frozenset(_BLANK.findall(text))


def filled(text: str, values: Mapping[str, str], lang: Lang) -> str:
    """Return a template's words with what is known; a blank without a value stays as a gap that names it."""
    words = BLANKS[lang]
    return _BLANK.sub(lambda found: values.get(found[1]) or f"{{{found[1]}: {words[found[1]]}}}", text)


def gaps(text: str) -> tuple[str, ...]:
    """Return what nobody has filled in yet, each once, as it stands in the text.

    That is blanks of templates, and what hides a name or a number in the suggestion of a language model.
    """
    return tuple(dict.fromkeys(_GAP.findall(text)))


def refuse_gaps(*texts: str) -> None:
    """Raise RuleError for words that still have gaps."""
    if found := gaps("\n".join(texts)):
        raise RuleError("The answer still has gaps; fill them in first: %(gaps)s", gaps=", ".join(found))


def refuse_unknown(*texts: str) -> None:
    """Raise RuleError for something in braces that is no blank: nobody would ever fill it in."""
    odd = [found for text in texts for found in _IN_BRACES.findall(text) if not _BLANK.fullmatch(found)]
    if odd:
        raise RuleError(
            "template: %(odd)s is no blank; expected one of %(known)s",
            odd=odd[0][:40],
            known=", ".join(f"{{{name}}}" for name in BLANKS["en"]),
        )


def moment(at: datetime, zone: str, lang: Lang) -> str:
    """Return day and time as a letter names them, by the clock of a time zone."""
    local = at.astimezone(ZoneInfo(zone))
    day = formats.day(local, lang)
    return f"{day}, {local:%H:%M} Uhr" if lang == "de" else f"{day}, {local:%H:%M}"


def amount(money: Money, lang: Lang) -> str:
    """Return an amount as a letter names it."""
    number = f"{money.amount:,f}"
    return f"{number.translate(_SWAPPED) if lang == 'de' else number} {money.currency}"


def given(kind: str, value: Money, lang: Lang) -> str:
    """Return what a customer gets as a letter names it; empty where only people know how to call it."""
    words = _GIVEN[lang].get(kind, "")
    return words.format(value=amount(value, lang)) if value.amount else ""


def spoken(text: str) -> Lang | None:
    """Return the language of a text, where it is German or English without doubt."""
    german, english, other = evidence(_WORD.findall(text.lower()))
    most = max(german, english)
    return None if most <= other or german == english else "de" if german > english else "en"


def joined(typed: str, more: str) -> str:
    """Return what somebody has typed with more below it; nothing that was typed is lost."""
    return f"{typed.rstrip()}\n\n{more}" if typed.strip() else more
