"""What is known of a place that carries the matter."""

from __future__ import annotations

from dataclasses import dataclass

from kulanz.core.posts import Post, UtcTime


@dataclass(slots=True)
class Place:
    """Title, address, source and size of a thread, gathered from its posts in any order."""

    title: str | None = None
    url: str | None = None
    source: str | None = None
    views: int | None = None
    posts: int = 0
    first: UtcTime | None = None

    def add(self, post: Post) -> None:
        self.posts += 1
        self.title = self.title or post.thread_title
        self.url = self.url or post.thread_url or post.url
        self.source = self.source or post.source
        if post.thread_views is not None:
            self.views = max(self.views or 0, post.thread_views)
        if post.created_at is not None:
            self.first = post.created_at if self.first is None else min(self.first, post.created_at)
