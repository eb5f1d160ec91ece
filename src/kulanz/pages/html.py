"""The self-contained HTML report: one file, no requests, every foreign text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from kulanz.core.report import STAGES, Stage, ThreadDetail, ThreadReport
from kulanz.core.spoken import Lang
from kulanz.pages import formats, safe
from kulanz.pages.environment import environment, policy, resource
from kulanz.pages.rows import Row, row_of
from kulanz.pages.summary import Summary
from kulanz.pages.threads import ThreadView, thread_view
from kulanz.pages.words import Words

INPUTS_AT_MOST: Final = 5
PROBLEMS_AT_MOST: Final = 50
LINE_LIMIT: Final = 400
NOTES: Final = ("note_score", "note_stage", "note_affected", "note_belief", "note_fronts", "note_people")


@dataclass(frozen=True, slots=True)
class _Header:
    """What was read, in sentences."""

    title: str
    made: str
    read: str
    inputs: tuple[str, ...]
    more_inputs: str
    not_scored: str
    skipped: str
    problems: tuple[str, ...]
    stages: tuple[tuple[Stage, str, str, int], ...]
    part: str


def write_report(
    out: TextIO,
    *,
    ranked: Sequence[ThreadReport],
    details: Mapping[str, ThreadDetail],
    summary: Summary,
    lang: Lang,
) -> None:
    """Write the report of a scan as one HTML page to ``out`` (open it as UTF-8).

    ``ranked`` is listed in the order given; threads with an entry in ``details`` (by thread_id)
    are also shown with charts and posts. Raises what ``out.write`` raises.
    """
    words = Words(lang)
    rows = [
        row_of(report, position, words, detailed=report.thread_id in details)
        for position, report in enumerate(ranked, start=1)
    ]
    page = environment().get_template("report.html.j2")
    style, script = resource("style.css"), resource("report.js")
    stream = page.generate(
        w=words,
        head=_header(summary, len(ranked), words),
        rows=rows,
        stages=STAGES,
        threads=_threads(rows, ranked, details, words),
        notes=[words(key) for key in NOTES],
        style=style,
        script=script,
        policy=policy(style, script),
    )
    out.writelines(stream)


def _threads(
    rows: Sequence[Row],
    ranked: Sequence[ThreadReport],
    details: Mapping[str, ThreadDetail],
    words: Words,
) -> Iterator[ThreadView]:
    """One view at a time, because long threads are large."""
    for row, report in zip(rows, ranked, strict=True):
        if row.anchor:
            yield thread_view(row, report, details[report.thread_id], words)


def _header(summary: Summary, shown: int, words: Words) -> _Header:
    lang = words.lang
    posts = words.count("posts", summary.posts, formats.number(summary.posts, lang))
    threads = words.count("threads", summary.threads, formats.number(summary.threads, lang))
    more = len(summary.inputs) - INPUTS_AT_MOST
    return _Header(
        title=safe.line(summary.title) or words("default_title"),
        made=words(
            "made", time=formats.time(summary.generated_at, lang), version=safe.line(summary.version, 40)
        ),
        read=words("read", posts=posts, threads=threads),
        inputs=tuple(safe.line(name, LINE_LIMIT) for name in summary.inputs[:INPUTS_AT_MOST]),
        more_inputs=words("and_more", n=formats.number(more, lang)) if more > 0 else "",
        not_scored=_counted("not_scored", summary.not_scored, words) if summary.not_scored else "",
        skipped=_counted("skipped", summary.skipped, words) if summary.skipped else words("skipped_none"),
        problems=tuple(safe.line(text, LINE_LIMIT) for text in summary.problems[:PROBLEMS_AT_MOST]),
        stages=tuple(_stage(stage, summary.stages.get(stage, 0), words) for stage in reversed(STAGES)),
        part=_part(shown, summary.threads, words),
    )


def _counted(key: str, n: int, words: Words) -> str:
    return words.count(key, n, formats.number(n, words.lang))


def _stage(stage: Stage, n: int, words: Words) -> tuple[Stage, str, str, int]:
    return stage, words(f"stage_{stage}"), formats.number(n, words.lang), n


def _part(shown: int, every: int, words: Words) -> str:
    if shown >= every:
        return ""
    return words(
        "ranked_part", shown=formats.number(shown, words.lang), all=formats.number(every, words.lang)
    )
