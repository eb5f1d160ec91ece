"""What a feed no longer shows although its place is still in sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from msgspec import Struct

from kulanz.core.posts import Post, UtcTime

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


def withdrawn(before: Sequence[Seen], now: Sequence[Seen]) -> Iterator[Seen]:
    """Yield entries that were taken away between two reads of a feed that lists the newest.

    An entry leaves such a feed when enough newer ones push it out at the end. One that is newer than
    the oldest still shown was not pushed out. Feeds in another order (by change, by liking) tell
    nothing, and neither does one that is empty.
    """
    if not now or not (_in_order(before) and _in_order(now)):
        return
    shown = {entry.post_id for entry in now}
    oldest: datetime = min(entry.created_at for entry in now)
    yield from (entry for entry in before if entry.created_at > oldest and entry.post_id not in shown)


def _in_order(entries: Sequence[Seen]) -> bool:
    steps = [(one.created_at, other.created_at) for one, other in pairwise(entries)]
    return all(one >= other for one, other in steps) or all(one <= other for one, other in steps)
