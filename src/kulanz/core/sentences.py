"""Reasons in words, German and English; ``{name}`` is a number of the rule that fired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kulanz.core.durations import duration

_ENGLISH: Final = {
    "shared": (
        "{people} other person says they are affected too",
        "{people} other people say they are affected too",
    ),
    "complaint": ("{people} person complains", "{people} people complain"),
    "anger": ("{people} person is angry", "{people} people are angry"),
    "distrust": (
        "{people} person accuses the company of bad faith",
        "{people} people accuse the company of bad faith",
    ),
    "leaving": ("{people} person says they leave", "{people} people say they leave"),
    "threat": (
        "{people} person threatens legal steps or publicity",
        "{people} people threaten legal steps or publicity",
    ),
    "unanswered": (
        "{posts} question or complaint has no human answer",
        "{posts} questions or complaints have no human answer",
    ),
    "waiting": (
        "{posts} question or complaint has had no human answer for {hours}",
        "{posts} questions or complaints have no human answer, the oldest for {hours}",
    ),
    "slow_answer": ("The first human answer took {hours}",),
    "dismissive": ("The company brushes people off", "The company brushes people off {posts} times"),
    "policy": (
        "The company answers with rules and contract",
        "The company answers with rules and contract {posts} times",
    ),
    "canned": ("The company repeats a canned text", "The company repeats a canned text {posts} times"),
    "fronts": ("The fronts have hardened (index {index})",),
    "audience": ("{share}% of the dispute is addressed to the audience",),
    "burst": ("Posts come in a burst, up to {most} within six hours",),
    "seen": ("Seen {views} times, {ratio} times as often as usual here",),
    "amplified": (
        "{posts} post carries it to blogs, press or networks",
        "{posts} posts carry it to blogs, press or networks",
    ),
    "helped": ("The company apologised, named a person or acted",),
    "not_scored": ("Not scored: neither German nor English",),
}

_GERMAN: Final = {
    "shared": (
        "{people} weitere Person ist nach eigenen Worten betroffen",
        "{people} weitere Personen sind nach eigenen Worten betroffen",
    ),
    "complaint": ("{people} Person beschwert sich", "{people} Personen beschweren sich"),
    "anger": ("{people} Person ist verärgert", "{people} Personen sind verärgert"),
    "distrust": (
        "{people} Person wirft dem Unternehmen Unredlichkeit vor",
        "{people} Personen werfen dem Unternehmen Unredlichkeit vor",
    ),
    "leaving": ("{people} Person kündigt an zu gehen", "{people} Personen kündigen an zu gehen"),
    "threat": (
        "{people} Person droht mit Rechtsmitteln oder Öffentlichkeit",
        "{people} Personen drohen mit Rechtsmitteln oder Öffentlichkeit",
    ),
    "unanswered": (
        "{posts} Frage oder Beschwerde ist ohne persönliche Antwort",
        "{posts} Fragen oder Beschwerden sind ohne persönliche Antwort",
    ),
    "waiting": (
        "{posts} Frage oder Beschwerde ist seit {hours} ohne persönliche Antwort",
        "{posts} Fragen oder Beschwerden sind ohne persönliche Antwort, die älteste seit {hours}",
    ),
    "slow_answer": ("Die erste persönliche Antwort kam nach {hours}",),
    "dismissive": ("Das Unternehmen wimmelt ab", "Das Unternehmen wimmelt {posts}-mal ab"),
    "policy": (
        "Das Unternehmen antwortet mit Regeln und Vertrag",
        "Das Unternehmen antwortet {posts}-mal mit Regeln und Vertrag",
    ),
    "canned": (
        "Das Unternehmen wiederholt einen Textbaustein",
        "Das Unternehmen wiederholt {posts}-mal einen Textbaustein",
    ),
    "fronts": ("Die Fronten haben sich verhärtet (Index {index})",),
    "audience": ("{share} % des Streits richten sich an das Publikum",),
    "burst": ("Die Beiträge häufen sich, bis zu {most} in sechs Stunden",),
    "seen": ("{views}-mal angesehen, das {ratio}-Fache des hier Üblichen",),
    "amplified": (
        "{posts} Beitrag trägt es in Blogs, Presse oder Netzwerke",
        "{posts} Beiträge tragen es in Blogs, Presse oder Netzwerke",
    ),
    "helped": ("Das Unternehmen hat sich entschuldigt, eine Person benannt oder gehandelt",),
    "not_scored": ("Nicht bewertet: weder Deutsch noch Englisch",),
}

SENTENCES: Final = {"en": _ENGLISH, "de": _GERMAN}
CODES: Final = tuple(_ENGLISH)
WHOLE_FROM: Final = 10
_HOUR: Final = 3600


def sentence(code: str, lang: str, numbers: Mapping[str, float]) -> str:
    """The sentence of a rule; its first form where the first number is one, else its second."""
    forms = SENTENCES[lang][code]
    first = next(iter(numbers.values()), 1)
    form = forms[0] if first == 1 or len(forms) == 1 else forms[1]
    return form.format(**{name: _written(name, value, lang) for name, value in numbers.items()})


def _written(name: str, value: float, lang: str) -> str:
    if name == "hours":
        return duration(value * _HOUR, lang, dative=True)
    if value < WHOLE_FROM and value != int(value):
        text = f"{value:.1f}" if value >= 1 else f"{value:.2f}"
        return text.replace(".", ",") if lang == "de" else text
    grouped = f"{round(value):,}"
    return grouped.replace(",", ".") if lang == "de" else grouped
