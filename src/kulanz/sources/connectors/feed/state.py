"""How far the feeds were read: the cursors of both lanes, and the markers of threads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kulanz.core.posts import UtcTime
from kulanz.sources.connectors.feed.window import Seen
from kulanz.sources.feeddocument import FeedDocument, FeedEntry
from kulanz.sources.web.client import Validators

_BELIEVED: Final = timedelta(hours=1)


class Replies(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the comments of a thread are; as JSON it is the thread's marker."""

    thread_id: str
    opener: str
    url: str
    count: int | None = None
    state: str = ""

    @classmethod
    def of_entry(cls, entry: FeedEntry) -> Replies | None:
        """What an entry says of its comments; None where it names no feed of them."""
        if entry.replies_url is None:
            return None
        return cls(
            thread_id=entry.post.thread_id,
            opener=entry.post.post_id,
            url=entry.replies_url,
            count=entry.replies,
            state=entry.edited_at.isoformat() if entry.edited_at and entry.replies is None else "",
        )

    @classmethod
    def of_marker(cls, marker: str) -> Replies:
        """The same as it was when the comments were read last; how many there are now is unknown."""
        return replace(msgspec.json.decode(marker, type=cls), count=None)

    @property
    def marker(self) -> str:
        return msgspec.json.encode(self).decode()


class Feed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one feed was read: what its newest document showed, and when that was read.

    Servers that make ETags of the newest entry (WordPress, isso) call a feed unchanged after edits
    and removals: so they are believed for an hour only.
    """

    url: str
    validators: Validators | None = None
    read_at: UtcTime | None = None
    window: tuple[Seen, ...] = ()

    def conditions(self, now: datetime) -> Validators | None:
        """What to ask with: None where the feed is to be sent whatever the server believes."""
        is_fresh = self.read_at is not None and now - self.read_at < _BELIEVED
        return self.validators if is_fresh else None


class Gap(Struct, frozen=True, kw_only=True):
    """Entries between two reads that are only in older documents; ``left`` bounds the walk."""

    url: str
    known: tuple[str, ...]
    left: int


class Live(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor of ``live``: the feeds, and what of the last changed one is still to be read."""

    feeds: tuple[Feed, ...]
    gap: Gap | None = None
    pending: tuple[Replies, ...] = ()


class History(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor of ``history``; ``next`` is None when every document is read.

    ``mark`` is an earlier address of the walk, moved on after 1, 2, 4, 8 ... documents: a walk in a
    circle comes by it again (Brent's cycle finding).
    """

    next: str | None
    later: tuple[str, ...] = ()
    mark: str | None = None
    steps: int = 0
    limit: int = 1
    pending: tuple[Replies, ...] = ()

    def onward(self, older: str | None, pending: tuple[Replies, ...]) -> History:
        """The walk's next step: the older document, else the next feed, else the end."""
        if older is None or older in (self.mark, self.next):
            first = self.later[0] if self.later else None
            return History(next=first, later=self.later[1:], pending=pending)
        if self.steps + 1 == self.limit:
            return replace(self, next=older, mark=older, steps=0, limit=self.limit * 2, pending=pending)
        return replace(self, next=older, steps=self.steps + 1, pending=pending)


def gap_after(gap: Gap, document: FeedDocument) -> Gap | None:
    """Where the gap goes on; None where the document shows something that the last read saw."""
    url = document.links.get("next")
    shown = {entry.post.post_id for entry in document.entries}
    if url is None or url == gap.url or gap.left <= 0 or not gap.known or not shown.isdisjoint(gap.known):
        return None
    return Gap(url=url, known=gap.known, left=gap.left - 1)
