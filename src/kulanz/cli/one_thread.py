"""One thread out of an archive, with what is usual at its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from kulanz.cli.options import Inputs, Working
    from kulanz.cli.session import Session
    from kulanz.core.measures.baseline import Baseline
    from kulanz.core.posts import Post


class OneThread(NamedTuple):
    """The posts of a thread in order, and the baseline of everything it came with."""

    posts: list[Post]
    baseline: Baseline


def read_thread(thread_id: str, inputs: Inputs, working: Working, session: Session) -> OneThread:
    """Read all inputs and keep one thread; raise UsageError where it is not there.

    The whole input is read because a scan compares threads with others of their source.
    """
    from kulanz.batch.partition import bucket_of, partitioned
    from kulanz.batch.scratch import Scratch
    from kulanz.batch.threads import Ordering

    options = working.batch_options(inputs)
    scratch = Scratch(options.temp_dir)
    try:
        read = partitioned(inputs.paths, options, session.problems, scratch, session)
        bucket = bucket_of(thread_id, options.partitions)
        found: dict[str, list[bytes]] = {}
        for partition in read.partitions:
            if bucket in partition.buckets:
                found |= partition.threads({thread_id})
    finally:
        scratch.close()
    if not found:
        raise click.UsageError(
            f"no thread {thread_id!r} among {read.posts:,} posts: see the thread_id of a scan"
        )
    return OneThread(Ordering(options.window).in_order(found[thread_id]), read.baseline)
