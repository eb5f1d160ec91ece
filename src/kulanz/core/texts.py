"""Many texts as one run of bytes, so that numpy looks at all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# a byte that no UTF-8 holds keeps one text from running into the next
BOUNDARY: Final = b"\xff"
# whoever looks at a byte may look at so many after it
PADDING: Final = 16
# far more than the tokens that are read of a text; what it takes to find them is many times its size
MAX_CHARACTERS: Final = 2**18


class JoinedTexts:
    """Texts in UTF-8, a BOUNDARY after each. ``ends`` are the places after the boundaries.

    Of a text of more than MAX_CHARACTERS its two ends are read.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [_read(text).encode("utf-8", "replace") for text in texts]
        self.data = BOUNDARY.join([*self.texts, BOUNDARY * PADDING])
        sizes = np.fromiter(map(len, self.texts), np.int64, len(self.texts))
        self.ends: Ints = np.cumsum(sizes + len(BOUNDARY))

    def per_text(self, places: Ints) -> Ints:
        """How many of some ascending places lie in each text."""
        return np.diff(np.searchsorted(places, self.ends), prepend=0)


def _read(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[: MAX_CHARACTERS // 2]} {text[-MAX_CHARACTERS // 2 :]}"
