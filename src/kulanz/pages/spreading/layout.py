"""Where everything of the picture stands: time from left to right, one row a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from kulanz.core.spread import How, Node, SpreadTree
from kulanz.pages import formats, safe
from kulanz.pages.spreading.order import depth_first
from kulanz.pages.spreading.telling import facts_of, name_of
from kulanz.pages.words import Words

TOP: Final = 44
DRAWN_AT_MOST: Final = 400
_LEAST_SIZE: Final = 5.0
_SIZES: Final = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How a picture is laid out: time goes from ``left`` to ``right``, words begin at ``labels``.

    ``letters`` is how many fit in a line, ``lines`` how many lines the facts of a place have.
    """

    width: int
    left: int
    right: int
    labels: int
    row: int
    letters: int
    lines: int
    ticks: int


WIDE: Final = Frame(width=960, left=24, right=380, labels=408, row=44, letters=54, lines=1, ticks=4)
NARROW: Final = Frame(width=360, left=20, right=84, labels=104, row=74, letters=30, lines=3, ticks=1)
"""For a phone: its words are as large as those of the page there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: its sign, where it stands, and its words; ``stem`` leads from where it took the matter."""

    how: How
    x: float
    y: float
    size: float
    stem: str
    name: str
    facts: tuple[str, ...]
    url: str | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A day at the top."""

    text: str
    x: float


@dataclass(frozen=True, slots=True)
class Picture:
    """All marks of a tree; ``left_out`` counts the places that were too many to draw."""

    narrow: bool
    width: int
    height: int
    labels: int
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    left_out: int


def picture_of(tree: SpreadTree, words: Words, frame: Frame = WIDE) -> Picture:
    """Place the nodes of a tree."""
    told = depth_first(tree.nodes)
    drawn = told[:DRAWN_AT_MOST]
    span = _Span([node.first_seen for node in drawn if node.first_seen], frame)
    widest = max((node.reach or 0 for node in drawn), default=0)
    at = {
        node.node_id: (span.x(node.first_seen), TOP + frame.row * (i + 0.5)) for i, node in enumerate(drawn)
    }
    return Picture(
        narrow=frame is NARROW,
        width=frame.width,
        labels=frame.labels,
        height=TOP + frame.row * len(drawn) + 8,
        marks=tuple(_mark(node, at, _size(node.reach, widest), words, frame) for node in drawn),
        ticks=span.ticks(words),
        left_out=len(told) - len(drawn),
    )


class _Span:
    """The time from the first to the last place."""

    def __init__(self, moments: Sequence[datetime], frame: Frame) -> None:
        self._frame = frame
        self._first = min(moments, default=None)
        self._length = (max(moments) - min(moments)) if moments else timedelta()

    def x(self, moment: datetime | None) -> float:
        """The position of a moment; a place without a time stands at the right."""
        if moment is None or self._first is None:
            return self._frame.right
        share = (moment - self._first) / self._length if self._length else 0.0
        return round(self._frame.left + share * (self._frame.right - self._frame.left), 1)

    def ticks(self, words: Words) -> tuple[Tick, ...]:
        if self._first is None:
            return ()
        ticks = self._frame.ticks
        count = ticks if self._length >= timedelta(days=ticks) else 1
        moments = [self._first + self._length * i / count for i in range(count)]
        days = [formats.short_day(formats.in_zone(moment, words.zone), words.lang) for moment in moments]
        return tuple(Tick(day, self.x(moment)) for day, moment in zip(days, moments, strict=True))


def _mark(node: Node, at: Mapping[str, tuple[float, float]], size: float, words: Words, frame: Frame) -> Mark:
    x, y = at[node.node_id]
    above = at.get(node.parent) if node.parent else None
    return Mark(
        how=node.how,
        x=x,
        y=y,
        size=size,
        stem=f"M{above[0]} {above[1]}V{y}H{x}" if above else "",
        name=safe.line(name_of(node), frame.letters),
        facts=tuple(_lines(facts_of(node, words), frame)),
        url=safe.web_address(node.url),
    )


def _lines(facts: Sequence[str], frame: Frame) -> Iterator[str]:
    """Facts in one line, or the first ones in lines of their own, which are cut where they do not fit."""
    alone = frame.lines - 1
    for line in (*facts[:alone], " · ".join(facts[alone:])):
        yield safe.line(line, frame.letters + 8) if alone else line


def _size(reach: int | None, widest: int) -> float:
    """A radius whose area grows with the views; a place with unknown views has the least."""
    return round(_LEAST_SIZE + (_SIZES * sqrt(reach / widest) if reach and widest else 0.0), 1)
