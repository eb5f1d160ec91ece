"""An issue post by post: the order of its posts, their words as they were read first, what was known then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_OF_BEFORE: Final = ("=", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A post, and what was known of its conversation when it was the last one.

    ``number`` counts the posts of the issue from 1, ``place`` those of the conversation from 0; ``thread``
    and ``post`` are ids. ``alarms`` names the policies of today that raise an alarm here, ``events`` what
    happened in the conversation with this post.
    """

    number: int
    thread: int
    place: int
    post: int
    at: datetime | None
    author: str
    company: bool
    score: float
    stage: str
    belief: float | None
    alarms: tuple[str, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """A conversation's place on the radar of its source, counted from 1, and how many stood there."""

    place: int
    among: int


def in_order(times: Mapping[int, Sequence[datetime | None]]) -> list[tuple[int, int]]:
    """Return the posts of conversations in order of time, as conversation and place in it.

    A post without a time follows the one before it in its conversation.
    """
    found: list[tuple[datetime, int, int]] = []
    for thread, moments in times.items():
        last = _BEGINNING
        for place, at in enumerate(moments):
            last = last if at is None else max(last, at)
            found.append((last, thread, place))
    return [(thread, place) for _, thread, place in sorted(found)]


def words_before(diff: Iterable[Mapping[str, str]]) -> str:
    """Return the words of a text before an edit; white space between them is not known any more."""
    return " ".join(part["text"] for part in diff if part["sign"] in _OF_BEFORE)


def rank(score: float, rivals: Sequence[float]) -> Rank:
    """Return the place of a score among those of others; who is equal shares it."""
    return Rank(1 + sum(each > score for each in rivals), 1 + len(rivals))
