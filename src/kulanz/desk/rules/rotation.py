"""Secrets that are made anew: for a while the one before is good beside the new one.

What is sealed is the secret, and on lines of their own the one before it and until when that is good.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

OVERLAP: Final = timedelta(days=3)
"""As long as a delivery is tried again: what was signed with the one before may still be on its way."""
_PARTS: Final = 3


def newest(kept: str) -> str:
    """Return the secret that was made last."""
    return kept.partition("\n")[0]


def renewed(kept: str, secret: str, now: datetime) -> str:
    """Return what is kept from now on.

    Of those before only the last stays: to make one twice ends a stolen one at once.
    """
    before = newest(kept)
    until = (now + OVERLAP).astimezone(UTC).isoformat(timespec="seconds")
    return f"{secret}\n{before}\n{until}" if before else secret


def good(kept: str, now: datetime) -> tuple[str, ...]:
    """Return the secrets that are good now, the newest first."""
    parts = kept.split("\n")
    if len(parts) == _PARTS and now < datetime.fromisoformat(parts[2]):
        return parts[0], parts[1]
    return (parts[0],)
