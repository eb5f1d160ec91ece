"""Reads RSS, Atom and comment feeds (RFC 4685, WordPress, phpBB, NodeBB, public-inbox).

A feed is read whole, as one document. Entities, size and encoding are settled before the
parser sees it, and the parser only ever gets a byte stream: it would fetch a URL.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import feedparser  # type: ignore[import-untyped]

from kulanz.core.posts import Post
from kulanz.sources.charsets import repair
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.feeddocument import FeedDocument, FeedEntry, feed_links, replies_feed
from kulanz.sources.feedthreads import Entry, Place, places
from kulanz.sources.feedxml import MAX_FEED_BYTES, safe_utf8
from kulanz.sources.formats import ReadOptions
from kulanz.sources.html import html_to_text
from kulanz.sources.items import Item

_ROOT = re.compile(
    rb"\A\s*(?>(?><\?.{0,2000}?\?>|<!--.{0,20000}?-->|<!DOCTYPE[^>\[]{0,500}(?:\[.{0,20000}?\]\s*)?>)\s*){0,10}"
    rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|RDF)[\s>]",
    re.DOTALL,
)
_BOMS: Final = b"\xef\xbb\xbf\xff\xfe"
_THREADING: Final = "http://purl.org/syndication/thread/1.0"
_PHPBB_FOOTER = re.compile(
    r"<p>(?:Statistics|Statistik|Verfasst)[^<]{0,60}<a [^<>]{0,500}>.{0,300}</p>\s{0,9}<hr ?/?>\s{0,9}\Z",
    re.DOTALL,
)
_ADDRESS = re.compile(r"[^\s<>()@]{1,64}@[^\s<>()@]{1,255}")
_WRITTEN: Final = ("published_parsed", "created_parsed", "updated_parsed")
_MAX_TITLE: Final = 1_000
_PARSER_ERRORS: Final = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)


class FeedReader:
    """Reads one feed; entries that are not comments open their own thread."""

    name = "feed"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 (the Reader protocol)
        """Whether the root element is that of a feed."""
        return _ROOT.match(head.lstrip(_BOMS).replace(b"\0", b"")[:65_536]) is not None

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:  # noqa: ARG002
        """Yield one post per entry that has an id and a date."""
        document = read_feed(item.stream.read(MAX_FEED_BYTES + 1), item.name, problems)
        yield from (entry.post for entry in document.entries)


READER: Final = FeedReader()


def read_feed(data: bytes, name: str, problems: Problems) -> FeedDocument:
    """Return an RSS or Atom feed as posts and links; report entries without an id or a date.

    Raise SourceError for bytes that no feed parser can take: entities, too large, nonsense.
    """
    parsed = _parse(data)
    if not parsed.entries and parsed.bozo:
        problems.add(name, None, f"feed is broken: {parsed.bozo_exception}", "fetch it again")
        return FeedDocument()
    raw = [_entry(entry, parsed.namespaces) for entry in parsed.entries]
    channel = Entry(
        _text(parsed.feed, "id"), _text(parsed.feed, "link"), _title(parsed.feed), None, None, None
    )
    entries: list[FeedEntry] = []
    for number, (entry, place) in enumerate(places(raw, channel), start=1):
        if place is None or entry.sent_at is None:
            reason = f"entry {number} has no usable {'id or link' if place is None else 'date'}"
            problems.add(name, None, reason, "add it to the feed")
        else:
            entries.append(_feed_entry(parsed.entries[number - 1], entry, place))
    return FeedDocument(channel.title, tuple(entries), feed_links(parsed.feed))


def _parse(data: bytes) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(safe_utf8(data)),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
        )
    except _PARSER_ERRORS as error:
        raise SourceError(f"feed cannot be parsed ({type(error).__name__}): fetch it again") from error


def _entry(entry: Any, namespaces: Mapping[str, str]) -> Entry:
    answered, answered_url = _answers(entry, namespaces)
    link = _text(entry, "link")
    return Entry(
        id=_text(entry, "id") or link,
        link=link,
        title=_title(entry),
        sent_at=_date(entry),
        answers=answered,
        answers_url=answered_url,
    )


def _feed_entry(source: Any, entry: Entry, place: Place) -> FeedEntry:
    updated = _moment(dict.get(source, "updated_parsed"))
    edited = updated if updated and entry.sent_at and updated > entry.sent_at else None
    url, count = replies_feed(source)
    is_dated = any(dict.get(source, key) for key in _WRITTEN[:-1])
    return FeedEntry(_post(source, entry, place), edited, url, count, dated_by_change=not is_dated)


def _answers(entry: Any, namespaces: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return ref and href of RFC 4685 ``in-reply-to``, whatever its prefix is."""
    for prefix, uri in namespaces.items():
        if uri == _THREADING:
            found = entry.get(f"{prefix}_in-reply-to")
            if isinstance(found, Mapping):
                return _text(found, "ref"), _text(found, "href")
    return None, None


def _post(source: Any, entry: Entry, place: Place) -> Post:
    words = html_to_text(repair(_PHPBB_FOOTER.sub("", _content(source))))
    return Post(
        thread_id=place.thread_id,
        post_id=entry.id or place.thread_id,
        author_id=_author(source),
        created_at=entry.sent_at,
        text=words.text,
        reply_to=entry.answers,
        url=entry.link,
        quotes=words.quotes,
        code=words.code,
        links=words.links,
        mentions=words.mentions,
        thread_title=place.title,
        thread_url=place.url,
    )


def _content(entry: Any) -> str:
    """The fullest text of an entry; plain text is escaped so that it reads as HTML."""
    parts = [part for part in entry.get("content") or () if isinstance(part.get("value"), str)]
    if not parts:
        detail = entry.get("summary_detail")
        parts = [detail] if isinstance(detail, Mapping) and isinstance(detail.get("value"), str) else []
    if not parts:
        return ""
    fullest = max(parts, key=lambda part: len(part["value"]))
    value: str = fullest["value"]
    is_plain = fullest.get("type") == "text/plain"
    return value.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>") if is_plain else value


def _author(entry: Any) -> str | None:
    detail = entry.get("author_detail")
    detail = detail if isinstance(detail, Mapping) else {}
    name = _text(detail, "name") or _text(entry, "author") or ""
    # HyperKitty writes a wide @ against address harvesters.
    address = _ADDRESS.search((_text(detail, "email") or name).replace("\N{FULLWIDTH COMMERCIAL AT}", "@"))
    return address[0].lower() if address else name or None


def _date(entry: Any) -> datetime | None:
    # dict.get, because the parser's own puts one date in the place of another, and warns of it.
    parsed = next(filter(None, (dict.get(entry, key) for key in _WRITTEN)), None)
    return _moment(parsed)


def _moment(parsed: Any) -> datetime | None:
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _title(entry: Any) -> str:
    return html_to_text(_text(entry, "title") or "").text.replace("\n", " ")[:_MAX_TITLE]


def _text(entry: Any, key: str) -> str | None:
    value = entry.get(key)
    return (str(value).strip() or None) if isinstance(value, str) else None
