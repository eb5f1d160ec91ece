"""Forecasts of derailment, measured by conversation as ConvoKit does.

Source of the definitions: the ``summarize`` step of ConvoKit's Forecaster and the table of its
forecaster README (CornellNLP/ConvoKit, ``convokit/forecaster``), which follow Tran et al. 2025,
"Conversations Gone Awry, But Then?" (arXiv 2507.19470). This is an implementation of its own.

- A conversation is forecast to derail when any belief before the event is >= the threshold.
- Horizon: over true positives, posts from the first such belief to the event; 1 means that the
  event is the very next post.
- Recovery = CA/N - IA/N over all N conversations, where an adjustment is a conversation that
  was forecast to derail at some post but no longer at the last post before the event (or the
  end): correct (CA) where it did not derail, incorrect (IA) where it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kulanz.evaluation.arithmetic import f1_score, mean, ratio
from kulanz.evaluation.lead import first_crossing


@dataclass(frozen=True, slots=True)
class Conversation:
    """The beliefs before the event (all of them where nothing derailed), in time order.

    The event follows the last belief, so the horizon of belief i is len(beliefs) - i.
    None is a post that was not scored: it forecasts nothing.
    """

    thread_id: str
    derails: bool
    beliefs: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ForecastFigures:
    """Conversation-level figures at a threshold; shares are 0..1, the horizon is in posts."""

    name: str
    threshold: float
    conversations: int
    derailing: int
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    accuracy: float | None
    precision: float | None
    recall: float | None
    false_positive_rate: float | None
    f1: float | None
    mean_horizon: float | None
    median_horizon: float | None
    correct_adjustments: float | None
    incorrect_adjustments: float | None
    recovery: float | None


def forecast_figures(
    conversations: Sequence[Conversation], threshold: float = 0.5, name: str = "kulanz"
) -> ForecastFigures:
    """Return accuracy, precision, recall, FPR = FP/(FP+TN), F1, horizon and recovery."""
    derails = np.array([one.derails for one in conversations], dtype=bool)
    first = [first_crossing(one.beliefs, threshold) for one in conversations]
    forecast = np.array([index is not None for index in first], dtype=bool)
    adjusted = forecast & ~np.array([_still(one, threshold) for one in conversations], dtype=bool)
    right, wrong = int((forecast & derails).sum()), int((forecast & ~derails).sum())
    missed, quiet = int((~forecast & derails).sum()), int((~forecast & ~derails).sum())
    horizons = _horizons(conversations, first)
    correct = ratio(int((adjusted & ~derails).sum()), len(derails))
    incorrect = ratio(int((adjusted & derails).sum()), len(derails))
    return ForecastFigures(
        name=name,
        threshold=threshold,
        conversations=len(derails),
        derailing=right + missed,
        true_positives=right,
        false_positives=wrong,
        false_negatives=missed,
        true_negatives=quiet,
        accuracy=ratio(right + quiet, len(derails)),
        precision=ratio(right, right + wrong),
        recall=ratio(right, right + missed),
        false_positive_rate=ratio(wrong, wrong + quiet),
        f1=f1_score(right, wrong, missed),
        mean_horizon=mean(horizons),
        median_horizon=float(np.median(horizons)) if horizons else None,
        correct_adjustments=correct,
        incorrect_adjustments=incorrect,
        recovery=None if correct is None or incorrect is None else correct - incorrect,
    )


def _still(conversation: Conversation, threshold: float) -> bool:
    """Say whether the last scored belief is at the threshold."""
    last = next((belief for belief in reversed(conversation.beliefs) if belief is not None), None)
    return last is not None and last >= threshold


def _horizons(conversations: Sequence[Conversation], first: Sequence[int | None]) -> list[float]:
    return [
        float(len(one.beliefs) - index)
        for one, index in zip(conversations, first, strict=True)
        if one.derails and index is not None
    ]
