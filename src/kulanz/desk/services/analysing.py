"""Stale threads are analysed: read, scored outside any transaction, and written with the scorer's version."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from django.db import OperationalError, transaction

import kulanz
from kulanz.api import make_analyser
from kulanz.core.analysis import Analyser
from kulanz.core.measures.baseline import Baseline, ThreadSummary
from kulanz.core.posts import Post as CorePost
from kulanz.core.report import STAGES, ThreadDetail, ThreadReport
from kulanz.core.spoken import LANGS, Lang
from kulanz.core.staff import StaffRules
from kulanz.desk.models import Source, Thread, ThreadFindings, ThreadScore
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.rows import posts_of
from kulanz.desk.rules.findings import heat, packed
from kulanz.desk.rules.reactions import count_affected, suggested_roles
from kulanz.desk.rules.reasons import stored
from kulanz.desk.services.alerting import consider
from kulanz.desk.services.claiming import LEASE, claim
from kulanz.desk.services.following import follow
from kulanz.desk.services.tallies import TALLIES

Details = Mapping[Lang, ThreadDetail]

AT_MOST: Final = 40
"""Few at a time: what becomes urgent meanwhile waits for them, and so do the messages of its alarm."""
OF_THE_LONGEST: Final = 4
"""Every fourth is the one that has waited longest, however urgent others are: nothing waits for ever."""
SCORER: Final = f"kulanz {kulanz.__version__}"
PLOTTED: Final = ("score", "stage", "belief", "fronts", "affected", "participants", "calming")
_DIGITS: Final = 3
_LEARNT_FROM: Final = 5_000
_CHANGED: Final = 0.01
_MORE_VIEWS: Final = 1.05
_interrupted: Final[list[datetime]] = []


def analyse_due(*, now: datetime, at_most: int = AT_MOST) -> int:
    """Analyse threads that are due, the most urgent first, and return how many.

    One that a worker did not survive is taken alone and last, so that it costs no others their turn.
    """
    _take_up_again(now)
    rows = Thread.objects.select_related("source").filter(stale_since__isnull=False)
    longest = max(at_most // OF_THE_LONGEST, 1)
    turns: Sequence[dict[str, Any]] = (
        {"at_most": at_most - longest, "tried": False, "order": ("-urgency", "due_at", "pk")},
        {"at_most": longest, "tried": False},
        {"at_most": 1, "tried": True},
    )
    try:
        return sum(_analyse(claim(rows, now, **turn), now) for turn in turns)
    except OperationalError:
        _interrupted.append(now)
        raise


def analyser_for(source: Source | None, lang: Lang) -> Analyser:
    """Return the analyser of a source: what is usual there, and who speaks for the company."""
    baseline = msgspec.json.encode(source.baseline) if source and source.baseline else b""
    return _analyser(staff_rules(source.pk if source else None), baseline, lang)


def timed(posts: list[CorePost]) -> list[CorePost]:
    """Return posts in order of time; one without a time takes its place by order alone, as all then do."""
    if all(post.created_at is not None for post in posts):
        return posts
    return [msgspec.structs.replace(post, created_at=None) for post in posts]


def learn_baseline(*, source: Source) -> Baseline:
    """Learn from a source's latest threads what is usual there, and keep it."""
    rows = source.threads.order_by("-last_post_at").values_list(
        "post_count", "views", "first_post_at", "last_post_at"
    )
    baseline = Baseline.learn(_summary(*row) for row in rows[:_LEARNT_FROM] if row[0])
    Source.objects.filter(pk=source.pk).update(baseline=msgspec.to_builtins(baseline))
    return baseline


@lru_cache(maxsize=16)
def _analyser(company: StaffRules, baseline: bytes, lang: Lang) -> Analyser:
    known = msgspec.json.decode(baseline, type=Baseline) if baseline else None
    return make_analyser(known, company=company, lang=lang)


def _take_up_again(now: datetime) -> None:
    """Have what this worker had claimed when the database went away analysed now, not when the lease ends.

    It counts as tried, so that each is taken alone: it may have been one of them.
    """
    while _interrupted:
        Thread.objects.filter(due_at=_interrupted[-1] + LEASE).update(due_at=now)
        _interrupted.pop()


def _analyse(claimed: Sequence[Thread], now: datetime) -> int:
    began = time.perf_counter()
    for threads in _by_source(claimed):
        for thread, report, details in _analysed(threads):
            _write(thread, report, details, now)
            if thread.stale_since is not None:
                waited = (now - thread.stale_since).total_seconds() + time.perf_counter() - began
                TALLIES.observe("radar", max(waited, 0.0))
    return len(claimed)


