"""The shapes a chart is made of, in the units of its view box, and the frame that places them.

Every chart is drawn small (400 wide) because two stand side by side on a desk and one fills a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.pages import formats
from kulanz.pages.words import Words

WIDTH: Final = 400
BODY: Final = 168
LEFT: Final = 43
RIGHT: Final = 276
TOP: Final = 10
BOTTOM: Final = 24
LABEL_GAP: Final = 13.5
PLOTTED_AT_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Shape:
    """A path with the CSS class that styles it."""

    css: str
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words at the right edge, joined by ``leader`` to what they name, or after a ``swatch`` of its class."""

    text: str
    y: float
    leader: str = ""
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A number at an axis; ``css`` aligns it."""

    text: str
    at: float
    css: str = "middle"


@dataclass(frozen=True, slots=True)
class Flag:
    """A lettered vertical line; ``row`` counts from 0 at the top and keeps letters apart."""

    letter: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot area below ``rows`` rows of letters; shares of 0..1 become positions."""

    rows: int = 0

    @property
    def top(self) -> float:
        return TOP + 15.0 * self.rows

    @property
    def bottom(self) -> float:
        return self.top + BODY

    @property
    def height(self) -> float:
        return self.bottom + BOTTOM

    def x(self, share: float) -> float:
        """From the left (0) to the right (1)."""
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def y(self, share: float) -> float:
        """From the bottom (0) to the top (1); what lies outside is drawn at the edge."""
        return round(self.bottom - min(1.0, max(0.0, share)) * BODY, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: ``desc`` says in a sentence what it shows; no shapes means no values."""

    key: str
    title: str
    unit: str
    desc: str
    frame: Frame
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    shapes: tuple[Shape, ...] = ()
    labels: tuple[Label, ...] = ()
    flags: tuple[Flag, ...] = ()


def sample(length: int, at_most: int, keep: Iterable[int] = ()) -> list[int]:
    """Indices of at most ``at_most`` evenly spread items, with both ends and those to keep."""
    if length <= at_most:
        return list(range(length))
    step = (length - 1) / (at_most - 1)
    spread = {round(i * step) for i in range(at_most)}
    return sorted(spread | {i for i in keep if 0 <= i < length})


def place(index: int, length: int) -> float:
    """Share of the way along the posts; a single post stands in the middle."""
    return index / (length - 1) if length > 1 else 0.5


def post_ticks(frame: Frame, length: int, words: Words) -> tuple[Tick, ...]:
    """Numbers of the first post (naming the axis) and the last, and a few round ones between."""
    step = nice_step(length / 4)
    numbers = [n for n in range(step, length, step) if 1 < n < length - step / 2]
    if length > 1:
        numbers.append(length)
    first = Tick(f"{words('axis_post')} 1", frame.x(0 if length > 1 else 0.5), "start")
    ticks = (Tick(formats.number(n, words.lang), frame.x(place(n - 1, length))) for n in numbers)
    return (first, *ticks)


def nice_step(rough: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 ... that is not below ``rough``."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= rough:
                return factor * power
        power *= 10


def labels_apart(frame: Frame, wanted: Sequence[tuple[str, float]]) -> tuple[Label, ...]:
    """Labels as near as possible to their heights (view box units), without overlap."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i][1])
    heights = [wanted[i][1] for i in order]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + LABEL_GAP)
    ceiling = frame.bottom
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], ceiling)
        ceiling = heights[i] - LABEL_GAP
    return tuple(_label(*wanted[i], height) for i, height in zip(order, heights, strict=True))


def _label(text: str, home: float, height: float) -> Label:
    return Label(text, round(height, 1), f"M{RIGHT + 2} {home}L{RIGHT + 8} {height:.1f}")
