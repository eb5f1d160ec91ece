"""A feed as a live source needs it: its posts, where its comments are, what links it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from kulanz.core.posts import Post

_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_KEPT_RELS: Final = frozenset(("next", "prev-archive", "self", "hub"))
_MOST_REPLIES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry: its post, when the feed says it was changed, and the feed of its comments.

    ``edited_at`` is None where the feed names no time after that of writing. ``replies`` is how
    many comments the entry says it has (slash:comments, thr:count), None where it does not say.
    ``dated_by_change`` is True where the post's time is that of its last change, for want of another.
    """

    post: Post
    edited_at: datetime | None = None
    replies_url: str | None = None
    replies: int | None = None
    dated_by_change: bool = False


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """One document of a feed; ``links`` are its own by rel (next, prev-archive, self, hub)."""

    title: str = ""
    entries: tuple[FeedEntry, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


def feed_links(channel: Any) -> dict[str, str]:
    """The links by which a feed points to its other pages (RFC 5005) and to its hub (WebSub)."""
    found: dict[str, str] = {}
    for link in channel.get("links") or ():
        rel, href = link.get("rel"), link.get("href")
        if rel in _KEPT_RELS and isinstance(href, str) and href:
            found.setdefault(rel, href)
    return found


def replies_feed(entry: Any) -> tuple[str | None, int | None]:
    """Where an entry's comments are a feed of their own, and how many it says there are."""
    url, count = entry.get("wfw_commentrss"), entry.get("slash_comments")
    for link in entry.get("links") or ():
        if link.get("rel") == "replies" and link.get("type") in _FEED_TYPES:
            url, count = url or link.get("href"), count or _attribute(link, "count")
    count = count or entry.get("thr_total")
    return (url if isinstance(url, str) and url else None), _count(count)


def _attribute(link: Any, name: str) -> Any:
    """The value of a namespaced attribute, whose prefix the feed chose."""
    return next((value for key, value in link.items() if key.endswith(f":{name}") or key == name), None)


def _count(value: Any) -> int | None:
    text = str(value).strip() if value is not None else ""
    return min(int(text), _MOST_REPLIES) if text.isascii() and text.isdecimal() and len(text) < 20 else None  # noqa: PLR2004
