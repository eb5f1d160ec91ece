"""Reads a forum without an interface from the pages that it shows to everybody.

The address is a list of threads, such as a forum's front page or a category, or one thread. Posts are
found by what pages say of themselves: schema.org postings (JSON-LD or microdata), as forums write them
for search engines, or microformats2 entries. Lists are followed by ``rel=next``, threads are found by
the list's own description or by links that look like threads. robots.txt is obeyed.

A thread is read again when its row in the list changes. Edits show by ``dateModified`` or by another
text, removals by absence from a thread that was read whole, a tombstone by ``creativeWorkStatus``.
It cannot see who edited, closings, moves, hidden posts, edits that leave the list as it was (they are
found when the thread is read again), nor posts whose time is not written for programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.sightings import Cursor, Page, Sighting, ThreadSighting
from kulanz.sources.structured.forumpage import ForumPage, Row, read_page, without_fragment
from kulanz.sources.structured.forumposts import sightings
from kulanz.sources.web.client import Answer
from kulanz.sources.web.robots import Robots
from kulanz.sources.web.urls import checked

KEYS: Final[tuple[str, ...]] = ()

_LIVE_LISTS: Final = 2
_MOST_LISTS: Final = 5_000
_MOST_PAGES: Final = 1_000
_MOST_ALIASES: Final = 1_000
_GONE: Final = frozenset((404, 410))
_WITHHELD: Final = frozenset((401, 403, 451))


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a lane stands: at a list, and perhaps in the middle of a thread that a row linked.

    ``aliases`` are the threads that lists link by another address than their own; None means that
    there were no posts. ``tail`` sums up the last page of the one thread that the address is.
    """

    list: str | None = None
    lists: int = 0
    done: bool = False
    row: str | None = None
    thread: str | None = None
    page: str | None = None
    marker: str | None = None
    tail: str | None = None
    aliases: dict[str, str | None] = {}


class Found(Struct, frozen=True):
    """A page of a thread that was read."""

    answer: Answer
    page: ForumPage
    posts: tuple[Sighting, ...]


class Wanted(Struct, frozen=True):
    """A thread to be read: where a list links it, what is known of it, and the page to begin with.

    ``page`` is None where the thread is to be read from its first page on.
    """

    url: str
    thread_id: str | None = None
    marker: str | None = None
    page: str | None = None


