"""A thread step by step: what was known after every post, and what would have been decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from msgspec.structs import replace

from kulanz.core.analysis import Analyser
from kulanz.core.decision import Decision, Policy, decide, grievances_so_far
from kulanz.core.examination import Examination
from kulanz.core.findings import DIGITS
from kulanz.core.posts import Post
from kulanz.core.reasons import Fired
from kulanz.core.report import STAGES, Stage

MOST_LOOKS: Final = 400
_YES: Final = 0.5

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """What was known after one post.

    ``fired`` are the rules that fired for the first time, ``events`` what happened with this
    post, ``belief`` is None while no post so far could be read.
    """

    number: int
    post: Post
    score: float
    belief: float | None
    stage: Stage
    decision: Decision
    fired: tuple[Fired, ...]
    events: tuple[str, ...]


def replayed(posts: Sequence[Post], analyser: Analyser, policy: Policy, told: Told) -> list[Step]:
    """Return one step a post; ``told`` hears how many posts are through.

    Views and likes count up to the day of the export, so they are left out. Rules are asked about
    every prefix of the thread. In threads of more than MOST_LOOKS posts
    only every so many posts, as their cost grows with the square of the length.
    """
    then = [replace(post, likes=None, thread_views=None) for post in posts]
    whole = analyser.examine(then)
    beliefs = [belief for _, belief in analyser.beliefs(then)]
    decisions = decide(policy, whole.score.tolist(), _hours(whole), grievances_so_far(whole.thread))
    news = dict(_first_fired(then, analyser, told))
    happened = analyser.detail(then).events
    return [
        Step(
            number=index + 1,
            post=post,
            score=round(float(whole.score[index]), DIGITS),
            belief=beliefs[index],
            stage=STAGES[int(whole.stage[index])],
            decision=decisions[index],
            fired=news.get(index, ()),
            events=tuple(code for at, code in happened if at == index),
        )
        for index, post in enumerate(posts)
    ]


def look_every(posts: int) -> int:
    """Return after how many posts rules are asked again."""
    return -(-posts // MOST_LOOKS)


def _first_fired(
    posts: Sequence[Post], analyser: Analyser, told: Told
) -> Iterator[tuple[int, tuple[Fired, ...]]]:
    known: set[str] = set()
    step = look_every(len(posts))
    for end in [*range(step, len(posts), step), len(posts)]:
        new = tuple(rule for rule in analyser.examine(posts[:end]).fired if rule.code not in known)
        known |= {rule.code for rule in new}
        told(end, len(posts))
        if new:
            yield end - 1, new


def _hours(found: Examination) -> list[float | None]:
    return [hours if np.isfinite(hours) else None for hours in found.thread.hours.tolist()]
