"""What a policy would have done: its rule over what threads showed in the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from kulanz.core.report import STAGES
from kulanz.desk.models import Alert, AlertPolicy, Attention, IssueThread, Post, Thread, ThreadScore
from kulanz.desk.rules.alarms import Reading, Terms, replay

WINDOW: Final = timedelta(days=30)
MOST_THREADS: Final = 5_000
EXAMPLES: Final = 10
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that would have been raised; ``verdict`` is right, wrong, or empty where nobody said."""

    thread: Thread
    reading: Reading
    verdict: str


@dataclass(frozen=True, slots=True)
class BackTest:
    """How many alarms a policy would have raised since a time, how many threads that concerns, and which.

    ``cut`` says that there were more threads than are replayed; ``examples`` are the latest alarms.
    """

    since: datetime
    alarms: int
    threads: int
    right: int
    wrong: int
    examples: tuple[Raised, ...]
    cut: bool

    @property
    def unjudged(self) -> int:
        return self.alarms - self.right - self.wrong


def backtest(terms: Terms, *, source: int | None, now: datetime) -> BackTest:
    """Replay the past of a source, or of those without a policy of their own, under some terms.

    Each post's score and stage are those that the analysis gives to the thread up to that post. Where a
    thread has no times or no series, the scores that were kept after each analysis are used instead.
    """
    since = now - WINDOW
    pks = list(_candidates(terms, source, since).values_list("pk", flat=True)[: MOST_THREADS + 1])
    found = [each for chunk in _chunks(pks[:MOST_THREADS]) for each in _replayed(terms, chunk, since)]
    found.sort(key=lambda each: each.reading.at, reverse=True)
    return BackTest(
        since=since,
        alarms=len(found),
        threads=len({each.thread.pk for each in found}),
        right=sum(each.verdict == "right" for each in found),
        wrong=sum(each.verdict == "wrong" for each in found),
        examples=tuple(found[:EXAMPLES]),
        cut=len(pks) > MOST_THREADS,
    )


def _candidates(terms: Terms, source: int | None, since: datetime) -> QuerySet[Thread]:
    """Threads with something new in the window that could have raised an alarm at all, the latest first."""
    scored = ThreadScore.objects.filter(at__gte=since, score__gte=terms.threshold).values("thread")
    rows = Thread.objects.filter(~Q(series={}) | Q(pk__in=scored))
    rows = rows.filter(Q(last_post_at__gte=since) | Q(pk__in=scored))
    if source is not None:
        rows = rows.filter(source_id=source)
    else:
        own = AlertPolicy.objects.filter(active=True, source__isnull=False).values("source")
        rows = rows.exclude(source__in=own)
    return rows.order_by("-last_post_at", "-pk")


def _chunks(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(pks), _AT_ONCE):
        yield pks[start : start + _AT_ONCE]


def _replayed(terms: Terms, pks: Sequence[int], since: datetime) -> Iterator[Raised]:
    times, scores, verdicts = _times(pks), _scores(pks), _verdicts(pks)
    for thread in Thread.objects.filter(pk__in=pks).select_related("source"):
        readings = _by_posts(thread, times[thread.pk]) or scores[thread.pk]
        for reading in replay(terms, readings):
            if reading.at >= since:
                yield Raised(thread, reading, verdicts.get(thread.pk, ""))


def _by_posts(thread: Thread, times: Sequence[datetime | None]) -> list[Reading]:
    """Return what a thread showed after every post; nothing where posts have no times, or came since."""
    scores, stages = thread.series.get("score", ()), thread.series.get("stage", ())
    if not len(times) == len(scores) == len(stages):
        return []
    told = zip(times, scores, stages, strict=True)
    readings = [
        Reading(at, score or 0.0, STAGES[int(stage or 0)], number)
        for number, (at, score, stage) in enumerate(told, start=1)
        if at is not None
    ]
    return readings if len(readings) == len(times) else []


def _times(pks: Sequence[int]) -> Mapping[int, list[datetime | None]]:
    found: defaultdict[int, list[datetime | None]] = defaultdict(list)
    posts = Post.objects.filter(thread_id__in=pks, removed=False).order_by("thread_id", "created_at", "id")
    for thread, created_at in posts.values_list("thread_id", "created_at"):
        found[thread].append(created_at)
    return found


def _scores(pks: Sequence[int]) -> Mapping[int, list[Reading]]:
    """Return what was kept after each analysis; how many posts there were then, only the thread knows now."""
    found: defaultdict[int, list[Reading]] = defaultdict(list)
    rows = ThreadScore.objects.filter(thread_id__in=pks).order_by("thread_id", "at")
    for thread, at, score, stage, posts in rows.values_list(
        "thread_id", "at", "score", "stage", "thread__post_count"
    ):
        found[thread].append(Reading(at, score, stage, posts))
    return found


def _verdicts(pks: Sequence[int]) -> dict[int, str]:
    """Return what people said of threads: by judging an alarm, putting it aside, or making an issue of it."""
    issues = IssueThread.objects.filter(thread_id__in=pks).values_list("thread_id", "issue__outcome")
    found = {thread: "wrong" if outcome == "false_alarm" else "right" for thread, outcome in issues}
    false = Attention.objects.filter(thread_id__in=pks, state="false_alarm")
    found |= dict.fromkeys(false.values_list("thread_id", flat=True), "wrong")
    judged = Alert.objects.filter(thread_id__in=pks).exclude(verdict="").order_by("judged_at", "pk")
    return found | dict(judged.values_list("thread_id", "verdict"))
