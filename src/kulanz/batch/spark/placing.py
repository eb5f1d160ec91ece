"""Brings every thread's posts together and in order, and learns what is usual; all of it inside Spark."""

from __future__ import annotations

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

    Of posts with the same id the last one counts, in the first one's place. Posts without a time come
    first, by their places. Notes belong to no thread.
    """
    f = functions()
    same = window().partitionBy("thread_id", "post_id")
    ended = (
        f.max("moment").over(window().partitionBy("thread_id")) if span.since else f.lit(None).cast("long")
    )
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


def learned(posts: DataFrame) -> tuple[Baseline, int]:
    """Return what is usual, from the sample that ``kulanz.batch.sample`` takes, and the number of posts."""
    f = functions()
    hashed = f.crc32(f.col("thread_id").cast("binary"))
    zeros = f.when(hashed == 0, _HASH_BITS).otherwise(f.length(f.bin(hashed.bitwiseAND(-hashed))) - 1)
    threads = (
        posts.groupBy("thread_id")
        .agg(
            f.count("*").alias("posts"),
            f.max("views").alias("views"),
            f.sum(f.col("likes").cast(_SUM)).alias("likes"),
            (f.max("last").cast(_SUM) - f.min("first").cast(_SUM)).alias("span"),
        )
        .withColumn("zeros", zeros)
    )
    fewest, count = _fewest_zeros(threads)
    chosen = threads.where(f.col("zeros") >= fewest).limit(MOST_THREADS).collect()
    return Baseline.learn(map(_summary, chosen)), count


def _fewest_zeros(threads: DataFrame) -> tuple[int, int]:
    """Return in how many zeros a hash must end for the sample to stay small, and the number of all posts."""
    f = functions()
    capped = f.least("posts", f.lit(MOST_POSTS_OF_ONE))
    counts = (f.count("*"), f.sum(capped), f.sum("posts"))
    levels = {level[0]: level[1:] for level in threads.groupBy("zeros").agg(*counts).collect()}
    count = sum(posts for _, _, posts in levels.values())
    few, of_few = 0, 0
    for zeros in range(_HASH_BITS, -1, -1):
        number, sampled, _ = levels.get(zeros, (0, 0, 0))
        few, of_few = few + number, of_few + sampled
        if few > MOST_THREADS or of_few > MOST_POSTS:
            return min(zeros + 1, _HASH_BITS), count
    return 0, count


def _summary(row: Row) -> ThreadSummary:
    if row.posts >= MOST_POSTS_OF_ONE:
        return ThreadSummary(MOST_POSTS_OF_ONE, row.views)
    likes = None if row.likes is None else int(row.likes)
    hours = None if row.span is None else int(row.span) / _MICROSECONDS / _SECONDS_PER_HOUR
    return ThreadSummary(row.posts, row.views, likes, hours)
