"""Names in texts: what identifies somebody, found word by word, and replaced wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from kulanz.core.wordlists import ENGLISH, GERMAN

MOST_WORDS: Final = 6
"""Of a longer name the beginning is looked for."""

_WORD: Final = re.compile(r"\w(?:[\w.+@-]*\w)?")  # addresses and names such as rolf.p-77 are one word
_LEAST_MIXED: Final = 4
_LEAST_FIGURES: Final = 7

Find = Callable[[str, bool], str | None]
"""From words, joined by a space, and whether an ``@`` stands before them, to what replaces them."""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared: case does not count, nor what stands between."""
    return tuple(found.group().casefold() for found in _WORD.finditer(name))[:MOST_WORDS]


def is_unmistakable(words: Sequence[str]) -> bool:
    """Whether a name cannot also be an ordinary word: ``rolf_p`` and ``Rolf Petersen``, but not ``Rolf``."""
    text = "".join(words)
    if text.isdecimal():
        return len(text) >= _LEAST_FIGURES
    return len(words) > 1 or (len(text) >= _LEAST_MIXED and not text.isalpha())


def is_ordinary(words: Sequence[str]) -> bool:
    """Whether a name is made of ordinary words only: somebody may call an account *die Mahnung*."""
    return _ordinary_words().issuperset(words)


def is_of(words: Sequence[str], company: Sequence[str]) -> bool:
    """Whether a name is one of the company's names, or an address at one of its domains."""
    names = {words_of(each) for each in company}
    domain = words[0].rpartition("@")[2] if len(words) == 1 else ""
    return tuple(words) in names or (domain,) in names


def needle(words: Sequence[str]) -> str:
    """Return a part of a name that any database finds, however it is written; empty where there is none.

    What is not ASCII is escaped in JSON, and folded differently by databases.
    """
    return max((part for word in words for part in re.findall(r"[a-z0-9]+", word)), key=len, default="")


def replaced(text: str, lengths: Sequence[int], find: Find) -> str:
    """Return a text in which every run of words that ``find`` knows is replaced.

    ``lengths`` are the numbers of words of a name, the longest first.
    """
    words = list(_WORD.finditer(text))
    parts: list[str] = []
    end = place = 0
    while place < len(words):
        length, name = _at(text, words[place : place + MOST_WORDS], lengths, find)
        if name is not None:
            parts += (text[end : words[place].start()], name)
            end = words[place + length - 1].end()
        place += length
    return "".join((*parts, text[end:]))


@cache
def _ordinary_words() -> frozenset[str]:
    return frozenset(f"{GERMAN} {ENGLISH}".casefold().split())


def _at(
    text: str, words: Sequence[re.Match[str]], lengths: Sequence[int], find: Find
) -> tuple[int, str | None]:
    """Return how many words are a name, and what replaces it; one word that is none."""
    start = words[0].start()
    mentioned = text[max(start - 1, 0) : start] == "@"
    for length in lengths:
        if length <= len(words):
            name = find(" ".join(word.group().casefold() for word in words[:length]), mentioned)
            if name is not None:
                return length, name
    return 1, None


def runs_of(text: str) -> frozenset[str]:
    """Return every run of words in a text that could be a name: folded, joined by a space, not ordinary."""
    words = [found.group().casefold() for found in _WORD.finditer(text)]
    spans = [words[at : at + count] for at in range(len(words)) for count in range(1, MOST_WORDS + 1)]
    return frozenset(" ".join(span) for span in spans if not is_ordinary(span) and len("".join(span)) > 1)
