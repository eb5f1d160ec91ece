"""Post signals against a reader's labels: F1 by label and language, and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.labels import LABELS
from kulanz.core.thread import Bools, Floats
from kulanz.evaluation.arithmetic import f1_score, mean, ratio

MIN_SUPPORT: Final = 5
YES: Final = 0.5
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """One label, which ``support`` posts have.

    ``optimistic_f1`` is F1 at the threshold that is best on these very posts, so it flatters;
    it shows what a better threshold could give.
    """

    label: str
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None
    optimistic_f1: float | None
    optimistic_threshold: float | None


@dataclass(frozen=True, slots=True)
class LanguageFigures:
    """All labels in one language ("all": every post).

    The macro figures are over the ``macro_labels`` labels with at least the minimum support.
    """

    lang: str
    posts: int
    labels: tuple[LabelFigures, ...]
    macro_labels: int
    macro_f1: float | None
    macro_optimistic_f1: float | None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Posts whose probability lies in [low, high): how probable on average, how many true."""

    low: float
    high: float
    posts: int
    mean_predicted: float
    share_true: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities of a label can be taken at their word; 0 is perfect."""

    label: str
    ece: float | None
    brier: float | None
    bins: tuple[ReliabilityBin, ...]


def language_figures(
    lang: str, truth: Bools, probability: Floats, *, min_support: int = MIN_SUPPORT, threshold: float = YES
) -> LanguageFigures:
    """Return the figures of (posts x labels) arrays in the order of ``LABELS``."""
    figures = tuple(
        label_figures(label, truth[:, column], probability[:, column], threshold)
        for column, label in enumerate(LABELS)
    )
    counted = [figure for figure in figures if figure.support >= min_support]
    return LanguageFigures(
        lang=lang,
        posts=len(truth),
        labels=figures,
        macro_labels=len(counted),
        macro_f1=_macro([figure.f1 for figure in counted]),
        macro_optimistic_f1=_macro([figure.optimistic_f1 for figure in counted]),
    )


def label_figures(label: str, truth: Bools, probability: Floats, threshold: float = YES) -> LabelFigures:
    """Return precision TP/(TP+FP), recall TP/(TP+FN) and F1 2TP/(2TP+FP+FN) of one label."""
    said = probability >= threshold
    right, support, predicted = int((said & truth).sum()), int(truth.sum()), int(said.sum())
    best_f1, best_threshold = best_f1_at(truth, probability)
    return LabelFigures(
        label=label,
        support=support,
        predicted=predicted,
        precision=ratio(right, predicted),
        recall=ratio(right, support),
        f1=f1_score(right, predicted - right, support - right),
        optimistic_f1=best_f1,
        optimistic_threshold=best_threshold,
    )


def best_f1_at(truth: Bools, probability: Floats) -> tuple[float | None, float | None]:
    """Return the highest F1 over all thresholds and its (highest) threshold; Nones without truth."""
    support = int(truth.sum())
    if not support:
        return None, None
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    last_of_tie = np.flatnonzero(np.diff(ordered, append=-np.inf))
    right = np.cumsum(truth[order])[last_of_tie]
    f1 = 2 * right / (last_of_tie + 1 + support)
    best = int(np.argmax(f1))
    return float(f1[best]), float(ordered[last_of_tie[best]])


def calibration(label: str, truth: Bools, probability: Floats, *, bins: int = BINS) -> Calibration:
    """Return reliability in ``bins`` bins of equal width.

    ECE = sum over bins of (posts in bin / posts) * abs(mean predicted - share true);
    Brier = mean of (probability - truth)^2.
    """
    filled = _reliability(truth, probability, bins)
    gaps = [one.posts * abs(one.mean_predicted - one.share_true) for one in filled]
    return Calibration(
        label=label,
        ece=ratio(sum(gaps), len(truth)),
        brier=mean(((probability - truth) ** 2).tolist()),
        bins=filled,
    )


def _reliability(truth: Bools, probability: Floats, bins: int) -> tuple[ReliabilityBin, ...]:
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    return tuple(
        ReliabilityBin(
            low=index / bins,
            high=(index + 1) / bins,
            posts=int((place == index).sum()),
            mean_predicted=float(probability[place == index].mean()),
            share_true=float(truth[place == index].mean()),
        )
        for index in np.unique(place).tolist()
    )


def _macro(figures: Sequence[float | None]) -> float | None:
    return mean([0.0 if figure is None else figure for figure in figures])
