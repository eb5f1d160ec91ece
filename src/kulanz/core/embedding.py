"""Word vectors: one space for German and English words, and how a token finds its vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.german import entries

PER_TOKEN: Final = 2


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

    def english_rows(self, found: Sequence[str]) -> tuple[int, int]:
        """Rows of the first two known words of a token, -1 for none."""
        if len(found) == 1:
            return self.english.get(found[0], -1), -1
        return _two([self.english[word] for word in found if word in self.english])

    def german_rows(self, found: Sequence[str]) -> tuple[int, int]:
        """The same in German: a compound has the rows of its parts."""
        return _two([self.german[entry] for word in found for entry in entries(word, self.german)])


def _two(rows: list[int]) -> tuple[int, int]:
    first, second = (*rows, -1, -1)[:PER_TOKEN]
    return first, second
