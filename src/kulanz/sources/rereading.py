"""Which threads are read again in search of edits and removals: a sampling plan, pure and seeded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

# Of the edits in a large public forum 90 % came within 16 hours of writing, 99 % within 34.
_SHORTEST: Final = timedelta(minutes=10)
_LONGEST: Final = timedelta(days=30)
_SHARE_OF_AGE: Final = 8
_POSTS_PER_REQUEST: Final = 20
_SWEEP: Final = 0.1
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A thread that may be read again: when that last happened, its size and its newest post."""

    thread_id: str
    posts: int
    read_at: datetime | None
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The threads to read again, in this order; ``due`` is how many were to be chosen from.

    ``requests`` is what they are thought to cost, at most ``budget``.
    """

    thread_ids: tuple[str, ...]
    due: int
    requests: int
    budget: int


def interval(candidate: Candidate, now: datetime) -> timedelta:
    """Return how long a thread may go unread: an eighth of the time since its newest post.

    At least ten minutes and at most thirty days; a long thread waits less, by the logarithm of its
    posts, because more people see what is changed in it.
    """
    newest = candidate.newest_at or now
    age = max(now - newest, timedelta(0))
    shortened = age / _SHARE_OF_AGE / (1 + math.log10(1 + candidate.posts))
    return min(max(shortened, _SHORTEST), _LONGEST)


def overdue(candidate: Candidate, now: datetime) -> float:
    """Return for how many of its intervals a thread has not been read; 1 and more is due."""
    unread = now - (candidate.read_at or _LONG_AGO)
    return max(unread / interval(candidate, now), 0.0)


def cost(candidate: Candidate) -> int:
    """Return how many requests a thread is thought to take."""
    return 1 + max(candidate.posts - 1, 0) // _POSTS_PER_REQUEST


def plan(candidates: Iterable[Candidate], *, now: datetime, budget: int, random: Random) -> Plan:
    """Choose threads to read again for at most ``budget`` requests.

    Among the due ones chance decides, weighted by how overdue each is, so that none is sure never
    to be looked at. A tenth of the budget goes to due threads regardless of weight: a text that is
    changed years later is found too.
    """
    due = [(each, overdue(each, now)) for each in candidates]
    due = [(each, weight) for each, weight in due if weight >= 1]
    weighted = sorted(due, key=lambda pair: _draw(random) / pair[1])
    swept = sorted(due, key=lambda _pair: random.random())
    chosen = _within([each for each, _ in swept], int(budget * _SWEEP), {})
    chosen = _within([each for each, _ in weighted], budget, chosen)
    return Plan(tuple(chosen), len(due), sum(chosen.values()), budget)


def _draw(random: Random) -> float:
    """A time until chosen: sorted by it over weight, this is weighted choice without replacement."""
    return -math.log(1.0 - random.random())


def _within(candidates: Sequence[Candidate], budget: int, chosen: dict[str, int]) -> dict[str, int]:
    """Add candidates to what was chosen as long as their costs fit."""
    spent = sum(chosen.values())
    added = dict(chosen)
    for each in candidates:
        if each.thread_id not in added and spent + cost(each) <= budget:
            added[each.thread_id] = cost(each)
            spent += cost(each)
    return added
