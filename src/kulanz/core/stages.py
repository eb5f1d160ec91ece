"""From scores to a stage: how far a thread has come, post by post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.measures import Measures
from kulanz.core.report import STAGES, Stage
from kulanz.core.thread import Floats, Ints, Thread

_HOSTILE: Final = ("anger", "distrust", "leave", "threat")
RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class StageRules:
    """Where the stages begin.

    A thread is a complaint from this probability of level 1 on and an issue from this score
    on. An issue has escalated when at least ``aggrieved`` people besides the opener say they
    are, the fronts index reaches ``fronts`` and this share of the last RECENT posts by people
    is hostile: angry, distrustful, leaving or threatening.
    """

    complaint_from: float = 0.5
    issue_from: float = 0.5
    aggrieved: int = 3
    fronts: float = 0.25
    hostile: float = 0.4


def stages(thread: Thread, complaint: Floats, score: Floats, measures: Measures, rules: StageRules) -> Ints:
    """The stage after every post, as an index into STAGES."""
    issue = score >= rules.issue_from
    stage = np.where(issue, 2, np.where(complaint >= rules.complaint_from, 1, 0))
    hardened = measures.fronts.index >= rules.fronts
    many = measures.reactions.affected >= rules.aggrieved
    stage[issue & hardened & many & (hostile_share(thread) >= rules.hostile)] = 3
    return stage


def hostile_share(thread: Thread) -> Floats:
    """Share of hostile posts among the last RECENT posts by people, at every post."""
    people = ~thread.company
    hostile = people & (np.max([thread.signal(label) for label in _HOSTILE], axis=0) >= 0.5)
    share = _recent(hostile.astype(float)) / np.maximum(_recent(people.astype(float)), 1)
    return np.asarray(share, np.float64)


def _recent(values: Floats) -> Floats:
    total = np.cumsum(values)
    total[RECENT:] -= total[:-RECENT].copy()
    return total


def name(stage: int) -> Stage:
    return STAGES[stage]


def onset(stage: Ints) -> int | None:
    """Index of the first post at which the thread was an issue, None if it never was."""
    reached = np.flatnonzero(stage >= 2)
    return int(reached[0]) if len(reached) else None
