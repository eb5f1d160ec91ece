"""Scans an archive of any size: partition, sort, analyse, rank."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Final, Self

from msgspec.structs import replace

from kulanz.batch.analysing import Job, Tally
from kulanz.batch.journal import Journal
from kulanz.batch.long_threads import LongThreads
from kulanz.batch.options import AnalyserFactory, BatchOptions, Progress, unheard
from kulanz.batch.partition import Partition, Partitioned, ThreadLines, bucket_of, partitioned
from kulanz.batch.pieces import one_thread
from kulanz.batch.ranking import MOST_RUNS, Ranking
from kulanz.batch.scratch import Scratch
from kulanz.batch.threads import Ordering
from kulanz.batch.workers import Outcome, analysed, outcome_of
from kulanz.core.posts import Post
from kulanz.core.report import ThreadDetail, ThreadReport
from kulanz.sources import Problems

_DEFAULT_OPTIONS: Final = BatchOptions()


class ScanResult:
    """The ranked reports of a scan; a context manager that removes the working data.

    Iterate for all reports, best first, as often as wanted. ``tally`` counts threads and posts,
    ``later`` and ``untimed`` the posts left out because of ``as_of``. Of its ``parts`` an earlier run had
    analysed ``resumed``.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - one argument a part of the run
        self,
        tally: Tally,
        read: Partitioned,
        ranking: Ranking,
        job: Job,
        scratch: Scratch,
        journal: Journal | None = None,
        resumed: int = 0,
    ) -> None:
        self.tally = tally
        self.resumed = resumed
        self.parts = len(read.partitions)
        self.later = read.later
        self.untimed = read.untimed
        self.baseline = read.baseline
        self._partitions = read.partitions
        self._ranking = ranking
        self._job = job
        self._scratch = scratch
        self._journal = journal

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(finished=kind is None)

    def __iter__(self) -> Iterator[ThreadReport]:
        return iter(self._ranking)

    def __len__(self) -> int:
        return self.tally.threads

    def top(self, count: int) -> list[ThreadReport]:
        """Return the best reports."""
        return list(islice(self, count))

    def details(self, count: int) -> Iterator[ThreadDetail]:
        """Yield the details of the best threads, best first; their posts are held in memory."""
        top = self.top(count)
        lines = self._lines_of([report.thread_id for report in top if report.analysed_posts is None])
        analyser = self._job.make_analyser(self._job.baseline)
        ordering = Ordering(self._job.options.window)
        long = LongThreads(self._scratch, self._job.options.partition_bytes, "detail")
        for report in top:
            if report.analysed_posts is None:
                posts = ordering.in_order(lines.pop(report.thread_id))
            else:
                posts = self._cut(report.thread_id, ordering, long)
            detail = analyser.detail(posts)
            (found,) = long.told([detail.report])
            yield replace(detail, report=replace(found, rank=report.rank))

    def close(self, *, finished: bool = True) -> None:
        """Remove the working data; the result must not be used afterwards.

        What is kept to resume from stays where its user has not ``finished``.
        """
        self._scratch.close()
        if self._journal is not None:
            self._journal.close(finished=finished)

    def _lines_of(self, thread_ids: Sequence[str]) -> ThreadLines:
        wanted = frozenset(thread_ids)
        found: ThreadLines = {}
        for partition in self._holding(wanted):
            found |= partition.threads(wanted)
        return found

    def _cut(self, thread_id: str, ordering: Ordering, long: LongThreads) -> list[Post]:
        """Return what is analysed of a thread that is too long."""
        (partition,) = self._holding({thread_id})
        if partition.held:
            (posts,) = ordering.threads(partition.threads({thread_id}), long)
            return posts
        giant = one_thread(partition, thread_id, f"{partition.name}-detail", self._scratch)
        (posts,) = ordering.giant(giant, long)
        giant.discard()
        return posts

    def _holding(self, thread_ids: Collection[str]) -> Iterator[Partition]:
        buckets = {bucket_of(thread_id, self._job.options.partitions) for thread_id in thread_ids}
        return (each for each in self._partitions if not buckets.isdisjoint(each.buckets))


def scan(
    paths: Sequence[str | os.PathLike[str]],
    make_analyser: AnalyserFactory,
    *,
    problems: Problems | None = None,
    options: BatchOptions = _DEFAULT_OPTIONS,
    progress: Progress = unheard,
) -> ScanResult:
    """Analyse and rank all threads of the inputs in bounded memory; lines may come in any order.

    ``make_analyser`` must be picklable for more than one worker, such as a partial of a function
    of a module. The result does not depend on the order of the lines, the number of partitions
    or that of workers. Raise UnreadableError when there was not one post, SourceError for an
    unknown format, SpillError where the temporary folder is full or lies in an
    input, WorkerError where a worker
    was killed; the working data is removed then, and on Ctrl-C, unless ``options.resume`` keeps it: then the
    same scan goes on from there, and where it is another one, ResumeError is raised.
    """
    journal = None if options.resume is None else Journal(options, paths)
    scratch = Scratch(options.temp_dir, paths) if journal is None else Scratch(journal.folder)
    try:
        noted = Problems() if problems is None else problems
        read = _read(paths, options, noted, scratch, journal, progress)
        job = Job(make_analyser, read.baseline, options)
        # what a journal keeps stays in its own files
        most_runs = MOST_RUNS if journal is None else len(read.partitions)
        ranking = Ranking(scratch, "ranking", options.memory_bytes // 8, most_runs)
        tally, resumed = _analyse_all(read, job, ranking, scratch, journal, progress)
        return ScanResult(tally, read, ranking, job, scratch, journal, resumed)
    except BaseException:
        scratch.close()
        if journal is not None:
            journal.close(finished=False)
        raise


def _read(
    paths: Sequence[str | os.PathLike[str]],
    options: BatchOptions,
    problems: Problems,
    scratch: Scratch,
    journal: Journal | None,
    progress: Progress,
) -> Partitioned:
    if journal is None:
        return partitioned(paths, options, problems, scratch, progress)
    kept = journal.read(problems)
    if kept is not None:
        return kept
    return journal.keep_read(partitioned(paths, options, problems, scratch, progress), problems)


def _analyse_all(
    read: Partitioned,
    job: Job,
    ranking: Ranking,
    scratch: Scratch,
    journal: Journal | None,
    progress: Progress,
) -> tuple[Tally, int]:
    """Return the counts of all partitions, and how many of these an earlier run had analysed."""
    tally, todo = Tally(), []
    for partition in read.partitions:
        done = None if journal is None else journal.done(partition.name)
        if done is None:
            todo.append(partition)
        else:
            tally.add(done[0])
            ranking.take([], [done[1]])
    for outcome in _outcomes(todo, job, scratch):
        if journal is None:
            ranking.take(outcome.entries, outcome.runs)
        else:
            ranking.take([], [journal.keep_done(outcome, scratch)])
        tally.add(outcome.tally)
        progress("analysing", tally.posts + tally.repeated, read.posts)
    progress("analysing", read.posts, read.posts)
    return tally, len(read.partitions) - len(todo)


def _outcomes(partitions: list[Partition], job: Job, scratch: Scratch) -> Iterator[Outcome]:
    workers = min(job.options.workers, len(partitions))
    if workers > 1:
        return analysed(partitions, job, workers, scratch)
    analyser = job.make_analyser(job.baseline)
    return (outcome_of(partition, analyser, job.options, scratch) for partition in partitions)
