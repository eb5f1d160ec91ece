"""What an author is told of a measure: what was done, by which rule, why, and how to contest it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kulanz.core.spoken import Lang
from kulanz.desk.rules.status_pages import Text

_SECRETS: Final = re.compile(r"(/appeal/\w+-)[0-9a-f]{32}\b|(/receipts/)\S+(?=\.tlog-proof)")
_DONE: Final[Mapping[Lang, Mapping[str, str]]] = {
    "de": {
        "edit": "Wir haben Worte in Ihrem Beitrag geändert.",
        "hide": "Wir haben Ihren Beitrag verborgen.",
        "remove": "Wir haben Ihren Beitrag entfernt.",
        "lock": "Wir haben ein Thema geschlossen, in dem Sie geschrieben haben.",
        "slow": "Wir haben ein Thema verlangsamt, in dem Sie geschrieben haben.",
        "move": "Wir haben verschoben, was Sie geschrieben haben.",
        "hide_thread": "Wir haben ein Thema verborgen, das Sie begonnen haben.",
        "remove_thread": "Wir haben ein Thema entfernt, das Sie begonnen haben.",
        "move_thread": "Wir haben ein Thema verschoben, das Sie begonnen haben.",
        "warn": "Wir bitten Sie, unsere Regeln einzuhalten: Ein Beitrag von Ihnen tut es nicht.",
        "suspend": "Wir haben Ihr Konto für neue Beiträge gesperrt.",
    },
    "en": {
        "edit": "We changed words in your post.",
        "hide": "We hid your post.",
        "remove": "We removed your post.",
        "lock": "We closed a conversation that you wrote in.",
        "slow": "We slowed down a conversation that you wrote in.",
        "move": "We moved what you wrote.",
        "hide_thread": "We hid a conversation that you began.",
        "remove_thread": "We removed a conversation that you began.",
        "move_thread": "We moved a conversation that you began.",
        "warn": "We ask you to keep to our rules: a post of yours does not.",
        "suspend": "We suspended your account from writing.",
    },
}
_LINES: Final[Mapping[Lang, Mapping[str, str]]] = {
    "de": {
        "subject_post": "Eine Maßnahme zu Ihrem Beitrag",
        "subject_thread": "Eine Maßnahme zu einem Thema, das Sie begonnen haben",
        "subject_account": "Eine Maßnahme zu Ihrem Konto",
        "where": "Worum es geht: %s",
        "rule": "Regel: %s",
        "why": "Begründung: %s",
        "until": "Das gilt bis %s.",
        "onward": "Hier können Sie weiterschreiben: %s",
        "person": "Entschieden haben das Menschen, nicht ein Programm.",
        "appeal": (
            "Sind Sie nicht einverstanden? Dann legen Sie hier Einspruch ein, ohne sich anzumelden: %s\n"
            "Über den Einspruch entscheidet jemand anders. Sie können sich auch an eine zertifizierte"
            " Stelle zur außergerichtlichen Streitbeilegung oder an ein Gericht wenden."
        ),
        "receipt": (
            "Ihr Beleg: %s\n"
            "Damit können Sie ohne uns zeigen, dass die Maßnahme in unserem öffentlichen Protokoll steht und"
            " um welche Worte es ging. Heben Sie die Datei auf; in ein paar Minuten ist sie da."
        ),
        "reference": "Aktenzeichen: %s",
        "undone_post": "Die Maßnahme zu Ihrem Beitrag ist aufgehoben",
        "undone_thread": "Die Maßnahme zu einem Thema, das Sie begonnen haben, ist aufgehoben",
        "undone_account": "Die Maßnahme zu Ihrem Konto ist aufgehoben",
        "undone": "Wir haben die Maßnahme mit dem Aktenzeichen %s aufgehoben.",
    },
    "en": {
        "subject_post": "A measure about your post",
        "subject_thread": "A measure about a conversation that you began",
        "subject_account": "A measure about your account",
        "where": "What it is about: %s",
        "rule": "Rule: %s",
        "why": "Why: %s",
        "until": "This holds until %s.",
        "onward": "You can go on writing here: %s",
        "person": "People decided this, not a program.",
        "appeal": (
            "Do you disagree? Then appeal here, without an account: %s\n"
            "Somebody else decides on the appeal. You can also turn to a certified body for out-of-court"
            " dispute settlement, or to a court."
        ),
        "receipt": (
            "Your receipt: %s\n"
            "With it you can show without us that the measure stands in our public log, and which words it"
            " was about. Keep the file; it is there in a few minutes."
        ),
        "reference": "Reference: %s",
        "undone_post": "The measure about your post is reversed",
        "undone_thread": "The measure about a conversation that you began is reversed",
        "undone_account": "The measure about your account is reversed",
        "undone": "We reversed the measure with the reference %s.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a notice tells; ``scope`` is a post, a thread or an account, ``until`` is in words.

    ``where`` and ``rule`` come with their addresses. ``receipt`` is the secret address of the receipt,
    empty where nobody outside reads the log.
    """

    kind: str
    scope: str
    reference: str
    where: str
    rule: str
    why: str
    until: str
    onward: str
    appeal: str
    receipt: str = ""


def notice(told: Told, lang: Lang) -> Text:
    """Return the notice of a measure."""
    return Text(_LINES[lang][f"subject_{told.scope}"], "\n\n".join(_said(told, lang)))


def undone(reference: str, scope: str, why: str, lang: Lang) -> Text:
    """Return the notice that a measure was reversed."""
    lines = _LINES[lang]
    said = [lines["undone"] % reference, *([lines["why"] % why] if why else [])]
    return Text(lines[f"undone_{scope}"], "\n\n".join(said))


def onward_post(why: str, onward: str, lang: Lang) -> str:
    """Return what is said in a conversation before it is closed."""
    said = {
        "de": f"Wir schließen dieses Thema. {why}\n\nHier können Sie weiterschreiben: {onward}",
        "en": f"We close this conversation. {why}\n\nYou can go on here: {onward}",
    }
    return said[lang]


def _said(told: Told, lang: Lang) -> Iterator[str]:
    lines = _LINES[lang]
    yield _DONE[lang].get(f"{told.kind}_{told.scope}") or _DONE[lang][told.kind]
    for name in ("where", "rule", "why", "until", "onward"):
        if value := getattr(told, name):
            yield lines[name] % value
    yield lines["person"]
    yield lines["appeal"] % told.appeal
    if told.receipt:
        yield lines["receipt"] % told.receipt
    yield lines["reference"] % told.reference


def without_secrets(text: str) -> str:
    """Return a notice as others may read it: whoever has its links is taken for the author."""
    return _SECRETS.sub(lambda found: f"{found[1] or found[2]}…", text)
