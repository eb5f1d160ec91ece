"""Word vectors: one space for German and English words, and how a token finds its vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kulanz.core.german import entries


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Frequency-weighted word vectors (words x dimensions) and the row of each word.

    A German word has the vector of its English gloss, so a head fitted on one language
    reads the other. The weight a / (a + p(word)) is that of Arora et al. 2017, "A simple
    but tough-to-beat baseline for sentence embeddings".
    """

    vectors: NDArray[np.float32]
    english: dict[str, int]
    german: dict[str, int]

    @property
    def width(self) -> int:
        """Columns of one side of ``row``: the dimensions and the count of words found."""
        return self.vectors.shape[1] + 1

    def row(self, found: Sequence[str]) -> NDArray[np.float32]:
        """Sum of vectors and count of words, for English and for German: (2 x width,)."""
        out = np.zeros(2 * self.width, np.float32)
        english = [self.english[word] for word in found if word in self.english]
        german = [row for word in found for row in self._german_rows(word)]
        self._put(out[: self.width], english)
        self._put(out[self.width :], german)
        return out

    def _german_rows(self, word: str) -> list[int]:
        return [self.german[entry] for entry in entries(word, self.german)]

    def _put(self, out: NDArray[np.float32], rows: list[int]) -> None:
        if rows:
            out[:-1] = self.vectors[rows].sum(axis=0)
            out[-1] = len(rows)
