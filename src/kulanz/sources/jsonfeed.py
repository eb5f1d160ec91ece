"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.feeddocument import FeedDocument, FeedEntry
from kulanz.sources.html import HtmlText, html_to_text, plain_to_text
from kulanz.sources.json_head import top_level_keys
from kulanz.sources.times import parse_time

_MAX_TITLE: Final = 1_000
_MAX_ITEMS: Final = 100_000


def is_json_feed(head: bytes) -> bool:
    """Whether a JSON document with this beginning is a JSON Feed."""
    return {b"version", b"items"} <= set(top_level_keys(head)) or b"jsonfeed.org/version/" in head


def read_json_feed(data: bytes, name: str, problems: Problems) -> FeedDocument:
    """Return a JSON Feed as posts and links; report items without an id or a date.

    Raise SourceError for what is no JSON object.
    """
    try:
        feed = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SourceError(f"expected a JSON Feed, got broken JSON ({error}): fetch it again") from error
    if not isinstance(feed, dict):
        raise SourceError("expected a JSON Feed, got JSON that is no object: check the address")
    items = feed.get("items")
    entries: list[FeedEntry] = []
    for number, item in enumerate(items[:_MAX_ITEMS] if isinstance(items, list) else (), start=1):
        entry = _entry(item)
        if entry is None:
            problems.add(name, None, f"item {number} has no usable id or date", "add it to the feed")
        else:
            entries.append(entry)
    return FeedDocument(_text(feed, "title") or "", tuple(entries), _links(feed))


def _links(feed: Mapping[str, Any]) -> dict[str, str]:
    hubs = feed.get("hubs")
    hub = hubs[0] if isinstance(hubs, list) and hubs else None
    found = {
        "next": _text(feed, "next_url"),
        "self": _text(feed, "feed_url"),
        "hub": _text(hub, "url") if isinstance(hub, dict) else None,
    }
    return {rel: url for rel, url in found.items() if url}


def _entry(item: Any) -> FeedEntry | None:
    if not isinstance(item, dict):
        return None
    url = _text(item, "url")
    post_id = _text(item, "id") or url
    changed = _time(item, "date_modified")
    written = _time(item, "date_published") or changed
    if post_id is None or written is None:
        return None
    words = _words(item)
    post = Post(
        thread_id=post_id,
        post_id=post_id,
        author_id=_author(item),
        created_at=written,
        text=words.text,
        lang=_text(item, "language"),
        url=url,
        quotes=words.quotes,
        code=words.code,
        links=words.links,
        mentions=words.mentions,
        thread_title=(_text(item, "title") or "")[:_MAX_TITLE] or None,
        thread_url=url,
    )
    return FeedEntry(post, changed if changed and changed > written else None)


def _words(item: Mapping[str, Any]) -> HtmlText:
    html = _text(item, "content_html")
    return html_to_text(html) if html else plain_to_text(_text(item, "content_text") or "")


def _author(item: Mapping[str, Any]) -> str | None:
    """The first author's name; version 1.0 had one ``author`` only."""
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return (_text(first, "name") or _text(first, "url")) if isinstance(first, dict) else None


def _time(item: Mapping[str, Any], key: str) -> datetime | None:
    try:
        return parse_time(_text(item, key) or "")
    except ValueError:
        return None


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return (value.encode("utf-8", "replace").decode().strip() or None) if isinstance(value, str) else None
