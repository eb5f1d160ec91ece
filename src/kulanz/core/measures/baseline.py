"""What is usual at a source: the yardstick for a thread's reach and velocity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from kulanz.core.thread import Floats

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.9, 0.99)
LEAST_THREADS: Final = 20

Quantiles = tuple[float, float, float, float, float, float]


class ThreadSummary(NamedTuple):
    """One thread of a source: posts, views, likes, hours from first to last post; None if unknown."""

    posts: int
    views: float | None = None
    likes: float | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """Quantiles (at ``LEVELS``) of a source's threads, and their median speed.

    The default describes a small company forum; it is a round guess for sources of which fewer than
    20 threads are known, and should be learned where possible.
    """

    posts_per_thread: Quantiles = (1.0, 3.0, 5.0, 10.0, 20.0, 60.0)
    views_per_thread: Quantiles = (20.0, 80.0, 200.0, 500.0, 1200.0, 6000.0)
    likes_per_post: Quantiles = (0.0, 0.2, 0.7, 2.0, 5.0, 20.0)
    posts_per_hour: float = 0.25

    @classmethod
    def learn(cls, summaries: Iterable[ThreadSummary]) -> Baseline:
        """Learn from threads; whatever fewer than 20 of them tell keeps its default."""
        threads = list(summaries)
        default = cls()
        return cls(
            _quantiles([t.posts for t in threads], default.posts_per_thread),
            _quantiles([t.views for t in threads if t.views is not None], default.views_per_thread),
            _quantiles(
                [t.likes / t.posts for t in threads if t.likes is not None and t.posts],
                default.likes_per_post,
            ),
            _speed(threads, default.posts_per_hour),
        )


def rank(quantiles: Quantiles, values: Floats) -> Floats:
    """Share of the source's threads (0..1) that stay below each value; interpolated on a log scale."""
    ranks: Floats = np.interp(np.log1p(values), _steps(quantiles), (0.0, *LEVELS, 1.0))
    return ranks


@lru_cache(maxsize=64)
def _steps(quantiles: Quantiles) -> Floats:
    steps: Floats = np.log1p(np.maximum.accumulate((0.0, *quantiles, 2 * quantiles[-1] + 1)))
    return steps


def _quantiles(values: list[float], default: Quantiles) -> Quantiles:
    if len(values) < LEAST_THREADS:
        return default
    low, quarter, half, three_quarters, high, top = np.quantile(values, LEVELS).tolist()
    return (low, quarter, half, three_quarters, high, top)


def _speed(threads: list[ThreadSummary], default: float) -> float:
    speeds = [(t.posts - 1) / t.hours for t in threads if t.hours and t.posts > 1]
    return float(np.median(speeds)) if len(speeds) >= LEAST_THREADS else default
