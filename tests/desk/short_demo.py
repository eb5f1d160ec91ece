"""The demonstration with the great case, a measure and a post of each customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kulanz.core.posts import Post
from kulanz.desk.demo.filling import BLOGGERS, GREAT_CASE
from kulanz.desk.demo.measures import INSULT
from kulanz.desk.demo.values import NUMBERS


def short(posts: Iterable[Post]) -> Iterator[Post]:
    """Yield the posts of the great case, the insult that is hidden, and the first of each customer and
    blogger elsewhere."""
    seen: set[str | None] = set()
    for post in posts:
        is_first = post.author_id in {*BLOGGERS, *NUMBERS} - seen
        if post.thread_id == GREAT_CASE or post.post_id == INSULT or is_first:
            seen.add(post.author_id)
            yield post
