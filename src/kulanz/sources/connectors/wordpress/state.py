"""How far a site was read: the cursors of both lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kulanz.sources.connectors.wordpress.api import PAGES, POSTS, Place
from kulanz.sources.connectors.wordpress.shapes import Comment
from kulanz.sources.web.client import Validators

_NEXT: Final = {POSTS: PAGES, PAGES: ""}


class Seen(Struct, frozen=True, array_like=True):
    """A comment among the newest, as the last read saw it."""

    id: int
    thread_id: str


class Pending(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Articles to be read whole; ``page`` is where the first ten of them go on."""

    numbers: tuple[int, ...] = ()
    page: int = 1


class Live(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor of ``live``.

    ``newest`` is the highest number of a comment up to which all were read; ``top`` the highest
    while the list is read on from page ``listing``. ``digest`` is that of the list's first page.
    ``modified`` is the latest change of an article that was seen, ``changed`` the digest of what all
    articles changed in that second were like.
    """

    api: str
    feed: str | None = None
    validators: Validators | None = None
    newest: int = 0
    top: int = 0
    listing: int = 1
    digest: str = ""
    window: tuple[Seen, ...] = ()
    modified: str = ""
    changed: str = ""
    pending: Pending = Pending()

    @property
    def place(self) -> Place:
        return Place(self.api, self.feed)

    def missing(self, comments: Sequence[Comment]) -> tuple[Seen, ...]:
        """Comments that were among the newest and no longer are, although older ones are."""
        oldest = min((comment.id for comment in comments), default=None)
        shown = {comment.id for comment in comments}
        if oldest is None:
            return ()
        return tuple(seen for seen in self.window if seen.id > oldest and seen.id not in shown)


class History(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor of ``history``: articles older than ``before``, by time of writing.

    ``last`` are the numbers of the last list, which overlaps the next by those of one second.
    ``collection`` is empty when everything was read.
    """

    api: str
    collection: str = POSTS
    before: str = ""
    page: int = 1
    last: tuple[int, ...] = ()
    pending: Pending = Pending()

    def next_collection(self, pending: Pending) -> History:
        """The state after the last list of a collection."""
        return History(api=self.api, collection=_NEXT[self.collection], pending=pending)
