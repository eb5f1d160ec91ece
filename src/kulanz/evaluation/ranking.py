"""How well a score ranks: average precision, precision and recall at k, alarms.

Threads with equal scores have no order of their own. Every figure here is the expected value
over all orders of such ties (McSherry and Najork, ECIR 2008), so it neither depends on the
order of a file nor rewards a score that cannot tell threads apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.thread import Bools, Floats, Ints
from kulanz.evaluation.arithmetic import f1_score, ratio
from kulanz.evaluation.errors import EvaluationError

Metric = Callable[[Bools, Floats], float | None]
DRAWS: Final = 1000
_PER: Final = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its bootstrap interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class AtK:
    """Precision and recall among the first k."""

    k: int
    precision: float
    recall: float | None


@dataclass(frozen=True, slots=True)
class Alarms:
    """What happens when every thread that satisfies ``rule`` raises an alarm."""

    rule: str
    alarms: int
    alarms_per_1000: float | None
    false_alarms_per_1000: float | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class _Ties:
    """Groups of equal scores, best first: their sizes and how many of each are relevant."""

    size: Ints
    hits: Ints

    @property
    def before(self) -> Ints:
        """Number of items ranked above each group."""
        return np.cumsum(self.size) - self.size

    @property
    def hits_before(self) -> Ints:
        """Number of relevant items ranked above each group."""
        return np.cumsum(self.hits) - self.hits


def average_precision(relevant: Bools, score: Floats) -> float | None:
    """Return AP = 1/R * sum over ranks i of rel(i) * (relevant among the first i) / i.

    R is the number of relevant items; None where there is none. Within a tie of n items, r of
    them relevant, that follows N items with H relevant, place i holds a relevant item with
    probability r/n, above it then lie H + (i - N - 1)(r - 1)/(n - 1) expected ones.
    """
    ties = _tied(relevant, score)
    if not ties.hits.sum():
        return None
    place = np.arange(1, len(score) + 1)
    size, hits = np.repeat(ties.size, ties.size), np.repeat(ties.hits, ties.size)
    above = place - 1 - np.repeat(ties.before, ties.size)
    inside = above * (hits - 1) / np.maximum(size - 1, 1)
    found = np.repeat(ties.hits_before, ties.size) + 1 + inside
    return float(np.sum(hits / size * found / place) / ties.hits.sum())


def precision_at(k: int, relevant: Bools, score: Floats) -> float:
    """Return (expected relevant among the first k) / k; places beyond the list count as misses."""
    return _hits_at(k, _tied(relevant, score)) / k


def recall_at(k: int, relevant: Bools, score: Floats) -> float | None:
    """Return (expected relevant among the first k) / (all relevant); None without any."""
    ties = _tied(relevant, score)
    return ratio(_hits_at(k, ties), int(ties.hits.sum()))


def at_k(k: int, relevant: Bools, score: Floats) -> AtK:
    """Return precision and recall among the first k."""
    return AtK(k, precision_at(k, relevant, score), recall_at(k, relevant, score))


def alarms(rule: str, relevant: Bools, raised: Bools) -> Alarms:
    """Return what an alarm rule costs and finds.

    alarms_per_1000 = 1000 * alarms / threads, precision = right alarms / alarms,
    recall = right alarms / relevant threads, F1 their harmonic mean.
    """
    total, right = int(raised.sum()), int((raised & relevant).sum())
    precision, recall = ratio(right, total), ratio(right, int(relevant.sum()))
    return Alarms(
        rule=rule,
        alarms=total,
        alarms_per_1000=ratio(_PER * total, len(raised)),
        false_alarms_per_1000=ratio(_PER * (total - right), len(raised)),
        precision=precision,
        recall=recall,
        f1=f1_score(right, total - right, int(relevant.sum()) - right),
    )


def alarms_at(threshold: float, relevant: Bools, score: Floats) -> Alarms:
    """Return what raising every thread with score >= threshold costs and finds."""
    return alarms(f"score >= {threshold:g}", relevant, score >= threshold)


def estimate(
    metric: Metric,
    relevant: Bools,
    score: Floats,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    confidence: float = 0.95,
) -> Estimate:
    """Return a figure with its percentile bootstrap interval, threads drawn with replacement.

    Draws for which the figure is not defined (no relevant thread among them) are left out.
    The same seed gives the same interval.
    """
    value = metric(relevant, score)
    if value is None or draws == 0:
        return Estimate(value)
    generator = np.random.default_rng(seed)
    picks = (generator.integers(0, len(score), len(score)) for _ in range(draws))
    drawn = [metric(relevant[pick], score[pick]) for pick in picks]
    defined = [figure for figure in drawn if figure is not None]
    if not defined:
        return Estimate(value)
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))


def _hits_at(k: int, ties: _Ties) -> float:
    if k < 1:
        raise EvaluationError(f"expected k of 1 or more, got {k}: count the first k threads from 1")
    taken = np.clip(k - ties.before, 0, ties.size)
    return float(np.sum(taken * ties.hits / ties.size))


def _tied(relevant: Bools, score: Floats) -> _Ties:
    if len(relevant) != len(score) or np.isnan(score).any():
        raise EvaluationError(
            f"expected one score for each of {len(relevant)} labels, got {len(score)} scores of which "
            f"{int(np.isnan(score).sum())} are not numbers: give every thread a score"
        )
    if not len(score):
        return _Ties(np.zeros(0, np.int64), np.zeros(0, np.int64))
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=np.inf))
    hits = np.add.reduceat(relevant[order].astype(np.int64), starts)
    return _Ties(np.diff(starts, append=len(score)), hits)
