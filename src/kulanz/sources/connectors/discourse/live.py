"""The lane that follows what is new."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from kulanz.sources.connectors.discourse.bulk import BulkPage
from kulanz.sources.connectors.discourse.cursors import Back, LiveCursor, step_back
from kulanz.sources.connectors.discourse.parts import Parts
from kulanz.sources.connectors.discourse.seeing import TopicPage, moment
from kulanz.sources.cursors import write_cursor
from kulanz.sources.sightings import Page
from kulanz.sources.web.client import Answer

MOST_LISTS: Final = 100
"""Pages of the list of topics that one round goes back at most; the sweep reaches the rest."""

_SITE_EVERY: Final = timedelta(days=1)
_OVERLAP: Final = timedelta(minutes=5)

_Steps = Generator[Page, None, LiveCursor]


class Live:
    """A round: new posts in bulk, then topics with new activity, then one page of all topics.

    That last page is another one every round. It finds closings, removals, moves and new titles in
    topics where nobody writes any more.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._api = parts.api

    def pages(self, kept: LiveCursor) -> Iterator[Page]:
        """Finish the round that the cursor is in; yield nothing where nothing changed."""
        state = kept
        if state.phase == "posts":
            state = yield from self._site(state)
            state = yield from self._posts((yield from self._parts.settle(state)))
        state = yield from self._parts.settle(state)
        if state.phase == "topics":
            state = yield from self._topics(state)
        state = yield from self._sweep(state)
        if state != kept:
            yield Page(cursor=write_cursor(state))

    def _site(self, state: LiveCursor) -> _Steps:
        """Keep once a day what the forum says of itself: version, staff, categories, trust levels."""
        now = self._parts.now()
        if state.site_at is not None and now - state.site_at < _SITE_EVERY:
            return state
        answers = [each for each in (self._api.about(), self._api.site()) if each is not None]
        state = replace(state, site_at=now)
        yield Page(raw=tuple(answer.raw() for answer in answers), cursor=write_cursor(state))
        return state

    def _posts(self, state: LiveCursor) -> _Steps:
        while state.phase == "posts":
            newest = state.back.before is None
            answer = self._api.posts(state.back.before, state.posts_were if newest else None)
            if answer.not_modified:
                return replace(state, phase="topics")
            page = self._parts.bulk(answer)
            state = self._after_posts(state, page)
            if newest:
                state = replace(state, posts_were=answer.validators)
            yield Page(raw=page.raw, posts=page.posts, threads=page.threads, cursor=write_cursor(state))
        return state

    def _after_posts(self, state: LiveCursor, page: BulkPage) -> LiveCursor:
        top = max(state.top or 0, state.high, *page.ids, 0)
        back = step_back(state.back, page.ids)
        pending = self._parts.pending
        if back is None or not state.started or (back.before or 0) <= state.high + 1:
            windowed = state.back.windowed if back is None else back.windowed
            rest = Back(windowed=windowed)
            return replace(state, phase="topics", high=top, top=None, back=rest, pending=pending)
        return replace(state, top=top, back=back, pending=pending)

    def _topics(self, state: LiveCursor) -> _Steps:
        while state.phase == "topics":
            first = state.page == 0
            answer = self._api.latest(state.page, validators=state.topics_were if first else None)
            if answer.not_modified:
                return replace(state, phase="sweep")
            page = self._parts.topic_page(answer)
            unread = yield from self._parts.changed(page, write_cursor(state), unknown=True)
            state = _after_topics(state, page, answer)
            yield Page(raw=(answer.raw(),), threads=unread, cursor=write_cursor(state))
        return state

    def _sweep(self, state: LiveCursor) -> _Steps:
        rest = replace(state, phase="posts", started=True)
        if not state.started:
            return rest
        answer = self._api.latest(state.sweep, by_creation=True)
        page = self._parts.topic_page(answer)
        unread = yield from self._parts.changed(page, write_cursor(state), unknown=False)
        rest = replace(rest, sweep=state.sweep + 1 if page.more else 0)
        changed = tuple(each for each in unread if each.marker is not None)
        if changed:
            yield Page(raw=(answer.raw(),), threads=changed, cursor=write_cursor(rest))
        return rest


def _after_topics(state: LiveCursor, page: TopicPage, answer: Answer) -> LiveCursor:
    times = [at for topic in page.topics if (at := moment(topic.bumped_at)) is not None]
    newest = max([*times, *([state.newest] if state.newest else [])], default=None)
    if state.page == 0:
        state = replace(state, topics_were=answer.validators)
    if page.more and state.started and state.page + 1 < MOST_LISTS and not _reaches(page, state):
        return replace(state, page=state.page + 1, newest=newest)
    return replace(state, phase="sweep", page=0, since=newest or state.since, newest=None)


def _reaches(page: TopicPage, state: LiveCursor) -> bool:
    """Whether the page goes back to what earlier rounds saw; pinned topics stand out of order."""
    if state.since is None:
        return True
    times = [moment(topic.bumped_at) for topic in page.topics if not topic.pinned]
    return any(at is not None and at < state.since - _OVERLAP for at in times)
