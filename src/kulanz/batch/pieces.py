"""Cuts a partition into pieces that memory holds, and takes giant threads out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from kulanz.batch.partition import Buckets, Partition, ThreadLines, decode_key
from kulanz.batch.scratch import Scratch

_MOST_SPLITS: Final = 3
_FEWEST_CHILDREN: Final = 8
_MOST_CHILDREN: Final = 64


def pieces(partition: Partition, limit: int, scratch: Scratch, splits: int = 0) -> Iterator[Partition]:
    """Yield the partition, or where its files are larger than ``limit`` bytes, parts of it.

    Use each before asking for the next, which removes it. One thread is never split: where it is
    larger than that it is the only one of its part, which is marked as ``giant``.
    """
    if not partition.paths or partition.size <= limit:
        yield partition
    elif splits == _MOST_SPLITS:
        yield from _without_giants(partition, limit, scratch)
    else:
        for part in split(partition, limit, scratch, bytes([splits])):
            # hardly smaller than before: one thread is most of it, and no hash divides that
            yield from pieces(
                part, limit, scratch, splits + 1 if part.size < partition.size // 2 else _MOST_SPLITS
            )
            part.discard()


def split(partition: Partition, limit: int, scratch: Scratch, salt: bytes) -> list[Partition]:
    """Return the threads of a partition in several of about ``limit`` bytes."""
    buckets = Buckets(f"{partition.name}-", children(partition.size, limit), limit, scratch)
    for line in partition.lines():
        thread_id = decode_key(line).thread_id
        buckets.add(place_in(buckets, thread_id, salt), thread_id, line)
    return buckets.finish()


def children(size: int, limit: int) -> int:
    """Return into how many parts so many bytes are cut."""
    return max(_FEWEST_CHILDREN, min(2 * size // limit, _MOST_CHILDREN))


def place_in(buckets: Buckets, name: str, salt: bytes) -> int:
    """Return the bucket of a name; CRCs with another start value would fall together just as before."""
    digest = blake2b(name.encode(), digest_size=8, salt=salt).digest()
    return int.from_bytes(digest) % len(buckets)


def one_thread(partition: Partition, thread_id: str, name: str, scratch: Scratch) -> Partition:
    """Copy one thread of a partition into a file of its own, without holding it."""
    path = scratch.append(
        name, (line for line in partition.lines() if decode_key(line).thread_id == thread_id)
    )
    return Partition(name, partition.buckets, path.stat().st_size, paths=(path,), giant=thread_id)


def _without_giants(partition: Partition, limit: int, scratch: Scratch) -> Iterator[Partition]:
    sizes: Counter[str] = Counter()
    for line in partition.lines():
        sizes[decode_key(line).thread_id] += len(line)
    giants = {thread_id for thread_id, size in sizes.items() if size > limit // 2}
    if len(sizes) == len(giants) == 1:
        yield replace(partition, giant=giants.pop())
        return
    small = sizes.keys() - giants
    if small:
        threads: ThreadLines = partition.threads(small)
        yield Partition(partition.name, partition.buckets, sum(map(sizes.__getitem__, small)), (threads,))
    for number, thread_id in enumerate(sorted(giants)):
        giant = one_thread(partition, thread_id, f"{partition.name}-giant{number}", scratch)
        yield giant
        giant.discard()
