"""What a feed no longer shows although its place is still in sight."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

import msgspec
from msgspec import Struct

from kulanz.core.posts import Post, UtcTime
from kulanz.sources.feeddocument import FeedDocument, FeedEntry

MOST_SEEN: Final = 200


class Seen(Struct, frozen=True, array_like=True):
    """An entry as the last read saw it."""

    post_id: str
    thread_id: str
    created_at: UtcTime


def window(posts: Sequence[Post]) -> tuple[Seen, ...]:
    """Return what is to be remembered of a feed's newest document."""
    return tuple(
        Seen(post.post_id, post.thread_id, post.created_at)
        for post in posts[:MOST_SEEN]
        if post.created_at is not None
    )


def with_first_times(document: FeedDocument, before: Sequence[Seen]) -> FeedDocument:
    """Return the document with the times at which entries were first seen.

    An entry that has no time of writing, only one of its last change (isso), would seem to be
    written anew with every edit.
    """
    first = {entry.post_id: entry.created_at for entry in before}
    return replace(document, entries=tuple(_first_time(entry, first) for entry in document.entries))


def _first_time(entry: FeedEntry, first: Mapping[str, datetime]) -> FeedEntry:
    changed, written = entry.post.created_at, first.get(entry.post.post_id)
    if not entry.dated_by_change or changed is None or written is None or written >= changed:
        return entry
    post = msgspec.structs.replace(entry.post, created_at=written)
    return replace(entry, post=post, edited_at=changed)


def withdrawn(before: Sequence[Seen], now: Sequence[Seen]) -> Iterator[Seen]:
    """Yield entries that were taken away between two reads.

    An entry leaves a feed of the newest when others push it out at the end: one that is newer than the
    oldest still shown was not pushed out. In another order (by answers, by liking) that holds only
    where the feed got shorter, so that it had room for all. An empty feed tells nothing.
    """
    shorter = len(now) < len(before)
    if not now or not (shorter or (_in_order(before) and _in_order(now))):
        return
    shown = {entry.post_id for entry in now}
    oldest: datetime = min(entry.created_at for entry in now)
    was_inside = operator.ge if shorter else operator.gt
    for entry in before:
        if entry.post_id not in shown and was_inside(entry.created_at, oldest):
            yield entry


def _in_order(entries: Sequence[Seen]) -> bool:
    steps = [(one.created_at, other.created_at) for one, other in pairwise(entries)]
    return all(one >= other for one, other in steps) or all(one <= other for one, other in steps)
