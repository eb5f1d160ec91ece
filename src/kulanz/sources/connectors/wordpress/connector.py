"""The WordPress connector."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec
from msgspec.structs import replace

from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.wordpress.api import PER_PAGE, POSTS, Api, Comments, Place, find_place
from kulanz.sources.connectors.wordpress.reading import BATCH, Reading, number_of
from kulanz.sources.connectors.wordpress.shapes import (
    Article,
    comment_number,
    gmt,
    thread_sighting,
    tombstone,
)
from kulanz.sources.connectors.wordpress.state import History, Live, Pending, Seen
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import SourceError, TemporaryError
from kulanz.sources.feed import read_feed
from kulanz.sources.feeddocument import FeedEntry
from kulanz.sources.sightings import Cursor, Page, Raw, Sighting, ThreadSighting

KEYS: Final = ("user", "application_password")
_FIRST_ARTICLES: Final = 20
_MOST_ASKED: Final = 20
_SECOND: Final = timedelta(seconds=1)
_NO_FEED: Final = (401, 403, 404, 410)


class WordPressConnector:
    """Reads one WordPress site."""

    name = "wordpress"
    lanes = (LIVE, HISTORY)
    grace = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known = context.known

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield the newest comments and changed articles, or in ``history`` one article after another."""
        if lane == HISTORY:
            yield from self._history(cursor)
        else:
            yield from self._live(cursor)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Read articles again, ten at a time; one that is not public any more is gone."""
        reading = self._reading(find_place(self._context))
        numbers = {thread_id: number_of(thread_id, self._known) for thread_id in thread_ids}
        wanted = [(thread_id, number) for thread_id, number in numbers.items() if number is not None]
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            shown: set[str] = set()
            for page, _ in reading.whole([number for _, number in batch]):
                shown.update(thread.thread_id for thread in page.threads)
                yield page
            gone = tuple(ThreadSighting(thread_id=each, gone=True) for each, _ in batch if each not in shown)
            if gone:
                yield Page(threads=gone)

    def _live(self, cursor: Cursor | None) -> Iterator[Page]:
        state = read_cursor(Live, cursor) or self._start_live()
        reading = self._reading(state.place)
        steps = (self._drained, self._comments, self._articles, self._trackbacks, self._drained)
        for step in steps:
            for page, after in step(reading, state):
                state = after
                yield replace(page, cursor=write_cursor(state))

    def _start_live(self) -> Live:
        place = find_place(self._context)
        return Live(api=place.api, feed=place.feed)

    def _drained(self, reading: Reading, state: Live) -> Iterator[tuple[Page, Live]]:
        for page, pending in _whole(reading, state.pending):
            yield page, replace(state, pending=pending)

    def _comments(self, reading: Reading, state: Live) -> Iterator[tuple[Page, Live]]:
        """List the newest comments, and older ones until what the last read saw."""
        while True:
            answer = reading.api.comments(state.listing)
            if state.listing == 1:
                digest = sha256(answer.raw.body).hexdigest()
                if digest == state.digest:
                    return
                state = replace(state, digest=digest)
            page, state = self._listed(reading, state, answer)
            yield page, state
            if state.listing == 1:
                return

    def _listed(self, reading: Reading, state: Live, answer: Comments) -> tuple[Page, Live]:
        """One page of the list of comments, and those that it lacks."""
        numbers = list(dict.fromkeys(comment.post for comment in answer.comments))
        articles, raw = reading.articles(numbers)
        posts = reading.comments(answer.comments, articles)
        missing = Page() if state.listing > 1 else self._missing(reading, state.missing(answer.comments))
        threads = tuple(thread_sighting(article) for article in articles.values())
        unknown = (each for each in numbers if self._known.marker(reading.thread_id(each, articles)) is None)
        state = _after(state, answer, reading, articles)
        page = Page(raw=(answer.raw, *raw, *missing.raw), posts=posts + missing.posts, threads=threads)
        return page, replace(state, pending=_more(state.pending, unknown))

    def _missing(self, reading: Reading, missing: Sequence[Seen]) -> Page:
        """Ask for comments that are no longer listed: those that are not shown were removed."""
        raw: list[Raw] = []
        posts: list[Sighting] = []
        for seen in missing[:_MOST_ASKED]:
            answer, comment = reading.api.comment(seen.id)
            raw.append(answer)
            if comment is None:
                posts.append(tombstone(f"{seen.thread_id}#comment-{seen.id}", seen.thread_id))
        return Page(raw=tuple(raw), posts=tuple(posts))

    def _articles(self, reading: Reading, state: Live) -> Iterator[tuple[Page, Live]]:
        """List articles that were changed, the oldest change first; at the start the latest ones."""
        while True:
            answer = reading.api.articles(POSTS, **_since(state.modified))
            fresh = _fresh(answer.articles, state)
            if not fresh:
                return
            latest = max(article.modified_gmt for article in fresh)
            changed = _state_at(latest, answer.articles)
            unknown = (each.id for each in fresh if self._known.marker(each.thread_id) is None)
            page = Page(
                raw=(answer.raw,),
                posts=reading.openers(fresh),
                threads=tuple(thread_sighting(article) for article in fresh),
            )
            first = not state.modified
            pending = _more(state.pending, unknown)
            state = replace(state, modified=latest, changed=changed, pending=pending)
            yield page, state
            if first or answer.pages <= 1:
                return

    def _trackbacks(self, reading: Reading, state: Live) -> Iterator[tuple[Page, Live]]:
        """Ask for what the feed of comments shows and the list of comments does not."""
        if reading.api.trusted or state.feed is None:
            return
        answer = self._context.http.get(state.feed, validators=state.validators, accepted=_NO_FEED)
        if answer.not_modified or answer.status in _NO_FEED:
            return
        try:
            document = read_feed(answer.body, answer.url, self._context.problems)
        except SourceError as error:
            raise TemporaryError(f"{answer.url}: {error}", kind="no_data") from error
        found = [self._trackback(reading, entry) for entry in document.entries if self._is_new(entry)]
        posts = tuple(sighting for _, each in found for sighting in each)
        page = Page(raw=(answer.raw(), *(raw for raw, _ in found)), posts=posts)
        yield page, replace(state, validators=answer.validators)

    def _is_new(self, entry: FeedEntry) -> bool:
        post = entry.post
        is_comment = comment_number(post.post_id) is not None
        return is_comment and post.post_id not in self._known.post_ids(post.thread_id)

    def _trackback(self, reading: Reading, entry: FeedEntry) -> tuple[Raw, tuple[Sighting, ...]]:
        number = comment_number(entry.post.post_id) or 0
        raw, comment = reading.api.comment(number)
        found = () if comment is None else reading.comment(comment, entry.post.thread_id, None)
        about = {"thread_title": entry.post.thread_title, "thread_url": entry.post.thread_url}
        return raw, tuple(replace(each, post=replace(each.post, **about)) for each in found)

    def _history(self, cursor: Cursor | None) -> Iterator[Page]:
        state = read_cursor(History, cursor) or History(api=find_place(self._context).api)
        reading = self._reading(Place(state.api, None))
        while state.collection or state.pending.numbers:
            for page, pending in _whole(reading, state.pending):
                state = replace(state, pending=pending)
                yield replace(page, cursor=write_cursor(state))
            if state.collection:
                state = _older(reading, state)

    def _reading(self, place: Place) -> Reading:
        return Reading(self._context, Api(self._context, place))


def _whole(reading: Reading, pending: Pending) -> Iterator[tuple[Page, Pending]]:
    """Read the pending articles, ten at a time."""
    while pending.numbers:
        batch, rest = pending.numbers[:BATCH], pending.numbers[BATCH:]
        for page, following in reading.whole(batch, pending.page):
            left = Pending(numbers=rest) if following is None else replace(pending, page=following)
            yield page, left
        pending = Pending(numbers=rest)


def _more(pending: Pending, numbers: Iterator[int]) -> Pending:
    return replace(pending, numbers=tuple(dict.fromkeys((*pending.numbers, *numbers))))


def _after(state: Live, answer: Comments, reading: Reading, articles: dict[int, Article]) -> Live:
    """The state after one page of the list: on to the next one, or all is read."""
    ids = [comment.id for comment in answer.comments]
    top = max((state.top, *ids))
    if state.listing == 1:
        window = tuple(Seen(each.id, reading.thread_id(each.post, articles)) for each in answer.comments)
        state = replace(state, window=window)
    reaches_back = not state.newest or min(ids, default=0) <= state.newest
    if reaches_back or state.listing >= answer.pages:
        return replace(state, newest=top, top=0, listing=1)
    return replace(state, top=top, listing=state.listing + 1)


def _since(modified: str) -> dict[str, str]:
    """What to ask for: articles changed since, and those of the same second again."""
    if not modified:
        return {"orderby": "modified", "order": "desc", "per_page": str(_FIRST_ARTICLES)}
    moment = (gmt(modified) - _SECOND).isoformat()
    asked = {"orderby": "modified", "order": "asc", "per_page": str(PER_PAGE)}
    return {**asked, "modified_after": moment}


def _fresh(articles: Sequence[Article], state: Live) -> list[Article]:
    """Articles changed since the last read, or once more in the very second of its latest change."""
    same_second = _state_at(state.modified, articles) == state.changed
    is_new = operator.gt if same_second else operator.ge
    return [each for each in articles if is_new(each.modified_gmt, state.modified)]


def _state_at(modified: str, articles: Sequence[Article]) -> str:
    found = sorted((each for each in articles if each.modified_gmt == modified), key=lambda each: each.id)
    return sha256(msgspec.json.encode(found)).hexdigest()


def _older(reading: Reading, state: History) -> History:
    """Ask which articles are older; of one second there may be more than one list holds."""
    asked = {"before": state.before} if state.before else {}
    order = {"orderby": "date", "order": "desc", "per_page": str(2 * BATCH), "page": str(state.page)}
    listed, pages = reading.api.listed(state.collection, **order, **asked)
    fresh = tuple(each.id for each in listed if each.id not in state.last)
    pending = Pending(numbers=fresh)
    if state.page >= pages or not listed:
        return state.next_collection(pending)
    before = (min(gmt(each.date_gmt) for each in listed) + _SECOND).isoformat()
    last = tuple(each.id for each in listed)
    page = 1 if before != state.before else state.page + 1
    return replace(state, before=before, page=page, last=last, pending=pending)


CONNECTOR: Final = WordPressConnector
