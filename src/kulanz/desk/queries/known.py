"""What the desk already has of a source, as connectors ask for it (``kulanz.sources.connecting.Known``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from kulanz.desk.models import Post, Source, Thread
from kulanz.desk.rules.plain import plain
from kulanz.sources.rereading import Candidate

LEAST_REST: Final = timedelta(minutes=10)
"""No thread is read again sooner (``kulanz.sources.rereading``)."""

_AT_MOST: Final = 5_000


class KnownPosts:
    """One source's threads and posts; asks the database each time."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def marker(self, thread_id: str) -> str | None:
        """The marker kept with the thread's last complete read, None for an unknown thread."""
        found = self._source.threads.filter(key=plain(thread_id)).values_list("marker", flat=True).first()
        return found or None

    def post_ids(self, thread_id: str) -> frozenset[str]:
        """The ids of all posts kept of the thread that were not seen to be removed."""
        posts = Post.objects.filter(thread__source=self._source, thread__key=plain(thread_id), removed=False)
        return frozenset(posts.values_list("key", flat=True))

    def thread_of(self, post_id: str) -> str | None:
        """The thread that a kept post belongs to, None for an unknown post."""
        posts = Post.objects.filter(source=self._source, key=plain(post_id))
        return posts.values_list("thread__key", flat=True).first()


class KnownNothing:
    """A source of which nothing was read: what a test of the connection starts from."""

    def marker(self, thread_id: str) -> str | None:  # noqa: ARG002 - as Known has it
        return None

    def post_ids(self, thread_id: str) -> frozenset[str]:  # noqa: ARG002
        return frozenset()

    def thread_of(self, post_id: str) -> str | None:  # noqa: ARG002
        return None


def candidates(source: Source, now: datetime) -> Iterator[Candidate]:
    """Yield threads that may be read again: those with the newest posts, and those unread for longest.

    The second half goes round the whole source, so that in a large one every thread has its turn.
    """
    rested = Thread.objects.filter(source=source, gone=False).exclude(
        read_at__isnull=False, read_at__gt=now - LEAST_REST
    )
    newest = rested.order_by(F("last_post_at").desc(nulls_last=True))[:_AT_MOST]
    longest = rested.order_by(F("read_at").asc(nulls_first=True))[:_AT_MOST]
    seen: set[str] = set()
    for rows in (newest, longest):
        for key, posts, read_at, at in rows.values_list("key", "post_count", "read_at", "last_post_at"):
            if key not in seen:
                seen.add(key)
                yield Candidate(thread_id=key, posts=posts, read_at=read_at, newest_at=at)
