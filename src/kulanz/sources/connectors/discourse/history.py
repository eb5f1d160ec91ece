"""The lane that goes back to the forum's first post."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

from msgspec.structs import replace

from kulanz.sources.connectors.discourse.cursors import HistoryCursor, step_back
from kulanz.sources.connectors.discourse.parts import Parts
from kulanz.sources.cursors import write_cursor
from kulanz.sources.sightings import Page

MOST_PENDING: Final = 2_000
"""Replies that may wait for their parents; more of them, and their topics are read."""

_Steps = Generator[Page, None, HistoryCursor]


class History:
    """All posts in bulk, then all topics by the list: a topic that is complete is not read."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self, state: HistoryCursor) -> Iterator[Page]:
        """Go on from the cursor to the end; yield nothing once it was reached."""
        state = yield from self._parts.settle(state)
        while state.phase == "posts":
            state = yield from self._posts(state)
            if state.phase != "posts" or sum(map(len, state.pending.values())) > MOST_PENDING:
                state = yield from self._parts.settle(state)
        while state.phase == "topics":
            state = yield from self._topics(state)

    def _posts(self, state: HistoryCursor) -> _Steps:
        page = self._parts.bulk(self._parts.api.posts(state.back.before))
        back, pending = step_back(state.back, page.ids), self._parts.pending
        if back is None:
            state = replace(state, phase="topics", pending=pending)
        else:
            state = replace(state, back=back, pending=pending)
        yield Page(raw=page.raw, posts=page.posts, threads=page.threads, cursor=write_cursor(state))
        return state

    def _topics(self, state: HistoryCursor) -> _Steps:
        answer = self._parts.api.latest(state.page, by_creation=True)
        page = self._parts.topic_page(answer)
        unread = yield from self._parts.changed(page, write_cursor(state), unknown=True)
        state = replace(state, page=state.page + 1) if page.more else replace(state, phase="done")
        yield Page(raw=(answer.raw(),), threads=unread, cursor=write_cursor(state))
        return state
