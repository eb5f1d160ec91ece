"""How many different names there are, in memory that does not grow with them."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np

MOST_EXACT: Final = 2**20
_FRESH: Final = 2**16
_HASHES: Final = 2.0**64


class Distinct:
    """Counts different names: exactly up to ``MOST_EXACT`` of them, beyond to about one in a thousand.

    It keeps the smallest hashes; how dense they lie tells how many there are (Bar-Yossef et al., "Counting
    distinct elements in a data stream", 2002). The count depends neither on the order of the names nor on
    how often each comes.
    """

    def __init__(self) -> None:
        self._smallest = np.empty(0, np.uint64)
        self._fresh: set[int] = set()

    def add(self, name: str) -> None:
        """Count one name."""
        self._fresh.add(int.from_bytes(blake2b(name.encode(), digest_size=8).digest()))
        if len(self._fresh) >= _FRESH:
            self._settle()

    def __len__(self) -> int:
        self._settle()
        kept = self._smallest
        if len(kept) < MOST_EXACT:
            return len(kept)
        return round((MOST_EXACT - 1) * _HASHES / float(kept[-1]))

    def _settle(self) -> None:
        fresh = np.fromiter(self._fresh, np.uint64, len(self._fresh))
        self._smallest = np.union1d(self._smallest, fresh)[:MOST_EXACT]
        self._fresh.clear()
