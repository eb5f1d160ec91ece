"""Which threads are turning into an issue: ``kulanz scan``."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kulanz import __version__
from kulanz.cli.options import (
    Engine,
    Inputs,
    Perspective,
    Share,
    Working,
    engine_options,
    examples,
    input_options,
    perspective_options,
    share_options,
    working_options,
)
from kulanz.cli.output import STANDARD_OUTPUT, complete_file, is_parquet, write_lines
from kulanz.cli.params import NewFile
from kulanz.cli.session import PROBLEMS_TOLD, Session, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kulanz.batch import BatchOptions, ScanResult
    from kulanz.batch.spark import SparkScan

TOP: Final = 20
LISTED_IN_REPORT: Final = 1000
_TIMELESS: Final = (
    "without a time, read in the order in which the posts stand; where a table has times, name their column,"
    " for example --columns created_at=Datum"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the results of a scan go, and how many threads are shown in detail."""

    output: Path | None = None
    report: Path | None = None
    top: int = TOP


@click.command(
    epilog=examples(
        "kulanz scan sample/threads --company Kontaktor",
        "kulanz scan sample/threads --output threads.jsonl --report report.html",
        "kulanz scan sample/threads --as-of 2026-06-11T20:00:00Z --top 5",
        "cat sample/threads/4711.jsonl | kulanz scan - --lang de",
    )
)
@input_options
@working_options
@perspective_options
@engine_options
@click.option(
    "--output", type=NewFile(".jsonl", ".parquet", dash=True),
    help="Write one line a thread, best first, as .jsonl or .parquet; - writes lines instead of the table.",
)  # fmt: skip
@click.option("--report", type=NewFile(".html", ".htm"), help="Write a page with timelines and evidence.")
@click.option(
    "--top", type=click.IntRange(min=1), default=TOP, show_default=True,
    help="Threads in the table, and in detail in the report.",
)  # fmt: skip
@share_options
def scan(  # noqa: PLR0913, PLR0917 - one argument an option
    inputs: Inputs,
    working: Working,
    perspective: Perspective,
    engine: Engine,
    output: Path | None,
    report: Path | None,
    top: int,
    share: Share,
) -> None:
    """Rank threads: which are turning into an issue, and why.

    PATH is a file, a folder, an archive or - for standard input. The format is found by content.
    """
    wanted = Wanted(output, report, top)
    options = share.applied(working.batch_options(inputs), perspective)
    with Session(inputs) as session:
        with _scanned(inputs, options, perspective, engine, session) as result:
            deliver(result, wanted, inputs.paths, perspective, session)
        session.finish()


def _scanned(
    inputs: Inputs, options: BatchOptions, perspective: Perspective, engine: Engine, session: Session
) -> AbstractContextManager[ScanResult | SparkScan]:
    if engine.engine == "spark":
        from kulanz.cli.spark_scan import scanned

        return scanned(inputs, options, perspective, engine, session)
    return _scanned_here(inputs, options, perspective, session)


def _scanned_here(
    inputs: Inputs, options: BatchOptions, perspective: Perspective, session: Session
) -> ScanResult:
    from kulanz.batch import scan as run

    result = run(
        inputs.paths, perspective.factory(), problems=session.problems, options=options, progress=session
    )
    if result.resumed and options.resume is not None:
        done = f"{result.resumed} of {result.parts} parts were done"
        session.say(f"went on from {options.resume.folder}: {done}")
    return result


def deliver(
    result: ScanResult | SparkScan,
    wanted: Wanted,
    paths: Sequence[str],
    perspective: Perspective,
    session: Session,
) -> None:
    """Print the table, write the files, tell the counts."""
    session.rest()
    if wanted.output != STANDARD_OUTPUT:
        _print_table(result, wanted.top, perspective)
    if wanted.output is not None:
        _write_reports(result, wanted.output)
        if wanted.output != STANDARD_OUTPUT:
            session.say(f"wrote {wanted.output}: {counted(len(result), 'thread')}")
    if wanted.report is not None:
        _write_page(result, wanted, paths, perspective, session)
        session.say(f"wrote {wanted.report.resolve().as_uri()}")
    _tell_counts(result, wanted, session)


def _print_table(result: ScanResult | SparkScan, top: int, perspective: Perspective) -> None:
    from rich.console import Console

    from kulanz.pages import print_table

    print_table(Console(file=sys.stdout), result.top(top), top=top, lang=perspective.lang)


def _write_reports(result: ScanResult | SparkScan, path: Path) -> None:
    if is_parquet(path):
        from kulanz.cli.parquet_results import write_reports

        write_reports(result, path)
    else:
        write_lines(result, path)


def _write_page(
    result: ScanResult | SparkScan,
    wanted: Wanted,
    paths: Sequence[str],
    perspective: Perspective,
    session: Session,
) -> None:
    from kulanz.pages import Summary, write_report

    tally, problems = result.tally, session.problems
    summary = Summary(
        title=", ".join(perspective.company),
        inputs=tuple(paths),
        threads=tally.threads,
        posts=tally.posts,
        generated_at=datetime.now(UTC),
        version=__version__,
        not_scored=tally.not_scored,
        skipped=problems.total,
        problems=tuple(str(problem) for problem in problems.kept[:PROBLEMS_TOLD]),
        stages=tally.stages,
    )
    details = {detail.report.thread_id: detail for detail in result.details(wanted.top)}
    ranked = result.top(max(wanted.top, LISTED_IN_REPORT))
    assert wanted.report is not None  # noqa: S101 - only called with one
    with complete_file(wanted.report) as path, path.open("w", encoding="utf-8", errors="replace") as page:
        write_report(page, ranked=ranked, details=details, summary=summary, lang=perspective.lang)


def _tell_counts(result: ScanResult | SparkScan, wanted: Wanted, session: Session) -> None:
    tally = result.tally
    cut = wanted.top < tally.threads and wanted.output != STANDARD_OUTPUT
    shown = f", the first {wanted.top:,} are shown" if cut else ""
    session.say(f"{counted(tally.threads, 'thread')} with {counted(tally.posts, 'post')}{shown}")
    for count, said in (
        (tally.not_scored, "thread|not scored: neither German nor English"),
        (tally.timeless, f"thread|{_TIMELESS}"),
        (tally.long, "thread|too long to be read whole: the opening and the last posts were analysed"),
        (tally.repeated, "post|repeated under the same id, of which the last counted"),
        (tally.inactive, "thread|left out: over before --since"),
        (result.later, "post|left out: later than --as-of"),
        (result.untimed, "post|left out: without a time, so perhaps later than --as-of"),
    ):
        if count:
            noun, _, what = said.partition("|")
            session.say(f"{counted(count, noun)} {what}")
