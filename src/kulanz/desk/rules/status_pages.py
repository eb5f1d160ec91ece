"""The customer's status page: the secret of its link, what stands for it in drafts, and the handover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.rules.errors import RuleError
from kulanz.pages import formats

KEY_BYTES: Final = 32
MARK: Final = "[[status page]]"
"""Stands in a draft for the link, which is put in its place as the message goes out."""

LONGEST_ANSWER: Final = 10_000
ENDS_AFTER: Final = timedelta(days=90)
"""So long after its case was closed a link leads nowhere any more."""
LEVELS: Final = (1, 2, 3, 4, 5)
"""How satisfied a customer is: 1 not at all, 5 very."""
CHANGEABLE: Final = timedelta(days=7)
"""So long what was said can be changed."""
LONGEST_NOTE: Final = 5_000

_WEEKDAYS: Final = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What a customer is told as a named person takes over; ``what`` is promised until ``until``."""

    name: str
    contact: str
    what: str
    until: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Text:
    """A letter to begin with."""

    subject: str
    text: str


def digest_of(key: str) -> str:
    """Return what is kept of a link's secret: nobody reads the secret from it."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()


def lang_of(text: str) -> Lang:
    """Return one of the languages of the page; raise RuleError for anything else."""
    found = next((each for each in LANGS if each == text), None)
    if found is None:
        raise RuleError(
            "language: expected one of %(known)s, got %(got)r", known=", ".join(LANGS), got=text[:20]
        )
    return found


def moment(at: datetime, zone: str, lang: Lang) -> str:
    """Return a moment as customers read it: weekday, day and minute, with the time zone it is meant in."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M}{' Uhr' if lang == 'de' else ''}"
    offset = timezone(local.utcoffset() or timedelta())
    return f"{_WEEKDAYS[lang][local.weekday()]}, {formats.day(local, lang)}, {clock} ({zone}, {offset})"


def handover(told: Handover, lang: Lang) -> Text:
    """Return the letter of a handover, with ``MARK`` where the link goes."""
    subject, paragraphs = _LETTERS[lang]
    values = {
        "name": told.name,
        "contact": told.contact,
        "what": told.what.rstrip(" ."),
        "until": moment(told.until, told.zone, lang),
        "link": MARK,
    }
    return Text(subject, "\n\n".join(paragraphs) % values)


_LETTERS: Final[dict[Lang, tuple[str, tuple[str, ...]]]] = {
    "de": (
        "Ihr Anliegen: wer sich jetzt darum kümmert",
        (
            "Guten Tag %(name)s,",
            "ich heiße %(contact)s und kümmere mich ab jetzt persönlich um Ihr Anliegen.",
            "Bis %(until)s hören Sie von mir. Das verspreche ich Ihnen: %(what)s.",
            (
                "Auf dieser Seite sehen Sie jederzeit, wie es steht. Dort können Sie mir auch antworten oder"
                " um eine andere Person bitten, ohne sich anzumelden: %(link)s"
            ),
            (
                "Bitte geben Sie diesen Link nicht weiter: Wer ihn hat, sieht die Seite. Sie können ebenso"
                " gut auf diese Nachricht antworten."
            ),
            "Freundliche Grüße\n%(contact)s",
        ),
    ),
    "en": (
        "Your matter: who looks after it from now on",
        (
            "Dear %(name)s,",
            "my name is %(contact)s, and from now on I look after your matter myself.",
            "You will hear from me by %(until)s. This is what I promise you: %(what)s.",
            (
                "On this page you can see at any time how things stand. You can also answer me there, or ask"
                " for another person, without an account: %(link)s"
            ),
            (
                "Please keep this link to yourself: whoever has it sees the page. You can just as well answer"
                " this message."
            ),
            "Kind regards\n%(contact)s",
        ),
    ),
}