class HtmlForumConnector:
    """Reads threads from a forum's public pages."""

    name = "html_forum"
    lanes = (LIVE, HISTORY)
    grace = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._address = checked(context.address)
        self._robots = Robots(context.http)

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield new and changed threads (live), or those that are not known yet (history)."""
        walk = _Walk(read_cursor(Place, cursor) or Place())
        yield from self._unfinished(walk)
        if walk.place.tail is not None:
            yield from self._one_thread(walk)
        elif lane == LIVE:
            yield from self._live(walk)
        elif not walk.place.done:
            yield from self._history(walk)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Read threads again; one that refuses is noted as a problem and says nothing of its posts."""
        for thread_id in thread_ids:
            yield from self._thread(Wanted(thread_id, thread_id), None)

    def _live(self, walk: _Walk) -> Iterator[Page]:
        url: str | None = self._address
        for _ in range(_LIVE_LISTS):
            if url is None:
                return
            _, page = self._list(url)
            if page.roots:
                yield from self._one_thread(walk)
                return
            changed = [row for row in page.rows if self._is_changed(row, walk)]
            for row in changed:
                yield from self._row(row, walk)
            if not changed:
                return
            url = page.following

    def _history(self, walk: _Walk) -> Iterator[Page]:
        visited: set[str] = set()
        while not walk.place.done:
            url = walk.place.list or self._address
            visited.add(url)
            answer, page = self._list(url)
            for row in page.rows:
                if self._marker(row, walk) is None:
                    yield from self._row(row, walk)
            walk.next_list(None if page.roots or page.following in visited else page.following)
            yield Page(raw=(answer.raw(),), cursor=walk.cursor())

    def _unfinished(self, walk: _Walk) -> Iterator[Page]:
        """Go on with the thread in which the last run ended."""
        place = walk.place
        if place.row is not None and place.page is not None:
            yield from self._thread(Wanted(place.row, place.thread, place.marker, place.page), walk)

    def _row(self, row: Row, walk: _Walk) -> Iterator[Page]:
        if self._is_changed(row, walk):
            yield from self._thread(Wanted(row.url, marker=row.marker), walk)

    def _is_changed(self, row: Row, walk: _Walk) -> bool:
        return walk.thread_of(row) is not None and self._marker(row, walk) != row.marker

    def _marker(self, row: Row, walk: _Walk) -> str | None:
        return self._context.known.marker(walk.thread_of(row) or row.url)

    def _list(self, url: str) -> tuple[Answer, ForumPage]:
        self._robots.require(url)
        answer = self._context.http.get(url)
        page = read_page(answer.text(), answer.at)
        if not page.rows and not page.roots:
            raise TemporaryError(
                f"{answer.url} shows neither threads nor posts to programs: if this stays, check the address,"
                " or read this forum by its interface or feed",
                kind="no_data",
            )
        return answer, page

    def _thread(self, wanted: Wanted, walk: _Walk | None) -> Iterator[Page]:
        """Yield the pages of a thread; a reread (no walk) moves no cursor.

        Only what was read whole, from its first page on, tells which posts are there.
        """
        thread_id, target = wanted.thread_id, wanted.page or wanted.url
        whole = wanted.page is None
        shown: set[str] = set()
        visited: set[str] = set()
        while True:
            visited.add(target)
            found = self._found(target, thread_id)
            if not isinstance(found, Found):
                yield from self._end(wanted, thread_id if visited != {target} else None, found, walk)
                return
            thread_id = thread_id or found.page.thread
            shown |= {each.post.post_id for each in found.posts if not each.removed}
            whole = whole and found.page.complete
            following = _following(found.page, visited)
            sighting = _thread_sighting(found, thread_id)
            if following is None:
                present = frozenset(shown) if whole else None
                sighting = replace(sighting, marker=wanted.marker, present=present)
            cursor = None if walk is None else walk.at(wanted, thread_id, following)
            yield Page(raw=(found.answer.raw(),), posts=found.posts, threads=(sighting,), cursor=cursor)
            if following is None:
                return
            target = following

    def _end(
        self, wanted: Wanted, thread_id: str | None, gone: str | None, walk: _Walk | None
    ) -> Iterator[Page]:
        """A thread that shows nothing more: gone where the site says so, else no more than a problem.

        ``thread_id`` is None where no page of it could be read.
        """
        threads: tuple[ThreadSighting, ...] = ()
        if gone is not None:
            threads = (ThreadSighting(thread_id=gone, gone=True),)
        elif thread_id is not None:
            threads = (ThreadSighting(thread_id=thread_id, marker=wanted.marker),)
        if walk is not None:
            yield Page(threads=threads, cursor=walk.done_with(wanted, thread_id))
        elif threads:
            yield Page(threads=threads)

    def _found(self, url: str, thread_id: str | None) -> Found | str | None:
        """Return a thread's page, or its id where it is gone, or None where it shows no posts."""
        if not self._robots.allows(url):
            self._problem(url, "is not read, because robots.txt asks not to", "ask the forum's owner")
            return None
        answer = self._context.http.get(url, accepted=_GONE | _WITHHELD)
        if answer.status in _GONE:
            return thread_id if thread_id is not None and self._is_first(url, thread_id) else None
        if answer.status in _WITHHELD or _site(answer.at) != _site(url):
            self._problem(url, f"is not shown here (status {answer.status}, {answer.url})", "look at it")
            return None
        page = read_page(answer.text(), answer.at)
        posts = tuple(self._posts(page, thread_id or page.thread))
        if not posts:
            self._problem(url, "shows no posts that are described for programs", "look for an interface")
            return None
        return Found(answer, page, posts)

    def _is_first(self, url: str, thread_id: str) -> bool:
        return without_fragment(url) == without_fragment(thread_id)

    def _posts(self, page: ForumPage, thread_id: str) -> Iterator[Sighting]:
        def report(reason: str, remedy: str) -> None:
            self._problem(page.url, reason, remedy)

        return sightings(page, thread_id, page.title, report)

    def _problem(self, url: str, reason: str, remedy: str) -> None:
        self._context.problems.add(url, None, reason, remedy)

    def _one_thread(self, walk: _Walk) -> Iterator[Page]:
        """Read the thread that the address itself is, from the page that was last the last one."""
        place = walk.place
        target: str | None = place.page or self._address
        thread_id, visited, tail = place.thread, set[str](), place.tail
        while target is not None:
            visited.add(target)
            self._robots.require(target)
            found = self._found(target, thread_id)
            if not isinstance(found, Found) and target == place.page:
                # The thread became shorter: its last page is another one now.
                yield from self._one_thread(_Walk(Place(thread=place.thread)))
                return
            if not isinstance(found, Found):
                kind = TemporaryError if found is None else PermanentError
                raise kind(f"{target} shows no posts any more: look at it, and correct the address")
            thread_id = thread_id or found.page.thread
            summary = _summary(found.posts)
            if summary != tail:
                walk.place = replace(walk.place, thread=thread_id, page=target, tail=summary)
                threads = (_thread_sighting(found, thread_id),)
                yield Page(
                    raw=(found.answer.raw(),), posts=found.posts, threads=threads, cursor=walk.cursor()
                )
            target, tail = _following(found.page, visited), None


