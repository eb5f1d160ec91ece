"""Cuts posts in any order into partitions that hold whole threads, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec

from kulanz.batch.options import BatchOptions, Progress, Window, unheard
from kulanz.batch.reading import InputMeter, PostLine, post_lines
from kulanz.batch.sample import ThreadSample
from kulanz.batch.scratch import Scratch
from kulanz.core.measures.baseline import Baseline
from kulanz.sources import Problems
from kulanz.sources.detect import detected
from kulanz.sources.errors import nothing_readable

_OBJECT_BYTES: Final = 56
_THREAD_BYTES: Final = 280
_JOINED_PARTS: Final = 4


class ThreadKey(msgspec.Struct, frozen=True):
    """The one field of a line that says where it belongs; a third of the work of a whole Post."""

    thread_id: str


decode_key: Final = msgspec.json.Decoder(ThreadKey).decode


ThreadLines = dict[str, list[bytes]]
"""Lines of Kulanz JSONL by thread_id, those of a thread in the order they came."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Lines of Kulanz JSONL, with every thread whole.

    They are those of hash buckets ``buckets``, and lie in memory (``held``) or in files (``paths``).
    ``giant`` names the one thread of a partition that must not be held whole.
    """

    name: str
    buckets: range
    size: int
    held: tuple[ThreadLines, ...] = ()
    paths: tuple[Path, ...] = ()
    giant: str | None = None

    def lines(self) -> Iterator[bytes]:
        """Yield the lines."""
        for path in self.paths:
            with path.open("rb") as file:
                yield from file
        for threads in self.held:
            yield from chain.from_iterable(threads.values())

    def threads(self, wanted: Collection[str] | None = None) -> ThreadLines:
        """Return the lines by thread, of all threads or of some."""
        found: ThreadLines = {}
        if not self.paths:
            for threads in self.held:
                names = threads.keys() if wanted is None else threads.keys() & wanted
                found.update((name, threads[name]) for name in names)
            return found
        for line in self.lines():
            thread_id = decode_key(line).thread_id
            if wanted is None or thread_id in wanted:
                found.setdefault(thread_id, []).append(line)
        return found

    def discard(self) -> None:
        """Remove the files."""
        for path in self.paths:
            path.unlink()


@dataclass(slots=True)
class Partitioned:
    """All posts of the inputs in partitions, and what was learned while reading them.

    ``posts`` are those kept; ``later`` were dropped as later than ``as_of``, ``untimed`` because
    nothing says that they are not.
    """

    partitions: list[Partition]
    baseline: Baseline
    posts: int = 0
    later: int = 0
    untimed: int = 0


def bucket_of(thread_id: str, buckets: int) -> int:
    """Return the hash bucket of a thread."""
    return crc32(thread_id.encode()) % buckets


def partitioned(
    paths: Sequence[str | os.PathLike[str]],
    options: BatchOptions,
    problems: Problems,
    scratch: Scratch,
    progress: Progress = unheard,
) -> Partitioned:
    """Read all inputs into partitions.

    Raise UnreadableError when there was not one post, SourceError for an unknown format and
    SpillError where the temporary folder cannot hold them.
    """
    job = _Partitioning(options, scratch)
    meter = InputMeter(paths, progress)
    for item, reader in detected(paths, problems, options.reading):
        job.add_all(meter.counted(item, post_lines(item, reader, problems, options.reading)))
    result = job.finish()
    if not result.posts + result.later + result.untimed:
        raise nothing_readable(paths, problems)
    return result


class _Partitioning:
    def __init__(self, options: BatchOptions, scratch: Scratch) -> None:
        self._options = options
        joined = options.partition_bytes // _JOINED_PARTS
        self._buckets = Buckets("p", options.partitions, options.memory_bytes, scratch, joined)
        self._sample = ThreadSample()
        self._result = Partitioned([], Baseline())

    def add_all(self, lines: Iterable[PostLine]) -> None:
        buckets, sample, window = self._buckets, self._sample, self._options.window
        count = self._options.partitions
        kept = 0
        for post, line in lines if window.as_of is None else self._in_time(lines, window):
            thread_id = post.thread_id
            thread_hash = crc32(thread_id.encode())
            buckets.add(thread_hash % count, thread_id, line)
            if sample.wants(thread_hash):
                sample.add(window.known(post), thread_hash)
            kept += 1
        self._result.posts += kept

    def _in_time(self, lines: Iterable[PostLine], window: Window) -> Iterator[PostLine]:
        for post, line in lines:
            if post.created_at is None:
                self._result.untimed += 1
            elif window.as_of is not None and post.created_at > window.as_of:
                self._result.later += 1
            else:
                yield post, line

    def finish(self) -> Partitioned:
        self._result.partitions = self._buckets.finish(on_disk=self._options.resume is not None)
        self._result.baseline = self._sample.baseline()
        return self._result


class Buckets:
    """Lines by number; in memory until they exceed a budget, then appended to files.

    Buckets of less than ``joined`` bytes become one partition with their neighbours: every analysis of a
    partition has its fixed costs.
    """

    def __init__(self, prefix: str, count: int, budget: int, scratch: Scratch, joined: int = 0) -> None:
        self._names = [f"{prefix}{number:03}" for number in range(count)]
        self._held: list[ThreadLines] = [{} for _ in range(count)]
        self._free = self._budget = budget
        self._scratch = scratch
        self._joined = joined
        self._files: dict[int, Path] = {}

    def add(self, number: int, thread_id: str, line: bytes) -> None:
        """Take a line; raise SpillError where the disk refuses."""
        threads = self._held[number]
        lines = threads.get(thread_id)
        if lines is None:
            threads[thread_id] = [line]
            self._free -= len(line) + _THREAD_BYTES
        else:
            lines.append(line)
            self._free -= len(line) + _OBJECT_BYTES
        if self._free < 0:
            self._spill()

    def __len__(self) -> int:
        return len(self._names)

    def finish(self, *, on_disk: bool = False) -> list[Partition]:
        """Return the buckets that hold anything as partitions, either all in memory or all in files."""
        if self._files or on_disk:
            self._spill()
        return list(map(self._partition, self._neighbours()))

    def _spill(self) -> None:
        for number, threads in enumerate(self._held):
            if threads:
                lines = chain.from_iterable(threads.values())
                self._files[number] = self._scratch.append(self._names[number], lines)
        self._held = [{} for _ in self._held]
        self._free = self._budget

    def _neighbours(self) -> Iterator[range]:
        start, size = 0, 0
        for number in range(len(self._held)):
            size += self._size(number)
            if size and (size >= self._joined or number == len(self._held) - 1):
                yield range(start, number + 1)
                start, size = number + 1, 0

    def _partition(self, buckets: range) -> Partition:
        name, size = self._names[buckets.start], sum(map(self._size, buckets))
        if self._files:
            paths = tuple(self._files[number] for number in buckets if number in self._files)
            return Partition(name, buckets, size, paths=paths)
        return Partition(name, buckets, size, tuple(self._held[buckets.start : buckets.stop]))

    def _size(self, number: int) -> int:
        if number in self._files:
            return self._files[number].stat().st_size
        return sum(map(len, chain.from_iterable(self._held[number].values())))
