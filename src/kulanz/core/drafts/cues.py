"""What single passages show: turns of phrase of each finding, persons, numbers, names, place.

Turns of phrase are regular expressions, one a line; ``~`` stands for up to five words, a final ``*`` for the
rest of a word, and a line that begins with ``? `` is a hint, which says less by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Final

import numpy as np

from kulanz.core.drafts.draft import BAD, GOOD
from kulanz.core.drafts.english_arguing_cues import ENGLISH_ARGUING
from kulanz.core.drafts.english_evading_cues import ENGLISH_EVADING
from kulanz.core.drafts.english_good_cues import ENGLISH_GOOD
from kulanz.core.drafts.german_arguing_cues import GERMAN_ARGUING
from kulanz.core.drafts.german_evading_cues import GERMAN_EVADING
from kulanz.core.drafts.german_good_cues import GERMAN_GOOD
from kulanz.core.drafts.mentions import CLOCK, DATE, WEEKDAY, amounts
from kulanz.core.drafts.pieces import Piece
from kulanz.core.features import Floats

_TABLES: Final = {
    "de": GERMAN_ARGUING | GERMAN_EVADING | GERMAN_GOOD,
    "en": ENGLISH_ARGUING | ENGLISH_EVADING | ENGLISH_GOOD,
}
CUED: Final = tuple(code for code in (*GOOD, *BAD) if code in _TABLES["de"])
HINT: Final = "? "
_GAP: Final = r"(?:\\W+\\w+){0,5}?\\W+"
_REST: Final = re.compile(r"(?<=[a-zäöüß])(?<!\\w)\*|^\*")
_PERSONS: Final = {
    "de": {
        "you": r"Sie|Ihnen|Ihre?[nmrs]?|du|dir|dich|deine?[nmrs]?",
        "i": r"ich|mir|mich|meine?[nmrs]?",
        "we": r"wir|uns|unsere?[nmrs]?",
        "third": r"er|ihm|ihn|seine?[nmrs]?|man|jemand|wer",
        "not": r"nicht|kein\w*|nie|niemals|ohne|nichts",
        "but": r"aber|jedoch|allerdings|doch|trotzdem|leider",
        "must": r"muss|müssen|sollten?|dürfen|bitte",
    },
    "en": {
        "you": r"you|your|yours|yourself|you're|you've|you'll|you'd",
        "i": r"i|me|my|i'm|i've|i'll|i'd|myself",
        "we": r"we|us|our|we're|we've|we'll",
        "third": r"he|him|his|she|her|they|them|their|one|anyone",
        "not": r"not|no|never|\w+n't|without|nothing|cannot",
        "but": r"but|however|though|although|unfortunately|yet",
        "must": r"must|should|need|have to|please",
    },
}
COLUMNS: Final = 3 * len(CUED)
SHAPE: Final = (
    *_PERSONS["de"], "dates", "amounts", "question", "exclamation", "quoted", "list", "short", "long",
    "first", "last", "greets", "talks_about", "german",
)  # fmt: skip
_CALLING: Final = (",", "!", ":", "")
_YOU: Final = list(_PERSONS["de"]).index("you")
_NOT: Final = list(_PERSONS["de"]).index("not")
_SHORT: Final = 5
_LONG: Final = 22
_LIST: Final = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*–])\s")
_GREETING: Final = re.compile(
    r"^(?:sehr geehrte[rs]?|liebe[rs]?|hallo|hi|hey|moin|guten (?:tag|morgen|abend)|tag|servus|grüß\w*"
    r"|dear|hello|good (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)
_NAMED: Final = r"(?<!\w)(?:{names})(?!\w)"


def compiled(line: str) -> str:
    """Return the regular expression of one line of cues."""
    written = _REST.sub(r"\\w*", line.strip()).replace(" ~ ", "~").replace("~ ", "~").replace(" ~", "~")
    return re.sub("~", _GAP, written)


@cache
def _patterns(lang: str) -> tuple[re.Pattern[str], ...]:
    """The clear turns of phrase of all codes, then the hints, one pattern a code."""
    lines = [[line.strip() for line in _TABLES[lang][code].split("\n") if line.strip()] for code in CUED]
    clear = [[line for line in each if not line.startswith(HINT)] for each in lines]
    hints = [[line.removeprefix(HINT) for line in each if line.startswith(HINT)] for each in lines]
    return tuple(map(_any_of, (*clear, *hints)))


def _any_of(lines: Sequence[str]) -> re.Pattern[str]:
    listed = "|".join(map(compiled, lines)) or r"\b\B"
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


@cache
def _persons(lang: str) -> tuple[re.Pattern[str], ...]:
    flags = {name: 0 if lang == "de" and name == "you" else re.IGNORECASE for name in _PERSONS[lang]}
    return tuple(
        re.compile(rf"(?<!\w)(?:{words})(?!\w)", flags[name]) for name, words in _PERSONS[lang].items()
    )


def cue_columns(found: Sequence[Piece], lang: str, names: Collection[str]) -> Floats:
    """(pieces x (COLUMNS, SHAPE)): turns of phrase and the shape of each piece.

    For every code in CUED: whether a clear turn of phrase occurs, whether a hint occurs, and whether either
    does beside a "not". ``names`` are those of the customer.
    """
    named = re.compile(_NAMED.format(names="|".join(map(re.escape, names)))) if names else None
    rows = [_row(piece, number, len(found), lang, named) for number, piece in enumerate(found)]
    return np.array(rows, np.float32).reshape(len(found), COLUMNS + len(SHAPE))


def _row(piece: Piece, number: int, count: int, lang: str, named: re.Pattern[str] | None) -> list[float]:
    text, words = piece.text, piece.text.count(" ") + 1
    cued = [float(pattern.search(text) is not None) for pattern in _patterns(lang)]
    persons = [float(min(2, len(pattern.findall(text)))) for pattern in _persons(lang)]
    denied = persons[_NOT] > 0
    both = zip(cued[: len(CUED)], cued[len(CUED) :], strict=True)
    greets = _GREETING.match(text) is not None
    return [
        *cued,
        *(float(denied and (clear or hint)) for clear, hint in both),
        *persons,
        min(3.0, sum(len(each.findall(text)) for each in (DATE, CLOCK, WEEKDAY))),
        float(any(True for _ in amounts(text))),
        float("?" in text),
        float("!" in text),
        float(any(mark in text for mark in '"„“«»')),
        float(_LIST.match(text) is not None),
        float(words <= _SHORT),
        float(words >= _LONG),
        float(number == 0),
        float(number >= count - 2),
        float(greets or (named is not None and named.match(text) is not None)),
        float(named is not None and not greets and not persons[_YOU] and _talks_about(text, named)),
        float(lang == "de"),
    ]


def _talks_about(text: str, named: re.Pattern[str]) -> bool:
    """Whether the customer's name stands there and does not call: no comma beside it."""
    return any(
        not text[: match.start()].rstrip().endswith(",")
        and text[match.end() : match.end() + 1] not in _CALLING
        for match in named.finditer(text)
    )
