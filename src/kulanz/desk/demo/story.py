"""The sample community moved in time: what happened until one moment of it, as if that were now. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from kulanz.core.posts import Post

MOMENT: Final = datetime(2026, 6, 15, 18, 11, tzinfo=UTC)
"""A minute after post 107 of thread 4711: dunning goes on during the dispute, a paper has asked."""
AGO: Final = timedelta(minutes=3)
PAGE: Final = 12
_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def as_if_now(posts: Iterable[Post], now: datetime) -> list[Post]:
    """Return the posts until ``MOMENT`` in order of time, moved so that the last ones are minutes old.

    The views of a thread were read once, after its last post: earlier posts do not know them.
    """
    shift = now - AGO - MOMENT
    told = [post for post in posts if post.created_at is not None and post.created_at <= MOMENT]
    moved = sorted((_moved(post, shift) for post in told), key=_time)
    last = {post.thread_id: post.post_id for post in moved}
    return [_seen_at_last(post, is_last=last[post.thread_id] == post.post_id) for post in moved]


def days_as_if_now(table: str, today: date) -> str:
    """Return a table with its days moved so that the day of ``MOMENT`` is today."""
    shift = today - MOMENT.date()
    return _DAY.sub(lambda day: (date.fromisoformat(day[0]) + shift).isoformat(), table)


def pages(posts: Sequence[Post]) -> Iterator[tuple[datetime, Sequence[Post]]]:
    """Yield posts in pages, each with the moment right after its last post."""
    for start in range(0, len(posts), PAGE):
        page = posts[start : start + PAGE]
        yield _time(page[-1]) + timedelta(seconds=20), page


def _moved(post: Post, shift: timedelta) -> Post:
    closed = post.thread_closed_at
    return msgspec.structs.replace(
        post,
        created_at=_time(post) + shift,
        thread_closed_at=closed + shift if closed and closed <= MOMENT else None,
    )


def _seen_at_last(post: Post, *, is_last: bool) -> Post:
    return post if is_last else msgspec.structs.replace(post, thread_views=None)


def _time(post: Post) -> datetime:
    if post.created_at is None:
        raise ValueError(f"{post.post_id}: expected a time")
    return post.created_at
