"""HyperKitty's list of mails: the newest first, without their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec import Meta, Struct

from kulanz.sources.errors import PermanentError, Problems, TemporaryError
from kulanz.sources.sightings import Raw
from kulanz.sources.web.client import Answer, HttpClient

LISTED: Final = 100
_MOST_MOVES: Final = 10
_BELIEVED: Final = range(1971, 2200)
_ADDRESS: Final = re.compile(r"(.*?)/(?:api/)?list/([^/@]+@[^/@]+)/?.*")
_EXPECTED: Final = (
    "expected the list's page, such as https://lists.example.org/archives/list/users@lists.example.org/"
)
_REMEDY: Final = "expected a mail as HyperKitty's API sends it"


@dataclass(frozen=True, slots=True)
class ListAddress:
    """``base`` is where HyperKitty lies, ``name`` the address of the list."""

    base: str
    name: str

    @property
    def emails(self) -> str:
        return f"{self._api}/emails/"

    @property
    def export(self) -> str:
        return f"{self._page}/export/{quote(self.name, safe='@')}.mbox.gz"

    def email(self, email_hash: str) -> str:
        return f"{self._api}/email/{quote(email_hash)}/"

    def thread_emails(self, thread_id: str) -> str:
        return f"{self._api}/thread/{quote(thread_id)}/emails/"

    def message_page(self, email_hash: str) -> str:
        """Return where people read a message."""
        return f"{self._page}/message/{email_hash}/"

    def thread_page(self, thread_id: str) -> str:
        """Return where people read a thread."""
        return f"{self._page}/thread/{thread_id}/"

    @property
    def _api(self) -> str:
        return f"{self.base}/api/list/{quote(self.name, safe='@')}"

    @property
    def _page(self) -> str:
        return f"{self.base}/list/{quote(self.name, safe='@')}"


def parse_list_address(address: str) -> ListAddress:
    """Return the parts of an address; raise PermanentError for any other text."""
    try:
        parts = urlsplit(address)
        match = _ADDRESS.fullmatch(unquote(parts.path))
    except ValueError as error:
        raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address") from error
    if match is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address")
    return ListAddress(f"{parts.scheme}://{parts.netloc}{quote(match[1])}", match[2])


class Entry(Struct, frozen=True):
    """A mail in a list; ``thread`` and ``parent`` are addresses that end in an id."""

    message_id: str
    message_id_hash: Annotated[str, Meta(min_length=1, max_length=100)]
    thread: str
    date: datetime
    parent: str | None = None
    subject: str | None = None

    @property
    def thread_id(self) -> str:
        return last_part(self.thread) or self.message_id_hash

    @property
    def parent_hash(self) -> str | None:
        return None if self.parent is None else last_part(self.parent) or None

    @property
    def day(self) -> datetime:
        """The day that it was sent, in UTC."""
        moment = self.date if self.date.tzinfo else self.date.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class Listing(Struct, frozen=True, kw_only=True):
    """A page of the list. ``remaining`` mails are older than these: counted from the oldest on, a
    place stays the same when new mail comes in.
    """

    raw: Raw
    entries: list[Entry]
    count: int
    remaining: int


def listings(
    http: HttpClient, url: str, problems: Problems, count: int = 0, remaining: int | None = None
) -> Iterator[Listing]:
    """Yield pages from the newest mail on, or from the place with so many ``remaining``.

    ``count`` is how many mails there were when that place was noted. Mails that come in or go
    while the list is read make some appear twice and none get lost.
    """
    moves = 0
    while remaining != 0:
        offset = 0 if remaining is None else max(0, count - remaining)
        listing = _listing(http, url, problems, offset)
        if remaining is not None and listing.count != count:
            count, moves = listing.count, moves + 1
            if moves > _MOST_MOVES:
                raise TemporaryError(f"{url} changes faster than it can be read: try again later")
            continue
        count, moves = listing.count, 0
        if not listing.entries and listing.remaining == remaining:
            return
        remaining = listing.remaining
        yield listing


def read_entries(value: Any, url: str, problems: Problems) -> list[Entry]:
    """Return the mails of a list; report broken ones."""
    if not isinstance(value, list):
        problems.add(url, None, "is no list of mails", _REMEDY)
        return []
    entries = (_entry(each, url, problems) for each in value)
    return [entry for entry in entries if entry is not None]


def last_part(url: str) -> str:
    """Return the last part of an address's path."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


def _listing(http: HttpClient, url: str, problems: Problems, offset: int) -> Listing:
    answer = http.get(url, params={"format": "json", "limit": LISTED, "offset": offset})
    content = answer.json()
    if not isinstance(content, dict):
        raise _strange(answer)
    count, results = content.get("count"), content.get("results")
    if not isinstance(count, int) or not isinstance(results, list) or not 0 <= count < 1 << 40:
        raise _strange(answer)
    entries = read_entries(results, answer.url, problems)
    return Listing(
        raw=answer.raw(), entries=entries, count=count, remaining=max(0, count - offset - len(results))
    )


def _strange(answer: Answer) -> TemporaryError:
    return TemporaryError(
        f"{answer.url} sent no page of mails: expected 'count' and 'results', try again later", kind="no_data"
    )


def _entry(value: Any, url: str, problems: Problems) -> Entry | None:
    try:
        entry = msgspec.convert(value, Entry)
    except msgspec.ValidationError as error:
        problems.add(url, None, f"is no mail: {error}", _REMEDY)
        return None
    if entry.date.year not in _BELIEVED:
        problems.add(url, None, f"is a mail of the year {entry.date.year}", _REMEDY)
        return None
    return entry
