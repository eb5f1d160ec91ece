"""Reads one thread that is too large for memory from its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from kulanz.batch.long_threads import LongThread, LongThreads
from kulanz.batch.options import Window
from kulanz.batch.partition import Buckets, Partition
from kulanz.batch.pieces import children, place_in
from kulanz.batch.reading import decode_post

_SALT: Final = b"posts"


class _PostKey(msgspec.Struct, frozen=True):
    post_id: str


_decode_key: Final = msgspec.json.Decoder(_PostKey).decode


def read_giant(giant: Partition, window: Window, long: LongThreads) -> tuple[LongThread, int]:
    """Return a thread as memory holds it, whatever its size, and how many posts it repeats: the last counts.

    Posts are spread by their ids over files, so that those with the same id meet.
    """
    thread, lines = LongThread(), 0
    for part in _by_post(giant, long):
        last: dict[str, tuple[int, bytes]] = {}
        for line in part.lines():
            lines += 1
            number, _, post = line.partition(b" ")
            post_id = _decode_key(post).post_id
            last[post_id] = last.get(post_id, (int(number), b""))[0], post
        for place, post in last.values():
            thread.add(window.known(decode_post(post)), place)
        part.discard()
    return thread, lines - thread.count


def _by_post(giant: Partition, long: LongThreads) -> Iterator[Partition]:
    buckets = Buckets(f"{giant.name}-", children(giant.size, long.limit), long.limit, long.scratch)
    for number, line in enumerate(giant.lines()):
        post_id = _decode_key(line).post_id
        buckets.add(place_in(buckets, post_id, _SALT), post_id, b"%d %b" % (number, line))
    return iter(buckets.finish())
