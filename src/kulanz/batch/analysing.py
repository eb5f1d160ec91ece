"""Analyses one partition, in this process or in a worker."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain

from kulanz.batch.collecting import rare_collections
from kulanz.batch.long_threads import LongThreads
from kulanz.batch.options import AnalyserFactory, BatchOptions, ThreadAnalyser
from kulanz.batch.partition import Partition
from kulanz.batch.pieces import pieces
from kulanz.batch.ranking import Ranking
from kulanz.batch.scratch import Scratch
from kulanz.batch.threads import Ordering
from kulanz.core.measures.baseline import Baseline
from kulanz.core.report import Stage, ThreadReport


@dataclass(slots=True)
class Tally:
    """Counts of a scan.

    ``not_scored`` threads are in no language the models read, no post of ``timeless`` ones has a time.
    Of ``long`` threads only the opening and the last posts were analysed. ``repeated`` posts came again
    under the same ids, and the last one counted. ``inactive`` threads end before ``since``.
    """

    threads: int = 0
    posts: int = 0
    not_scored: int = 0
    timeless: int = 0
    long: int = 0
    repeated: int = 0
    inactive: int = 0
    stages: Counter[Stage] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add another partition's counts."""
        self.threads += other.threads
        self.posts += other.posts
        self.not_scored += other.not_scored
        self.timeless += other.timeless
        self.long += other.long
        self.repeated += other.repeated
        self.inactive += other.inactive
        self.stages.update(other.stages)

    def count(self, report: ThreadReport) -> None:
        """Count one thread."""
        self.threads += 1
        self.not_scored += not report.scored
        self.timeless += report.last_at is None
        self.long += report.analysed_posts is not None
        self.stages[report.stage] += 1


@dataclass(frozen=True, slots=True)
class Job:
    """What every partition is analysed with; it travels to the workers."""

    make_analyser: AnalyserFactory
    baseline: Baseline
    options: BatchOptions


def analyse_partition(
    partition: Partition, analyser: ThreadAnalyser, options: BatchOptions, scratch: Scratch, ranking: Ranking
) -> Tally:
    """Put the reports of a partition's threads into the ranking; return the counts."""
    tally, limit = Tally(), options.partition_bytes
    for piece in pieces(partition, limit, scratch):
        ordering, long = Ordering(options.window), LongThreads(scratch, limit, f"{piece.name}-long")
        if piece.giant is None:
            threads = ordering.threads(piece.threads(), long)
        else:
            threads = ordering.giant(piece, long)
        with rare_collections():
            for report in long.told(analyser.reports(chain.from_iterable(threads))):
                ranking.add(report)
                tally.count(report)
        tally.add(Tally(posts=ordering.posts, repeated=ordering.repeated, inactive=ordering.inactive))
    return tally
