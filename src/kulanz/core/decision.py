"""When to alert: a policy that consumes scores and knows nothing of how they came about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from kulanz.core.thread import Thread

YES: Final = 0.5

Verdict = Literal["quiet", "evidence", "deferred", "cooling", "alert"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Threshold, minimum evidence, deferral and cool-down of alerts.

    A score reaches ``threshold``; at least ``min_posts`` posts by people support it; it has
    stayed up for ``defer_posts`` further posts or ``defer_hours`` hours; and the last alert
    of this thread is ``cool_down_hours`` old, unless the score rose by ``rise`` since.
    The default threshold is the score that 10 of 1,000 threads of three or more posts in a
    natural mix end with; docs/evaluation.md says how many are ever alerted of.
    """

    threshold: float = 0.5
    min_posts: int = 1
    defer_posts: int = 1
    defer_hours: float = 6.0
    cool_down_hours: float = 48.0
    rise: float = 0.25


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says after one post, and at which score."""

    verdict: Verdict
    score: float


@dataclass(slots=True)
class _State:
    above_since: int | None = None
    alerted_hours: float | None = None
    alerted_score: float = -math.inf


def grievances_so_far(thread: Thread) -> list[int]:
    """The evidence that ``decide`` asks for: posts by people so far that show a grievance."""
    aggrieved = np.maximum(thread.signal("complaint"), thread.signal("affected")) >= YES
    counts: list[int] = np.cumsum(aggrieved & ~thread.company).tolist()
    return counts


def decide(
    policy: Policy,
    scores: Sequence[float],
    hours: Sequence[float | None],
    evidence: Sequence[int],
) -> list[Decision]:
    """Decide after every post from the scores, times and evidence up to it.

    ``hours`` since the opening are None where unknown: then only posts count. ``evidence``
    is what ``grievances_so_far`` counts.
    """
    state = _State()
    return [
        Decision(_verdict(policy, state, scores, hours, evidence[number], number), scores[number])
        for number in range(len(scores))
    ]


def _verdict(
    policy: Policy,
    state: _State,
    scores: Sequence[float],
    hours: Sequence[float | None],
    evidence: int,
    number: int,
) -> Verdict:
    if scores[number] < policy.threshold:
        state.above_since = None
        return "quiet"
    if evidence < policy.min_posts:
        return "evidence"
    if state.above_since is None:
        state.above_since = number
    if not _lasted(policy, hours, state.above_since, number):
        return "deferred"
    if _cooling(policy, state, scores[number], hours[number]):
        return "cooling"
    state.alerted_hours, state.alerted_score = hours[number], scores[number]
    return "alert"


def _lasted(policy: Policy, hours: Sequence[float | None], since: int, number: int) -> bool:
    start, now = hours[since], hours[number]
    if start is not None and now is not None and now - start >= policy.defer_hours:
        return True
    return number - since >= policy.defer_posts


def _cooling(policy: Policy, state: _State, score: float, now: float | None) -> bool:
    if score >= state.alerted_score + policy.rise:
        return False
    if now is None or state.alerted_hours is None:
        return True
    return now - state.alerted_hours < policy.cool_down_hours
