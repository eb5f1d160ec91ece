"""Small arithmetic that says None where a figure is not defined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kulanz.core.thread import Floats


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Median with the first and third quartile."""

    q1: float
    median: float
    q3: float


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole, None where the whole is 0."""
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean, None of nothing."""
    return float(np.mean(values)) if len(values) else None


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """Return the quartiles (linear interpolation), None of nothing."""
    if not values:
        return None
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    return Quartiles(float(q1), float(median), float(q3))


def f1_score(right: int, wrong: int, missed: int) -> float | None:
    """Return F1 = 2 TP / (2 TP + FP + FN); None where there was nothing to find or to raise."""
    return ratio(2 * right, 2 * right + wrong + missed)


def spearman(left: Floats, right: Floats) -> float | None:
    """Return the correlation of ranks, ties with their mean rank; None where one side is constant."""
    if len(left) == 0 or np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(_mean_ranks(left), _mean_ranks(right))[0, 1])


def _mean_ranks(values: Floats) -> Floats:
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    ranks: Floats = (last - (size - 1) / 2)[group]
    return ranks
