"""The network in parts, for a source that no one memory holds: what a part tells is joined elsewhere.

Who joins them holds who knows whom. That is the engine for Spark and nobody else: an import rule says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from kulanz.core.network.addressing import LOOK_BACK, speaking
from kulanz.core.network.contacts import KIND_NUMBERS, LEAST_WEIGHT, day_of, units_of
from kulanz.core.network.found import HOPS
from kulanz.core.network.hops import Rows, counters, drawn, estimated, relative_error, settled
from kulanz.core.network.ties import UNITS
from kulanz.core.posts import Post

__all__ = [
    "HOPS", "LEAST_UNITS", "LOOK_BACK", "Pair", "Rows", "estimated", "holding", "joined", "people_of",
    "relative_error", "settled", "units_between",
]  # fmt: skip

LEAST_UNITS: Final = round(LEAST_WEIGHT * UNITS)

Pair = tuple[str, str]


def people_of(thread: Iterable[Post]) -> dict[str, bool]:
    """Return who counts for having written in a thread, and whether they are the company's own."""
    found: dict[str, bool] = {}
    for post in thread:
        if post.author_id is not None and not post.automatic and not post.hidden:
            found[post.author_id] = found.get(post.author_id, False) or post.role == "staff"
    return found


def units_between(thread: Sequence[Post], as_of: datetime) -> dict[Pair, int]:
    """Return what the contacts of (giver, receiver) in one thread weigh on the day of ``as_of``.

    Sum them over all threads: a pair has to do with each other from ``LEAST_UNITS`` on.
    """
    pairs: list[Pair] = []
    kinds: list[int] = []
    days: list[int] = []
    for author, post, addressed in speaking(thread):
        for receiver, kind in addressed:
            if receiver != author:
                pairs.append((author, receiver))
                kinds.append(KIND_NUMBERS[kind])
                days.append(day_of(post.created_at))
    weights = units_of(np.array(kinds, np.uint8), np.array(days, np.int32), as_of.toordinal())
    found: Counter[Pair] = Counter()
    for pair, units in zip(pairs, weights.tolist(), strict=True):
        found[pair] += units
    return found


def holding(accounts: Sequence[str], seed: int) -> Rows:
    """Return a counter for each account that holds the account itself."""
    return counters(drawn(accounts, seed))


def joined(accounts: Sequence[str], rows: Rows) -> tuple[list[str], Rows]:
    """Return each account once, in order, with the join of its counters."""
    names, first = np.unique(np.array(accounts, object), return_inverse=True)
    order = np.argsort(first, kind="stable")
    starts = np.searchsorted(first[order], np.arange(len(names)))
    return names.tolist(), np.maximum.reduceat(rows[order], starts, axis=0)
