"""Stages against the reader's levels, and the count of affected people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kulanz.core.report import STAGES
from kulanz.core.thread import Floats, Ints
from kulanz.evaluation.arithmetic import f1_score, mean, ratio, spearman


@dataclass(frozen=True, slots=True)
class StageFigures:
    """Agreement of stages with levels; ``confusion[level][stage]`` counts threads."""

    confusion: tuple[tuple[int, ...], ...]
    accuracy: float | None
    macro_f1: float | None
    weighted_kappa: float | None


@dataclass(frozen=True, slots=True)
class AffectedFigures:
    """Error of the count of affected people over threads where a reader counted them.

    MAE = mean of abs(counted - read); ``bias`` is the mean of (counted - read).
    """

    threads: int
    mae: float | None
    bias: float | None
    spearman: float | None


def stage_figures(levels: Ints, stages: Ints) -> StageFigures:
    """Compare levels 0..3 with stage indexes 0..3 (calm, complaint, issue, escalated)."""
    table = np.zeros((len(STAGES), len(STAGES)), np.int64)
    np.add.at(table, (levels, stages), 1)
    return StageFigures(
        confusion=tuple(tuple(int(count) for count in row) for row in table),
        accuracy=ratio(int(np.trace(table)), int(table.sum())),
        macro_f1=_macro_f1(table),
        weighted_kappa=weighted_kappa(table),
    )


def weighted_kappa(table: Ints) -> float | None:
    """Return kappa = 1 - sum(w * observed) / sum(w * expected) with w = (row - column)^2.

    Expected are the counts if rows and columns were independent. None where they leave no
    room for disagreement (all threads in one and the same class).
    """
    places = np.arange(len(table))
    weights = (places[:, None] - places[None, :]) ** 2
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(int(table.sum()), 1)
    disagreement = ratio(float((weights * table).sum()), float((weights * expected).sum()))
    return None if disagreement is None else 1 - disagreement


def affected_figures(read: Floats, counted: Floats) -> AffectedFigures:
    """Compare the reader's counts with the system's."""
    error = counted - read
    return AffectedFigures(
        threads=len(read),
        mae=mean(np.abs(error).tolist()),
        bias=mean(error.tolist()),
        spearman=spearman(read, counted),
    )


def _macro_f1(table: Ints) -> float | None:
    """Mean F1 of the classes that occur among the levels or the stages."""
    right, read, said = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    figures = [f1_score(int(r), int(s - r), int(a - r)) for r, a, s in zip(right, read, said, strict=True)]
    return mean([figure for figure in figures if figure is not None])
