"""Cuts posts in any order into partitions that hold whole threads, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
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

_MOST_SPLITS: Final = 3
_FEWEST_CHILDREN: Final = 8
_MOST_CHILDREN: Final = 64
_OBJECT_BYTES: Final = 56
_THREAD_BYTES: Final = 280
_JOINED_BYTES: Final = 2 * 1024 * 1024


class ThreadKey(msgspec.Struct, frozen=True):
    """The one field of a line that says where it belongs; a third of the work of a whole Post."""

    thread_id: str


decode_key: Final = msgspec.json.Decoder(ThreadKey).decode


ThreadLines = dict[str, list[bytes]]
"""Lines of Kulanz JSONL by thread_id, those of a thread in the order they came."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Lines of Kulanz JSONL, with every thread whole.

    They are those of hash buckets ``buckets``, and lie in memory (``held``) or in a file.
    """

    name: str
    buckets: range
    size: int
    held: tuple[ThreadLines, ...] = ()
    path: Path | None = None

    def lines(self) -> Iterator[bytes]:
        """Yield the lines."""
        if self.path is not None:
            with self.path.open("rb") as file:
                yield from file
        for threads in self.held:
            yield from chain.from_iterable(threads.values())

    def threads(self, wanted: Collection[str] | None = None) -> ThreadLines:
        """Return the lines by thread, of all threads or of some."""
        found: ThreadLines = {}
        if self.path is None:
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
        """Remove the file."""
        if self.path is not None:
            self.path.unlink()


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
        self._buckets = _Buckets("p", options.partitions, options.memory_bytes, scratch)
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
        self._result.partitions = self._buckets.finish()
        self._result.baseline = self._sample.baseline()
        return self._result


class _Buckets:
    """Lines by number; in memory until they exceed a budget, then appended to files."""

    def __init__(self, prefix: str, count: int, budget: int, scratch: Scratch) -> None:
        self._names = [f"{prefix}{number:03}" for number in range(count)]
        self._held: list[ThreadLines] = [{} for _ in range(count)]
        self._free = self._budget = budget
        self._scratch = scratch
        self._files: dict[int, Path] = {}

    def add(self, number: int, thread_id: str, line: bytes) -> None:
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

    def finish(self) -> list[Partition]:
        """Return the buckets that hold anything as partitions, either all in memory or all in files."""
        if not self._files:
            return list(self._joined())
        self._spill()
        return [
            Partition(path.name, range(number, number + 1), path.stat().st_size, path=path)
            for number, path in sorted(self._files.items())
        ]

    def _spill(self) -> None:
        for number, threads in enumerate(self._held):
            if threads:
                lines = chain.from_iterable(threads.values())
                self._files[number] = self._scratch.append(self._names[number], lines)
        self._held = [{} for _ in self._held]
        self._free = self._budget

    def _joined(self) -> Iterator[Partition]:
        """Join small buckets: every analysis of a partition has its fixed costs."""
        start, size = 0, 0
        for number, threads in enumerate(self._held):
            size += sum(map(len, chain.from_iterable(threads.values())))
            if size >= _JOINED_BYTES or (size and number == len(self._held) - 1):
                held = tuple(self._held[start : number + 1])
                yield Partition(self._names[start], range(start, number + 1), size, held)
                start, size = number + 1, 0


def pieces(partition: Partition, limit: int, scratch: Scratch, splits: int = 0) -> Iterator[Partition]:
    """Yield the partition, or where its file is larger than ``limit`` bytes, parts of it.

    Use each before asking for the next, which removes it. One thread is never split.
    """
    if partition.path is None or partition.size <= limit or splits == _MOST_SPLITS:
        yield partition
        return
    for part in _split(partition, limit, scratch, splits):
        yield from pieces(part, limit, scratch, splits + 1)
        part.discard()


def _split(partition: Partition, limit: int, scratch: Scratch, splits: int) -> list[Partition]:
    count = max(_FEWEST_CHILDREN, min(2 * partition.size // limit, _MOST_CHILDREN))
    buckets = _Buckets(f"{partition.name}-", count, limit, scratch)
    # CRCs with another start value fall together just as before, so this needs another hash
    salt = bytes([splits])
    for line in partition.lines():
        thread_id = decode_key(line).thread_id
        digest = blake2b(thread_id.encode(), digest_size=8, salt=salt).digest()
        buckets.add(int.from_bytes(digest) % count, thread_id, line)
    return buckets.finish()
