"""What a text looks like: length, punctuation, capitals, smileys and links."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.texts import Ints, JoinedTexts

SURFACE: Final = ("length", "questions", "exclamations", "dots", "smiles", "frowns", "capitals", "links")
_ELLIPSIS: Final = "…".encode()
_CAPITALS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# the bytes that anything counted here begins with
_HEADS: Final = frozenset(b"?!.:;h" + _ELLIPSIS[:1] + _CAPITALS)
_IS_HEAD: Final = bytes(byte in _HEADS for byte in range(256))


def surface(texts: JoinedTexts, lengths: NDArray[np.int32]) -> NDArray[np.float32]:
    """The columns in SURFACE, damped by log(1 + count); ``lengths`` counts the tokens of each text."""
    marks = _Marks(texts)
    counts: list[NDArray[np.integer]] = [
        lengths,
        marks.count(b"?"),
        marks.count(b"!"),
        marks.count(b"...", _ELLIPSIS),
        marks.count(b":)", b";)", b":-)", b";-)"),
        marks.count(b":(", b":-("),
        marks.count_between(_CAPITALS[0], _CAPITALS[-1]),
        marks.count(b"http"),
    ]
    return np.log1p(np.column_stack(counts).astype(np.float32))


class _Marks:
    """Counts strings of bytes in many texts at once."""

    def __init__(self, texts: JoinedTexts) -> None:
        self._texts = texts
        self._bytes = np.frombuffer(texts.data, np.uint8)
        self._places = np.flatnonzero(np.frombuffer(texts.data.translate(_IS_HEAD), np.bool_))
        self._heads = self._bytes[self._places]

    def count(self, *strings: bytes) -> Ints:
        """How often each text holds one of some strings; each alone is counted without overlaps."""
        counts: Ints = np.sum([self._counted(what) for what in strings], axis=0)
        return counts

    def _counted(self, what: bytes) -> Ints:
        found = self._places[self._heads == what[0]]
        for offset, byte in enumerate(what[1:], 1):
            found = found[self._bytes[found + offset] == byte]
        counts = self._texts.per_text(found)
        if what == what[:1] * len(what) and len(what) > 1:  # only such strings can overlap here
            for number in np.flatnonzero(counts).tolist():
                counts[number] = self._texts.texts[number].count(what)
        return counts

    def count_between(self, first: int, last: int) -> Ints:
        """How many bytes of each text lie from ``first`` to ``last``, all of them heads."""
        return self._texts.per_text(self._places[(self._heads >= first) & (self._heads <= last)])
