"""Brings every thread's posts together and in order, and learns what is usual; all of it inside Spark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from kulanz.batch.options import Window
from kulanz.batch.sample import MOST_POSTS, MOST_POSTS_OF_ONE, MOST_THREADS
from kulanz.batch.spark.lines import moment_of
from kulanz.batch.spark.session import functions, window
from kulanz.core.measures.baseline import Baseline, ThreadSummary

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row

_HASH_BITS: Final = 32
_MICROSECONDS: Final = 1_000_000
_SECONDS_PER_HOUR: Final = 3600.0
_SUM: Final = "decimal(38,0)"


def placed(lines: DataFrame, span: Window) -> DataFrame:
    """Return the rows with every thread whole in one partition, by thread_id, and by time within a thread.

    Of posts with the same id the last one counts, in the first one's place. Posts without a time come first, by
    their places. Notes belong to no thread.
    """
    f = functions()
    same = window().partitionBy("thread_id", "post_id")
    ended = f.max("moment").over(window().partitionBy("thread_id")) if span.since else f.lit(None).cast("long")
    return (
        lines.repartition("thread_id")
        .withColumns(
            {
                "newest": f.max("place").over(same),
                "place_kept": f.min("place").over(same),
                "views": f.max("views").over(same),
                "first": f.min("moment").over(same),
                "last": f.max("moment").over(same),
            }
        )
        .where("place = newest")
        .withColumn("ended", ended)
        .sortWithinPartitions("thread_id", f.col("moment").asc_nulls_first(), "place_kept")
        .select("thread_id", "moment", "views", "likes", "first", "last", "ended", "line", "note")
    )


def is_active(span: Window) -> Any:
    """Return the condition that a row's thread ended in the window; without ``since`` none has an end."""
    f = functions()
    since = moment_of(span.since)
    return f.col("ended").isNull() | (f.col("ended") >= f.lit(since))


def baseline(posts: DataFrame) -> Baseline:
    """Return what is usual, learned from the same sample of threads as ``kulanz.batch.sample`` takes."""
    f = functions()
    hashed = f.crc32(f.col("thread_id").cast("binary"))
    threads = (
        posts.groupBy("thread_id")
        .agg(
            f.least(f.count("*"), f.lit(MOST_POSTS_OF_ONE)).alias("posts"),
            f.max("views").alias("views"),
            f.sum(f.col("likes").cast(_SUM)).alias("likes"),
            (f.max("last").cast(_SUM) - f.min("first").cast(_SUM)).alias("span"),
        )
        .withColumn("zeros", f.when(hashed == 0, _HASH_BITS).otherwise(f.length(f.bin(hashed.bitwiseAND(-hashed))) - 1))
    )  # fmt: skip
    chosen = threads.where(f.col("zeros") >= _fewest_zeros(threads)).limit(MOST_THREADS)
    return Baseline.learn(_summaries(chosen))


def _fewest_zeros(threads: DataFrame) -> int:
    """Return how many zeros a hash must end in for the sample to stay small."""
    f = functions()
    levels = {
        row.zeros: (row.threads, row.of_posts)
        for row in threads.groupBy("zeros")
        .agg(f.count("*").alias("threads"), f.sum("posts").alias("of_posts"))
        .collect()
    }
    few, posts = 0, 0
    for zeros in range(_HASH_BITS, -1, -1):
        of_threads, of_posts = levels.get(zeros, (0, 0))
        few, posts = few + of_threads, posts + of_posts
        if few > MOST_THREADS or posts > MOST_POSTS:
            return min(zeros + 1, _HASH_BITS)
    return 0


def _summaries(chosen: DataFrame) -> Iterator[ThreadSummary]:
    return map(_summary, chosen.collect())


def _summary(row: Row) -> ThreadSummary:
    if row.posts == MOST_POSTS_OF_ONE:
        return ThreadSummary(row.posts, row.views)
    likes = None if row.likes is None else int(row.likes)
    hours = None if row.span is None else int(row.span) / _MICROSECONDS / _SECONDS_PER_HOUR
    return ThreadSummary(row.posts, row.views, likes, hours)
