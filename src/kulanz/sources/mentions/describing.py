"""Who wrote a page, when, and what it is called: what the page itself says, the surest way first.

First microformats2, then JSON-LD and microdata, then the elements that previews and search
machines read (Open Graph, ``<meta>``, ``<time>``), at last headings and the page's title.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kulanz.core.spread.addresses import canonical
from kulanz.sources.structured.jsonld import jsonld_items
from kulanz.sources.structured.microdata import microdata_items
from kulanz.sources.structured.microformats import microformat_nodes
from kulanz.sources.structured.nodes import Node, every, nodes_of
from kulanz.sources.times import parse_time

_TITLES: Final = ("og:title", "twitter:title", "dc.title")
_AUTHORS: Final = ("author", "dc.creator", "article:author", "parsely-author")
_TIMES: Final = ("article:published_time", "datepublished", "dc.date", "date", "dc.date.issued")
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Description:
    """What a page says of itself."""

    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None


def describe(root: Any, html: str, url: str, target: str) -> Description:
    """Return what the page at ``url`` says of the posting that links to the target."""
    entries = _likeliest(microformat_nodes(html, url), url, target)
    items = _likeliest(nodes_of([*jsonld_items(root), *microdata_items(root, len(html))]), url, target)
    nodes, meta = [*entries, *items], _meta(root)
    titles = (*(node.title for node in nodes), *_named(meta, _TITLES), *_texts(root, "h1", "title"))
    authors = (*(node.author for node in nodes), *_author_names(meta), *_related_author(root))
    times = (*(node.created_at for node in nodes), *map(_time, _named(meta, _TIMES)), *_time_elements(root))
    return Description(
        title=_short(next(filter(None, titles), None)),
        author=_short(next(filter(None, authors), None)),
        published_at=next(filter(None, times), None),
    )


def _likeliest(nodes: list[Node], url: str, target: str) -> list[Node]:
    """The posting with the link, the one of this page, or the only one; none where it is unclear."""
    found = list(every(nodes))
    wanted, here = canonical(target), canonical(url)
    linking = [n for n in found if n.body and any(canonical(link) == wanted for link in n.body.links)]
    own = [node for node in found if node.url and canonical(node.url) == here]
    return (linking or own or (found if len(found) == 1 else []))[-1:]


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop")
        if name and tag.get("content"):
            found.setdefault(name.lower(), tag.get("content").strip())
    return found


def _named(meta: dict[str, str], names: tuple[str, ...]) -> Iterator[str]:
    return (meta[name] for name in names if meta.get(name))


def _author_names(meta: dict[str, str]) -> Iterator[str]:
    return (name for name in _named(meta, _AUTHORS) if not name.startswith(("http://", "https://")))


def _related_author(root: Any) -> Iterator[str]:
    for tag in root.iter("a"):
        if "author" in (tag.get("rel") or "").lower().split():
            yield "".join(tag.itertext())


def _texts(root: Any, *names: str) -> Iterator[str]:
    for name in names:
        yield from ("".join(tag.itertext()) for tag in root.iter(name))


def _time_elements(root: Any) -> Iterator[datetime | None]:
    yield from (_time(tag.get("datetime")) for tag in root.iter("time") if tag.get("datetime"))


def _time(text: str | None) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


def _short(text: str | None) -> str | None:
    return " ".join(text.split())[:_LONGEST] or None if text else None
