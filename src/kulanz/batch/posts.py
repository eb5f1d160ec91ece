"""Posts in order, from archives of any size in any order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from kulanz.batch.options import BatchOptions, Progress, unheard
from kulanz.batch.partition import Partition, ThreadLines, partitioned
from kulanz.batch.pieces import pieces
from kulanz.batch.scratch import Scratch
from kulanz.batch.threads import Ordering
from kulanz.core.posts import Post
from kulanz.sources import Problems

_DEFAULT_OPTIONS: Final = BatchOptions()


def sorted_groups(
    paths: Sequence[str | os.PathLike[str]],
    *,
    problems: Problems | None = None,
    options: BatchOptions = _DEFAULT_OPTIONS,
    progress: Progress = unheard,
) -> Iterator[Iterator[Post]]:
    """Yield groups of whole threads; in each group (thread_id, created_at) never goes backwards.

    Input that fits into memory is one group. Read each group before asking for the next one.
    Raise UnreadableError when there was not one post, and SpillError where the temporary folder
    is full or lies in an input.
    """
    scratch = Scratch(options.temp_dir, paths)
    ordering = Ordering(options.window)
    try:
        noted = Problems() if problems is None else problems
        read = partitioned(paths, options, noted, scratch, progress)
        if not scratch.used:
            yield chain.from_iterable(ordering.threads(_drained(read.partitions)))
            return
        for partition in read.partitions:
            for piece in pieces(partition, options.partition_bytes, scratch):
                yield chain.from_iterable(ordering.threads(piece.threads()))
            partition.discard()
    finally:
        scratch.close()


def _drained(partitions: list[Partition]) -> ThreadLines:
    """Return all lines by thread and let go of each partition, so that memory holds them once."""
    found: ThreadLines = {}
    while partitions:
        found |= partitions.pop().threads()
    return found


def read_sorted(
    paths: Sequence[str | os.PathLike[str]],
    *,
    problems: Problems | None = None,
    options: BatchOptions = _DEFAULT_OPTIONS,
    progress: Progress = unheard,
) -> Iterator[Post]:
    """Yield the posts thread by thread, in time order within each; raise as ``sorted_groups``.

    Threads come by ascending thread_id where the input fits into memory, else by hash.
    """
    groups = sorted_groups(paths, problems=problems, options=options, progress=progress)
    return chain.from_iterable(groups)
