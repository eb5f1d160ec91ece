"""What a customer asks, and what an answer to it looks like.

A question is a sentence with a question mark or a request to be told something. An answer to it has
the form that the question word asks for (a time for "when", a name for "who") and speaks of the
same matter, by common words or by word vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from kulanz.core.drafts.mentions import AMOUNT, CLOCK, DATE, WEEKDAY, stems
from kulanz.core.drafts.pieces import Piece, pieces
from kulanz.core.features import Floats

_ASKS: Final = re.compile(
    r"""\b(?:bitte\s(?:sagen|nennen|erklären|teilen)\sSie
      |(?:ich\s)?(?:möchte|will|wüsste)\s(?:\w+\s){0,3}(?:wissen|erfahren)
      |sagen\sSie\smir|nennen\sSie\smir|erklären\sSie\smir|(?:please\s)?(?:tell|let)\s(?:me|us)(?:\sknow)?
      |i(?:'d|\swould)\slike\sto\sknow|i\swant\sto\sknow|please\sexplain|can\ssomeone)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_KINDS: Final = (
    ("when", r"wann|bis\swann|wie\slange|seit\swann|when|how\s(?:long|soon)|by\swhen|what\stime"),
    ("amount", r"wie\s?viel\w*|was\skostet|wie\shoch|how\smuch|what\s(?:does|will)\s(?:it|this|that)\scost"),
    ("who", r"wer|wem|wen|ansprechpartner\w*|an\swen|bei\swem|who|whom|contact\sperson|which\sperson"),
    ("why", r"""warum|wieso|weshalb|woran|wozu|aus\swelchem\sgrund|was\sist\s(?:da\s)?(?:los|passiert)
      |why|how\scome|for\swhat\sreason"""),
    ("where", r"wo|wohin|woher|where"),
    ("how", r"wie|how"),
    ("what", r"was|welche[rsnm]?|what|which"),
)  # fmt: skip
_KIND: Final = tuple(
    (name, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE | re.VERBOSE)) for name, words in _KINDS
)
_WHO: Final = re.compile(
    r"\b(?:ich|Herrn?|Frau|Kolleg\w+|Team\w*|zuständig\w*|I|I'm|I'll|me|Mr|Mrs|Ms|colleague|in charge"
    r"|responsible)\b"
    r"|[A-ZÄÖÜ][a-zäöüß]+\s[A-ZÄÖÜ][a-zäöüß]+"
)
_TIME: Final = re.compile(
    r"""\b(?:heute|morgen|übermorgen|gestern|sofort|gerade|eben|wochen?|tage?n?|stunden?|minuten?|monate?n?|jahre?n?|woche\w*|ende
      |today|tomorrow|tonight|yesterday|now|already|weeks?|days?|hours?|minutes?|months?|years?|immediately|noon|midday
      |monatsende|wochenende|abend|mittag|morning|afternoon|evening|weekend|noch\snicht|weiß\sich\snicht|don't\sknow\syet)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_REASON: Final = re.compile(
    r"""\b(?:weil|denn|da|grund|gründe|ursache\w*|deshalb|daher|deswegen|lag|liegt|hängt|wegen|aufgrund|durch|nämlich|fehler\w*|falsch
      |defekt\w*|vergessen|verwechselt|übersehen|irrtüm\w*|versehen\w*|ausgefallen|panne|because|since|reason|caused?|due|after|bug
      |mistake\w*|error\w*|fault\w*|wrong\w*|broke\w*|fail\w*|forgot\w*|missed|mix\w*|stuck|glitch|crash\w*|short|never)\b|:""",
    re.IGNORECASE | re.VERBOSE,
)
_PLACE: Final = re.compile(
    r"\b(?:in|im|am|an|bei|beim|auf|unter|nach|zwischen|at|on|near|under|inside|here|there|hier|dort)\s",
    re.IGNORECASE,
)
_WAY: Final = re.compile(
    r"\b(?:indem|mit|per|über|durch|schicken|klicken|zuerst|dann|einfach|by|with|via|through|click|send|first|then|using|just)\b",
    re.IGNORECASE,
)
_YES_NO: Final = re.compile(
    r"""\b(?:ja|nein|doch|selbstverständlich|natürlich|gerne?|leider|können|kann|darf|dürfen|müssen|muss|bekommen|bekommt|erhalten
      |haben|habe|ist|sind|wird|werden|nicht|keine?n?|yes|no|of\scourse|you\scan|you\sdon't|you\swon't|will|can|cannot|won't|not
      |have|has|is|are|don't|need)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CLEAR: Final = re.compile(
    r"(?:^|[,:–-]\s)(?:ja|nein|doch|selbstverständlich|natürlich|yes|no|of course|absolutely|sure)\b",
    re.IGNORECASE,
)
_FORMS: Final = {"who": _WHO, "why": _REASON, "where": _PLACE, "how": _WAY, "yes_no": _YES_NO}
FEATURES: Final = (
    "form", "clear", "shared", "cosine", "both", "length", "instead",
    "when", "amount", "who", "why", "yes_no",
)  # fmt: skip
_SAID: Final = [FEATURES.index(name) for name in ("form", "instead")]
_EXACT: Final = [FEATURES.index(name) for name in ("when", "amount")]
NO_ANSWER: Final = np.float32(-10)
"""Log odds at most of a passage without the time or number asked for that does not say it will follow."""

_LATER: Final = re.compile(
    r"""\b(?:prüfe\w*|geprüft|klär\w*|melde\w*|schau\w*|nachfrag\w*|frage\snach|look\sinto|check\w*
      |find\sout|come\sback|get\sback|investigat\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ENOUGH: Final = 6


class Question(NamedTuple):
    """A question, its place in its post, and what it asks for."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """Logistic regression on FEATURES of a question and a passage: whether it is an answer."""

    weights: Floats
    bias: float

    def odds(self, columns: Floats) -> Floats:
        """Log odds, one a row."""
        logits: Floats = columns @ self.weights + np.float32(self.bias)
        silent = columns[:, _EXACT].any(axis=1) & ~columns[:, _SAID].any(axis=1)
        return np.where(silent, np.minimum(logits, NO_ANSWER), logits).astype(np.float32)


def questions(text: str) -> list[Question]:
    """Return what a text asks."""
    return [
        Question(piece.start, piece.end, piece.text, _kind(piece.text))
        for piece in pieces(text)
        if (piece.text.rstrip('"”»)').endswith("?") or _ASKS.search(piece.text))
        and _says_something(piece.text)
    ]


def _says_something(text: str) -> bool:
    return len(text.split()) > 1


def _kind(text: str) -> str:
    """The first question word decides; a question without one wants yes or no."""
    found = [
        (match.start(), -len(match.group()), name) for name, word in _KIND if (match := word.search(text))
    ]
    if not found:
        return "yes_no"
    start, _, name = min(found)
    opens = start == 0 or re.search(
        r"(?:^|[,:–-]\s?|\b(?:und|oder|aber|also|and|or|but|so|bis|seit|an|bei|by|since|for)\s)$",
        text[:start],
        re.IGNORECASE,
    )
    return name if opens or _ASKS.search(text) else "yes_no"


def answer_columns(asked: Question, passages: Sequence[Piece], vectors: Floats) -> Floats:
    """(passages x FEATURES). ``vectors`` holds unit vectors: the question's first, then the passages'."""
    wanted = stems(asked.text)
    cosine = vectors[1:] @ vectors[0]
    rows = []
    for number, piece in enumerate(passages):
        own = stems(piece.text)
        shared = len(wanted & own) / max(1, min(len(wanted), 3))
        fits = _fits(asked.kind, piece.text)
        rows.append(
            [
                float(fits),
                float(asked.kind == "yes_no" and _CLEAR.search(piece.text) is not None),
                min(1.0, shared),
                float(cosine[number]),
                float(fits) * max(min(1.0, shared), float(cosine[number])),
                min(1.0, len(own) / _ENOUGH),
                float(_LATER.search(piece.text) is not None),
                *(float(asked.kind == kind) for kind in FEATURES[7:]),
            ]
        )
    return np.array(rows, np.float32).reshape(len(passages), len(FEATURES))


def _fits(kind: str, text: str) -> bool:
    if kind == "when":
        return any(each.search(text) for each in (DATE, CLOCK, WEEKDAY, _TIME))
    if kind == "amount":
        return AMOUNT.search(text) is not None or any(map(str.isdigit, text))
    form = _FORMS.get(kind)
    return form is None or form.search(text) is not None


def unit(vectors: Floats) -> Floats:
    """Vectors of length one; zeros stay zeros."""
    found: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    return found
