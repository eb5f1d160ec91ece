"""Puts the lines of a partition in order: thread by thread, and in time within a thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import attrgetter, lt
from typing import Final

from kulanz.batch.giants import read_giant
from kulanz.batch.long_threads import LongThreads, surely_fits
from kulanz.batch.options import Window
from kulanz.batch.order import counted
from kulanz.batch.partition import Partition, ThreadLines
from kulanz.batch.reading import decode_post
from kulanz.core.posts import Post

_time_of: Final = attrgetter("created_at")


@dataclass(slots=True)
class Ordering:
    """Counts what ordering leaves out: posts that an archive repeats, threads without activity."""

    window: Window = field(default_factory=Window)
    posts: int = 0
    repeated: int = 0
    inactive: int = 0

    def threads(self, found: ThreadLines, long: LongThreads | None = None) -> Iterator[list[Post]]:
        """Yield each thread as its posts in order, by ascending thread_id; ``found`` is emptied.

        Lines are held instead of posts because posts take several times their memory. Where ``long``
        is given, it cuts the threads that are too long to be analysed whole.
        """
        for thread_id in sorted(found):
            lines = found.pop(thread_id)
            if long is not None and not surely_fits(lines):
                size = sum(map(len, lines))
                held = Partition(long.name, range(0), size, held=({thread_id: lines},), giant=thread_id)
                yield from self.giant(held, long)
                continue
            posts = self.in_order(lines)
            if self._active(posts, len(posts)):
                yield posts

    def giant(self, piece: Partition, long: LongThreads) -> Iterator[list[Post]]:
        """Yield what is analysed of the one thread of a piece, where that is active."""
        thread, repeated = read_giant(piece, self.window, long)
        self.repeated += repeated
        posts = long.kept(thread)
        if self._active(posts, thread.count):
            yield posts

    def in_order(self, lines: Iterable[bytes]) -> list[Post]:
        """Return the posts of one thread in order; of posts with the same id the last one counts.

        Posts without a time come first and keep the order of their lines; posts of the same
        moment are ordered by their ids, as a person would count: 9 before 10.
        """
        decoded = list(map(decode_post, lines))
        unique = {post.post_id: post for post in decoded}
        if len(unique) < len(decoded):
            self.repeated += len(decoded) - len(unique)
            decoded = list(unique.values())
        posts = _in_time(decoded)
        return posts if self.window.as_of is None else [self.window.known(post) for post in posts]

    def _active(self, posts: list[Post], count: int) -> bool:
        """Whether a thread of so many posts is in the window; count it."""
        since, last = self.window.since, posts[-1].created_at
        active = since is None or last is None or last >= since
        self.posts += count * active
        self.inactive += not active
        return active


def _in_time(posts: list[Post]) -> list[Post]:
    times = list(map(_time_of, posts))
    if None not in times and _ascending(times):
        return posts  # most archives come so
    timed = [post for post in posts if post.created_at is not None]
    timed.sort(key=_time_of)
    if not _ascending(list(map(_time_of, timed))):
        timed.sort(key=lambda post: (_time_of(post), counted(post.post_id)))
    return timed if len(timed) == len(posts) else [post for post in posts if post.created_at is None] + timed


def _ascending(times: list[datetime]) -> bool:
    """Whether every post is later than the one before."""
    return all(map(lt, times, islice(times, 1, None)))
