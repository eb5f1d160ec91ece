"""What somebody looks for, as words; and where these words stand in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_TERMS: Final = 8
LONGEST_TERM: Final = 60
WIDTH: Final = 220
_WORD: Final = re.compile(r"[^\W_]+")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_LEAD: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text; ``found`` where it is a word that was looked for."""

    text: str
    found: bool


def terms(words: str) -> tuple[str, ...]:
    """Return the words that are looked for, each once: letters and figures, small, without accents."""
    composed = unicodedata.normalize("NFC", words)
    found = dict.fromkeys(folded(word)[:LONGEST_TERM] for word in _WORD.findall(composed))
    return tuple(term for term in found if term)[:MOST_TERMS]


def folded(text: str) -> str:
    """Return a text as it is compared: small letters without accents, so that Müller is muller."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower()))


def excerpt(text: str, looked_for: Sequence[str], *, width: int = WIDTH) -> tuple[Part, ...]:
    """Return the stretch of a text around the first word found, cut at words; its start if none is."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    first = next((each.start() for each in _WORD.finditer(plain) if _matches(each[0], looked_for)), 0)
    start = _word_start(plain, first - _LEAD)
    end = len(plain) if start + width >= len(plain) else max(plain.rfind(" ", start, start + width), first)
    end = end if end > start else start + width
    parts = _parted(plain[start:end], looked_for)
    before = [Part("… ", found=False)] if start else []
    after = [Part(" …", found=False)] if end < len(plain) else []
    return (*before, *parts, *after)


def _parted(text: str, looked_for: Sequence[str]) -> list[Part]:
    parts, at = [], 0
    for word in _WORD.finditer(text):
        if _matches(word[0], looked_for):
            parts += [Part(text[at : word.start()], found=False), Part(word[0], found=True)]
            at = word.end()
    return [part for part in (*parts, Part(text[at:], found=False)) if part.text]


def _matches(word: str, looked_for: Sequence[str]) -> bool:
    return folded(word).startswith(tuple(looked_for))


def _word_start(text: str, at: int) -> int:
    """The first start of a word at or after a place."""
    if at <= 0:
        return 0
    space = text.find(" ", at)
    return at if space < 0 or space - at > _LEAD else space + 1
