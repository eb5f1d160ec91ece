"""Scans with Spark: read, bring together, analyse, rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from uuid import uuid4

from msgspec.structs import replace

from kulanz.batch import long_threads
from kulanz.batch.analysing import Job, Tally
from kulanz.batch.options import AnalyserFactory, BatchOptions, Window
from kulanz.batch.reading import decode_post
from kulanz.batch.spark.analysing import ANALYSED, Analysis, decode_report, decode_tally
from kulanz.batch.spark.inputs import Input, lines_of, noted, of_frame, of_paths
from kulanz.batch.spark.placing import is_active, learned, placed
from kulanz.batch.spark.ranking import ranked
from kulanz.batch.spark.session import check_classic, functions, plain_errors
from kulanz.core.measures.baseline import Baseline
from kulanz.core.report import ThreadDetail, ThreadReport
from kulanz.sources import Problems
from kulanz.sources.errors import nothing_readable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NO_WINDOW: Final = Window()


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a scan analyses, of which time, and what is usual; None has that learned."""

    make_analyser: AnalyserFactory
    window: Window
    baseline: Baseline | None = None


@dataclass(slots=True)
class _Read:
    """All posts in order, as Spark keeps them (``kept``, with notes), and what was learned while reading."""

    kept: DataFrame
    job: Job
    repeated: int
    later: int
    untimed: int

    @property
    def posts(self) -> DataFrame:
        return self.kept.where("note is null")


class SparkScan:
    """The ranked reports of a scan; a context manager that lets go of what Spark keeps for it.

    Iterate for all reports, best first; ``frame`` has them as a DataFrame. ``tally``, ``later`` and
    ``untimed`` count as those of ``kulanz.batch.ScanResult``.
    """

    def __init__(self, read: _Read, analysed: DataFrame, tally: Tally) -> None:
        self.tally = tally
        self.later = read.later
        self.untimed = read.untimed
        self.baseline = read.job.baseline
        self._read = read
        self._analysed = analysed
        self._ranked = ranked(analysed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[ThreadReport]:
        with plain_errors():
            rows = self._ranked.lines.toLocalIterator()
            for rank, row in enumerate(rows, start=1):
                yield replace(decode_report(row.report), rank=rank)

    def __len__(self) -> int:
        return self.tally.threads

    @property
    def frame(self) -> DataFrame:
        """The reports with their ranks, one column a field, best first; lazy, and good until ``close``."""
        return self._ranked.frame()

    def write(self, folder: str) -> None:
        """Have Spark write ``frame`` as Parquet into a new folder of any of its file systems."""
        with plain_errors():
            self.frame.write.parquet(folder)

    def top(self, count: int) -> list[ThreadReport]:
        """Return the best reports."""
        return list(islice(self, count))

    def details(self, count: int) -> Iterator[ThreadDetail]:
        """Yield the details of the best threads, best first; their posts are held in memory here."""
        top, job = self.top(count), self._read.job
        found = dict(self._details([report.thread_id for report in top], job))
        for report in top:
            detail = found.pop(report.thread_id)
            yield replace(detail, report=replace(detail.report, rank=report.rank))

    def close(self) -> None:
        """Let go of what Spark keeps; neither the result nor its frame must be used afterwards."""
        self._ranked.close()
        self._analysed.unpersist()
        self._read.kept.unpersist()

    def _details(self, thread_ids: Sequence[str], job: Job) -> Iterator[tuple[str, ThreadDetail]]:
        f = functions()
        analyser = job.make_analyser(job.baseline)
        wanted = self._read.posts.where(f.col("thread_id").isin(list(thread_ids)))
        with plain_errors():
            rows = wanted.select("thread_id", "line").toLocalIterator()
            for thread_id, given in groupby(rows, lambda row: row.thread_id):
                long = long_threads.LongThreads()
                posts = long.cut(job.options.window.known(decode_post(row.line)) for row in given)
                detail = analyser.detail(posts)
                (report,) = long.told([detail.report])
                yield thread_id, replace(detail, report=report)


def scan(
    frame: DataFrame,
    make_analyser: AnalyserFactory,
    *,
    problems: Problems | None = None,
    window: Window = _NO_WINDOW,
    baseline: Baseline | None = None,
) -> SparkScan:
    """Analyse and rank all threads of a DataFrame; its rows may come in any order.

    It has the columns of Kulanz Parquet, or one column ``value`` with lines of Kulanz JSONL, as
    ``spark.read.text`` gives them. ``make_analyser`` must be picklable; it is called once in every Python
    process of the executors. ``baseline`` says what is usual where that is known, such as from a scan of
    more than these posts; else it is learned from them. Raise UnreadableError when there was not one post,
    OrderError as the core does, and SparkError where Spark gave up.
    """
    found = Problems() if problems is None else problems
    asked = _Asked(make_analyser, window, baseline)
    return _scan(frame.sparkSession, [of_frame(frame)], ["DataFrame"], found, asked)


def scan_paths(
    spark: SparkSession,
    paths: Sequence[str],
    make_analyser: AnalyserFactory,
    *,
    problems: Problems | None = None,
    options: BatchOptions = BatchOptions(),  # noqa: B008 - frozen
) -> SparkScan:
    """As ``scan``, of JSONL and Parquet at paths such as ``s3a://bucket/posts`` or ``hdfs:///posts``.

    Of ``options`` the window and the format count; how much is held where is Spark's own configuration.
    """
    found = Problems() if problems is None else problems
    with plain_errors():
        inputs = of_paths(spark, paths, found, options.reading.format)
    return _scan(spark, inputs, paths, found, _Asked(make_analyser, options.window))


def _scan(
    spark: SparkSession, inputs: Sequence[Input], names: Sequence[str], problems: Problems, asked: _Asked
) -> SparkScan:
    check_classic(spark)
    if not inputs:
        raise nothing_readable(names, problems)
    with plain_errors():
        kept = placed(lines_of(inputs, asked.window), asked.window).persist()
        try:
            return _analysed(spark, _learned(kept, names, problems, asked), asked.window)
        except BaseException:
            kept.unpersist()
            raise


def _learned(kept: DataFrame, names: Sequence[str], problems: Problems, asked: _Asked) -> _Read:
    posts, later, untimed = noted(kept, names, problems)
    rows = kept.where("note is null")
    usual, count = learned(rows) if asked.baseline is None else (asked.baseline, rows.count())
    job = Job(asked.make_analyser, usual, BatchOptions(window=asked.window))
    return _Read(kept, job, posts - count, later, untimed)


def _analysed(spark: SparkSession, read: _Read, window: Window) -> SparkScan:
    job = spark.sparkContext.broadcast(read.job)
    active = read.posts.where(is_active(window)) if window.since else read.posts
    analysed = active.select("line").mapInArrow(Analysis(uuid4().hex, job), ANALYSED).persist()
    tally = Tally(repeated=read.repeated)
    for row in analysed.where("tally is not null").select("tally").collect():
        tally.add(decode_tally(row.tally))
    if window.since:
        tally.inactive = read.posts.select("thread_id").distinct().count() - tally.threads
    return SparkScan(read, analysed, tally)
