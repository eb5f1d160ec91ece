"""The contract of a receiver: a request that a source sends us, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from kulanz.core.posts import UtcTime
from kulanz.sources.sightings import Page


class Delivery(Struct, frozen=True, kw_only=True):
    """A request as it came in, its body already capped; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    received_at: UtcTime
    query: Mapping[str, str] = {}


class Receipt(Struct, frozen=True, kw_only=True):
    """The answer to a delivery, and what is to be stored.

    ``rereads`` names threads to be read again by the source's connector, because a delivery is
    only a hint: it may show more than the public sees, twice, or out of order. ``topics`` are
    feed URLs to be read again (WebSub). ``mentions`` are pages that claim to link here, still to
    be verified.
    """

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = {}
    pages: tuple[Page, ...] = ()
    rereads: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    mentions: tuple[Claim, ...] = ()


class Claim(Struct, frozen=True, kw_only=True):
    """Somebody says that ``source`` links to ``target``; a hint until the page was looked at.

    ``kind`` is webmention, pingback or trackback; the rest is what a trackback claims of itself.
    """

    kind: str
    source: str
    target: str
    received_at: UtcTime
    title: str | None = None
    excerpt: str | None = None
    blog_name: str | None = None


class Receiver(Protocol):
    """Turns deliveries of one kind into receipts; never raises for what a stranger sent."""

    @property
    def name(self) -> str:
        """The receiver's name, as in ``RECEIVERS``."""
        ...

    def receive(self, delivery: Delivery) -> Receipt:
        """Check and read one delivery; a bad one becomes a receipt with status 4xx."""
        ...
