"""Durations as a histogram: in which bucket one belongs, and how Prometheus adds buckets up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

LIMITS: Final = (1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
"""Upper limits of the buckets in seconds; what took longer is in one without a limit."""
_NAMES: Final = (*(f"{limit:g}" for limit in LIMITS), "+Inf")


def place_of(seconds: float) -> str:
    """Return the name of the bucket with the least limit that is not below a duration."""
    return _NAMES[bisect_left(LIMITS, seconds)]


def cumulative(counts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return for each limit how many durations were not above it; ``counts`` are by bucket."""
    found: list[tuple[str, float]] = []
    total = 0.0
    for name in _NAMES:
        total += counts.get(name, 0.0)
        found.append((name, total))
    return found
