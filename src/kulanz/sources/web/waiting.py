"""How long a server asks to be left alone: Retry-After and its relatives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from kulanz.sources.times import parse_time

_LONGEST: Final = 366 * 86_400.0
_MAX_BODY: Final = 65_536
_FORBIDDEN: Final = 403


def asked_wait(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> float | None:
    """Return the seconds that an answer asks to wait, None where it does not say.

    Retry-After counts first (seconds or an HTTP date), then ``wait_seconds`` in the body as
    Discourse sends it, then X-RateLimit-Reset where nothing remains.
    """
    after = headers.get("retry-after")
    waits = (
        parse_retry_after(after, now) if after is not None else None,
        _wait_seconds(body) if status != _FORBIDDEN else None,
        _until_reset(headers, now),
    )
    return next((wait for wait in waits if wait is not None), None)


def spent_limit(headers: Mapping[str, str]) -> bool:
    """Return whether an answer says that its refusal is for a while, as GitHub's 403 does."""
    return "retry-after" in headers or headers.get("x-ratelimit-remaining", "").strip() == "0"


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks to wait from now, None if unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), _LONGEST)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return _until(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)


def _until(moment: datetime, now: datetime) -> float:
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST)


def _wait_seconds(body: bytes) -> float | None:
    if b"wait_seconds" not in body[:_MAX_BODY]:
        return None
    try:
        content = msgspec.json.decode(body[:_MAX_BODY])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    extras = content.get("extras") if isinstance(content, dict) else None
    for place in (extras, content):
        wait = place.get("wait_seconds") if isinstance(place, dict) else None
        if isinstance(wait, int | float) and not isinstance(wait, bool):
            return min(max(float(wait), 0.0), _LONGEST)
    return None


def _until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    if headers.get("x-ratelimit-remaining", "").strip() != "0":
        return None
    try:
        return _until(parse_time(headers.get("x-ratelimit-reset", "")), now)
    except (ValueError, OverflowError):
        return None
