"""Text to table rows: the fast tokenizer and the cache that makes it fast.

A token is a run of bytes between ASCII white space and punctuation, ASCII letters in
lower case. By Zipf's law a few thousand tokens make up most of any text, so the row of a
token (its weights, its vector) is worked out once and from then on only looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kulanz.core.ngrams import token_hash

Number = TypeVar("Number", bound=np.generic)
MAX_TOKENS: Final = 600
MAX_TOKEN_BYTES: Final = 1000
_FILLED_AT_ONCE: Final = 4096
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[^\w\s]")
_ASCII: Final = 128
_INNER: Final = b"'-_&%$"


def _byte(code: int) -> int:
    if code >= _ASCII or code in _INNER:
        return code
    return ord(chr(code).lower()) if chr(code).isalnum() else 32


_TABLE: Final = bytes(_byte(code) for code in range(256))


def tokens(text: str) -> list[bytes]:
    """Split a text into at most MAX_TOKENS tokens; of a longer text its two ends are read."""
    return byte_tokens(text.encode("utf-8", "replace"))


def byte_tokens(text: bytes) -> list[bytes]:
    """The tokens of a text in UTF-8."""
    found = text.translate(_TABLE).split()
    if len(found) > MAX_TOKENS:
        half = MAX_TOKENS // 2
        return found[:half] + found[-half:]
    return found


def words(token: bytes) -> list[str]:
    """The words and symbols inside one token, in lower case; every number is ``#``.

    What follows after MAX_TOKEN_BYTES is not read.
    """
    return words_of([token])[0]


def words_of(found: Sequence[bytes]) -> list[list[str]]:
    """The same for many tokens."""
    if not found:
        return []
    joined = b"\n".join([token[:MAX_TOKEN_BYTES] for token in found])
    texts = joined.decode("utf-8", "replace").replace("’", "'").lower().split("\n")
    return [[text] if text.isalpha() else _inside(text) for text in texts]


def _inside(text: str) -> list[str]:
    return ["#" if word[0].isdigit() else word for word in _WORD.findall(text)]


class _Numbers(dict[bytes, int]):
    """Numbers every new key with the count of keys so far."""

    def __missing__(self, token: bytes) -> int:
        self[token] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Lookup:
    """Table columns of the tokens of many texts, one text after the other."""

    columns: NDArray[np.int32]
    lengths: NDArray[np.int32]

    def pooled(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sum of the values (table rows x width) of each text's tokens."""
        return pooled(self.columns, self.lengths, values)


def pooled(
    columns: NDArray[np.int32], lengths: NDArray[np.int32], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sum the rows of ``values`` that ``columns`` names, ``lengths[i]`` of them for text i."""
    starts = np.concatenate(([0], np.cumsum(lengths)))
    ones = np.ones(len(columns), np.float32)
    counts = csr_matrix((ones, columns, starts), shape=(len(lengths), len(values)))
    return np.asarray(counts @ values)


class TokenTable:
    """Rows of numbers for tokens, worked out by ``fill`` when a token is first met.

    ``fill`` takes new tokens and returns an array (tokens x width); ``tokens`` names the rows. Once more than
    ``limit`` tokens are known the table starts afresh, with another list of names: memory is
    bounded on any input.
    """

    def __init__(
        self,
        width: int,
        fill: Callable[[Sequence[bytes]], NDArray[np.float32]],
        limit: int = 200_000,
    ) -> None:
        self._fill = fill
        self._limit = limit
        self._numbers = _Numbers()
        self.rows: NDArray[np.float32] = np.zeros((1024, width), np.float32)
        self.hashes: NDArray[np.uint32] = np.zeros(1024, np.uint32)
        self.tokens: list[bytes] = []

    def lookup(self, token_lists: Sequence[Sequence[bytes]]) -> Lookup:
        """Columns of all tokens; valid until the next lookup."""
        if len(self._numbers) > self._limit:
            self._numbers.clear()
            self.tokens = []
        known = len(self._numbers)
        lengths = np.fromiter(map(len, token_lists), np.int32, len(token_lists))
        flat = chain.from_iterable(token_lists)
        columns = np.fromiter(map(self._numbers.__getitem__, flat), np.int32, int(lengths.sum()))
        if len(self._numbers) > known:
            self._add(known)
        return Lookup(columns, lengths)

    def _add(self, known: int) -> None:
        size = len(self._numbers)
        if size > len(self.rows):
            room = max(size, 2 * len(self.rows))
            self.rows = _grown(self.rows, room, known)
            self.hashes = _grown(self.hashes, room, known)
        new = list(islice(self._numbers, known, None))
        self.tokens += new
        self.hashes[known:size] = list(map(token_hash, new))
        for start in range(0, len(new), _FILLED_AT_ONCE):
            part = new[start : start + _FILLED_AT_ONCE]
            self.rows[known + start : known + start + len(part)] = self._fill(part)


def _grown(array: NDArray[Number], room: int, known: int) -> NDArray[Number]:
    grown = np.zeros((room, *array.shape[1:]), array.dtype)
    grown[:known] = array[:known]
    return grown
