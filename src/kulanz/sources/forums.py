"""Reading a forum by its list of threads: what is new first, the past behind it, no thread in vain.

For forums that list their threads by last activity and give the posts of one thread at a time. The
walk is here, once: lanes, cursors and which threads to read. What a forum's addresses and payloads
look like is the business of its connector, which is a ``Forum``.

Both lanes walk down the list and read every thread whose marker is another one than the store has.
``live`` goes from the top to where its last walk began, or through the first few pages where it never
walked before; ``history`` goes to the end, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from kulanz.sources.connecting import LIVE, Known
from kulanz.sources.errors import PermanentError
from kulanz.sources.sightings import Cursor, Page, ThreadSighting

FIRST_PAGES: Final = 3
"""Pages of the list that ``live`` reads on its first walk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A thread as the list shows it. ``activity`` rises with every new post anywhere in the forum;
    ``pinned`` threads stand out of order. ``length`` is how many posts the forum counts.
    """

    seen: ThreadSighting
    marker: str
    activity: int
    length: int | None = None
    pinned: bool = False

    @property
    def thread_id(self) -> str:
        return self.seen.thread_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list; ``after`` is where the next one begins, None on the last.

    Places must get on: a connector sees to it that no answer can lead the walk in a circle.
    """

    threads: Sequence[Listed]
    after: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step of reading one thread; ``after`` is where to go on, None when the thread is complete."""

    page: Page
    after: Any = None


class Forum(Protocol):
    """What a connector knows of its forum; places in lists and threads are small JSON values."""

    def listing(self, at: Any) -> Listing:
        """Return the page of the list at a place; None is the top."""
        ...

    def thread(self, thread_id: str, listed: Listed | None, at: Any) -> Iterator[Part]:
        """Read a thread from a place on; None is its beginning.

        With ``listed`` it is enough to read what is new, as long as the last part can say with
        certainty what is ``present``, or leaves it None. The last part carries ``listed.marker``.
        Without ``listed`` all of it is read.
        """
        ...


class _Walk(Struct, frozen=True, omit_defaults=True):
    """A lane's cursor. ``until`` is the activity at which the walk may end, ``top`` the highest one
    when it began; ``at`` is the page of the list, ``thread`` and ``within`` the thread being read.
    """

    until: int | None = None
    top: int | None = None
    at: Any = None
    pages: int = 0
    thread: str | None = None
    within: Any = None
    ended: bool = False


class ForumWalk:
    """The lanes of one forum."""

    def __init__(self, forum: Forum, known: Known) -> None:
        self._forum = forum
        self._known = known

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield what the lane has after the cursor, each page with the cursor that follows it.

        Threads that were known as they are come last on the page of their list, with their views.
        """
        walk = _walk_of(cursor)
        if walk.ended and lane != LIVE:
            return
        if walk.ended:
            walk = _Walk(until=walk.until)
        while not walk.ended:
            listing = self._forum.listing(walk.at)
            known = [each for each in listing.threads if self._is_known(each)]
            yield from self._threads(walk, [each for each in listing.threads if each not in known])
            walk = _next(walk, listing, lane)
            after: Cursor = msgspec.to_builtins(walk)
            if after != cursor or len(known) < len(listing.threads):
                yield Page(threads=tuple(each.seen for each in known), cursor=after)

    def _threads(self, walk: _Walk, changed: Sequence[Listed]) -> Iterator[Page]:
        for listed in changed:
            # The other lane, which runs beside this one, may have read it meanwhile.
            if self._is_known(listed):
                continue
            within = walk.within if walk.thread == listed.thread_id else None
            for part in self._forum.thread(listed.thread_id, listed, within):
                reading = listed.thread_id if part.after is not None else None
                here = msgspec.structs.replace(walk, thread=reading, within=part.after)
                yield msgspec.structs.replace(part.page, cursor=msgspec.to_builtins(here))

    def _is_known(self, listed: Listed) -> bool:
        return self._known.marker(listed.thread_id) == listed.marker


def reread(forum: Forum, thread_ids: Sequence[str]) -> Iterator[Page]:
    """Read threads again, all of each."""
    for thread_id in thread_ids:
        for part in forum.thread(thread_id, None, None):
            yield part.page


def _walk_of(cursor: Cursor | None) -> _Walk:
    if cursor is None:
        return _Walk()
    try:
        return msgspec.convert(cursor, _Walk)
    except msgspec.ValidationError as error:
        raise PermanentError(f"the cursor is not one of a forum ({error}): start the lane anew") from error


def _next(walk: _Walk, listing: Listing, lane: str) -> _Walk:
    """Return where the walk stands after a page of the list."""
    order = [each.activity for each in listing.threads if not each.pinned]
    top = max(order, default=walk.until) if walk.at is None else walk.top
    pages = walk.pages + 1
    if listing.after is None or (lane == LIVE and _reached(walk, order, pages)):
        return _Walk(until=top, ended=True)
    return _Walk(until=walk.until, top=top, at=listing.after, pages=pages)


def _reached(walk: _Walk, order: Sequence[int], pages: int) -> bool:
    """Whether a live walk has come down to where the last one began, or far enough for the first."""
    if walk.until is None:
        return pages >= FIRST_PAGES
    return bool(order) and min(order) <= walk.until
