"""Where everything of the picture stands: time from left to right, one row a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from kulanz.core.spread import How, Node, SpreadTree
from kulanz.pages import formats, safe
from kulanz.pages.spreading.order import depth_first
from kulanz.pages.spreading.telling import facts_of, name_of
from kulanz.pages.words import Words

WIDTH: Final = 960
LEFT: Final = 24
RIGHT: Final = 380
LABELS: Final = 408
TOP: Final = 44
ROW: Final = 44
DRAWN_AT_MOST: Final = 400
NAME_LIMIT: Final = 54
_TICKS: Final = 4
_LEAST_SIZE: Final = 5.0
_SIZES: Final = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: its sign, where it stands, and its words; ``stem`` leads from where it took the matter."""

    how: How
    x: float
    y: float
    size: float
    stem: str
    name: str
    facts: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A day at the top."""

    text: str
    x: float


@dataclass(frozen=True, slots=True)
class Picture:
    """All marks of a tree; ``left_out`` counts the places that were too many to draw."""

    width: int
    height: int
    labels: int
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    left_out: int


def picture_of(tree: SpreadTree, words: Words) -> Picture:
    """Place the nodes of a tree."""
    told = depth_first(tree.nodes)
    drawn = told[:DRAWN_AT_MOST]
    span = _Span([node.first_seen for node in drawn if node.first_seen])
    widest = max((node.reach or 0 for node in drawn), default=0)
    at = {node.node_id: (span.x(node.first_seen), TOP + ROW * (i + 0.5)) for i, node in enumerate(drawn)}
    return Picture(
        width=WIDTH,
        labels=LABELS,
        height=TOP + ROW * len(drawn) + 8,
        marks=tuple(_mark(node, at, _size(node.reach, widest), words) for node in drawn),
        ticks=span.ticks(words),
        left_out=len(told) - len(drawn),
    )


class _Span:
    """The time from the first to the last place."""

    def __init__(self, moments: Sequence[datetime]) -> None:
        self._first = min(moments, default=None)
        self._length = (max(moments) - min(moments)) if moments else timedelta()

    def x(self, moment: datetime | None) -> float:
        """The position of a moment; a place without a time stands at the right."""
        if moment is None or self._first is None:
            return RIGHT
        share = (moment - self._first) / self._length if self._length else 0.0
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def ticks(self, words: Words) -> tuple[Tick, ...]:
        if self._first is None:
            return ()
        count = _TICKS if self._length >= timedelta(days=_TICKS) else 1
        moments = [self._first + self._length * i / count for i in range(count)]
        return tuple(Tick(formats.short_day(moment, words.lang), self.x(moment)) for moment in moments)


def _mark(node: Node, at: Mapping[str, tuple[float, float]], size: float, words: Words) -> Mark:
    x, y = at[node.node_id]
    above = at.get(node.parent) if node.parent else None
    return Mark(
        how=node.how,
        x=x,
        y=y,
        size=size,
        stem=f"M{above[0]} {above[1]}V{y}H{x}" if above else "",
        name=safe.line(name_of(node), NAME_LIMIT),
        facts=" · ".join(facts_of(node, words)),
        url=safe.web_address(node.url),
    )


def _size(reach: int | None, widest: int) -> float:
    """A radius whose area grows with the views; a place with unknown views has the least."""
    return round(_LEAST_SIZE + (_SIZES * sqrt(reach / widest) if reach and widest else 0.0), 1)
