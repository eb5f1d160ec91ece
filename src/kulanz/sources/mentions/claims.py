"""Which claims are taken at all, before anything is fetched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from kulanz.core.spread.addresses import canonical
from kulanz.sources.receiving import Claim

Accepts = Callable[[str], bool]
"""Whether an address is one of ours that may be mentioned."""

_LONGEST_URL: Final = 2_048
_LONGEST_TEXT: Final = 1_000


class BadClaimError(ValueError):
    """A claim that is not worth a look; ``ours`` is False where the target is not ours."""

    def __init__(self, message: str, *, ours: bool = True) -> None:
        super().__init__(message)
        self.ours = ours


def claimed(kind: str, source: str, target: str, *, received_at: datetime, accepts: Accepts) -> Claim:
    """Return a claim that may be looked at.

    Raise BadClaimError where an address is none, both are of one page, or the target is not ours.
    """
    source, target = _address(source, "source"), _address(target, "target")
    if canonical(source) == canonical(target):
        raise BadClaimError("source and target are the same page")
    if not accepts(target):
        raise BadClaimError("the target is no page here that takes mentions", ours=False)
    return Claim(kind=kind, source=source, target=target, received_at=received_at)


def with_words(claim: Claim, *, title: str | None, excerpt: str | None, blog_name: str | None) -> Claim:
    """Return the claim with what a trackback says of itself, shortened."""
    return replace(claim, title=_short(title), excerpt=_short(excerpt), blog_name=_short(blog_name))


def _address(url: str, name: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    if not usable or len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        raise BadClaimError(f"expected {name} to be an http or https address")
    return url


def _short(text: str | None) -> str | None:
    return " ".join(text.split())[:_LONGEST_TEXT] or None if text else None
