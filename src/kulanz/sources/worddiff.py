"""What words went and came between two texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal

from kulanz.sources.revisions import WordChange

# Comparing takes time with the number of pairs of equal words, which repetition drives up. Texts of
# three thousand words each in which nothing stands where it stood have about as many.
MOST_PAIRS: Final = 100_000
_WORD: Final = re.compile(r"\S+")

Sign = Literal["=", "-", "+"]


def word_diff(before: str, after: str) -> tuple[WordChange, ...]:
    """Return the runs of words that stayed, went and came, in reading order.

    The words of ``=`` and ``-`` are those of ``before``, the words of ``=`` and ``+`` those of
    ``after``; white space does not count. Texts with more than ``MOST_PAIRS`` pairs of equal words
    keep what they share at both ends, and the rest is one exchange.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle = _changes(old[head : len(old) - tail], new[head : len(new) - tail])
    parts = [("=", old[:head]), *middle, ("=", old[len(old) - tail :] if tail else [])]
    return tuple(WordChange(sign=sign, text=" ".join(words)) for sign, words in parts if words)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words are the same from the beginning."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[Sign, list[str]]]:
    if _pairs(old, new) > MOST_PAIRS:
        yield from (("-", old), ("+", new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield "=", old[start:end]
        else:
            yield from (("-", old[start:end]), ("+", new[new_start:new_end]))


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many pairs of an old and a new word are equal."""
    counts = Counter(new)
    return sum(counts[word] * count for word, count in Counter(old).items())
