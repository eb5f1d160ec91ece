"""Finds the ids of posts that are answered: Discourse names a parent by its number in the topic."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from kulanz.sources.connectors.discourse.api import BATCH
from kulanz.sources.connectors.discourse.seeing import Seen
from kulanz.sources.sightings import Sighting


class _Place(NamedTuple):
    number: int
    position: int


class Replies:
    """The numbers of one topic's posts, and the replies that wait for their parents' ids."""

    def __init__(self) -> None:
        self._ids: dict[int, int] = {}
        self._waiting: list[Seen] = []

    def note(self, numbered: Iterable[tuple[int, int]]) -> None:
        """Learn numbers and ids of posts."""
        self._ids.update(numbered)

    def placed(self, seen: Seen) -> Sighting | None:
        """Return the sighting with its parent, or keep it and return None."""
        if seen.parent is None:
            return seen.sighting
        if seen.parent in self._ids:
            return self._answering(seen)
        self._waiting.append(seen)
        return None

    def missing(self, stream: Sequence[int]) -> list[int]:
        """Return the ids among which the parents are that are still unknown.

        The list of a topic's posts is in the order of their numbers. Between two posts whose
        numbers are as far apart as their places, nothing was removed: there every number is known.
        """
        index = {post_id: position for position, post_id in enumerate(stream)}
        places = sorted(_Place(number, index[each]) for number, each in self._ids.items() if each in index)
        found: dict[int, None] = {}
        for parent in sorted({each.parent for each in self._waiting if each.parent is not None}):
            found.update(dict.fromkeys(self._candidates(parent, places, stream)))
        return list(found)

    def _candidates(self, parent: int, places: Sequence[_Place], stream: Sequence[int]) -> Sequence[int]:
        cut = bisect_left(places, _Place(parent, 0))
        if cut == len(places):
            return ()
        left, right = places[cut - 1] if cut else _Place(0, -1), places[cut]
        first = max(left.position + 1, right.position - (right.number - parent))
        last = min(right.position - 1, left.position + (parent - left.number))
        if right.number - left.number == right.position - left.position and first == last:
            self._ids[parent] = stream[first]
            return ()
        return stream[first : last + 1][-BATCH:]

    def settled(self) -> Iterator[Sighting]:
        """Yield the replies that waited; a parent that is not shown any more leaves none."""
        yield from (self._answering(each) for each in self._waiting)
        self._waiting.clear()

    def _answering(self, seen: Seen) -> Sighting:
        parent = self._ids.get(seen.parent or 0)
        post = replace(seen.sighting.post, reply_to=None if parent is None else str(parent))
        return replace(seen.sighting, post=post)
