"""Runs the core in the executors: one partition after the other, its posts streamed out of Arrow batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from kulanz.batch import long_threads
from kulanz.batch.analysing import Job, Tally
from kulanz.batch.collecting import rare_collections
from kulanz.batch.options import ThreadAnalyser
from kulanz.batch.order import counted
from kulanz.batch.reading import decode_post
from kulanz.batch.spark.rows import Row, batches_of
from kulanz.core.posts import Post
from kulanz.core.report import ThreadReport
from kulanz.sources.parquet import arrow

if TYPE_CHECKING:
    from pyspark import Broadcast

ANALYSED: Final = "score double, thread_id string, report binary, tally binary"
_ROW_BYTES: Final = 100
_moment_of: Final = attrgetter("thread_id", "created_at")
_encode: Final = msgspec.json.Encoder().encode
decode_report: Final = msgspec.json.Decoder(ThreadReport).decode


@dataclass(frozen=True, slots=True)
class Analysis:
    """What every partition is analysed with; the job is broadcast, so that each executor fetches it once."""

    number: str
    job: Broadcast[Job] = field(compare=False)

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Return the rows ``ANALYSED`` of a partition: one a thread, and its counts at the end."""
        found = iter(batches)
        beginning = list(islice(found, 1))
        if not beginning:
            return iter(())
        return batches_of(
            self._rows(line for some in (beginning, found) for line in lines_of(some)), _schema(), _size
        )

    def _rows(self, lines: Iterator[bytes]) -> Iterator[Row]:
        job, tally = self.job.value, Tally()
        known = job.options.window.known
        posts = _counted(map(known, map(decode_post, lines)), tally)
        with rare_collections():
            for report in reports(posts, _analyser(self)):
                tally.count(report)
                yield report.score, report.thread_id, _encode(report), None
        yield None, None, None, _encode(tally)


def decode_tally(line: bytes) -> Tally:
    """Return the counts of a partition."""
    counts = msgspec.json.decode(line)
    return Tally(**{**counts, "stages": Counter(counts["stages"])})


def reports(posts: Iterable[Post], analyser: ThreadAnalyser) -> Iterator[ThreadReport]:
    """Yield a report for each thread of posts in order of (thread_id, created_at), else raise OrderError."""
    return long_threads.reports(_by_id(posts), analyser)


@lru_cache(maxsize=1)
def _analyser(analysis: Analysis) -> ThreadAnalyser:
    """Make the analyser, with its models, once in each Python process of an executor: they are used again."""
    job: Job = analysis.job.value
    return job.make_analyser(job.baseline)


def _by_id(posts: Iterable[Post]) -> Iterator[Post]:
    """Order the posts of one moment by their ids, as a person would count.

    A moment that alone makes its thread too long needs none here: who cuts the thread puts it in order.
    """
    for (_, time), group in groupby(posts, _moment_of):
        same = iter(group)
        held = list(islice(same, 1))
        if time is not None:
            held += _held(same)
            if 1 < len(held) <= long_threads.MOST_POSTS:
                held.sort(key=lambda post: counted(post.post_id))
        yield from held
        yield from same


def _held(same: Iterator[Post]) -> Iterator[Post]:
    free = long_threads.MOST_BYTES
    for post in islice(same, long_threads.MOST_POSTS):
        yield post
        free -= len(post.text)
        if free < 0:
            return


def lines_of(batches: Iterable[Any]) -> Iterator[bytes]:
    """Yield the lines of Arrow batches with one column."""
    for batch in batches:
        yield from batch.column(0).to_pylist()


def _counted(posts: Iterable[Post], tally: Tally) -> Iterator[Post]:
    for post in posts:
        tally.posts += 1
        yield post


def _size(row: Row) -> int:
    return _ROW_BYTES + len(row[2] or row[3])


@cache
def _schema() -> Any:
    pa = arrow()
    raw = pa.binary()
    return pa.schema([("score", pa.float64()), ("thread_id", pa.string()), ("report", raw), ("tally", raw)])
