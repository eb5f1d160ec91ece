"""A thread in detail as a page shows it: facts, reasons, marks, charts, tables and posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.durations import duration
from kulanz.core.report import ThreadDetail, ThreadReport
from kulanz.pages import formats, safe
from kulanz.pages.charts import Chart, Mark, days_chart, fronts_chart, marks_of, mix_chart, score_chart
from kulanz.pages.postviews import PostPage, Reference, RunView
from kulanz.pages.rows import REASON_LIMIT, Row
from kulanz.pages.tables import Table, days_table, posts_table
from kulanz.pages.words import Words

REFERENCES_AT_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A reason in words and the posts it rests on; ``more`` counts those not listed."""

    text: str
    posts: tuple[Reference, ...]
    more: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """What a letter in the charts stands for."""

    letter: str
    text: str
    posts: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """Everything the template of one thread reads."""

    row: Row
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[ReasonView, ...]
    marks: tuple[MarkView, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    runs: tuple[RunView, ...]


def thread_view(row: Row, report: ThreadReport, detail: ThreadDetail, words: Words) -> ThreadView:
    """The detail of the thread in ``row``; the ranked report wins over the one in the detail."""
    marks = marks_of(detail)
    page = PostPage(detail, row.anchor, words, _named(report, detail, marks))
    return ThreadView(
        row=row,
        facts=tuple(_facts(row, report, words)),
        reasons=tuple(_reasons(report, page, words)),
        marks=tuple(_mark(mark, page, words) for mark in marks),
        charts=_charts(detail, marks, words),
        tables=(posts_table(detail, marks, words), days_table(detail, words)),
        runs=tuple(page.runs()),
    )


def _charts(detail: ThreadDetail, marks: Sequence[Mark], words: Words) -> tuple[Chart, ...]:
    if not detail.findings:
        return ()
    return (
        score_chart(detail, marks, words),
        fronts_chart(detail, marks, words),
        mix_chart(detail, words),
        days_chart(detail, words),
    )


def _named(report: ThreadReport, detail: ThreadDetail, marks: Sequence[Mark]) -> set[int]:
    ids = {post for reason in report.reasons for post in reason.posts}
    named = {i for i, finding in enumerate(detail.findings) if finding.post.post_id in ids}
    return named | {post for mark in marks for post in mark.posts}


def _facts(row: Row, report: ThreadReport, words: Words) -> Iterator[tuple[str, str]]:
    yield words("affected"), row.affected
    yield words("posts"), row.posts
    if report.analysed_posts is not None:
        yield words("analysed_posts"), formats.number(report.analysed_posts, words.lang)
    yield words("people"), row.people
    yield words("views"), row.views
    for key, moment in (
        ("opened", report.opened_at),
        ("last", report.last_at),
        ("closed", report.closed_at),
    ):
        if moment is not None:
            yield words(key), formats.time(moment, words.lang)
    if report.opened_at and report.last_at:
        seconds = (report.last_at - report.opened_at).total_seconds()
        yield words("duration"), duration(seconds, words.lang)


def _reasons(report: ThreadReport, page: PostPage, words: Words) -> Iterator[ReasonView]:
    for reason in report.reasons:
        indices = [i for i in map(page.index_of, reason.posts) if i is not None]
        more = len(indices) - REFERENCES_AT_MOST
        yield ReasonView(
            text=safe.line(reason.text, REASON_LIMIT),
            posts=tuple(page.reference(i) for i in indices[:REFERENCES_AT_MOST]),
            more=words("more_references", n=formats.number(more, words.lang)) if more > 0 else "",
        )


def _mark(mark: Mark, page: PostPage, words: Words) -> MarkView:
    text = words.known(f"mark_{mark.code}", safe.line(mark.code, 40))
    return MarkView(mark.letter, text, tuple(page.reference(i) for i in mark.posts))
