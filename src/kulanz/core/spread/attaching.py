"""Chooses, of all places that a thread points at, the one it took the matter from."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from kulanz.core.spread.tree import HOW, Contact

_UNKNOWN: Final = datetime.max.replace(tzinfo=UTC)
_RANK: Final = {how: rank for rank, how in enumerate(HOW)}

_Waiting = tuple[datetime, int, int, str, int]


def attached(origin: str, contacts: Mapping[str, Sequence[Contact]]) -> dict[str, Contact]:
    """Return the contact by which every place that the matter reached took it up, earliest first.

    A place's first contact with one that carries the matter already counts. Within one post the
    surest way wins, and of several equal ones the place that took it up last: who links both the
    origin and an article about it has read the article.
    """
    pointing_at = _by_parent(contacts)
    chosen: dict[str, Contact] = {}
    waiting: list[_Waiting] = []
    _enqueue(waiting, pointing_at[origin], contacts, 0)
    while waiting:
        *_, child, number = heapq.heappop(waiting)
        if child != origin and child not in chosen:
            chosen[child] = contacts[child][number]
            _enqueue(waiting, pointing_at[child], contacts, len(chosen))
    return chosen


def _by_parent(contacts: Mapping[str, Sequence[Contact]]) -> defaultdict[str, list[tuple[str, int]]]:
    pointing_at: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for child, those in contacts.items():
        for number, contact in enumerate(those):
            pointing_at[contact.parent].append((child, number))
    return pointing_at


def _enqueue(
    waiting: list[_Waiting],
    arriving: Sequence[tuple[str, int]],
    contacts: Mapping[str, Sequence[Contact]],
    order: int,
) -> None:
    for child, number in arriving:
        contact = contacts[child][number]
        heapq.heappush(waiting, (contact.at or _UNKNOWN, _RANK[contact.how], -order, child, number))
