"""Which deliveries a source takes, how large, and how many a minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PUSH: Final = "push"
MENTIONS: Final = "mentions"
CLAIMS: Final = ("webmention", "pingback", "trackback")
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """``size`` in bytes, ``a_minute`` in deliveries to one source."""

    size: int
    a_minute: int


BOUNDS: Final[Mapping[str, Bounds]] = {
    "push": Bounds(16 * _MIB, 12_000),
    "discourse": Bounds(4 * _MIB, 1_200),
    "github": Bounds(16 * _MIB, 1_200),
    "websub": Bounds(4 * _MIB, 300),
    **{claim: Bounds(64 * 1024, 60) for claim in CLAIMS},
}
BILLING: Final = Bounds(4 * _MIB, 1_200)
"""Deliveries of a billing system, to an address of its own."""
_SENDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "push": ("push",),
    "discourse": ("discourse",),
    "github": ("github",),
    "feed": ("websub",),
}
SIGNED: Final = ("push", "discourse", "github")
"""Receivers whose senders prove themselves with the source's secret."""


def receivers_of(connector: str) -> tuple[str, ...]:
    """Return the names of the receivers that a source takes deliveries by."""
    return (*_SENDERS.get(connector, ()), *CLAIMS)
