"""A page of a forum: a thread with its posts, or a list of threads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]

from kulanz.sources.structured.jsonld import jsonld_items
from kulanz.sources.structured.microdata import microdata_items
from kulanz.sources.structured.microformats import microformat_nodes
from kulanz.sources.structured.nodes import Node, every, nodes_of

MAX_CHARS: Final = 8_000_000
MAX_ROWS: Final = 2_000
"""More threads of one list are not looked at."""

_PARSER: Final = etree.HTMLParser(
    encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
)
_MAX_ROW: Final = 4_000
_MAX_PARTS: Final = 200
_MAX_LINKS: Final = 10_000
_MAX_ID: Final = 1_000
_ROW_TAGS: Final = frozenset(("tr", "li", "article", "dl"))
_THREAD_PATHS: Final = re.compile(
    r"/(?:t|d|thread|threads|topic|topics|discussion|discussions|post|posts|question|questions)/[^/?]"
    r"|view(?:topic|thread)|showthread|index\.php\?topic[=/]|[?&](?:t|topic|thread|tid)=\d",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[?&/](?:page|start|offset|seite)[-=/]?(\d{1,9})\b", re.IGNORECASE)
_VOLATILE: Final = re.compile(
    r"(?:sid|s|phpsessid|session\w*|utm_\w+|highlight|page|start)=[^&]*(?:&|$)", re.IGNORECASE
)


PageKey = tuple[str, int]
"""An address without its page number, and the number; 0 is the first page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A thread as a list shows it; ``marker`` changes when its row does."""

    url: str
    marker: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ForumPage:
    """What a page shows; all addresses are absolute, without fragment, and of the page's own site.

    ``url`` is where the page was read. ``thread`` is the address that the page gives its thread.
    ``roots`` are the thread's postings, empty on a list; ``rows`` are the threads of a list, empty
    on a thread. ``following`` is the next page of either, ``others`` are the pages of the
    same thread or list that it links by number. ``complete`` says that the page ends as pages do, so
    that nothing was cut off.
    """

    url: str
    thread: str
    title: str | None
    roots: tuple[Node, ...]
    rows: tuple[Row, ...]
    following: str | None
    others: frozenset[PageKey]
    complete: bool


def read_page(html: str, url: str) -> ForumPage:
    """Read a page; never raises, whatever the page is."""
    html = html[:MAX_CHARS]
    root = etree.fromstring(b"<div>" + html.encode("utf-8", "replace"), _PARSER)
    base = _base(root, url)
    nodes = _fullest(
        nodes_of(microdata_items(root, len(html))), nodes_of(jsonld_items(root)), microformat_nodes(html, url)
    )
    is_list = not any(node.body is not None for node in every(nodes)) or len(_addresses(nodes, base)) > 1
    return ForumPage(
        url=without_fragment(url),
        thread=_thread(root, nodes, base, url),
        title=next((node.title for node in nodes if node.title), None) or _page_title(root),
        roots=() if is_list else tuple(nodes),
        rows=tuple(_rows(root, nodes, base, url)) if is_list else (),
        following=_following(root, base, url),
        others=_others(root, base, url),
        complete="</html" in html.lower(),
    )


def without_fragment(url: str) -> str:
    return url.partition("#")[0]


def page_key(url: str) -> PageKey:
    """Return what tells pages of one thread apart, however their numbers are written."""
    found = _NUMBER.search(url)
    if found is None:
        return _stable(url).rstrip("/"), 0
    number = int(found[1])
    rest = url[: found.start()] + url[found.end() :]
    base = rest if "?" in rest else rest.replace("&", "?", 1)
    return _stable(base).rstrip("/"), number if number > 1 else 0


def own(base: str, target: str | None, page: str) -> str | None:
    """Return an address absolute and without fragment where it is of the page's own site."""
    if not target:
        return None
    try:
        url = without_fragment(urljoin(base, target.strip()))
        same = urlsplit(url)[:2] == urlsplit(page)[:2]
    except ValueError:
        return None
    return url if same else None


