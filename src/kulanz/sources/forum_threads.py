"""Reading one thread of a forum that gives its posts in numbered pages, with few requests.

A thread that the store has is read from its end, back to the first post that is known. If the posts
known and new are then as many as the forum counts, nothing was removed and the thread is complete;
if not, all of it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from kulanz.sources.connecting import Known
from kulanz.sources.forums import Listed, Part
from kulanz.sources.sightings import Page, Raw, Sighting, ThreadSighting

_LONGEST_TAIL: Final = 10
"""Pages; what is longer is read from the start, where a read that is cut short can go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """A page of a thread's posts; ``pages`` is how many the thread has, ``count`` how many posts,
    tombstones included; None where the forum does not say.
    """

    number: int
    pages: int
    posts: tuple[Sighting, ...]
    thread: ThreadSighting
    raw: Raw
    count: int | None = None

    @property
    def ids(self) -> set[str]:
        return {each.post.post_id for each in self.posts}

    @property
    def shown(self) -> set[str]:
        """The ids of the posts that are not tombstones."""
        return {each.post.post_id for each in self.posts if not each.removed}

    def page(self, *, marker: str | None = None, present: frozenset[str] | None = None) -> Page:
        """The page as a store takes it."""
        thread = replace(self.thread, marker=marker, present=present)
        return Page(raw=(self.raw,), posts=self.posts, threads=(thread,))


@dataclass(frozen=True, slots=True)
class PagedThread:
    """One thread; ``fetch`` gets a page of its posts, None where the thread is not shown (any more).

    ``fetch`` gets the last page for a number beyond it, or None.
    """

    thread_id: str
    fetch: Callable[[int], PostsPage | None]
    known: Known

    def parts(self, listed: Listed | None, at: int | None, last_page: int = 1) -> Iterator[Part]:
        """Yield what is to be read; ``last_page`` is what the list tells of the thread's length."""
        marker = listed.marker if listed is not None else None
        if listed is not None and at is None and self.known.post_ids(self.thread_id):
            tail = self._tail(last_page)
            if tail is not None:
                yield from _finished(tail[0], marker, tail[1])
                return
        yield from self._whole(marker, at or 1)

    def _tail(self, number: int) -> tuple[list[PostsPage], frozenset[str]] | None:
        """Return the pages from the end to the first known post, and all posts that are shown.

        None where something other than new posts must have changed.
        """
        known = self.known.post_ids(self.thread_id)
        page = self.fetch(number)
        if page is not None and page.pages > page.number:
            page = self.fetch(page.pages)
        read: list[PostsPage] = []
        while page is not None:
            read.append(page)
            if page.ids & known or page.number <= 1 or len(read) == _LONGEST_TAIL:
                break
            page = self.fetch(page.number - 1)
        seen, shown = _all(read)
        present = (known - seen) | shown
        whole = page is not None and len(present | seen) == page.count
        return (read, present) if whole else None

    def _whole(self, marker: str | None, start: int) -> Iterator[Part]:
        present: set[str] = set()
        number, first = start, None
        while (page := self.fetch(number)) is not None:
            first = first or page
            present |= page.shown
            if number >= page.pages or not page.posts:
                yield self._last(page, marker, present, steady=_same(first, page), begun=start)
                return
            yield Part(page=page.page(), after=number + 1)
            number += 1
        gone = (ThreadSighting(thread_id=self.thread_id, gone=True),)
        yield Part(page=Page(threads=gone if number == 1 else ()))

    def _last(
        self, page: PostsPage, marker: str | None, present: set[str], *, steady: bool, begun: int
    ) -> Part:
        """A thread that changed while it was read is not complete; one read from the middle shows no gaps."""
        if begun > 1:
            return Part(page=page.page(marker=marker))
        if not steady:
            return Part(page=page.page())
        return Part(page=page.page(marker=marker, present=frozenset(present)))


def _finished(read: list[PostsPage], marker: str | None, present: frozenset[str]) -> Iterator[Part]:
    """Parts whose last one completes the thread; the others can only be read again from the start."""
    for page in read[:-1]:
        yield Part(page=page.page(), after=0)
    yield Part(page=read[-1].page(marker=marker, present=present))


def _all(pages: list[PostsPage]) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of all posts of the pages, and of those that are shown."""
    seen = frozenset[str]().union(*(page.ids for page in pages))
    return seen, frozenset[str]().union(*(page.shown for page in pages))


def _same(first: PostsPage, last: PostsPage) -> bool:
    return (first.pages, first.count) == (last.pages, last.count)
