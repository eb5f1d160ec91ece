"""What was heard of a customer, and of the conversation, in the 60 days before a gesture and after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from kulanz.desk.models import Gesture, Post, Thread, ThreadFindings, ThreadScore
from kulanz.desk.queries.parties import threads_of
from kulanz.desk.rules.findings import HEAT, YES, unpacked

STEP: Final = timedelta(days=10)
STEPS: Final = 6
THREADS_AT_MOST: Final = 50
UPSET: Final = ("complaint", *HEAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Ten days: their first day counted from the gesture, and what was heard in them.

    ``posts`` are the customer's, ``upset`` those of them that complain, are angry, distrust, threaten or
    want to leave. ``conversation`` counts everybody's posts in the case's conversations, ``score`` is the
    highest that one of these had, None where it was not analysed then. ``over``: the days have passed.
    """

    day: int
    posts: int
    upset: int
    conversation: int
    score: float | None
    over: bool


def effect_of(gesture: Gesture, now: datetime) -> tuple[Span, ...]:
    """Return spans of ten days around the day on which a gesture was carried out; none before that."""
    at = gesture.carried_out_at
    if at is None:
        return ()
    begin, end = at - STEP * STEPS, at + STEP * STEPS
    own = Post.objects.filter(account__person=gesture.case.person_id, removed=False)
    threads = threads_of(gesture.case)
    posts = _counted(_between(own, begin, end), begin)
    upset = _upset(_between(own, begin, end), begin)
    said = _counted(_between(Post.objects.filter(thread__in=threads, removed=False), begin, end), begin)
    scores = _scores(threads, begin, end)
    return tuple(
        Span(
            day=(number - STEPS) * STEP.days,
            posts=posts[number],
            upset=upset[number],
            conversation=said[number],
            score=scores.get(number),
            over=begin + STEP * (number + 1) <= now,
        )
        for number in range(2 * STEPS)
    )


def _between(rows: QuerySet[Post], begin: datetime, end: datetime) -> QuerySet[Post]:
    return rows.filter(created_at__gte=begin, created_at__lt=end)


def _counted(rows: QuerySet[Post], begin: datetime) -> Counter[int]:
    times = rows.values_list("created_at", flat=True)
    return Counter((at - begin) // STEP for at in times if at is not None)


def _upset(rows: QuerySet[Post], begin: datetime) -> Counter[int]:
    """Posts of the customer that the last analysis of their conversation found to be upset."""
    times = dict(rows.values_list("key", "created_at"))
    threads = set(rows.values_list("thread_id", flat=True)[:THREADS_AT_MOST])
    found: Counter[int] = Counter()
    for kept in ThreadFindings.objects.filter(thread__in=threads):
        for each in unpacked(bytes(kept.packed), {}).findings:
            at = times.get(each.post.post_id)
            if at is not None and any(each.signals.get(name, 0.0) >= YES for name in UPSET):
                found[(at - begin) // STEP] += 1
    return found


def _scores(threads: QuerySet[Thread], begin: datetime, end: datetime) -> dict[int, float]:
    rows = ThreadScore.objects.filter(thread__in=threads, at__gte=begin, at__lt=end)
    found: dict[int, float] = {}
    for at, score in rows.values_list("at", "score"):
        number = (at - begin) // STEP
        found[number] = max(score, found.get(number, 0.0))
    return found
