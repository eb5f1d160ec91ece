"""The feed connector."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from kulanz.core.posts import Post
from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.feed.documents import document_of, is_feed, is_whole, newest_of
from kulanz.sources.connectors.feed.state import Feed, Gap, History, Live, Replies, gap_after
from kulanz.sources.connectors.feed.window import Seen, window, with_first_times, withdrawn
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import PermanentError
from kulanz.sources.feeddocument import FeedDocument, FeedEntry
from kulanz.sources.pagelinks import feed_addresses
from kulanz.sources.sightings import Cursor, Page, Sighting, ThreadSighting
from kulanz.sources.web.client import Answer

KEYS: Final[tuple[str, ...]] = ()
_MOST_FEEDS: Final = 10
_MOST_OLDER: Final = 50
_REFUSED: Final = (401, 403, 404, 410)
_GONE: Final = (404, 410)


class FeedConnector:
    """Reads the feeds of one address."""

    name = "feed"
    lanes = (LIVE, HISTORY)
    grace = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield one page per changed document, and one per changed feed of comments."""
        if lane == HISTORY:
            yield from self._history(cursor)
        else:
            yield from self._live(cursor)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Read the comments of threads again, and once all feeds for threads that have none.

        A feed of comments that is not there any more does not tell that its entry has gone: comments may
        have been switched off. So the feeds are asked whether they still list the entry.
        """
        without: set[str] = set()
        missing: dict[str, Page] = {}
        for thread_id in thread_ids:
            marker = self._context.known.marker(thread_id)
            if marker is None:
                without.add(thread_id)
                continue
            page = self._comments(Replies.of_marker(marker), listed=False)
            if page.threads[0].gone:
                missing[thread_id] = page
            else:
                yield page
        if without or missing:
            yield from self._listed_again(without, missing)

    def _listed_again(self, without: Collection[str], missing: Mapping[str, Page]) -> Iterator[Page]:
        """Look threads up in the feeds; what is missing and not listed either is gone."""
        listed: set[str] = set()
        for url in self._addresses():
            answer = self._context.http.get(url)
            document = newest_of(answer, self._context.problems)
            listed |= {entry.post.thread_id for entry in document.entries}
            wanted = [entry for entry in document.entries if entry.post.thread_id in {*without, *missing}]
            yield Page(raw=(answer.raw(),), posts=_sightings(wanted))
        for thread_id, page in missing.items():
            yield replace(page, threads=()) if thread_id in listed else page

    def _live(self, cursor: Cursor | None) -> Iterator[Page]:
        state = read_cursor(Live, cursor) or self._start_live()
        for number in (None, *range(len(state.feeds))):
            if number is not None and (read := self._newest(state, number)) is not None:
                page, state = read
                yield _at(page, state)
            while state.gap is not None:
                page, state = self._older(state, state.gap)
                yield _at(page, state)
            while state.pending:
                page = self._comments(state.pending[0])
                state = replace(state, pending=state.pending[1:])
                yield _at(page, state)

    def _start_live(self) -> Live:
        return Live(feeds=tuple(Feed(url=url) for url in self._addresses()))

    def _newest(self, state: Live, number: int) -> tuple[Page, Live] | None:
        """Read a feed's newest document; None where it did not change."""
        feed = state.feeds[number]
        conditions = feed.conditions(self._context.now())
        answer = self._context.http.get(feed.url, validators=conditions)
        if answer.not_modified:
            return None
        document = with_first_times(newest_of(answer, self._context.problems), feed.window)
        seen = window([entry.post for entry in document.entries])
        taken = withdrawn(feed.window, seen) if is_whole(answer) else ()
        tombstones = tuple(map(_tombstone, taken))
        page = _page(answer, document, tombstones)
        known = Gap(url=feed.url, known=tuple(each.post_id for each in feed.window), left=_MOST_OLDER)
        read = Feed(url=feed.url, validators=answer.validators, read_at=self._context.now(), window=seen)
        feeds = (*state.feeds[:number], read, *state.feeds[number + 1 :])
        return page, Live(feeds=feeds, gap=gap_after(known, document), pending=self._changed(document))

    def _older(self, state: Live, gap: Gap) -> tuple[Page, Live]:
        """Read one older document of what was missed since the last read."""
        answer, document = self._read(gap.url)
        pending = (*state.pending, *self._changed(document))
        return _page(answer, document), replace(state, gap=gap_after(gap, document), pending=pending)

    def _history(self, cursor: Cursor | None) -> Iterator[Page]:
        state = read_cursor(History, cursor) or self._start_history()
        while state.pending or state.next is not None:
            if state.pending:
                page = self._comments(state.pending[0])
                state = replace(state, pending=state.pending[1:])
            elif state.next is not None:
                answer, document = self._read(state.next)
                page = _page(answer, document)
                older = document.links.get("prev-archive") or document.links.get("next")
                state = state.onward(older, self._changed(document))
            yield _at(page, state)

    def _start_history(self) -> History:
        first, *later = self._addresses()
        return History(next=first, later=tuple(later))

    def _addresses(self) -> Sequence[str]:
        """The feeds of the source: its address, or what the page there links to."""
        answer = self._context.http.get(self._context.address)
        if is_feed(answer):
            return (self._context.address,)
        feeds = feed_addresses(answer.body, answer.at)[:_MOST_FEEDS]
        if not feeds:
            kind = answer.media_type or "something without a type"
            raise PermanentError(
                f"expected a feed, or a page that links to one, and got {kind} from {answer.url}:"
                " give the address of the feed itself",
                kind="address",
            )
        return feeds

    def _read(self, url: str) -> tuple[Answer, FeedDocument]:
        answer = self._context.http.get(url)
        return answer, document_of(answer, self._context.problems)

    def _changed(self, document: FeedDocument) -> tuple[Replies, ...]:
        """The feeds of comments that are worth reading."""
        found = filter(None, (Replies.of_entry(entry) for entry in document.entries))
        return tuple(replies for replies in found if self._is_new(replies))

    def _is_new(self, replies: Replies) -> bool:
        known = self._context.known.marker(replies.thread_id)
        return known != replies.marker and not (known is None and replies.count == 0)

    def _comments(self, replies: Replies, *, listed: bool = True) -> Page:
        """Read the feed of a thread's comments; a thread that has none is complete without a request."""
        if replies.count == 0:
            return Page(threads=(_complete(replies, []),))
        answer = self._context.http.get(replies.url, accepted=_REFUSED)
        if answer.status in _REFUSED or not is_feed(answer):
            gone = not listed and answer.status in _GONE
            marker = replies.marker if listed else None
            thread = ThreadSighting(thread_id=replies.thread_id, marker=marker, gone=gone)
            return Page(raw=(answer.raw(),), threads=(thread,))
        document = document_of(answer, self._context.problems)
        entries = [_moved(entry, replies) for entry in document.entries]
        thread = _complete(replies, entries) if listed else ThreadSighting(thread_id=replies.thread_id)
        return Page(raw=(answer.raw(),), posts=_sightings(entries), threads=(thread,))


