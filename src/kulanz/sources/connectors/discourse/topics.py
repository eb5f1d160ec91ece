"""Reads one topic: its first answer, then the posts that are wanted of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from kulanz.sources.connecting import Known
from kulanz.sources.connectors.discourse.api import BATCH, PRIVATE, DiscourseApi, document
from kulanz.sources.connectors.discourse.edits import tell, versions_of
from kulanz.sources.connectors.discourse.markers import Listed, Marker, listed, parse_marker
from kulanz.sources.connectors.discourse.replies import Replies
from kulanz.sources.connectors.discourse.seeing import (
    Report,
    acts_in,
    posts_in,
    seen_posts,
    thread_in,
    topic_in,
)
from kulanz.sources.discourse import valid_posts
from kulanz.sources.sightings import Cursor, Page, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.web.client import Answer

_ANSWERS: Final = 10
"""Answers that are kept in one step; all but the largest topics take one step."""

MOST_MOVED: Final = 50
"""More posts moved out of a topic between two reads are looked for in the next read."""

MOST_PAGES: Final = 25
"""A topic of 10,000 posts and more has no list of its posts: its last pages are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What is wanted of a topic: the whole of it, or what the store does not have, and ``besides``.

    ``listing`` is what the list of topics said when it led here.
    """

    whole: bool = False
    besides: frozenset[int] = frozenset()
    listing: Listed | None = None


class TopicReader:
    """Reads topics of one forum into pages; a topic that is not shown is ``gone``."""

    def __init__(self, known: Known, api: DiscourseApi, report: Report) -> None:
        self._known = known
        self._api = api
        self._report = report

    def pages(
        self, topic_id: str, want: Want, cursor: Cursor | None, after: Cursor | None = None
    ) -> Iterator[Page]:
        """Yield a page for every few answers; the last one says what the topic is and what it shows.

        ``cursor`` goes with every page, ``after`` with the last one where it differs.
        """
        answer = self._api.topic(topic_id)
        if answer is None:
            yield _gone(topic_id, after or cursor)
            return
        reading = _Reading(answer, self._api.base, self._report)
        if reading.is_private:
            yield _gone(topic_id, after or cursor)
            return
        held = self._told(topic_id, answer, reading)
        for more in self._rest(topic_id, reading, want):
            if more is None:
                yield _gone(topic_id, after or cursor)
                return
            if len(held.raw) >= _ANSWERS:
                yield replace(held, cursor=cursor)
                held = Page()
            held = _joined(held, self._told(topic_id, more, reading))
        for moved in self._moved(topic_id, reading):
            held = _joined(held, moved)
        last = Page(posts=tuple(reading.replies.settled()), threads=(self._thread(topic_id, reading, want),))
        yield replace(_joined(held, last), cursor=after or cursor)

    def _told(self, topic_id: str, answer: Answer, reading: _Reading) -> Page:
        marker = parse_marker(self._known.marker(topic_id))
        told, asked = tell(self._api, reading.take(answer), marker)
        return Page(raw=(answer.raw(), *asked), posts=told)

    def _rest(self, topic_id: str, reading: _Reading, want: Want) -> Iterator[Answer | None]:
        if reading.stream is None:
            yield from self._last_pages(topic_id, reading, want)
            return
        wanted = self._wanted(topic_id, reading, want)
        for start in range(0, len(wanted), BATCH):
            yield self._api.batch(topic_id, wanted[start : start + BATCH])
        parents = reading.replies.missing(reading.stream)
        for start in range(0, len(parents), BATCH):
            yield self._api.batch(topic_id, parents[start : start + BATCH])

    def _wanted(self, topic_id: str, reading: _Reading, want: Want) -> list[int]:
        rest = [each for each in reading.stream or () if each not in reading.read]
        if want.whole:
            return rest
        kept = self._known.post_ids(topic_id)
        return [each for each in rest if str(each) not in kept or each in want.besides]

    def _last_pages(self, topic_id: str, reading: _Reading, want: Want) -> Iterator[Answer | None]:
        """Go back from the last page until everything on a page was read before."""
        kept = set() if want.whole else self._known.post_ids(topic_id)
        last = -(-reading.now.highest // BATCH)
        for page in range(last, max(1, last - MOST_PAGES), -1):
            yield self._api.topic(topic_id, page)
            if {str(each) for each in reading.latest} <= kept:
                return

    def _moved(self, topic_id: str, reading: _Reading) -> Iterator[Page]:
        """Look where posts went that a notice says were moved: else they would seem to be removed."""
        if reading.stream is None or not any(act.kind == "moved" for act in reading.acts):
            return
        missing = self._known.post_ids(topic_id) - frozenset(map(str, reading.stream))
        for post_id in sorted(missing)[:MOST_MOVED]:
            answer = self._api.post(post_id)
            if answer is not None:
                yield Page(raw=(answer.raw(),), posts=tuple(reading.elsewhere(answer)))

    def _thread(self, topic_id: str, reading: _Reading, want: Want) -> ThreadSighting:
        marker = parse_marker(self._known.marker(topic_id))
        versions = {**(marker.versions if marker else {}), **reading.versions}
        present = None if reading.stream is None else frozenset(map(str, reading.stream))
        if present is not None:
            versions = {post: version for post, version in versions.items() if post in present}
        return replace(
            reading.thread,
            thread_id=topic_id,
            present=present,
            acts=tuple(reading.acts),
            marker=Marker(want.listing or reading.now, versions).text(),
        )


class _Reading:
    """What the answers of one topic have shown so far."""

    def __init__(self, first: Answer, base: str, report: Report) -> None:
        payload = document(first)
        topic = topic_in(first, payload)
        self._header = {name: payload.get(name) for name in ("id", "title", "slug")}
        self._base, self._report = base, report
        self.is_private = topic.archetype == PRIVATE  # a key may see more than is public
        self.thread = thread_in(topic, base)
        self.now = listed(topic)
        self.stream = _stream(payload)
        self.read: set[int] = set()
        self.latest: frozenset[int] = frozenset()
        self.versions: dict[str, int] = {}
        self.acts: list[ThreadAct] = []
        self.replies = Replies()

    def take(self, answer: Answer) -> list[Sighting]:
        """Note an answer's posts; return them but for replies whose parents are not known yet."""
        posts = posts_in(answer, document(answer), self._report)
        new = [post for post in posts if post.id not in self.read]
        self.latest = frozenset(post.id for post in posts)
        self.read |= self.latest
        self.acts += acts_in(new)
        self.replies.note((post.post_number, post.id) for post in new)
        seen = list(seen_posts(self._header, new, self._base, self._report))
        self.versions |= versions_of([each.sighting for each in seen])
        return [sighting for each in seen if (sighting := self.replies.placed(each)) is not None]

    def elsewhere(self, answer: Answer) -> Iterator[Sighting]:
        """Yield a post of another topic."""
        posts = valid_posts([answer.json()], self._report)
        for each in seen_posts({}, list(posts), self._base, self._report):
            yield each.sighting


def _stream(payload: Mapping[str, Any]) -> Sequence[int] | None:
    """The ids of all posts that the topic shows, None where it has too many to list them."""
    found = payload.get("post_stream")
    stream = found.get("stream") if isinstance(found, dict) else None
    if not isinstance(stream, list) or not all(type(each) is int for each in stream):
        return None
    return list(dict.fromkeys(stream))


def _gone(topic_id: str, cursor: Cursor | None) -> Page:
    return Page(threads=(ThreadSighting(thread_id=topic_id, gone=True),), cursor=cursor)


def _joined(first: Page, second: Page) -> Page:
    return Page(
        raw=first.raw + second.raw, posts=first.posts + second.posts, threads=first.threads + second.threads
    )


def besides(ids: Collection[int]) -> Want:
    """Want what is not known, and these posts although they are."""
    return Want(besides=frozenset(ids))
