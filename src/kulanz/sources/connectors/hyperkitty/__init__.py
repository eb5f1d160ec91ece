"""Reads a mailing list from HyperKitty, the archive of Mailman 3.

The list of mails comes from its REST API, which knows their threads, the texts from its mbox
export, many at a time. Posts and threads have HyperKitty's own ids, hashes of Message-IDs, which
stay when the first mail of a thread is deleted. A deleted mail is missing when its thread is read
again. Archived mail cannot be edited, and a list has no closing or hiding: none is ever reported.
Where the export is switched off every mail is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Final

from msgspec import Struct

from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.hyperkitty.contents import Contents
from kulanz.sources.connectors.hyperkitty.listing import (
    LISTED,
    Entry,
    listings,
    parse_list_address,
    read_entries,
)
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.sightings import Cursor, Page, Raw, Sighting, ThreadSighting
from kulanz.sources.web.client import Answer

KEYS: Final[tuple[str, ...]] = ()

_ANCHORS: Final = 20
_GONE: Final = (404, 410)


class _Newest(Struct, frozen=True):
    """The live lane's cursor: the newest mails that were read, several, because one may be deleted."""

    anchors: list[str]


class _Oldest(Struct, frozen=True):
    """The history lane's cursor: how many mails there were, and how many are still to be read."""

    count: int
    remaining: int


class HyperkittyConnector:
    """Reads one public list; needs no key."""

    name: Final = "hyperkitty"
    lanes: Final = (LIVE, HISTORY)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._http, self._problems = context.http, context.problems
        self._address = parse_list_address(context.address)
        self._contents = Contents(context, self._address)

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield mails that were archived after the cursor (live), or before it (history)."""
        yield from (
            self._newer(read_cursor(_Newest, cursor))
            if lane == LIVE
            else self._older(read_cursor(_Oldest, cursor))
        )

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Yield which mails each thread still has: one request a thread."""
        for thread_id in thread_ids:
            answer = self._http.get(
                self._address.thread_emails(thread_id), params={"format": "json"}, accepted=_GONE
            )
            yield Page(raw=(answer.raw(),), threads=(self._seen(thread_id, answer),))

    def _seen(self, thread_id: str, answer: Answer) -> ThreadSighting:
        if answer.status in _GONE:
            return ThreadSighting(thread_id=thread_id, gone=True)
        listed = answer.json()
        entries = read_entries(listed, answer.url, self._problems)
        if not isinstance(listed, list) or len(entries) < len(listed):
            # What cannot be read is not what was removed.
            return ThreadSighting(thread_id=thread_id)
        hashes = frozenset(entry.message_id_hash for entry in entries)
        return ThreadSighting(thread_id=thread_id, gone=not hashes, present=hashes)

    def _newer(self, place: _Newest | None) -> Iterator[Page]:
        raws, news = self._news(place)
        anchors = place.anchors if place is not None else []
        for start in range(0, len(news), LISTED):
            chunk = news[start : start + LISTED]
            anchors = [*anchors, *(entry.message_id_hash for entry in chunk)][-_ANCHORS:]
            yield self._page(raws, chunk, write_cursor(_Newest(anchors)))

    def _news(self, place: _Newest | None) -> tuple[list[Raw], list[Entry]]:
        """Return what is newer than the anchors, oldest first; at first only the newest page."""
        raws: list[Raw] = []
        news: dict[str, Entry] = {}
        anchors = frozenset(place.anchors if place is not None else ())
        for listing in listings(self._http, self._address.emails, self._problems):
            raws.append(listing.raw)
            fresh = list(takewhile(lambda entry: entry.message_id_hash not in anchors, listing.entries))
            news.update((entry.message_id_hash, entry) for entry in fresh)
            if place is None or len(fresh) < len(listing.entries):
                break
        return raws, list(reversed(news.values()))

    def _older(self, place: _Oldest | None) -> Iterator[Page]:
        count, remaining = (0, None) if place is None else (place.count, place.remaining)
        for listing in listings(self._http, self._address.emails, self._problems, count, remaining):
            cursor = write_cursor(_Oldest(listing.count, listing.remaining))
            yield self._page([listing.raw], listing.entries, cursor)

    def _page(self, raws: Sequence[Raw], entries: Sequence[Entry], cursor: Cursor) -> Page:
        contents, posts = self._contents.of(entries)
        sightings = tuple(Sighting(post=post) for post in posts)
        return Page(raw=(*raws, *contents), posts=sightings, cursor=cursor)


CONNECTOR: Final = HyperkittyConnector
