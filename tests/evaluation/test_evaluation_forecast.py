"""Conversation-level forecast figures by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, precision_score, recall_score

from kulanz.core.posts import Post
from kulanz.evaluation.forecast import Conversation, forecast_figures
from kulanz.evaluation.on_conversations import evaluate_forecast, event_indexes, placed
from kulanz.evaluation.shapes import Belief, DerailmentLabel

Beliefs = st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=8)


def _derails(*beliefs: float | None) -> Conversation:
    return Conversation("t", derails=True, beliefs=beliefs)


def _stays(*beliefs: float | None) -> Conversation:
    return Conversation("t", derails=False, beliefs=beliefs)


def _lines(thread_id: str, *beliefs: float | None) -> list[Belief]:
    return [
        Belief(thread_id=thread_id, post_id=f"{thread_id}-{n}", belief=belief)
        for n, belief in enumerate(beliefs, start=1)
    ]


def test_by_hand() -> None:
    figures = forecast_figures(
        [
            _derails(0.1, 0.6, 0.7),  # found two posts ahead
            _derails(0.9, 0.2, 0.1, 0.1),  # found four ahead, then taken back: IA
            _derails(0.4),
            _stays(0.6, 0.2),  # CA
            _stays(0.6, 0.8),
            _stays(0.1, None),
            _stays(0.2, 0.7, None),  # a post not scored takes nothing back
            _stays(None),
        ]
    )
    counts = (
        figures.true_positives,
        figures.false_positives,
        figures.false_negatives,
        figures.true_negatives,
    )
    assert counts == (2, 3, 1, 2)
    assert (figures.accuracy, figures.precision) == (0.5, 0.4)
    assert figures.recall == pytest.approx(2 / 3)
    assert (figures.false_positive_rate, figures.f1) == (0.6, 0.5)
    assert (figures.mean_horizon, figures.median_horizon) == (3, 3)
    assert (figures.correct_adjustments, figures.incorrect_adjustments, figures.recovery) == (0.125, 0.125, 0)


@given(st.lists(st.tuples(st.booleans(), Beliefs), min_size=1, max_size=20))
def test_forecast_is_the_highest_belief(rows: list[tuple[bool, list[float | None]]]) -> None:
    conversations = [Conversation("t", derails, tuple(beliefs)) for derails, beliefs in rows]
    figures = forecast_figures(conversations, 0.5)
    truth = [derails for derails, _ in rows]
    said = [max((b for b in beliefs if b is not None), default=-1) >= 0.5 for _, beliefs in rows]
    assert figures.accuracy == pytest.approx(accuracy_score(truth, said))
    assert (figures.precision or 0) == pytest.approx(precision_score(truth, said, zero_division=0))
    assert (figures.recall or 0) == pytest.approx(recall_score(truth, said, zero_division=0))


def test_of_nothing() -> None:
    figures = forecast_figures([])
    assert (figures.accuracy, figures.f1, figures.mean_horizon, figures.recovery) == (None, None, None, None)


def test_the_toxic_post_and_what_follows_are_not_seen() -> None:
    labels = [
        DerailmentLabel(thread_id="a", toxic=1, first_toxic_post="a-3"),
        DerailmentLabel(thread_id="b", toxic=0),
        DerailmentLabel(thread_id="c", derailed=1),
        DerailmentLabel(thread_id="d", toxic=1, first_toxic_post="d-1"),
        DerailmentLabel(thread_id="e", uncivil=1),
        DerailmentLabel(thread_id="f", toxic=1, first_toxic_post="f-1"),
    ]
    beliefs = [
        *_lines("a", 0.1, 0.2, 0.99, 0.99),
        *_lines("b", 0.1, 0.9),
        *_lines("c", 0.1, 0.9),
        *_lines("d", 0.9),
        *_lines("e", 0.9),
        *_lines("x", 0.9),
    ]
    found = evaluate_forecast(beliefs, labels, baselines={"always": list(beliefs)})
    ours = found.systems[0]
    assert (ours.conversations, ours.true_positives, ours.false_negatives, ours.false_positives) == (
        3,
        1,
        1,
        1,
    )
    assert ours.mean_horizon == 1
    assert (found.unplaced, found.toxic_at_once) == (1, 1)
    assert (found.coverage.missing, found.coverage.unlabelled) == (1, 1)
    assert [one.name for one in found.systems] == ["kulanz", "always"]


def _post(thread_id: str, number: int, **extra: object) -> Post:
    name = f"{thread_id}-{number}"
    return Post(thread_id=thread_id, post_id=name, author_id=None, created_at=None, text="x", extra=extra)


def test_marks_on_posts_name_the_first_toxic_one() -> None:
    posts = [_post("a", 1, toxic=0), _post("a", 2, toxic=1), _post("b", 1, tone="Insulting"), _post("c", 1)]
    labels = [
        DerailmentLabel(thread_id="a", toxic=1),
        DerailmentLabel(thread_id="b", uncivil=1),
        DerailmentLabel(thread_id="c", uncivil=1),
        DerailmentLabel(thread_id="d", derailed=1),
    ]
    named = placed(labels, posts)
    assert [label.first_toxic_post for label in named] == ["a-2", "b-1", None, None]
    threads = {"a": posts[:2], "b": posts[2:3], "c": posts[3:]}
    assert event_indexes(named, threads) == {"a": 1, "b": 0}
