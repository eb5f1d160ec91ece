"""An answer becomes a feed document with absolute links."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from kulanz.sources.errors import Problems, SourceError, TemporaryError
from kulanz.sources.feed import READER, read_feed
from kulanz.sources.feeddocument import FeedDocument, FeedEntry
from kulanz.sources.items import HEAD_BYTES
from kulanz.sources.jsonfeed import is_json_feed, read_json_feed
from kulanz.sources.web.client import Answer


def is_feed(answer: Answer) -> bool:
    """Whether the body is a feed, whatever type the server calls it."""
    head = answer.body[:HEAD_BYTES]
    return READER.accepts(head, "") or is_json_feed(head)


def document_of(answer: Answer, problems: Problems) -> FeedDocument:
    """Return the feed in an answer, its links absolute; raise TemporaryError where it is broken."""
    read = read_json_feed if is_json_feed(answer.body[:HEAD_BYTES]) else read_feed
    try:
        document = read(answer.body, answer.url, problems)
    except SourceError as error:
        raise TemporaryError(f"{answer.url}: {error}") from error
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