def _summary(posts: int, views: int | None, first: datetime | None, last: datetime | None) -> ThreadSummary:
    hours = (last - first).total_seconds() / 3600 if first and last else None
    return ThreadSummary(posts, None if views is None else float(views), None, hours)


def _by_source(threads: Iterable[Thread]) -> Iterable[list[Thread]]:
    found: defaultdict[int, list[Thread]] = defaultdict(list)
    for thread in threads:
        found[thread.source_id].append(thread)
    return found.values()


def _analysed(threads: Sequence[Thread]) -> Iterator[tuple[Thread, ThreadReport | None, Details]]:
    """Report every thread of one source, and those above calm in detail and in every language."""
    posts = {thread.key: timed(posts_of(thread)) for thread in threads}
    in_order = (post for key in sorted(posts) for post in posts[key])
    source = threads[0].source
    reports = {report.thread_id: report for report in analyser_for(source, LANGS[0]).reports(in_order)}
    for thread in threads:
        report = reports.get(thread.key)
        deserving = report is not None and (report.reasons or report.stage != STAGES[0])
        langs = LANGS if deserving else ()
        yield thread, report, {lang: analyser_for(source, lang).detail(posts[thread.key]) for lang in langs}


def _write(thread: Thread, report: ThreadReport | None, details: Details, now: datetime) -> None:
    claimed_until = now + LEASE
    with transaction.atomic():
        if not _is_wanted(thread):
            return
        if report is not None:
            _write_report(thread, report, details, now)
        else:
            _write_nothing(thread, now)
        # whatever came while we analysed has set its own due time, which then stays
        ours = Thread.objects.filter(pk=thread.pk, due_at=claimed_until)
        ours.update(due_at=None, stale_since=None, attempts=0, last_error="")
        if report is not None:
            follow(thread=thread, now=now)
            consider(thread=thread, now=now)


def _is_wanted(thread: Thread) -> bool:
    """Lock a claimed thread; False where it is gone, or another worker has reported all its posts since."""
    due = Thread.objects.select_for_update().filter(pk=thread.pk).values_list("due_at", flat=True)
    return any(due)


def _write_report(thread: Thread, report: ThreadReport, details: Details, now: datetime) -> None:
    moved = abs(thread.score - report.score) > _CHANGED or thread.stage != report.stage
    last = thread.scores.order_by("at").last()
    values = _columns(report, details, now)
    for name, value in values.items():
        setattr(thread, name, value)
    Thread.objects.filter(pk=thread.pk).update(**values)
    _write_findings(thread, details)
    if moved or last is None or (thread.views or 0) > (last.views or 0) * _MORE_VIEWS:
        ThreadScore.objects.update_or_create(
            thread=thread,
            at=now,
            defaults={"score": report.score, "stage": report.stage, "views": thread.views},
        )


def _write_nothing(thread: Thread, now: datetime) -> None:
    """Keep nothing of a conversation of which nothing may be read any more."""
    ThreadFindings.objects.filter(thread=thread).delete()
    empty = {"score": 0.0, "stage": STAGES[0], "onset_post": "", "affected": 0, "people": 0}
    made: dict[str, Any] = {"reasons": [], "signals": {}, "roles": {}, "series": {}}
    Thread.objects.filter(pk=thread.pk).update(scored=False, analysed_at=now, **empty, **made)


def _write_findings(thread: Thread, details: Details) -> None:
    """Keep what single posts showed, so that a page of the thread needs no analysis of its own."""
    detail = details.get(LANGS[0])
    if detail is None:
        ThreadFindings.objects.filter(thread=thread).delete()
    else:
        ThreadFindings.objects.update_or_create(thread=thread, defaults={"packed": packed(detail)})


def _columns(report: ThreadReport, details: Details, now: datetime) -> dict[str, Any]:
    detail = details.get(LANGS[0])
    roles = suggested_roles(detail) if detail is not None else {}
    answers = [each.post.created_at for each in detail.findings if each.company] if detail is not None else []
    return {
        "scored": report.scored,
        "score": report.score,
        "stage": report.stage,
        "onset_post": report.onset_post or "",
        "affected": count_affected(roles),
        "people": report.participants,
        "reasons": stored(details),
        "signals": report.signals,
        "roles": roles,
        "series": _series(detail) if detail is not None else {},
        "company_answered_at": max(filter(None, answers), default=None),
        "analysed_at": now,
        "scorer": SCORER,
    }


def _series(detail: ThreadDetail) -> dict[str, list[float | None]]:
    wanted = {name: values for name, values in detail.series.items() if name in PLOTTED or name[:4] == "mix_"}
    wanted["anger"] = tuple(heat(detail.findings))
    return {name: [_rounded(value) for value in values] for name, values in wanted.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
