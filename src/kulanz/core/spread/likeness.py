"""Near-duplicates and quotations among texts.

Two texts are compared by their runs of three words (shingles). How much they have in common is
estimated by MinHash (Broder 1997, "On the resemblance and containment of documents"): the share of
equal minima under ``PERMUTATIONS`` random orders estimates the Jaccard resemblance with a standard error
of at most 1 / (2 sqrt(PERMUTATIONS)), here .044. Candidates are found by banding (locality-sensitive
hashing): ``BANDS`` of four rows find a resemblance of .5 with a probability of .87 and one of .7 with .9998.
A quotation is contained in its original and much shorter, so containment is counted exactly.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

PERMUTATIONS: Final = 128
BANDS: Final = 32
SHINGLE: Final = 3
LEAST_WORDS: Final = 12
COPIED_FROM: Final = 0.5
QUOTED_FROM: Final = 0.7
_MOST_WORDS: Final = 2_000
_WORD = re.compile(r"\w+")
_PRIME: Final = (1 << 31) - 1

_Hashes = NDArray[np.uint64]
_orders = np.random.default_rng(4711)
_FACTOR: Final[_Hashes] = _orders.integers(1, _PRIME, PERMUTATIONS, dtype=np.uint64)
_SHIFT: Final[_Hashes] = _orders.integers(0, _PRIME, PERMUTATIONS, dtype=np.uint64)


class Likeness(NamedTuple):
    """The key of the text found, and how much is alike: resemblance or containment, 0..1."""

    key: str
    share: float


def shingles(text: str) -> frozenset[int]:
    """Return the hashes of a text's runs of three words; empty for fewer than ``LEAST_WORDS`` words."""
    words = _WORD.findall(text.lower())[:_MOST_WORDS]
    if len(words) < LEAST_WORDS:
        return frozenset()
    runs = (" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
    return frozenset(crc32(run.encode("utf-8", "replace")) % _PRIME for run in runs)


def signature(found: frozenset[int]) -> _Hashes:
    """Return the ``PERMUTATIONS`` minima of a set of shingles that is not empty."""
    hashed = np.fromiter(found, np.uint64, len(found))
    minima: _Hashes = ((hashed[:, None] * _FACTOR + _SHIFT) % np.uint64(_PRIME)).min(axis=0)
    return minima


class LikenessIndex:
    """Texts under a key, to find which of them another text copies or quotes."""

    def __init__(self) -> None:
        self._signatures: dict[str, _Hashes] = {}
        self._bands: defaultdict[tuple[int, bytes], list[str]] = defaultdict(list)
        self._holders: defaultdict[int, list[str]] = defaultdict(list)

    def add(self, key: str, text: str) -> None:
        """Index a text; one that is too short to be recognised is left out."""
        found = shingles(text)
        if not found or key in self._signatures:
            return
        self._signatures[key] = signature(found)
        for band in _bands(self._signatures[key]):
            self._bands[band].append(key)
        for each in found:
            self._holders[each].append(key)

    def copied(self, text: str) -> Likeness | None:
        """Return the text that this one is a near-duplicate of, by MinHash."""
        found = shingles(text)
        if not found or self._holders.keys().isdisjoint(found):
            return None
        own = signature(found)
        candidates = {key for band in _bands(own) for key in self._bands.get(band, ())}
        judged = [Likeness(key, float((own == self._signatures[key]).mean())) for key in sorted(candidates)]
        best = max(judged, key=lambda each: each.share, default=None)
        return best if best is not None and best.share >= COPIED_FROM else None

    def quoted(self, text: str) -> Likeness | None:
        """Return the text that holds most of this quotation."""
        found = shingles(text)
        held = Counter(key for each in found for key in self._holders.get(each, ()))
        if not held:
            return None
        key, count = min(held.items(), key=lambda item: (-item[1], item[0]))
        share = count / len(found)
        return Likeness(key, share) if share >= QUOTED_FROM else None


def _bands(minima: _Hashes) -> list[tuple[int, bytes]]:
    rows = minima.reshape(BANDS, -1)
    return [(number, row.tobytes()) for number, row in enumerate(rows)]
