"""Bars over time: drawn on the server, with a sentence that says what they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from kulanz.core.spoken import Lang
from kulanz.pages import formats
from kulanz.pages.charts import chart_figure
from kulanz.pages.charts.drawing import (
    LABEL_GAP,
    LEFT,
    RIGHT,
    Chart,
    Flag,
    Frame,
    Label,
    Shape,
    Tick,
    nice_step,
)

_TICKS: Final = 4
_LEAST: Final = 5
_BAR: Final = 0.76
_STYLES: Final = ("bar company", "bar people")


@dataclass(frozen=True, slots=True)
class Bars:
    """What is drawn of one name: a number for each place, all of them from 0 on."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPlot:
    """Bars on each other, two at most, the first below; ``flags`` are letters at places or between two."""

    key: str
    title: str
    unit: str
    said: str
    places: Sequence[str]
    stacks: Sequence[Bars]
    flags: Sequence[tuple[float, str]] = ()


def bar_figure(plot: BarPlot, lang: Lang) -> Markup:
    """Return bars as a figure with its SVG; numbers are written as in a language."""
    frame = Frame(rows=1 if plot.flags else 0)
    sums = [sum(values) for values in zip(*(each.values for each in plot.stacks), strict=True)]
    ceiling = _ceiling(max(sums, default=0))
    drawn = Chart(
        key=plot.key,
        title=plot.title,
        unit=plot.unit,
        desc=plot.said,
        frame=frame,
        x_ticks=tuple(_x_ticks(plot.places, frame)),
        y_ticks=_y_ticks(ceiling, frame, lang),
        shapes=tuple(_shapes(plot, ceiling, frame)) if any(sums) else (),
        labels=tuple(_labels(plot.stacks, frame)),
        flags=tuple(Flag(letter, _at(place, plot, frame), frame.top - 8) for place, letter in plot.flags),
    )
    return chart_figure(drawn, plot.key)


def _ceiling(top: float) -> int:
    step = nice_step(max(top, 1) / _TICKS)
    return step * max(1, -(-int(-(-top // 1)) // step))


def _y_ticks(ceiling: int, frame: Frame, lang: Lang) -> tuple[Tick, ...]:
    step = nice_step(ceiling / _TICKS)
    values = range(0, ceiling + 1, step)
    return tuple(Tick(formats.number(value, lang), frame.y(value / ceiling)) for value in values)


def _x_ticks(places: Sequence[str], frame: Frame) -> Iterator[Tick]:
    every = nice_step(len(places) / _TICKS)
    for number in range(0, len(places), every):
        yield Tick(places[number], frame.x((number + 0.5) / len(places)))


def _shapes(plot: BarPlot, ceiling: int, frame: Frame) -> Iterator[Shape]:
    wide = (RIGHT - LEFT) / max(len(plot.places), _LEAST) * _BAR
    below = [0.0] * len(plot.places)
    for style, bars in zip(_STYLES, plot.stacks, strict=False):
        above = [low + value for low, value in zip(below, bars.values, strict=True)]
        spans = zip(below, above, strict=True)
        paths = [
            _bar(_at(number, plot, frame) - wide / 2, frame.y(low / ceiling), frame.y(high / ceiling), wide)
            for number, (low, high) in enumerate(spans)
        ]
        yield Shape(style, "".join(paths) or "M0 0")
        below = above


def _at(place: float, plot: BarPlot, frame: Frame) -> float:
    return frame.x((place + 0.5) / len(plot.places))


def _bar(x: float, low: float, high: float, wide: float) -> str:
    return f"M{x:.1f} {low}V{high}h{wide:.1f}V{low}Z" if low > high else ""


def _labels(stacks: Sequence[Bars], frame: Frame) -> Iterator[Label]:
    """The names in the order in which the bars lie on each other."""
    for number, (style, bars) in enumerate(reversed(list(zip(_STYLES, stacks, strict=False)))):
        yield Label(bars.name, frame.top + 8 + number * LABEL_GAP, swatch=style)
