"""microformats2: h-entry, h-feed and comments as h-cite."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import mf2py  # type: ignore[import-untyped]

from kulanz.sources.html import HtmlText, html_to_text, plain_to_text
from kulanz.sources.structured.nodes import Node
from kulanz.sources.times import parse_time

MAX_CHARS: Final = 2_000_000
MAX_TAGS: Final = 30_000
"""A page beyond these is not looked through for microformats: the parser takes seconds for them."""

_ROOTS: Final = re.compile(r"h-(?:entry|cite|feed)|hentry|hfeed")
_POSTINGS: Final = frozenset(("h-entry", "h-cite"))
_FAILURES: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_MAX_DEPTH: Final = 50


def microformat_nodes(html: str, url: str) -> list[Node]:
    """Return the outermost entries of a page, none where there are none or the parser fails."""
    if len(html) > MAX_CHARS or html.count("<") > 2 * MAX_TAGS or not _ROOTS.search(html):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = mf2py.parse(doc=html, url=url, html_parser="lxml")
    except _FAILURES:
        return []
    return list(_entries(parsed["items"], 0))


def _entries(found: Any, depth: int) -> Iterator[Node]:
    for item in found if depth < _MAX_DEPTH and isinstance(found, list) else ():
        if not isinstance(item, Mapping):
            continue
        if not _POSTINGS.isdisjoint(item.get("type") or ()):
            yield _node(item, depth)
        else:
            yield from _entries(item.get("children"), depth + 1)


def _node(item: Mapping[str, Any], depth: int) -> Node:
    properties = item.get("properties") or {}
    inner = [*properties.get("comment", ()), *(item.get("children") or ())]
    return Node(
        url=_text(properties, "url") or _text(properties, "uid"),
        anchor=item.get("id"),
        title=_text(properties, "name"),
        author=_author(properties),
        body=_body(properties),
        created_at=_time(_text(properties, "published")),
        modified_at=_time(_text(properties, "updated")),
        parent=_text(properties, "in-reply-to"),
        replies=list(_entries(inner, depth + 1)),
    )


def _author(properties: Mapping[str, Any]) -> str | None:
    for value in properties.get("author", ()):
        card = value.get("properties", {}) if isinstance(value, Mapping) else {}
        name = _text(card, "name") or _text(card, "nickname") if card else value
        if isinstance(name, str) and name.strip():
            return " ".join(name.split())
    return None


def _body(properties: Mapping[str, Any]) -> HtmlText | None:
    for value in (*properties.get("content", ()), *properties.get("summary", ())):
        if isinstance(value, Mapping) and isinstance(value.get("html"), str):
            return html_to_text(value["html"])
        if isinstance(value, str):
            return plain_to_text(value)
    return None


def _text(properties: Mapping[str, Any], name: str) -> str | None:
    for value in properties.get(name, ()):
        plain = value.get("value") if isinstance(value, Mapping) else value
        if isinstance(plain, str) and plain.strip():
            return plain.strip()
    return None


def _time(text: str | None) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None
