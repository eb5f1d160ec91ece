"""From scores to a stage: how far a thread has come, post by post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.labels import INDEX
from kulanz.core.measures import Measures
from kulanz.core.report import STAGES
from kulanz.core.thread import Bools, Floats, Ints, Thread

_HOSTILE: Final = ("anger", "distrust", "leave", "threat")
GRIEVANCES: Final = [INDEX[label] for label in ("complaint", *_HOSTILE)]
_ISSUE: Final = STAGES.index("issue")
RECENT: Final = 8
YES: Final = 0.5


@dataclass(frozen=True, slots=True)
class StageRules:
    """Where the stages begin.

    A thread is a complaint from this probability of level 1 on: below one half, since a
    complaint that is missed costs more than a look, and no lower, since each is examined
    closely and most threads are calm. It is an issue from this score on, when it has weight:
    ``people`` show a grievance, or one is hostile in as many posts by people, and this share
    of those posts shows one (``grieving``), or a ``crowd`` of people does, whatever the
    share. An issue has escalated when at least ``aggrieved`` people besides the opener say
    they are, this share of the people's posts among the last RECENT is hostile (angry,
    distrustful, leaving or threatening), and the fronts have hardened to this index or
    somebody carries the matter to a public.
    """

    complaint_from: float = 0.4
    issue_from: float = 0.5
    people: int = 2
    grieving: float = 0.25
    crowd: int = 10
    aggrieved: int = 6
    fronts: float = 0.12
    hostile: float = 0.25


def stages(thread: Thread, complaint: Floats, score: Floats, measures: Measures, rules: StageRules) -> Ints:
    """The stage after every post, as an index into STAGES."""
    stage = np.where(complaint >= rules.complaint_from, 1, 0)
    if not (score >= rules.issue_from).any():
        return stage
    issue = (score >= rules.issue_from) & _weighty(thread, rules)
    stage[issue] = 2
    hardened = (measures.fronts.index >= rules.fronts) | (measures.spread.amplifiers > 0)
    many = measures.reactions.affected >= rules.aggrieved
    stage[issue & hardened & many & (hostile_share(thread) >= rules.hostile)] = 3
    return stage


def _weighty(thread: Thread, rules: StageRules) -> Bools:
    grieved = _grievance(thread)
    people = np.cumsum(_first_times(thread.author, grieved))
    posts = np.cumsum(~thread.company)
    share = np.cumsum(grieved) / np.maximum(posts, 1)
    # a single post, such as "me too", is too little to call its tone
    alone = np.maximum.accumulate(_hostile(thread)) & (posts >= rules.people)
    voices: Bools = (people >= rules.people) | alone
    return voices & ((share >= rules.grieving) | (people >= rules.crowd))


def _first_times(author: Ints, marked: Bools) -> Bools:
    """The first marked post of every author."""
    rows = np.flatnonzero(marked)
    _, first = np.unique(author[rows], return_index=True)
    out = np.zeros(len(marked), bool)
    out[rows[first]] = True
    return out


def _grievance(thread: Thread) -> Bools:
    # posts that were not scored are NaN and say no
    voiced = (thread.signals[:, GRIEVANCES] >= YES).any(axis=1)
    grieved: Bools = voiced & ~thread.company
    return grieved


def hostile_share(thread: Thread) -> Floats:
    """Share of hostile posts among those by people in the last RECENT posts, at every post."""
    people = ~thread.company
    hostile = _hostile(thread)
    share = _recent(hostile.astype(float)) / np.maximum(_recent(people.astype(float)), 1)
    return np.asarray(share, np.float64)


def _hostile(thread: Thread) -> Bools:
    hostile: Bools = np.max([thread.signal(label) for label in _HOSTILE], axis=0) >= YES
    return hostile & ~thread.company


def _recent(values: Floats) -> Floats:
    total = np.cumsum(values)
    total[RECENT:] -= total[:-RECENT].copy()
    return total


def onset(stage: Ints) -> int | None:
    """Index of the first post at which the thread was an issue, None if it never was."""
    reached = np.flatnonzero(stage >= _ISSUE)
    return int(reached[0]) if len(reached) else None
