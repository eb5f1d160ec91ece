"""Numbers tokens: what makes reading fast.

By Zipf's law a few thousand tokens make up most of any text, so what is known of a token
is worked out once and from then on only looked up, under the number it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.texts import PADDING, Ints
from kulanz.core.tokens import TokenSpans

_WORD: Final = 8  # bytes that numpy compares at once
_LONGEST: Final = 2 * _WORD
_SLOT_BITS: Final = 19
_SCATTER: Final = np.uint64(0x9E3779B97F4A7C15)
_MASKS: Final = np.array([(1 << (8 * size)) - 1 for size in range(_WORD + 1)], np.uint64)

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Numbers of the tokens of many texts, one text after the other; ``lengths`` of each text."""

    columns: NDArray[np.int32]
    lengths: NDArray[np.int32]


class _Numbers(dict[bytes, int]):
    """Numbers every new key with the count of keys so far, and lists the keys."""

    def __init__(self) -> None:
        self.keys_so_far: list[bytes] = []

    def __missing__(self, token: bytes) -> int:
        self[token] = number = len(self)
        self.keys_so_far.append(token)
        return number


class TokenTable:
    """Numbers tokens in the order in which they are met; ``tokens`` names them.

    Once more than ``limit`` are known the table starts afresh, with another list of names:
    memory is bounded on any input.
    """

    def __init__(self, limit: int = 100_000) -> None:
        self._limit = limit
        self._restart()

    def lookup(self, spans: TokenSpans) -> Lookup:
        """Numbers of all tokens; valid until the next lookup."""
        if len(self._numbers) > self._limit:
            self._restart()
        found = self._shortcut.find(spans)
        unknown = np.flatnonzero(found.columns < 0)
        if len(unknown):
            numbers = map(self._numbers.__getitem__, spans.tokens(unknown))
            found.columns[unknown] = np.fromiter(numbers, np.int32, len(unknown))
            self._shortcut.learn(found, unknown[spans.sizes[unknown] <= _LONGEST])
        return Lookup(found.columns, spans.lengths)

    def _restart(self) -> None:
        self._numbers = _Numbers()
        self._shortcut = _Shortcut()
        self.tokens = self._numbers.keys_so_far


@dataclass(frozen=True, slots=True)
class _Found:
    """The slot of each token, its bytes as two numbers, and its column, -1 where unknown."""

    slots: Ints
    first: Keys
    second: Keys
    columns: NDArray[np.int32]


class _Shortcut:
    """Finds most tokens of up to _LONGEST bytes without making them objects.

    Every token has one slot, which belongs to the first token that needs it. Whatever lacks
    one is only slower to find, so no input makes this wrong, nor slower than a dictionary.
    """

    def __init__(self) -> None:
        self._first = np.zeros(1 << _SLOT_BITS, np.uint64)
        self._second = np.zeros(1 << _SLOT_BITS, np.uint64)
        self._columns = np.full(1 << _SLOT_BITS, -1, np.int32)

    def find(self, spans: TokenSpans) -> _Found:
        first, second, slots = _keys(spans)
        columns = self._columns[slots]
        columns[self._first[slots] != first] = -1
        # a token of less than eight bytes has a zero in its first word, which no longer one has
        full = np.flatnonzero(spans.sizes >= _WORD)
        same = (self._second[slots[full]] == second[full]) & (spans.sizes[full] <= _LONGEST)
        columns[full[~same]] = -1
        return _Found(slots, first, second, columns)

    def learn(self, found: _Found, chosen: Ints) -> None:
        """Give free slots to the chosen tokens."""
        slots, which = np.unique(found.slots[chosen], return_index=True)
        free = self._columns[slots] < 0
        slots, which = slots[free], chosen[which[free]]
        self._first[slots] = found.first[which]
        self._second[slots] = found.second[which]
        self._columns[slots] = found.columns[which]


def _keys(spans: TokenSpans) -> tuple[Keys, Keys, Ints]:
    """The first and the second eight bytes of each token, zero where it ends, and its slot."""
    places = len(spans.data) - PADDING
    at = np.ndarray((places + _WORD,), "<u8", spans.data, strides=(1,))
    first = at[spans.starts]
    first &= _MASKS[np.minimum(spans.sizes, _WORD)]
    second = np.zeros_like(first)
    mixed = first * _SCATTER
    long = np.flatnonzero(spans.sizes > _WORD)
    second[long] = at[spans.starts[long] + _WORD] & _MASKS[np.minimum(spans.sizes[long], _LONGEST) - _WORD]
    mixed[long] ^= second[long] * _SCATTER >> np.uint64(1)
    mixed[long] *= _SCATTER
    return first, second, (mixed >> np.uint64(64 - _SLOT_BITS)).astype(np.int64)
