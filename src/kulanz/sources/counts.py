"""Counts as other programs give them."""

from __future__ import annotations

from kulanz.core.posts import MOST_COUNTED


def countable(number: int | None) -> int | None:
    """Return the count that a Post can hold: none is below 0 or above 63 bits."""
    return None if number is None else min(max(number, 0), MOST_COUNTED)
