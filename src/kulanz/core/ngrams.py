"""Hashed word and character n-grams: which weights of a linear model a token calls on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS: Final = 1 << 16
_SIZES: Final = (3, 4, 5)
_MAX_WORD: Final = 30


def token_buckets(found: Sequence[str]) -> list[int]:
    """Buckets of the words of one token and of their character n-grams, with repeats."""
    return [crc32(gram) % BUCKETS for word in found for gram in _grams(word)]


def _grams(word: str) -> Iterator[bytes]:
    yield b"=" + word.encode("utf-8", "replace")
    if len(word) > 1:
        bounded = f"<{word[:_MAX_WORD]}>"
        for size in _SIZES:
            for start in range(len(bounded) - size + 1):
                yield bounded[start : start + size].encode("utf-8", "replace")


def token_hash(token: bytes) -> int:
    """A hash by which ``pair_buckets`` knows the token again."""
    return crc32(token.strip(b"'-_&%$"))


def pair_buckets(
    hashes: NDArray[np.uint32], lengths: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Buckets of neighbouring tokens, and how many pairs each text has.

    ``hashes`` holds the tokens of all texts one after the other, ``lengths`` the number of
    tokens of each text. Pairs across two texts are left out.
    """
    mixed = (hashes[:-1] * np.uint32(2654435761)) ^ hashes[1:]
    inside = np.ones(len(mixed), bool)
    ends = np.cumsum(lengths)[:-1] - 1
    inside[ends[(ends >= 0) & (ends < len(mixed))]] = False
    buckets = (mixed[inside] >> np.uint32(8)) % np.uint32(BUCKETS)
    return buckets.astype(np.int32), np.maximum(lengths - 1, 0)