def _at(page: Page, state: Live | History) -> Page:
    return replace(page, cursor=write_cursor(state))


def _page(answer: Answer, document: FeedDocument, tombstones: tuple[Sighting, ...] = ()) -> Page:
    posts = (*_sightings(document.entries), *tombstones)
    return Page(raw=(answer.raw(),), posts=posts, threads=_threads(document))


def _sightings(entries: Sequence[FeedEntry]) -> tuple[Sighting, ...]:
    return tuple(Sighting(post=entry.post, edited_at=entry.edited_at) for entry in entries)


def _threads(document: FeedDocument) -> tuple[ThreadSighting, ...]:
    posts = {entry.post.thread_id: entry.post for entry in reversed(document.entries)}
    return tuple(
        ThreadSighting(thread_id=post.thread_id, title=post.thread_title, url=post.thread_url)
        for post in posts.values()
    )


def _complete(replies: Replies, entries: Sequence[FeedEntry]) -> ThreadSighting:
    """The thread with all its posts, where the feed holds as many comments as the entry counts."""
    comments = {entry.post.post_id for entry in entries} - {replies.opener}
    present = frozenset((*comments, replies.opener)) if len(comments) == replies.count else None
    return ThreadSighting(thread_id=replies.thread_id, marker=replies.marker, present=present)


def _tombstone(entry: Seen) -> Sighting:
    post = Post(
        thread_id=entry.thread_id,
        post_id=entry.post_id,
        author_id=None,
        created_at=entry.created_at,
        text="",
    )
    return Sighting(post=post, removed=True)


def _moved(entry: FeedEntry, replies: Replies) -> FeedEntry:
    """The comment in the thread that it was read for, however its feed names that thread."""
    return FeedEntry(replace(entry.post, thread_id=replies.thread_id), entry.edited_at)


CONNECTOR: Final = FeedConnector
