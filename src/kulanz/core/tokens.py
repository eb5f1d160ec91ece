"""Text to tokens, and tokens to words.

A token is a run of bytes between white space and punctuation, ASCII letters in lower case,
every digit 0: what a number counts is not read, and each would be a token of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.texts import BOUNDARY, Ints, JoinedTexts

MAX_TOKENS: Final = 600
MAX_TOKEN_BYTES: Final = 1000
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[^\w\s]")
_ASCII: Final = 128
_INNER: Final = b"'-_&%$"
_SPACE: Final = ord(" ")
_DIGIT: Final = ord("0")
# how UTF-8 begins for U+2000 to U+207F (general punctuation, superscripts) and for signs up to U+00BF
_GENERAL: Final = (b"\xe2\x80", b"\xe2\x81")
_SIGNS: Final = 0xC2
_APOSTROPHE: Final = "’".encode()
_TIMES: Final = "×".encode()


def _byte(code: int) -> int:
    if code in BOUNDARY:
        return _SPACE
    if code >= _ASCII or code in _INNER:
        return code
    if chr(code).isdigit():
        return _DIGIT
    return ord(chr(code).lower()) if chr(code).isalnum() else _SPACE


_TABLE: Final = bytes(_byte(code) for code in range(256))


def tokens(text: str) -> list[bytes]:
    """Split a text into at most MAX_TOKENS tokens; of a longer text its two ends are read."""
    return token_spans(JoinedTexts([text])).tokens()


@dataclass(frozen=True, slots=True)
class TokenSpans:
    """Where the tokens of many texts lie in ``data``, one text after the other.

    ``lengths`` counts the tokens of each text.
    """

    data: bytes
    starts: Ints
    sizes: Ints
    lengths: NDArray[np.int32]

    def tokens(self, chosen: Ints | slice = slice(None)) -> list[bytes]:
        """The tokens themselves, all or those with the chosen numbers."""
        starts, sizes = self.starts[chosen], self.sizes[chosen]
        spans = zip(starts.tolist(), (starts + sizes).tolist(), strict=True)
        return [self.data[start:end] for start, end in spans]


def token_spans(texts: JoinedTexts) -> TokenSpans:
    """Find at most MAX_TOKENS tokens of each text."""
    raw = _separated(texts.data)
    inside = np.zeros(len(raw) + 1, np.bool_)
    np.not_equal(raw, _SPACE, out=inside[1:])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    counts = texts.per_text(starts)
    if counts.max(initial=0) > MAX_TOKENS:
        kept = _both_ends(counts)
        starts, ends = starts[kept], ends[kept]
    return TokenSpans(raw.tobytes(), starts, ends - starts, np.minimum(counts, MAX_TOKENS).astype(np.int32))


def _separated(data: bytes) -> NDArray[np.uint8]:
    """The bytes with spaces for punctuation, the typeset one too: quotes and dashes stand close to words."""
    raw = np.frombuffer(bytearray(data.translate(_TABLE)), np.uint8)
    lead = np.flatnonzero(raw == _GENERAL[0][0])
    block, sign = raw[lead + 1], raw[lead + 2]
    first, second = (block == general[1] for general in _GENERAL)
    long = lead[(first & (sign != _APOSTROPHE[-1])) | second]
    times = np.flatnonzero(raw == _TIMES[0])
    short = np.concatenate([np.flatnonzero(raw == _SIGNS), times[raw[times + 1] == _TIMES[1]]])
    for places in (long, long + 1, long + 2, short, short + 1):
        raw[places] = _SPACE
    return raw


def _both_ends(counts: Ints) -> NDArray[np.bool_]:
    """Which tokens stand in one half of MAX_TOKENS from the beginning or the end of their text."""
    ends = np.cumsum(counts)
    place = np.arange(ends[-1])
    half = MAX_TOKENS // 2
    kept: NDArray[np.bool_] = (place < np.repeat(ends - counts + half, counts)) | (
        place >= np.repeat(ends - half, counts)
    )
    return kept


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
