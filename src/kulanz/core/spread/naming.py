"""What a person may call a thread whose thread_id is another."""

from __future__ import annotations

from collections.abc import Iterable

from kulanz.core.posts import Post
from kulanz.core.spread.addresses import canonical


def threads_named(name: str, posts: Iterable[Post]) -> tuple[str, ...]:
    """Return the ids of the threads that have this address, or this id at one of several sources."""
    address, end = canonical(name), f"#{name}"
    found = (
        post.thread_id
        for post in posts
        if post.thread_id.endswith(end)
        or (address is not None and post.thread_url is not None and canonical(post.thread_url) == address)
    )
    return tuple(dict.fromkeys(found))
