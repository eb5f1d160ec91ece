"""An answer as connectors see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Any, Final

import msgspec

from kulanz.sources.charsets import decode
from kulanz.sources.errors import TemporaryError
from kulanz.sources.sightings import Raw
from kulanz.sources.web.links import parse_links
from kulanz.sources.web.secrets import Secret

NOT_MODIFIED: Final = 304
_SHOWN: Final = 80
_HEAD: Final = 200
_PAGE: Final = (b"<!doctype html", b"<html")


class Validators(msgspec.Struct, frozen=True, kw_only=True):
    """What a server gave to ask later whether anything has changed; fits into a cursor."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        pairs = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in pairs.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; ``url`` is where the answer came from, keys in it masked.

    ``headers`` have lower case names, a header that came several times is joined by commas.
    ``body`` is decompressed. ``at`` is the address that links in the answer are relative to. ``cookies`` are
    for whoever has logged in: the client sends none by itself.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    at: str = field(repr=False)
    cookies: Mapping[str, Secret] = field(default_factory=dict, repr=False)

    @property
    def media_type(self) -> str:
        """The type of the body in lower case, without its parameters; "" where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether the body is a page for people, whatever type the server calls it."""
        return self.body[:_HEAD].lstrip().lower().startswith(_PAGE)

    @property
    def not_modified(self) -> bool:
        return self.status == NOT_MODIFIED

    @property
    def links(self) -> dict[str, str]:
        """Absolute addresses by relation from the Link header (RFC 8288), the first of each."""
        return parse_links(self.headers.get("link", ""), self.at)

    @property
    def validators(self) -> Validators | None:
        """What to send with the next request for the same address; None where it would not tell of a change.

        A time in the second of the answer says nothing of what is written later in it (RFC 9110, 8.8.2.2),
        nor does an ETag that a server makes from that time, as WordPress does.
        """
        etag, modified = self.headers.get("etag"), self.headers.get("last-modified")
        if not (etag or modified) or (modified and modified == self.headers.get("date")):
            return None
        return Validators(etag=etag, last_modified=modified)

    def json(self) -> Any:
        """The body as JSON; raise TemporaryError where it is none, as in a page that says "busy"."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            start = self.body[:_SHOWN].decode("utf-8", "replace")
            raise TemporaryError(
                f"{self.url} answered {self.status} with {self.media_type or 'no type'},"
                f" expected JSON ({error}); it begins {start!r}:"
                " try again later, and check the address if this stays",
                kind="no_data",
            ) from error

    def text(self) -> str:
        """The body as text: by its declared charset, or UTF-8 wherever it is valid UTF-8."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        declared = message.get_param("charset")
        return decode(self.body, declared if isinstance(declared, str) else None)

    def raw(self) -> Raw:
        """The answer as it is stored."""
        return Raw(
            url=self.url,
            media_type=self.headers.get("content-type", "application/octet-stream"),
            body=self.body,
            fetched_at=self.fetched_at,
            status=self.status,
        )
