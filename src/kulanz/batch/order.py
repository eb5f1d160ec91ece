"""The order of a thread's posts, where their times alone do not tell."""

from __future__ import annotations

import re
from typing import Any, Final

from kulanz.core.posts import Post

_DIGITS: Final = re.compile("([0-9]+)")


def place_of(post: Post, number: int) -> tuple[Any, ...]:
    """Return a key that orders the posts of a thread; posts without a time come first, by ``number``."""
    if post.created_at is None:
        return False, number
    return True, post.created_at, counted(post.post_id)


def counted(post_id: str) -> tuple[list[str | tuple[int, str]], str]:
    """Return a key that orders the numbers in an id by value; the id itself breaks ties of 1 and 01."""
    parts: list[str | tuple[int, str]] = list(_DIGITS.split(post_id))
    for number, digits in enumerate(parts[1::2]):
        bare = str(digits).lstrip("0")
        parts[2 * number + 1] = (len(bare), bare)
    return parts, post_id
