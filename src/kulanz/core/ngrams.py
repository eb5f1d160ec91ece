"""Hashed word and character n-grams: which weights of a linear model a token calls on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]
Buckets = tuple[NDArray[np.int32], NDArray[np.int32]]

BUCKETS: Final = 1 << 16
_SIZES: Final = (3, 4, 5)
_MAX_WORD: Final = 30
_BOUNDS: Final = 2
_CONTINUED: Final = -64  # bytes below it, as signed numbers, go on with a character
_ONES: Final = 0xFFFFFFFF
# CRC-32 one byte at a time; zlib does the same for one n-gram only
_CRC: Final = np.array([crc32(bytes([byte]), _ONES) ^ _ONES for byte in range(256)], np.uint32)


def token_buckets(found: Sequence[Sequence[str]]) -> Buckets:
    """Buckets of the words of tokens and of their character n-grams, and how many each token has.

    ``found`` holds the words of each token. A bucket is the CRC-32 of an n-gram in UTF-8, of a
    whole word with "=" before it.
    """
    spelled = [word for token in found for word in token]
    bounded = [f"<{word[:_MAX_WORD]}>" for word in spelled]
    sizes = np.fromiter(map(len, bounded), np.int64, len(bounded))
    ends = np.cumsum(sizes)
    starts = ends - sizes
    buckets = np.full((int(sizes.sum()), 1 + len(_SIZES)), -1, np.int32)
    buckets[starts, 0] = [crc32(b"=" + word.encode()) % BUCKETS for word in spelled]
    room = np.repeat(ends, sizes) - np.arange(len(buckets))
    room[np.repeat(sizes == 1 + _BOUNDS, sizes)] = 0  # one letter has no n-grams
    for column, (size, hashes) in enumerate(zip(_SIZES, _gram_hashes("".join(bounded)), strict=True), 1):
        buckets[:, column] = np.where(room >= size, hashes % BUCKETS, -1)
    word_bounds = np.cumsum([0, *map(len, found)])
    return buckets[buckets >= 0], _counts(buckets, np.append(starts, len(buckets))[word_bounds])


def _counts(buckets: NDArray[np.int32], bounds: NDArray[np.int64]) -> NDArray[np.int32]:
    used = np.count_nonzero(buckets >= 0, axis=1)
    return np.diff(np.append(0, np.cumsum(used))[bounds]).astype(np.int32)


def _gram_hashes(text: str) -> Iterator[Hashes]:
    """For each of _SIZES, the CRC-32 of the n-gram that begins at each character."""
    encoded = _encoded(text)
    count = len(encoded[0][0])
    hashes = np.full(count, _ONES, np.uint32)
    for size in range(1, max(_SIZES) + 1):
        here = hashes[: max(count - size + 1, 0)]
        for byte, present in encoded:
            fed = _CRC[(here ^ byte[size - 1 :]) & 0xFF] ^ (here >> np.uint32(8))
            np.copyto(here, fed, where=present[size - 1 :])
        if size in _SIZES:
            yield hashes ^ np.uint32(_ONES)


def _encoded(text: str) -> list[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    """The first, second, ... byte of each character in UTF-8, and which characters have one."""
    padding = bytes(3)
    raw = np.frombuffer(text.encode() + padding, np.uint8)
    first = np.flatnonzero(raw[: -len(padding)].view(np.int8) >= _CONTINUED)
    widths = np.diff(np.append(first, len(raw) - len(padding)))
    return [(raw[first + byte], widths > byte) for byte in range(int(widths.max(initial=1)))]


def token_hash(token: bytes) -> int:
    """A hash by which ``pair_buckets`` knows the token again."""
    return crc32(token.strip(b"'-_&%$"))


def pair_buckets(hashes: Hashes, lengths: NDArray[np.int32]) -> Buckets:
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
