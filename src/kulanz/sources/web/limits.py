"""What one request may cost at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLimits:
    """Bounds of one request; times in seconds, sizes in bytes.

    ``total_seconds`` bounds an answer from the first byte sent to the last byte received, so that
    a server which drips bytes ends too. ``body_bytes`` bounds the body after decompression,
    ``ratio`` how many times larger than what was sent it may get.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 120.0
    body_bytes: int = 32 * _MIB
    ratio: int = 200
    redirects: int = 5
