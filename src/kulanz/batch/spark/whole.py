"""Whole threads in the executors, for what is counted over all of a thread: never two of them in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from kulanz.batch.order import counted
from kulanz.batch.reading import decode_post
from kulanz.batch.spark.analysing import lines_of
from kulanz.core.network.parts import LOOK_BACK
from kulanz.core.posts import Post

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_MOST_KEYS: Final = 20_000
_thread_of: Final = attrgetter("thread_id")
_time_of: Final = attrgetter("created_at")


def threads(batches: Iterable[Any]) -> Iterator[list[Post]]:
    """Yield the threads of a partition in order, with what is counted of their posts.

    A post keeps its text only where another may quote it: a thread with a million posts takes some hundred
    megabytes.
    """
    posts = (decode_post(line) for batch in batches for line in lines_of([batch]))
    for _, thread in groupby(posts, _thread_of):
        yield _light(_in_order(thread))


def summed(
    found: Iterable[tuple[_Key, _Value]], add: Callable[[_Value, _Value], _Value]
) -> Iterator[tuple[_Key, _Value]]:
    """Sum values by their keys before they travel; of many keys those at hand are let go in between."""
    held: dict[_Key, _Value] = {}
    for key, value in found:
        held[key] = add(held[key], value) if key in held else value
        if len(held) >= _MOST_KEYS:
            yield from held.items()
            held = {}
    yield from held.items()


def _in_order(thread: Iterable[Post]) -> Iterator[Post]:
    """Order the posts of one moment by their ids, as a person would count."""
    for time, same in groupby(thread, _time_of):
        if time is None:
            yield from same
        else:
            yield from sorted(same, key=lambda post: counted(post.post_id))


def _light(thread: Iterable[Post]) -> list[Post]:
    posts: list[Post] = []
    names: dict[str | None, str | None] = {}
    quoting = -1
    for number, post in enumerate(thread):
        author = names.setdefault(post.author_id, post.author_id)
        posts.append(_bare(post, author))
        quoting = number if post.quotes else quoting
        old = number - LOOK_BACK
        if old >= max(quoting, 0):
            posts[old] = replace(posts[old], text="")
    return posts


def _bare(post: Post, author: str | None) -> Post:
    return replace(
        post, author_id=author, thread_title=None, thread_url=None, url=None, code=(), links=(), extra=UNSET
    )
