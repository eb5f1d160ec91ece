"""Learns what is usual at a source from a sample of its threads, while they are being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kulanz.core.measures.baseline import Baseline, ThreadSummary
from kulanz.core.posts import Post

MOST_THREADS: Final = 5_000
MOST_POSTS: Final = 250_000
MOST_POSTS_OF_ONE: Final = 2_000
_WHOLE_HASH: Final = 2**32 - 1
_HOUR: Final = 3600.0


@dataclass(slots=True)
class _Sampled:
    """What is seen of one thread; posts beyond ``MOST_POSTS_OF_ONE`` are not counted."""

    hash: int
    likes_by_post: dict[str, int | None] = field(default_factory=dict)
    views: int | None = None
    first: datetime | None = None
    last: datetime | None = None

    def see(self, post: Post) -> None:
        likes, views, time = self.likes_by_post, post.thread_views, post.created_at
        if len(likes) < MOST_POSTS_OF_ONE or post.post_id in likes:
            likes[post.post_id] = post.likes
        if views is not None and (self.views is None or views > self.views):
            self.views = views
        if time is not None:
            if self.first is None or time < self.first:
                self.first = time
            if self.last is None or time > self.last:
                self.last = time

    def summary(self) -> ThreadSummary:
        posts = len(self.likes_by_post)
        if posts == MOST_POSTS_OF_ONE:
            return ThreadSummary(posts, self.views)
        likes = [count for count in self.likes_by_post.values() if count is not None]
        hours = (self.last - self.first).total_seconds() / _HOUR if self.first and self.last else None
        return ThreadSummary(posts, self.views, sum(likes) if likes else None, hours)


class ThreadSample:
    """The threads whose hash ends in zeros, as many zeros as keep them few.

    Which threads these are depends on the threads only: not on the order of the posts, nor on
    how often an archive repeats them. Ask ``wants`` before ``add``.
    """

    def __init__(self) -> None:
        self._mask = 0
        self._threads: dict[str, _Sampled] = {}
        self._posts = 0

    def wants(self, thread_hash: int) -> bool:
        """Whether posts of a thread with this hash belong to the sample."""
        return not thread_hash & self._mask

    def add(self, post: Post, thread_hash: int) -> None:
        """See one post of a thread that the sample wants."""
        sampled = self._threads.get(post.thread_id)
        if sampled is None:
            if self._mask == _WHOLE_HASH and len(self._threads) >= MOST_THREADS:
                return  # only forged ids come here: thousands with one and the same hash
            sampled = self._threads[post.thread_id] = _Sampled(thread_hash)
        before = len(sampled.likes_by_post)
        sampled.see(post)
        self._posts += len(sampled.likes_by_post) - before
        while (len(self._threads) > MOST_THREADS or self._posts > MOST_POSTS) and self._mask < _WHOLE_HASH:
            self._halve()

    def baseline(self) -> Baseline:
        """Return what is usual among the sampled threads."""
        return Baseline.learn(sampled.summary() for sampled in self._threads.values())

    def _halve(self) -> None:
        self._mask = 2 * self._mask + 1
        self._threads = {name: each for name, each in self._threads.items() if self.wants(each.hash)}
        self._posts = sum(len(each.likes_by_post) for each in self._threads.values())
