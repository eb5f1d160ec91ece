"""What is known of every token of a ``TokenTable``, worked out when the token is first met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.embedding import PER_TOKEN, WordVectors
from kulanz.core.language import evidence
from kulanz.core.ngrams import Hashes, token_buckets, token_hash
from kulanz.core.pooling import pooled
from kulanz.core.tokens import words_of

Floats = NDArray[np.float32]
VectorRows = NDArray[np.int32]

LANGUAGE_COLUMNS: Final = 3
_UNREAD: Final = -2
_FILLED_AT_ONCE: Final = 4096
_FIRST_ROOM: Final = 1 << 17


class TokenRows:
    """Rows of arrays by the number of a token.

    ``sums`` holds the n-gram weights and the evidence for languages, ``hashes`` what pairs of
    tokens are made of. Which German word vectors a token calls on is worked out when a German
    text first holds it: taking German words apart is slow, and most archives are in one language.
    """

    def __init__(self, weights: Floats, vectors: WordVectors) -> None:
        self._weights = weights
        self._vectors = vectors
        self._names: list[bytes] = []
        self._forget()

    def follow(self, names: list[bytes]) -> None:
        """Work out what is missing; another list than the last one starts afresh."""
        if names is not self._names:
            self._names = names
            self._forget()
        for start in range(self._known, len(names), _FILLED_AT_ONCE):
            self._add(names[start : start + _FILLED_AT_ONCE])

    def english(self, columns: NDArray[np.int32]) -> VectorRows:
        """The word vectors' rows of tokens in an English text, PER_TOKEN for each, -1 for none."""
        return _taken(self._english, columns)

    def german(self, columns: NDArray[np.int32]) -> VectorRows:
        """The same in a German text."""
        unread = np.unique(columns[self._german[columns, 0] == _UNREAD])
        if len(unread):
            found = words_of([self._names[column] for column in unread.tolist()])
            self._german[unread] = _each(self._vectors.german_rows, found)
        return _taken(self._german, columns)

    def _forget(self) -> None:
        self._known = 0
        self.sums: Floats = np.empty((_FIRST_ROOM, self._weights.shape[1] + LANGUAGE_COLUMNS), np.float32)
        self.hashes: Hashes = np.empty(_FIRST_ROOM, np.uint32)
        self._english: VectorRows = np.empty((_FIRST_ROOM, PER_TOKEN), np.int32)
        self._german: VectorRows = np.empty((_FIRST_ROOM, PER_TOKEN), np.int32)

    def _add(self, new: Sequence[bytes]) -> None:
        rows = slice(self._known, self._known + len(new))
        self._make_room(rows.stop)
        found = words_of(new)
        self.sums[rows, :-LANGUAGE_COLUMNS] = self._gram_sums(found)
        self.sums[rows, -LANGUAGE_COLUMNS:] = list(map(evidence, found))
        self.hashes[rows] = list(map(token_hash, new))
        self._english[rows] = _each(self._vectors.english_rows, found)
        self._german[rows] = _UNREAD
        self._known = rows.stop

    def _gram_sums(self, found: Sequence[Sequence[str]]) -> Floats:
        """The n-gram weights of tokens; a word in many tokens, such as ``#``, is taken apart once."""
        spelled = list(chain.from_iterable(found))
        numbers = {word: number for number, word in enumerate(dict.fromkeys(spelled))}
        rows = np.fromiter(map(numbers.__getitem__, spelled), np.int32, len(spelled))
        sums = pooled(*token_buckets([[word] for word in numbers]), self._weights)
        return pooled(rows, np.fromiter(map(len, found), np.int32, len(found)), sums)

    def _make_room(self, size: int) -> None:
        if size > len(self.hashes):
            room = max(size, 2 * len(self.hashes))
            self.sums, self.hashes = _grown(self.sums, room), _grown(self.hashes, room)
            self._english, self._german = _grown(self._english, room), _grown(self._german, room)


def _each(finder: Callable[[Sequence[str]], tuple[int, int]], found: Sequence[Sequence[str]]) -> VectorRows:
    return np.array(list(map(finder, found)), np.int32)


def _taken(rows: VectorRows, columns: NDArray[np.int32]) -> VectorRows:
    """The rows in one line: numpy takes one number for each faster than two."""
    return rows.view(np.int64)[:, 0][columns].view(np.int32)


def _grown(array: NDArray[Any], room: int) -> NDArray[Any]:
    grown = np.empty((room, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
