"""The links by which an HTML page points to its machine-readable neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

FEED_TYPES: Final = ("application/atom+xml", "application/rss+xml", "application/feed+json")
_MOST_LINKS: Final = 200
_MAX_TITLE: Final = 300
_FORMAT: Final = re.compile(r"\b(?:rss|atom|json|rdf)\b[ \d.]*")
_PARSER: Final = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A ``<link>`` or ``<a rel>`` of a page; ``rel`` and ``media_type`` are in lower case."""

    rel: frozenset[str]
    href: str
    media_type: str
    title: str = ""


def page_links(html: bytes, base: str) -> Sequence[PageLink]:
    """Return the page's links with a rel, absolute, in order; never raises."""
    root = _parsed(html)
    if root is None:
        return ()
    given = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), "")
    address = _absolute(base, given) or base
    return tuple(_links(root, address))[:_MOST_LINKS]


def feed_addresses(html: bytes, base: str) -> Sequence[str]:
    """Return the feeds that a page offers (rel=alternate with a feed's type), each once.

    Of feeds whose titles differ only in the name of the format, the first is returned.
    """
    feeds: dict[str, str] = {}
    for link in page_links(html, base):
        if _is_feed(link):
            feeds.setdefault(
                _FORMAT.sub("", link.title.lower()).strip() if link.title else link.href, link.href
            )
    return tuple(dict.fromkeys(feeds.values()))


def _is_feed(link: PageLink) -> bool:
    return "alternate" in link.rel and link.media_type in FEED_TYPES and link.href.startswith("http")


def _parsed(html: bytes) -> Any:
    try:
        return etree.fromstring(html, _PARSER) if html.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        return None


def _links(root: Any, base: str) -> Iterator[PageLink]:
    for tag in root.iter("link", "a"):
        rel, href = tag.get("rel"), tag.get("href")
        if rel and href and (address := _absolute(base, href)):
            media_type = (tag.get("type") or "").partition(";")[0].strip().lower()
            title = (tag.get("title") or "")[:_MAX_TITLE]
            yield PageLink(frozenset(rel.lower().split()), address, media_type, title)


def _absolute(base: str, href: str) -> str | None:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return None
