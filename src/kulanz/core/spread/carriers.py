"""What a post points at: its links, those it names with "via", and what announced it."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from msgspec import Struct

from kulanz.core.posts import Post, UtcTime
from kulanz.core.spread.addresses import canonical, host_of

Announced = Literal["trackback", "pingback", "webmention"]
_ANNOUNCED: Final[dict[str | None, Announced]] = {each: each for each in get_args(Announced)}
_URL = re.compile(r"https?://[^\s<>\"'\]\[\x00]{1,2048}", re.IGNORECASE)
_VIA = re.compile(r"(?:\(|\b)(?:via|h/t|gefunden bei|quelle)\b[ :]*(.{1,200})", re.IGNORECASE)
_CLOSING_VIA = re.compile(
    r"(?:^|\()(?:via|h/t|gefunden bei|quelle)\b[^\n]{1,60}\s*\Z", re.IGNORECASE | re.MULTILINE
)
_CLOSING: Final = ".,;:!?)}>*_"
_MAX_LINKS: Final = 200


class Carrier(Struct, frozen=True, kw_only=True):
    """What a post points at: ``links`` are canonical, ``via`` those among them it names as its source.

    ``announced`` is how the post came to us where its page told us of itself; ``own`` are the
    addresses of the post and its thread.
    """

    thread_id: str
    post_id: str
    created_at: UtcTime | None
    links: tuple[str, ...]
    via: frozenset[str]
    announced: Announced | None
    own: tuple[str, ...]


def carrier_of(post: Post) -> Carrier:
    """Return what a post points at; ``links`` is empty where it points at nothing outside itself."""
    own = _canonical((post.url, post.thread_url))
    links = tuple(link for link in _canonical(links_of(post)) if link not in own)
    return Carrier(
        thread_id=post.thread_id,
        post_id=post.post_id,
        created_at=post.created_at,
        links=links,
        via=_named_as_source(post.text, links) if links else frozenset(),
        announced=_ANNOUNCED.get(post.source),
        own=own,
    )


def links_of(post: Post) -> tuple[str, ...]:
    """Return the links of a post: those its reader kept, then those that stand in its text."""
    if "://" not in post.text:
        return post.links[:_MAX_LINKS]
    found = (url.rstrip(_CLOSING) for url in _URL.findall(post.text))
    return tuple(dict.fromkeys((*post.links, *found)))[:_MAX_LINKS]


def _canonical(urls: tuple[str | None, ...]) -> tuple[str, ...]:
    found = (canonical(url) for url in urls if url)
    return tuple(dict.fromkeys(address for address in found if address))


def _named_as_source(text: str, links: tuple[str, ...]) -> frozenset[str]:
    """The links whose host follows a "via"; where none does but the post ends with one, its last link."""
    named: set[str] = set()
    for found in _VIA.finditer(text):
        words = found[1].lower()
        named.update(link for link in links if host_of(link) in words)
    return frozenset(named or (links[-1:] if _CLOSING_VIA.search(text) else ()))
