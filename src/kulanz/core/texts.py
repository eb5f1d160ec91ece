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


class JoinedTexts:
    """Texts in UTF-8, a BOUNDARY after each. ``ends`` are the places after the boundaries."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [text.encode("utf-8", "replace") for text in texts]
        self.data = BOUNDARY.join([*self.texts, BOUNDARY * PADDING])
        sizes = np.fromiter(map(len, self.texts), np.int64, len(self.texts))
        self.ends: Ints = np.cumsum(sizes + len(BOUNDARY))

    def per_text(self, places: Ints) -> Ints:
        """How many of some ascending places lie in each text."""
        return np.diff(np.searchsorted(places, self.ends), prepend=0)
