"""The radar: which conversations need a human now, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from kulanz.core.report import STAGES, Stage
from kulanz.desk.models import Issue, IssueThread, Thread, ThreadScore
from kulanz.desk.queries.steady import Stretch, stretch

PAGE: Final = 50
REASONS: Final = 2
SPARK: Final = 30
SHOWN_FROM: Final[Stage] = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarFilter:
    """What the radar shows; empty means everything above calm that nobody has put aside."""

    stage: str = ""
    source: int | None = None
    owner: int | None = None
    unowned: bool = False
    aside: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarRow:
    """One thread on the radar; ``reasons`` are sentences, ``spark`` scores of 0..1, oldest first."""

    thread: Thread
    reasons: tuple[str, ...]
    spark: tuple[float, ...]
    issue: Issue | None


@dataclass(frozen=True, slots=True)
class RadarPage:
    """A page of the list; ``following`` is the offset of the next one, None at the end."""

    rows: tuple[RadarRow, ...]
    total: int
    following: int | None


def radar(wanted: RadarFilter, *, lang: str, now: datetime, offset: int = 0, size: int = PAGE) -> RadarPage:
    """Return a page of the radar, what needs a human most first.

    Threads that were put aside (a false alarm, not now) are left out until their score rises or
    their time comes.
    """
    found = _filtered(wanted, now)
    threads = list(found.select_related("source").defer("series", "roles", "signals")[offset : offset + size])
    total = found.count()
    return RadarPage(
        rows=_rows(threads, lang),
        total=total,
        following=offset + size if offset + size < total else None,
    )


def radar_stretch(
    wanted: RadarFilter, *, lang: str, now: datetime, after: str = "", size: int = PAGE
) -> Stretch[RadarRow]:
    """Return a part of the radar for programs: none comes twice, and none whose score stays is missed."""
    rows = _filtered(wanted, now).select_related("source").defer("series", "roles", "signals")
    return stretch(
        rows, ("-score", "id"), lambda found: _rows(found, lang), name="radar", after=after, size=size
    )


def _rows(threads: list[Thread], lang: str) -> tuple[RadarRow, ...]:
    ids = [thread.pk for thread in threads]
    sparks, issues = _sparks(ids), _issues(ids)
    return tuple(
        RadarRow(
            thread=thread,
            reasons=sentences(thread.reasons, lang)[:REASONS],
            spark=sparks[thread.pk],
            issue=issues.get(thread.pk),
        )
        for thread in threads
    )


def sentences(reasons: Iterable[Mapping[str, Any]], lang: str) -> tuple[str, ...]:
    """Return reasons in a language, the strongest first."""
    return tuple(str(each.get(lang) or each.get("en") or each["code"]) for each in reasons)


def aside(now: datetime) -> Q:
    """Threads that somebody has put aside: a false alarm, or not before a time."""
    return Q(attention__state="false_alarm") | Q(attention__state="snoozed", attention__until__gt=now)


def _filtered(wanted: RadarFilter, now: datetime) -> QuerySet[Thread]:
    rows = Thread.objects.order_by("-score", "id")
    rows = rows.filter(aside(now)) if wanted.aside else rows.exclude(aside(now))
    rows = rows.filter(stage=wanted.stage) if wanted.stage else rows.filter(stage__in=_from(SHOWN_FROM))
    if wanted.source is not None:
        rows = rows.filter(source_id=wanted.source)
    if wanted.owner is not None:
        rows = rows.filter(links__issue__owner_id=wanted.owner, links__issue__state="owned").distinct()
    if wanted.unowned:
        rows = rows.exclude(links__issue__owner__isnull=False)
    if wanted.words:
        rows = rows.filter(title__icontains=wanted.words)
    return rows


def _from(stage: Stage) -> tuple[str, ...]:
    return tuple(STAGES[STAGES.index(stage) :])


def _sparks(threads: list[int]) -> Mapping[int, tuple[float, ...]]:
    found: defaultdict[int, list[float]] = defaultdict(list)
    scores = ThreadScore.objects.filter(thread_id__in=threads).order_by("thread_id", "at")
    for pk, score in scores.values_list("thread_id", "score"):
        found[pk].append(score)
    return defaultdict(tuple, {pk: tuple(values[-SPARK:]) for pk, values in found.items()})


def _issues(threads: list[int]) -> Mapping[int, Issue]:
    links = IssueThread.objects.filter(thread_id__in=threads).exclude(issue__state="merged")
    return {link.thread_id: link.issue for link in links.select_related("issue__owner").order_by("id")}
