"""What both lanes do: read the topics that a list shows to have changed, and those with open replies."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.discourse.api import DiscourseApi, document
from kulanz.sources.connectors.discourse.bulk import BulkPage, BulkReader, Round
from kulanz.sources.connectors.discourse.cursors import HistoryCursor, LiveCursor, Pending
from kulanz.sources.connectors.discourse.markers import Listed, Marker, is_complete, listed, parse_marker
from kulanz.sources.connectors.discourse.seeing import TopicPage, thread_in, topics_in
from kulanz.sources.connectors.discourse.topics import TopicReader, Want, besides
from kulanz.sources.cursors import write_cursor
from kulanz.sources.sightings import Cursor, Page, ThreadSighting
from kulanz.sources.web.client import Answer

_C = TypeVar("_C", LiveCursor, HistoryCursor)


class Parts:
    """The readers of one forum, and what they share during one run."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known = context.known
        self.api = DiscourseApi(context)
        self.topics = TopicReader(context.known, self.api, self.report)
        self._bulk = BulkReader(context.known, self.api, self.report)
        self._run = Round()

    def report(self, reason: str, remedy: str) -> None:
        """Note something of the forum that had to be skipped."""
        self._context.problems.add(self.api.base, None, reason, remedy)

    def now(self) -> datetime:
        return self._context.now()

    @property
    def pending(self) -> Pending:
        """The replies of this run whose parents were not seen yet."""
        return self._run.pending

    def bulk(self, answer: Answer) -> BulkPage:
        """Return what a page of the posts API brought."""
        return self._bulk.page(answer, self._run)

    def topic_page(self, answer: Answer) -> TopicPage:
        """Return what a page of the list of topics holds."""
        return topics_in(answer, document(answer), self.report)

    def settle(self, state: _C) -> Generator[Page, None, _C]:
        """Read the topics in which replies wait for their parents; the cursor forgets each with it."""
        for topic_id, replies in list(state.pending.items()):
            rest = {name: ids for name, ids in state.pending.items() if name != topic_id}
            after = replace(state, pending=rest)
            yield from self.topics.pages(topic_id, besides(replies), write_cursor(state), write_cursor(after))
            self._run.settle(topic_id)
            state = after
        return state

    def changed(
        self, page: TopicPage, cursor: Cursor, *, unknown: bool
    ) -> Generator[Page, None, tuple[ThreadSighting, ...]]:
        """Read the topics of a list that changed; return what it says of the others.

        A topic that changed although nothing in it has to be read comes back with a new marker.
        ``unknown`` tells whether to read topics that were never read.
        """
        unread: list[ThreadSighting] = []
        for topic in page.topics:
            thread, now = thread_in(topic, self.api.base), listed(topic)
            marker = parse_marker(self._known.marker(thread.thread_id))
            if marker is not None and marker.listed == now:
                unread.append(thread)
            elif self._is_complete(thread.thread_id, now, marker):
                unread.append(replace(thread, marker=self._marker(thread.thread_id, now, marker)))
            elif marker is not None or unknown:
                yield from self.topics.pages(thread.thread_id, Want(listing=now), cursor)
        return tuple(unread)

    def _is_complete(self, topic_id: str, now: Listed, marker: Marker | None) -> bool:
        kept = len(self._known.post_ids(topic_id)) if marker is None else 0
        return is_complete(now, marker, self._run.numbers.get(topic_id, ()), kept)

    def _marker(self, topic_id: str, now: Listed, marker: Marker | None) -> str:
        before = {} if marker is None else marker.versions
        return Marker(now, {**before, **self._run.versions.get(topic_id, {})}).text()