def post_id(node: Node, thread: str, base: str, *, opens: bool) -> str:
    """Return what names a posting for good: its own address or anchor, else author and time.

    The number of the page that a posting stands on moves when others are removed, so that only the
    fragment of such an address counts. ``opens`` says that the posting is the thread's first.
    """
    address = own(base, node.url, thread)
    fragment = (node.url or "").partition("#")[2]
    if not fragment and address not in (None, thread):
        return str(address)[:_MAX_ID]
    if opens and address == thread and not fragment:
        return thread
    if fragment := fragment or node.anchor or "":
        return f"{thread}#{fragment}"[:_MAX_ID]
    written = f"{node.author}|{node.created_at.isoformat() if node.created_at else ''}"
    return f"{thread}#{sha256(written.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _fullest(*readings: list[Node]) -> list[Node]:
    """Return the reading that shows the most texts, the first of equals; else the longest list."""
    fullest = max(readings, key=lambda nodes: (_texts(nodes), len(nodes)))
    return [node for node in fullest if _texts([node])] or fullest


def _texts(nodes: Iterable[Node]) -> int:
    return sum(node.body is not None for node in every(nodes))


def _addresses(nodes: Iterable[Node], base: str) -> set[str]:
    """Return the pages that the outermost postings say they have."""
    return {without_fragment(_joined(base, node.url)) for node in nodes if node.url}


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target.strip())
    except ValueError:
        return base


def _base(root: Any, url: str) -> str:
    found = next(root.iter("base"), None)
    return _joined(url, found.get("href") or "") if found is not None else url


def _thread(root: Any, nodes: list[Node], base: str, url: str) -> str:
    named = (own(base, node.url, url) for node in nodes[:1])
    canonical = (own(base, link.get("href"), url) for link in _links(root, "canonical"))
    return next((found for found in (*named, *canonical) if found), without_fragment(url))


def _links(root: Any, relation: str) -> list[Any]:
    return [
        element
        for element in root.iter("link", "a")
        if relation in (element.get("rel") or "").lower().split() and element.get("href")
    ]


def _following(root: Any, base: str, url: str) -> str | None:
    found = (own(base, link.get("href"), url) for link in _links(root, "next"))
    return next((target for target in found if target and target != without_fragment(url)), None)


def _page_title(root: Any) -> str | None:
    title = next(root.iter("title"), None)
    return " ".join((title.text or "").split())[:1000] or None if title is not None else None


def _rows(root: Any, nodes: list[Node], base: str, page: str) -> list[Row]:
    """Return the threads of a list: those it describes and links, else the links that look like threads."""
    described = {own(base, node.url, page): node for node in nodes if node.url}
    links = _link_elements(root, base, page)
    linked = [
        url for url in described if url is not None and not links.keys().isdisjoint((url, _stable(url)))
    ]
    wanted = linked or [url for url in links if _THREAD_PATHS.search(url)]
    here = without_fragment(page)
    return [
        Row(
            url,
            _marker(described.get(url), links.get(url)),
            described[url].title if url in described else None,
        )
        for url in wanted[:MAX_ROWS]
        if url != here
    ]


def _link_elements(root: Any, base: str, page: str) -> dict[str, Any]:
    links: dict[str, Any] = {}
    for element in islice(root.iter("a"), _MAX_LINKS):
        url = own(base, element.get("href"), page)
        if url is not None:
            links.setdefault(_stable(url), element)
    return links


def _others(root: Any, base: str, page: str) -> frozenset[PageKey]:
    here = page_key(without_fragment(page))
    links = (own(base, element.get("href"), page) for element in islice(root.iter("a"), _MAX_LINKS))
    keys = (page_key(url) for url in links if url is not None)
    return frozenset(key for key in keys if key[0] == here[0] and key != here)


def _stable(url: str) -> str:
    """Return an address without parameters that name a session or a page of the thread."""
    path, mark, query = url.partition("?")
    kept = _VOLATILE.sub("", query).rstrip("&") if mark else ""
    return f"{path}?{kept}" if kept else path


def _marker(node: Node | None, link: Any) -> str:
    """Return a short text that changes with what the list says of the thread."""
    told = (
        [] if node is None else [str(part) for part in (node.answers, node.modified_at) if part is not None]
    )
    if not told and link is not None:
        row = next((parent for parent in link.iterancestors() if parent.tag in _ROW_TAGS), link)
        told = _row_says(row)
    return sha256("|".join(told).encode("utf-8", "replace")).hexdigest()[:20]


def _row_says(row: Any) -> list[str]:
    """Return the times in a row, else its words; what is written first counts."""
    parts = list(islice(row.iter(), _MAX_PARTS))
    moments = [part.get("datetime") or "" for part in parts if part.tag == "time"]
    words = "".join(f"{part.text or ''} {part.tail or '' if part is not row else ''}" for part in parts)
    return moments or [" ".join(words.split())[:_MAX_ROW]]
