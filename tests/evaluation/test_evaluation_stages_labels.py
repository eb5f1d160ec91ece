"""Stage and label figures against scikit-learn and scipy, and calibration by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import brier_score_loss, cohen_kappa_score, f1_score, precision_score, recall_score

from kulanz.core.labels import INDEX, LABELS
from kulanz.evaluation.labels import best_f1_at, calibration, label_figures, language_figures
from kulanz.evaluation.stages import affected_figures, stage_figures

Pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)
Judged = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=40)


def _columns(rows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(rows, dtype=np.int64)
    return table[:, 0], table[:, 1]


@given(Pairs)
def test_stages_are_sklearns(rows: list[tuple[int, int]]) -> None:
    levels, stages = _columns(rows)
    figures = stage_figures(levels, stages)
    assert figures.macro_f1 == pytest.approx(f1_score(levels, stages, average="macro", zero_division=0))
    if len(set(levels) | set(stages)) > 1:
        expected = cohen_kappa_score(levels, stages, weights="quadratic", labels=[0, 1, 2, 3])
        assert figures.weighted_kappa == pytest.approx(expected)
    else:
        assert figures.weighted_kappa is None


def test_stages_by_hand_and_of_nothing() -> None:
    figures = stage_figures(np.array([0, 2, 3]), np.array([0, 3, 3]))
    assert figures.confusion == ((1, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 1))
    assert figures.accuracy == pytest.approx(2 / 3)
    empty = stage_figures(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert (empty.accuracy, empty.macro_f1, empty.weighted_kappa) == (None, None, None)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_affected_is_scipys(rows: list[tuple[int, int]]) -> None:
    read, counted = (column.astype(float) for column in _columns(rows))
    figures = affected_figures(read, counted)
    assert figures.mae == pytest.approx(float(np.mean(abs(read - counted))))
    if np.ptp(read) and np.ptp(counted):
        assert figures.spearman == pytest.approx(spearmanr(read, counted).statistic)
    else:
        assert figures.spearman is None


@given(Judged)
def test_labels_are_sklearns(rows: list[tuple[bool, int]]) -> None:
    truth = np.array([yes for yes, _ in rows], dtype=bool)
    probability = np.array([score / 20 for _, score in rows])
    said = probability >= 0.5
    figures = label_figures("anger", truth, probability)
    assert (figures.precision or 0) == pytest.approx(precision_score(truth, said, zero_division=0))
    assert (figures.recall or 0) == pytest.approx(recall_score(truth, said, zero_division=0))
    assert (figures.f1 or 0) == pytest.approx(f1_score(truth, said, zero_division=0))
    if truth.any():
        best = max(f1_score(truth, probability >= cut) for cut in np.unique(probability))
        assert figures.optimistic_f1 == pytest.approx(best)
        at_best = f1_score(truth, probability >= figures.optimistic_threshold)
        assert at_best == pytest.approx(best)
    brier = calibration("anger", truth, probability).brier
    assert brier == pytest.approx(brier_score_loss(truth, probability, labels=[False, True]))


def test_calibration_by_hand() -> None:
    truth, probability = np.array([True, False, True, True]), np.array([0.1, 0.1, 0.9, 1.0])
    figures = calibration("anger", truth, probability)
    assert [(one.low, one.posts, one.share_true) for one in figures.bins] == [(0.1, 2, 0.5), (0.9, 2, 1.0)]
    assert figures.ece == pytest.approx(0.5 * 0.4 + 0.5 * 0.05)
    empty = calibration("anger", truth[:0], probability[:0])
    assert (empty.ece, empty.brier, empty.bins) == (None, None, ())


def test_macro_counts_only_labels_with_support_and_misses_as_zero() -> None:
    truth, probability = np.zeros((8, len(LABELS)), dtype=bool), np.zeros((8, len(LABELS)))
    truth[:6, INDEX["anger"]] = truth[:5, INDEX["leave"]] = truth[:4, INDEX["threat"]] = True
    probability[:6, INDEX["anger"]] = 0.9
    figures = language_figures("de", truth, probability)
    assert (figures.macro_labels, figures.macro_f1) == (2, 0.5)
    assert language_figures("de", truth, probability, min_support=7).macro_f1 is None


def test_best_threshold_without_truth() -> None:
    assert best_f1_at(np.array([False]), np.array([0.9])) == (None, None)
