"""Threads that are too long for memory: their opening and their last posts are analysed, the rest is counted.

What engines share: whichever reads a thread, it is cut in the same place and reported with the same words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from kulanz.batch.distinct import Distinct
from kulanz.batch.options import ThreadAnalyser
from kulanz.batch.order import place_of
from kulanz.batch.scratch import Scratch
from kulanz.core.analysis import check_times
from kulanz.core.posts import Post
from kulanz.core.report import ThreadReport

MOST_POSTS: Final = 10_000
MOST_BYTES: Final = 8 * 1024 * 1024

Key = tuple[Any, ...]
Held = tuple[Key, int, Post]

_key_of: Final = itemgetter(0)
_thread_id: Final = attrgetter("thread_id")
_encode: Final = msgspec.json.Encoder().encode


class LongThread:
    """A thread of any length: its opening and its last posts, and what is counted of all of it.

    Kept are at most ``MOST_POSTS`` posts; those after the opening are at most ``MOST_BYTES`` as JSON, the
    last one whatever its size. Posts may be added in any order, each of them once.
    """

    def __init__(self) -> None:
        self.count = 0
        self._held: list[Held] = []
        self._size = 0
        self._opening: Held | None = None
        self._gone: Key | None = None
        self._people = Distinct()
        self._unknown = 0
        self._views: int | None = None
        self._closed: tuple[Key, datetime] | None = None

    def add(self, post: Post, place: int | None = None) -> None:
        """Add a post; ``place`` orders those without a time, by default as they are added."""
        held = (place_of(post, self.count if place is None else place), len(_encode(post)), post)
        self.count += 1
        if self._opening is None or held[0] < self._opening[0]:
            self._opening = held
        self._note(held[0], post)
        if self._gone is not None and held[0] < self._gone:
            return
        self._held.append(held)
        self._size += held[1]
        if len(self._held) >= 2 * MOST_POSTS or self._size > 2 * MOST_BYTES:
            self._let_go()

    def posts(self) -> list[Post]:
        """Return what is kept, in order: the whole thread, or its opening and its last posts."""
        self._let_go()
        first = self._opening
        kept = [post for _, _, post in self._held]
        return kept if first is None or self._held[0][0] == first[0] else [first[2], *kept]

    def told(self, report: ThreadReport) -> ThreadReport:
        """Return the report on ``posts()`` with what is known of the whole thread."""
        if report.posts == self.count:
            return report
        return replace(
            report,
            posts=self.count,
            analysed_posts=report.posts,
            participants=len(self._people) + self._unknown,
            views=self._views,
            closed_at=self._closed and self._closed[1],
        )

    def _note(self, key: Key, post: Post) -> None:
        if post.author_id is None:
            self._unknown += 1
        else:
            self._people.add(post.author_id)
        if post.thread_views is not None:
            self._views = max(self._views or 0, post.thread_views)
        if post.thread_closed_at is not None and (self._closed is None or key > self._closed[0]):
            self._closed = key, post.thread_closed_at

    def _let_go(self) -> None:
        """Keep the last posts; what goes now would also go with more posts known, and all before it."""
        self._held.sort(key=_key_of)
        size, first = 0, len(self._held)
        while first and len(self._held) - first < MOST_POSTS - 1:
            size += self._held[first - 1][1]
            if size > MOST_BYTES and first < len(self._held):
                break
            first -= 1
        if first:
            self._gone = self._held[first - 1][0]
            del self._held[:first]
        self._size = sum(size for _, size, _ in self._held)


def surely_fits(lines: Collection[bytes]) -> bool:
    """Whether a thread is analysed whole, as its lines tell: written anew none of them doubles."""
    return len(lines) <= MOST_POSTS and 2 * sum(map(len, lines)) <= MOST_BYTES


class LongThreads:
    """The long ones among the threads that go through an analysis.

    Lines of one thread beyond ``limit`` bytes go through files of ``scratch`` that begin with ``name``.
    """

    def __init__(self, scratch: Scratch | None = None, limit: int = MOST_BYTES, name: str = "long") -> None:
        self.scratch = scratch or Scratch()
        self.limit = min(limit, MOST_BYTES)
        self.name = name
        self._found: dict[str, LongThread] = {}

    def cut(self, posts: Iterable[Post]) -> list[Post]:
        """Return what is analysed of one thread."""
        thread = LongThread()
        for post in posts:
            thread.add(post)
        return self.kept(thread)

    def kept(self, thread: LongThread) -> list[Post]:
        """Return what is analysed of one thread."""
        posts = thread.posts()
        if len(posts) < thread.count:
            self._found[posts[0].thread_id] = thread
        return posts

    def told(self, reports: Iterable[ThreadReport]) -> Iterator[ThreadReport]:
        """Pass reports on, those of long threads with what is known of the whole."""
        for report in reports:
            thread = self._found.pop(report.thread_id, None)
            yield report if thread is None else thread.told(report)


def reports(posts: Iterable[Post], analyser: ThreadAnalyser) -> Iterator[ThreadReport]:
    """Yield a report for each thread, in memory that the longest of them does not change.

    ``posts`` ascend by thread_id and, within a thread, by created_at, each post once; posts without a time
    come first, those of one moment in any order. Raise OrderError otherwise, as the analysis does.
    """
    long = LongThreads()
    threads = (_fitting(group, long) for _, group in groupby(posts, _thread_id))
    yield from long.told(analyser.reports(chain.from_iterable(threads)))


def _fitting(thread: Iterator[Post], long: LongThreads) -> list[Post]:
    """Return a thread as it came where all of it is analysed: the core finds its errors."""
    beginning: list[Post] = []
    size = 0
    for post in thread:
        beginning.append(post)
        size += len(_encode(post))
        if len(beginning) > MOST_POSTS or size > MOST_BYTES:
            return long.cut(_in_time(chain(beginning, thread)))
    return beginning


def _in_time(posts: Iterable[Post]) -> Iterator[Post]:
    before: Post | None = None
    for post in posts:
        if before is not None:
            check_times(before, post)
        yield post
        before = post
