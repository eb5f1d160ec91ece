"""How busy others keep the machine while something is measured; on Linux."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Busy:
    """How much of the machine other programs took since; ours must have ended before that is known."""

    def __init__(self) -> None:
        self._begin, self._all, self._ours = time.perf_counter(), _spent_by_all(), _spent_by_us()

    def others(self) -> float:
        """How many cores the others kept busy on average."""
        spent = _spent_by_all() - self._all - (_spent_by_us() - self._ours)
        return max(0.0, spent / (time.perf_counter() - self._begin))


def _spent_by_all() -> float:
    """Processor seconds of all programs since the machine was started, as Linux counts them."""
    user, nice, system, _idle, _waiting, *rest = Path("/proc/stat").read_text(encoding="ascii").split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) / os.sysconf("SC_CLK_TCK")


def _spent_by_us() -> float:
    return sum(os.times()[:4])
