"""Ranking figures by hand, against all orders of ties, and against scikit-learn."""

from __future__ import annotations

from itertools import permutations
from statistics import fmean

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from kulanz.evaluation.errors import EvaluationError
from kulanz.evaluation.ranking import alarms_at, at_k, average_precision, estimate, precision_at, recall_at

Rows = list[tuple[bool, int]]


def _arrays(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    return np.array([hit for hit, _ in rows], dtype=bool), np.array([float(score) for _, score in rows])


def _plain_ap(hits: list[bool]) -> float:
    return sum(sum(hits[: i + 1]) / (i + 1) for i, hit in enumerate(hits) if hit) / sum(hits)


def test_by_hand() -> None:
    relevant, score = _arrays([(True, 9), (False, 8), (True, 7), (False, 6)])
    assert average_precision(relevant, score) == pytest.approx((1 + 2 / 3) / 2)
    assert precision_at(3, relevant, score) == pytest.approx(2 / 3)
    assert recall_at(1, relevant, score) == 0.5
    assert precision_at(10, relevant, score) == pytest.approx(0.2)


def test_all_ties_give_the_share_of_relevant_at_every_k() -> None:
    relevant, score = _arrays([(True, 1)] * 3 + [(False, 1)] * 9)
    assert [precision_at(k, relevant, score) for k in (1, 5, 12)] == pytest.approx([0.25] * 3)
    assert at_k(6, relevant, score).recall == pytest.approx(0.5)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=6))
def test_ties_are_the_mean_over_all_orders(rows: Rows) -> None:
    assume(any(hit for hit, _ in rows))
    orders = [sorted(order, key=lambda row: -row[1]) for order in permutations(rows)]
    expected = fmean(_plain_ap([hit for hit, _ in order]) for order in orders)
    assert average_precision(*_arrays(rows)) == pytest.approx(expected)
    first_two = fmean(sum(hit for hit, _ in order[:2]) / 2 for order in orders)
    assert precision_at(2, *_arrays(rows)) == pytest.approx(first_two)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_without_ties_it_is_sklearns(hits: list[bool], random: object) -> None:
    assume(any(hits))
    scores = list(range(len(hits)))
    random.shuffle(scores)  # type: ignore[attr-defined]
    relevant, score = _arrays(list(zip(hits, scores, strict=True)))
    assert average_precision(relevant, score) == pytest.approx(average_precision_score(relevant, score))


@given(st.permutations([(True, 3), (False, 3), (True, 1), (False, 1), (False, 0)]))
def test_the_order_of_lines_does_not_matter(rows: Rows) -> None:
    by_hand = average_precision(*_arrays(sorted(rows)))
    assert average_precision(*_arrays(rows)) == pytest.approx(by_hand)


def test_nothing_relevant_and_nothing_at_all() -> None:
    relevant, score = _arrays([(False, 1), (False, 2)])
    assert average_precision(relevant, score) is None
    assert recall_at(1, relevant, score) is None
    assert estimate(average_precision, relevant, score, draws=20).low is None
    assert average_precision(*_arrays([])) is None
    assert precision_at(5, *_arrays([])) == 0
    assert alarms_at(0.5, *_arrays([])).alarms_per_1000 is None


def test_alarms_per_thousand() -> None:
    relevant, score = _arrays([(True, 9), (False, 9), (True, 1), (False, 0)])
    figures = alarms_at(9, relevant, score)
    assert (figures.alarms, figures.alarms_per_1000, figures.false_alarms_per_1000) == (2, 500, 250)
    assert (figures.precision, figures.recall, figures.f1) == (0.5, 0.5, 0.5)


def test_interval_is_seeded_and_holds_the_value() -> None:
    generator = np.random.default_rng(3)
    relevant = generator.random(120) < 0.3
    score = relevant + generator.normal(size=120)
    one, two = (estimate(average_precision, relevant, score, draws=200, seed=7) for _ in range(2))
    assert one == two
    assert one.low < one.value < one.high  # type: ignore[operator]
    assert one != estimate(average_precision, relevant, score, draws=200, seed=8)


def test_wrong_input_says_what_to_do() -> None:
    with pytest.raises(EvaluationError, match="give every thread a score"):
        average_precision(np.array([True]), np.array([np.nan]))
    with pytest.raises(EvaluationError, match="got 0"):
        precision_at(0, *_arrays([(True, 1)]))
