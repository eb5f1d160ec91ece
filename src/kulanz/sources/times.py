"""Times as people and programs write them in tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_GERMAN: Final = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?:,?\s+(?:um\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\s*Uhr)?)?",
    re.ASCII,
)
_EPOCH: Final = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}", re.ASCII)
_MILLISECONDS_FROM: Final = 100_000_000_000


def parse_time(text: str) -> datetime:
    """Return the UTC time of an ISO 8601, German or epoch time; without a zone it is UTC.

    Raise ValueError for anything else: month-first dates cannot be told from day-first ones.
    """
    stripped = text.strip()
    if _EPOCH.fullmatch(stripped):
        return _from_epoch(float(stripped))
    if match := _GERMAN.fullmatch(stripped):
        return _from_german(match)
    try:
        moment = datetime.fromisoformat(stripped.removesuffix(" UTC"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"not a time: {text[:40]!r}") from error


def _from_epoch(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, UTC)


def _from_german(match: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
    century = 0 if len(match[3]) > 2 else 2000  # noqa: PLR2004 - two digits of a year
    return datetime(century + year, month, day, hour, minute, second, tzinfo=UTC)
