"""The texts of listed mails: exported many at a time, one by one only where there is no export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from itertools import pairwise
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.connecting import Context
from kulanz.sources.connectors.hyperkitty.listing import Entry, ListAddress, read_entries
from kulanz.sources.errors import Problems
from kulanz.sources.mail import Mail, MailError, read_mail
from kulanz.sources.mailarchive import read_mail_archive
from kulanz.sources.sightings import Raw
from kulanz.sources.web.client import HttpClient

_NO_EXPORT: Final = (400, 401, 403, 404, 410)
_GONE: Final = (404, 410)
_DAY: Final = timedelta(days=1)
_MOST_WINDOWS: Final = 3
_WIDE_GAP: Final = timedelta(days=31)
_NOT_IN_IDS: Final = re.compile(r"[\s<>()]")


class Contents:
    """Fetches what the list leaves out."""

    def __init__(self, context: Context, address: ListAddress) -> None:
        self._http: HttpClient = context.http
        self._problems: Problems = context.problems
        self._address = address

    def of(self, entries: Sequence[Entry]) -> tuple[list[Raw], list[Post]]:
        """Return the posts of listed mails, and the answers that they came in."""
        raws: list[Raw] = []
        found: dict[str, Mail] = {}
        for start, end in windows(entries):
            answer = self._http.get(
                self._address.export,
                params={"start": f"{start:%Y-%m-%d}", "end": f"{end:%Y-%m-%d}"},
                accepted=_NO_EXPORT,
            )
            if answer.status in _NO_EXPORT:
                return self._one_by_one(entries)
            mails = read_mail_archive(answer, self._problems)
            found.update((mail.message_id, mail) for mail in mails)
            raws.append(answer.raw())
        return self._with_missing(entries, raws, found)

    def _with_missing(
        self, entries: Sequence[Entry], raws: list[Raw], found: dict[str, Mail]
    ) -> tuple[list[Raw], list[Post]]:
        """Add what is listed but was not exported, read by itself."""
        mails = [(entry, found.get(_NOT_IN_IDS.sub("", entry.message_id))) for entry in entries]
        more, posts = self._one_by_one([entry for entry, mail in mails if mail is None])
        exported = [self._placed_one(entry, mail) for entry, mail in mails if mail is not None]
        return raws + more, exported + posts

    def _placed_one(self, entry: Entry, mail: Mail) -> Post:
        """Return a mail under the ids that HyperKitty gives it and its thread."""
        return msgspec.structs.replace(
            mail.post(entry.thread_id),
            post_id=entry.message_id_hash,
            reply_to=entry.parent_hash,
            url=self._address.message_page(entry.message_id_hash),
            thread_url=self._address.thread_page(entry.thread_id),
        )

    def _one_by_one(self, entries: Sequence[Entry]) -> tuple[list[Raw], list[Post]]:
        raws: list[Raw] = []
        posts: list[Post] = []
        for entry in entries:
            address = self._address.email(entry.message_id_hash)
            answer = self._http.get(address, params={"format": "json"}, accepted=_GONE)
            if answer.status not in _GONE:
                raws.append(answer.raw())
                posts += self._detail(entry, answer.json(), answer.url)
        return raws, posts

    def _detail(self, entry: Entry, value: Any, url: str) -> Iterator[Post]:
        if not read_entries([value], url, self._problems):
            return
        try:
            yield self._placed_one(entry, read_mail(as_message(entry, value)))
        except MailError as error:
            self._problems.add(url, None, str(error), error.remedy)


def windows(entries: Sequence[Entry]) -> list[tuple[datetime, datetime]]:
    """Return the days, first and behind the last, in which the mails were sent.

    A mail with a wrong clock would make one window cover decades: the widest gaps are left out.
    """
    days = sorted({entry.day for entry in entries})
    gaps = sorted(range(1, len(days)), key=lambda place: days[place] - days[place - 1], reverse=True)
    wide = [place for place in gaps[: _MOST_WINDOWS - 1] if days[place] - days[place - 1] > _WIDE_GAP]
    edges = [0, *sorted(wide), len(days)]
    return [(days[start], days[end - 1] + _DAY) for start, end in pairwise(edges) if end > start]


def as_message(entry: Entry, detail: Any) -> bytes:
    """Return a mail made from what the API tells of it, so that it is read as its export would be."""
    sender = detail.get("sender")
    address = sender.get("address") if isinstance(sender, dict) else None
    message = EmailMessage()
    message["From"] = formataddr((_line(detail.get("sender_name")), _line(address).replace(" (a) ", "@")))
    message["Subject"] = _line(entry.subject)
    message["Date"] = format_datetime(entry.date)
    message.set_content(_text(detail.get("content")))
    return bytes(message)


def _text(value: Any) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _line(value: Any) -> str:
    return " ".join(_text(value).split())
