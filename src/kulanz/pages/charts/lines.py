"""Line charts over the posts: score with belief, and fronts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from kulanz.core.report import ThreadDetail
from kulanz.core.spoken import Lang
from kulanz.pages import formats
from kulanz.pages.charts.drawing import (
    PLOTTED_AT_MOST,
    Chart,
    Frame,
    Shape,
    Tick,
    labels_apart,
    place,
    post_ticks,
    sample,
)
from kulanz.pages.charts.marks import Mark, flagged
from kulanz.pages.words import Words

Series = Sequence[float | None]
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def score_chart(detail: ThreadDetail, marks: Sequence[Mark], words: Words) -> Chart:
    """Score (solid) and derailment forecast (dashed) after every post."""
    return _chart("score", ("score", "belief"), detail, marks, words)


def fronts_chart(detail: ThreadDetail, marks: Sequence[Mark], words: Words) -> Chart:
    """Fronts index after every post."""
    return _chart("fronts", ("fronts",), detail, marks, words)


def _chart(
    key: str, names: Sequence[str], detail: ThreadDetail, marks: Sequence[Mark], words: Words
) -> Chart:
    length = len(detail.findings)
    frame, flags = flagged(marks, length)
    series = {name: _known(detail.series.get(name, ()), length) for name in names}
    drawn = {name: values for name, values in series.items() if last_known(values) is not None}
    keep = [post for mark in marks for post in mark.posts]
    return Chart(
        key=key,
        title=words(f"chart_{key}"),
        unit=words(f"chart_{key}_unit"),
        desc=" ".join(_desc(name, values, words) for name, values in drawn.items()) or words("no_values"),
        frame=frame,
        x_ticks=post_ticks(frame, length, words),
        y_ticks=share_ticks(frame, words.lang, as_percent=key == "score"),
        shapes=tuple(_line(name, values, frame, keep) for name, values in drawn.items()),
        labels=labels_apart(frame, [_end(name, values, frame, words) for name, values in drawn.items()]),
        flags=flags,
    )


def share_ticks(frame: Frame, lang: Lang, *, as_percent: bool) -> tuple[Tick, ...]:
    """Quarters from 0 to 1, or from 0 to 100 per cent."""
    return tuple(Tick(_value(share, lang, as_percent=as_percent), frame.y(share)) for share in _QUARTERS)


def _value(share: float, lang: Lang, *, as_percent: bool) -> str:
    return formats.percent(share, lang) if as_percent else formats.decimal(share, lang, 2)


def last_known(values: Series) -> int | None:
    """Index of the last value that is not None."""
    return next((i for i in reversed(range(len(values))) if values[i] is not None), None)


def _known(values: Series, length: int) -> Series:
    """Exactly one value a post; a series that is missing or short counts as undefined."""
    return [*values[:length], *[None] * (length - len(values))]


def _line(name: str, values: Series, frame: Frame, keep: Iterable[int]) -> Shape:
    points = sample(len(values), PLOTTED_AT_MOST, keep)
    return Shape(f"line {name}", "".join(_strokes(points, values, frame)))


def _strokes(points: Iterable[int], values: Series, frame: Frame) -> Iterator[str]:
    """One stroke for each stretch of defined values; a lone value becomes a dot."""
    for known, group in groupby(points, lambda i: values[i] is not None):
        if known:
            spots = [f"{frame.x(place(i, len(values)))} {frame.y(values[i] or 0.0)}" for i in group]
            yield "M" + "L".join(spots) + ("h.1" if len(spots) == 1 else "")


def _end(name: str, values: Series, frame: Frame, words: Words) -> tuple[str, float]:
    value = values[last_known(values) or 0] or 0.0
    written = _value(value, words.lang, as_percent=name != "fronts")
    return f"{words(f'line_{name}')} {written}", frame.y(value)


def _desc(name: str, values: Series, words: Words) -> str:
    known = [(i, value) for i, value in enumerate(values) if value is not None]
    (start, first), (end, last) = known[0], known[-1]
    at, top = max(known, key=lambda pair: pair[1])
    shares = {"first": first, "top": top, "last": last}
    written = {k: _value(v, words.lang, as_percent=name != "fronts") for k, v in shares.items()}
    numbers = {k: formats.number(i + 1, words.lang) for k, i in (("start", start), ("at", at), ("end", end))}
    return words("line_desc", name=words(f"line_{name}"), **written, **numbers)
