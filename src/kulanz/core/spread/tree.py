"""The spread tree: places that took a matter up, each with the place it took it from."""

from __future__ import annotations

from typing import Final, Literal, get_args

from msgspec import Struct

from kulanz.core.posts import UtcTime
from kulanz.core.spread.growth import Growth

How = Literal["origin", "via", "webmention", "trackback", "pingback", "link", "quote", "copy"]
HOW: Final[tuple[How, ...]] = get_args(How)
"""The ways in which a matter goes on, the surest first."""


class Contact(Struct, frozen=True, kw_only=True):
    """A place points at another: the post that does, when, how, and how sure (1 for a link)."""

    parent: str
    post_id: str
    at: UtcTime | None
    how: How
    share: float = 1.0


class Node(Struct, frozen=True, kw_only=True):
    """A thread, article or page that carries the matter.

    ``first_seen`` is when its first post pointed at the matter, None where that has no time.
    ``parent`` is the node_id it took the matter from, None for the origin. ``reach`` is its number of
    views, None where nobody knows; ``posts`` counts its posts. ``others`` are its further contacts.
    """

    node_id: str
    parent: str | None
    how: How
    first_seen: UtcTime | None
    post_id: str | None
    share: float
    depth: int
    title: str | None
    url: str | None
    source: str | None
    reach: int | None
    posts: int
    others: tuple[Contact, ...]


class SpreadTree(Struct, frozen=True, kw_only=True):
    """All places a matter reached, the origin first, the others by when they took it up.

    ``reach`` sums the known views of the places; ``unknown_reach`` counts those without.
    """

    thread_id: str
    nodes: tuple[Node, ...]
    growth: Growth
    reach: int
    unknown_reach: int