class _Walk:
    """The place of a lane as it moves."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def cursor(self) -> Cursor:
        return write_cursor(self.place)

    def thread_of(self, row: Row) -> str | None:
        """Return the id of a row's thread as far as known, None where there were no posts."""
        return self.place.aliases.get(row.url, row.url)

    def at(self, wanted: Wanted, thread_id: str, following: str | None) -> Cursor:
        """Note that a page of a thread was read; ``following`` is its next page."""
        if following is None:
            return self.done_with(wanted, thread_id)
        self.place = replace(
            self.place, row=wanted.url, thread=thread_id, page=following, marker=wanted.marker
        )
        return self.cursor()

    def done_with(self, wanted: Wanted, thread_id: str | None) -> Cursor:
        """Note that a thread was read to its end; None means that there are no posts."""
        aliases = {key: value for key, value in self.place.aliases.items() if key != wanted.url}
        if thread_id != wanted.url:
            aliases[wanted.url] = thread_id
        kept = dict(list(aliases.items())[-_MOST_ALIASES:])
        self.place = replace(self.place, row=None, thread=None, page=None, marker=None, aliases=kept)
        return self.cursor()

    def next_list(self, following: str | None) -> None:
        """Note that a list was read."""
        lists = self.place.lists + 1
        done = following is None or lists >= _MOST_LISTS
        self.place = replace(self.place, list=None if done else following, lists=lists, done=done)


def _thread_sighting(found: Found, thread_id: str) -> ThreadSighting:
    root = found.page.roots[0]
    return ThreadSighting(
        thread_id=thread_id, title=found.page.title, url=thread_id, place=root.place, views=root.views
    )


def _following(page: ForumPage, visited: set[str]) -> str | None:
    target = page.following
    return target if target is not None and target not in visited and len(visited) < _MOST_PAGES else None


def _summary(posts: Sequence[Sighting]) -> str:
    told = "\0".join(f"{each.post.post_id}\0{each.post.text}\0{each.removed}" for each in posts)
    return sha256(told.encode("utf-8", "replace")).hexdigest()[:20]


def _site(url: str) -> str:
    """Return the host of an address: a forum may be reached with and without www and TLS."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


CONNECTOR: Final = HtmlForumConnector
