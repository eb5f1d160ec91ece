"""An answer becomes a feed document with absolute links."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from kulanz.sources.errors import Problems, SourceError, TemporaryError
from kulanz.sources.feed import READER, read_feed
from kulanz.sources.feeddocument import FeedDocument, FeedEntry
from kulanz.sources.items import HEAD_BYTES
from kulanz.sources.jsonfeed import is_json_feed, read_json_feed
from kulanz.sources.web.client import Answer

_END: Final = re.compile(
    rb"</(?:[\w.-]{1,40}:)?(?:rss|feed|RDF)\s{0,9}>\s*(?:<!--[^>]*>\s*)*\Z", re.IGNORECASE
)
_TAIL: Final = 2_000


def is_feed(answer: Answer) -> bool:
    """Whether the body is a feed, whatever type the server calls it."""
    head = answer.body[:HEAD_BYTES]
    return READER.accepts(head, "") or is_json_feed(head)


def is_whole(answer: Answer) -> bool:
    """Whether a feed came to its end: what stands behind a cut was not taken away."""
    return is_json_feed(answer.body[:HEAD_BYTES]) or _END.search(answer.body[-_TAIL:]) is not None


def newest_of(answer: Answer, problems: Problems) -> FeedDocument:
    """Return the feed in an answer as ``document_of``; raise TemporaryError for anything but a feed too."""
    if not is_feed(answer):
        kind = answer.media_type or "something without a type"
        raise TemporaryError(
            f"{answer.url} answered with {kind}, expected a feed: try again later, and look if this stays",
            kind="no_data",
        )
    return document_of(answer, problems)


def document_of(answer: Answer, problems: Problems) -> FeedDocument:
    """Return the feed in an answer, its links absolute; raise TemporaryError where it is broken."""
    read = read_json_feed if is_json_feed(answer.body[:HEAD_BYTES]) else read_feed
    try:
        document = read(answer.body, answer.url, problems)
    except SourceError as error:
        raise TemporaryError(f"{answer.url}: {error}", kind="no_data") from error
    links = {rel: url for rel, href in document.links.items() if (url := _web_address(answer, href))}
    return replace(
        document, links=links, entries=tuple(_absolute(answer, entry) for entry in document.entries)
    )


def _absolute(answer: Answer, entry: FeedEntry) -> FeedEntry:
    return replace(entry, replies_url=entry.replies_url and _web_address(answer, entry.replies_url))


def _web_address(answer: Answer, href: str) -> str | None:
    try:
        url = urljoin(answer.at, href)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None
