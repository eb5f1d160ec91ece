"""Puts the lines of a partition in order: thread by thread, and in time within a thread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import attrgetter, lt
from typing import Final

from kulanz.batch.options import Window
from kulanz.batch.partition import ThreadLines
from kulanz.batch.reading import decode_post
from kulanz.core.posts import Post

_DIGITS: Final = re.compile("([0-9]+)")
_time_of: Final = attrgetter("created_at")


@dataclass(slots=True)
class Ordering:
    """Counts what ordering leaves out: posts that an archive repeats, threads without activity."""

    window: Window = field(default_factory=Window)
    posts: int = 0
    repeated: int = 0
    inactive: int = 0

    def threads(self, found: ThreadLines) -> Iterator[list[Post]]:
        """Yield each thread as its posts in order, by ascending thread_id; ``found`` is emptied.

        Lines are held instead of posts because posts take several times their memory.
        """
        for thread_id in sorted(found):
            posts = self.in_order(found.pop(thread_id))
            if self._active(posts):
                self.posts += len(posts)
                yield posts
            else:
                self.inactive += 1

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

    def _active(self, posts: list[Post]) -> bool:
        since, last = self.window.since, posts[-1].created_at
        return since is None or last is None or last >= since


def _in_time(posts: list[Post]) -> list[Post]:
    times = list(map(_time_of, posts))
    if None not in times and _ascending(times):
        return posts  # most archives come so
    timed = [post for post in posts if post.created_at is not None]
    timed.sort(key=_time_of)
    if not _ascending(list(map(_time_of, timed))):
        timed.sort(key=lambda post: (_time_of(post), _counted(post.post_id)))
    return timed if len(timed) == len(posts) else [post for post in posts if post.created_at is None] + timed


def _ascending(times: list[datetime]) -> bool:
    """Whether every post is later than the one before."""
    return all(map(lt, times, islice(times, 1, None)))


def _counted(post_id: str) -> tuple[list[str | tuple[int, str]], str]:
    """Return a key that orders the numbers in an id by value; the id itself breaks ties of 1 and 01."""
    parts: list[str | tuple[int, str]] = list(_DIGITS.split(post_id))
    for number, digits in enumerate(parts[1::2]):
        bare = str(digits).lstrip("0")
        parts[2 * number + 1] = (len(bare), bare)
    return parts, post_id
