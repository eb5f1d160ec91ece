"""Scans an archive of any size: partition, sort, analyse, rank."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Final, Self

from msgspec.structs import replace

from kulanz.batch.analysing import AnalyserFactory, Job, Tally, analyse_partition
from kulanz.batch.long_threads import LongThreads
from kulanz.batch.options import BatchOptions, Progress, unheard
from kulanz.batch.partition import Partition, Partitioned, ThreadLines, bucket_of, partitioned
from kulanz.batch.pieces import one_thread
from kulanz.batch.ranking import Ranking
from kulanz.batch.scratch import Scratch
from kulanz.batch.threads import Ordering
from kulanz.batch.workers import analysed
from kulanz.core.posts import Post
from kulanz.core.report import ThreadDetail, ThreadReport
from kulanz.sources import Problems

_DEFAULT_OPTIONS: Final = BatchOptions()


class ScanResult:
    """The ranked reports of a scan; a context manager that removes the working data.

    Iterate for all reports, best first, as often as wanted. ``tally`` counts threads and posts,
    ``later`` and ``untimed`` the posts left out because of ``as_of``.
    """

    def __init__(self, tally: Tally, read: Partitioned, ranking: Ranking, job: Job, scratch: Scratch) -> None:
        self.tally = tally
        self.later = read.later
        self.untimed = read.untimed
        self.baseline = read.baseline
        self._partitions = read.partitions
        self._ranking = ranking
        self._job = job
        self._scratch = scratch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        ordering, long = Ordering(self._job.options.window), LongThreads()
        for report in top:
            if report.analysed_posts is None:
                posts = ordering.in_order(lines.pop(report.thread_id))
            else:
                posts = self._cut(report.thread_id, ordering, long)
            detail = analyser.detail(posts)
            (found,) = long.told([detail.report])
            yield replace(detail, report=replace(found, rank=report.rank))

    def close(self) -> None:
        """Remove the working data; the result must not be used afterwards."""
        self._scratch.close()

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
            return long.cut(ordering.in_order(partition.threads({thread_id})[thread_id]))
        giant = one_thread(partition, thread_id, f"{partition.name}-detail", self._scratch)
        (posts,) = ordering.giant(giant, self._job.options.partition_bytes, self._scratch, long)
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
    unknown format, SpillError where the temporary folder is full, WorkerError where a worker
    was killed; the working data is removed then, and on Ctrl-C.
    """
    scratch = Scratch(options.temp_dir)
    try:
        noted = Problems() if problems is None else problems
        read = partitioned(paths, options, noted, scratch, progress)
        job = Job(make_analyser, read.baseline, options)
        ranking = Ranking(scratch, "ranking", options.memory_bytes // 8)
        tally = _analyse_all(read, job, ranking, scratch, progress)
        return ScanResult(tally, read, ranking, job, scratch)
    except BaseException:
        scratch.close()
        raise


def _analyse_all(
    read: Partitioned, job: Job, ranking: Ranking, scratch: Scratch, progress: Progress
) -> Tally:
    workers = min(job.options.workers, len(read.partitions))
    run = _in_workers if workers > 1 else _here
    tally = Tally()
    for part in run(read.partitions, job, ranking, scratch):
        tally.add(part)
        progress("analysing", tally.posts + tally.repeated, read.posts)
    progress("analysing", read.posts, read.posts)
    return tally


def _here(partitions: list[Partition], job: Job, ranking: Ranking, scratch: Scratch) -> Iterator[Tally]:
    analyser = job.make_analyser(job.baseline)
    for partition in partitions:
        yield analyse_partition(partition, analyser, job.options, scratch, ranking)


def _in_workers(partitions: list[Partition], job: Job, ranking: Ranking, scratch: Scratch) -> Iterator[Tally]:
    workers = min(job.options.workers, len(partitions))
    for outcome in analysed(partitions, job, workers, scratch):
        ranking.take(outcome.entries, outcome.runs)
        yield outcome.tally
