"""The radar: which issues and conversations need a human now, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from kulanz.core.report import STAGES, Stage
from kulanz.desk.models import Attention, Issue, IssueThread, Thread, ThreadScore
from kulanz.desk.queries.issues import affected_in
from kulanz.desk.queries.paging import PAGE, Paged, paged
from kulanz.desk.queries.steady import Stretch, stretch
from kulanz.desk.rules.alarms import SILENT_FOR
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.rules.reasons import sentences

REASONS: Final = 2
SPARK: Final = 30
SHOWN_FROM: Final[Stage] = "complaint"
_ORDER: Final = ("-score", "id")
_HEAVY: Final = ("series", "roles", "signals")


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarFilter:
    """What the radar shows; empty means everything above calm that nobody has put aside.

    ``days`` leaves out conversations in which nothing was said for so long, 0 none. Those of issues that
    people work on stay, and so do those that somebody decided about meanwhile.
    """

    stage: str = ""
    source: int | None = None
    owner: int | None = None
    unowned: bool = False
    aside: bool = False
    words: str = ""
    days: int = SILENT_FOR.days


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarRow:
    """One entry: an issue by its strongest thread, or a thread that is in none.

    ``threads`` counts those of the issue. ``affected``, ``views`` (None where no source counts them) and
    ``answered_at`` are over all of them. ``reasons`` are sentences, ``spark`` scores of 0..1, oldest first.
    """

    thread: Thread
    issue: Issue | None
    threads: int
    affected: int
    views: int | None
    answered_at: datetime | None
    reasons: tuple[str, ...]
    spark: tuple[float, ...]

    @property
    def title(self) -> str:
        """The issue's where it has several threads, else the thread's."""
        return str(self.issue) if self.issue is not None and self.threads > 1 else str(self.thread)


def radar(wanted: RadarFilter, *, lang: str, now: datetime, offset: int = 0) -> Paged[RadarRow]:
    """Return a page of the radar, what needs a human most first.

    Of several threads in one issue the strongest stands for all. Threads and issues that were put aside (a
    false alarm, not now) are left out until they are graver or their time comes, threads of a closed issue
    until something new is said in them.
    """
    rows = _filtered(wanted, now).order_by(*_ORDER).select_related("source", "attention__by").defer(*_HEAVY)
    return paged(rows, lambda found: _rows(found, lang, now), offset=offset)


def radar_stretch(
    wanted: RadarFilter, *, lang: str, now: datetime, after: str = "", size: int = PAGE
) -> Stretch[RadarRow]:
    """Return a part of the radar for programs: none comes twice, and none whose score stays is missed."""
    rows = _filtered(wanted, now).select_related("source", "attention").defer(*_HEAVY)
    return stretch(rows, _ORDER, lambda found: _rows(found, lang, now), name="radar", after=after, size=size)


def silent(wanted: RadarFilter, *, now: datetime) -> int:
    """Return how many conversations are left out for no other reason than that nothing was said lately."""
    if not wanted.days:
        return 0
    return _filtered(replace(wanted, days=0), now).count() - _filtered(wanted, now).count()


def aside(now: datetime) -> Q:
    """Threads that somebody has put aside: a false alarm, or not before a time."""
    return Q(attention__state="false_alarm") | Q(attention__state="snoozed", attention__until__gt=now)


def _filtered(wanted: RadarFilter, now: datetime) -> QuerySet[Thread]:
    snoozed = _among(_worked_on().filter(issue__state="snoozed"))
    rows = Thread.objects.filter(aside(now) | snoozed) if wanted.aside else Thread.objects.exclude(aside(now))
    rows = rows.filter(stage=wanted.stage) if wanted.stage else rows.filter(stage__in=_from(SHOWN_FROM))
    if wanted.source is not None:
        rows = rows.filter(source_id=wanted.source)
    if wanted.owner is not None:
        rows = rows.filter(_among(_worked_on().filter(issue__owner_id=wanted.owner)))
    if wanted.unowned:
        rows = rows.exclude(_among(_worked_on().filter(issue__owner__isnull=False)))
    if wanted.words:
        rows = rows.filter(title__icontains=wanted.words)
    if not wanted.aside:
        rows = rows.filter(_leads(rows) | ~_among(_worked_on()) & ~_among(_settled()))
    return rows.filter(_lately(wanted.days, now)) if wanted.days else rows


def _among(links: QuerySet[IssueThread] | QuerySet[Attention]) -> Q:
    """Threads of some rows: looked up once for the whole list, not anew for every thread."""
    return Q(pk__in=links.values("thread"))


def _lately(days: int, now: datetime) -> Q:
    """Threads that something is going on in: words, a decision, an issue; or nobody knows when."""
    since = now - timedelta(days=days)
    said = Thread.objects.filter(
        Q(last_post_at__gte=since) | Q(last_post_at=None), stage__in=_from(SHOWN_FROM)
    )
    decided = Attention.objects.filter(Q(at__gte=since) | Q(until__gte=since))
    # one list and not three conditions, for which every thread above calm would be read
    return Q(pk__in=said.values("pk").union(decided.values("thread"), _worked_on().values("thread")))


def _worked_on() -> QuerySet[IssueThread]:
    """The links of threads to issues that people still work on."""
    return IssueThread.objects.exclude(issue__state__in=ISSUE.final)


def _settled() -> QuerySet[IssueThread]:
    """The links of threads to issues that were closed after all that was said in them."""
    return IssueThread.objects.filter(issue__state="closed", issue__closed_at__gte=F("thread__last_post_at"))


def _leads(rows: QuerySet[Thread]) -> Q:
    """Threads that are the strongest of ``rows`` in one of their issues that were not put aside."""
    stronger = Q(thread__score__gt=OuterRef("thread__score"))
    earlier = Q(thread__score=OuterRef("thread__score"), thread__lt=OuterRef("thread"))
    others = IssueThread.objects.filter(
        stronger | earlier, Exists(rows.filter(pk=OuterRef("thread"))), issue=OuterRef("issue")
    )
    return _among(_worked_on().exclude(issue__state="snoozed").exclude(Exists(others)))


def _rows(threads: list[Thread], lang: str, now: datetime) -> list[RadarRow]:
    sparks = _sparks([thread.pk for thread in threads])
    issues = _issues(threads)
    sums = _sums({issue.pk for issue in issues.values()})
    return [
        _row(
            thread,
            issues.get(thread.pk),
            sums,
            reasons=sentences(thread.reasons[:REASONS], lang, now=now),
            spark=sparks[thread.pk],
        )
        for thread in threads
    ]


def _row(
    thread: Thread,
    issue: Issue | None,
    sums: Mapping[int, Mapping[str, Any]],
    *,
    reasons: tuple[str, ...],
    spark: tuple[float, ...],
) -> RadarRow:
    summed = sums.get(issue.pk if issue else 0, {})
    return RadarRow(
        thread=thread,
        issue=issue,
        threads=summed.get("threads", 1),
        affected=summed.get("affected", thread.affected),
        views=summed.get("views", thread.views),
        answered_at=summed.get("answered_at", thread.company_answered_at),
        reasons=reasons,
        spark=spark,
    )


def _from(stage: Stage) -> tuple[str, ...]:
    return tuple(STAGES[STAGES.index(stage) :])


def _sparks(threads: list[int]) -> Mapping[int, tuple[float, ...]]:
    """Return the latest scores of threads, oldest first; no others are read."""
    first = ThreadScore.objects.filter(thread=OuterRef("pk")).order_by("-at").values("at")[SPARK - 1 : SPARK]
    begins = Thread.objects.filter(pk__in=threads).values_list("pk", Subquery(first))
    wanted = [Q(thread=pk, at__gte=at) if at else Q(thread=pk) for pk, at in begins]
    scores = ThreadScore.objects.filter(reduce(or_, wanted, Q(pk__in=()))).order_by("thread_id", "at")
    found: defaultdict[int, list[float]] = defaultdict(list)
    for pk, score in scores.values_list("thread_id", "score"):
        found[pk].append(score)
    return defaultdict(tuple, {pk: tuple(values) for pk, values in found.items()})


def _issues(threads: list[Thread]) -> Mapping[int, Issue]:
    """Return the issue that each thread stands for: the latest that people still work on."""
    links = IssueThread.objects.filter(thread__in=threads).exclude(issue__state__in=ISSUE.final)
    return {link.thread_id: link.issue for link in links.select_related("issue__owner").order_by("pk")}


def _sums(issues: set[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return what issues amount to over their threads, by the issue's key."""
    affected = affected_in(issues)
    rows = IssueThread.objects.filter(issue__in=issues).order_by().values("issue")
    summed = rows.annotate(
        threads=Count("pk"), views=Sum("thread__views"), answered_at=Max("thread__company_answered_at")
    )
    return {row["issue"]: {**row, "affected": affected[row["issue"]]} for row in summed}
