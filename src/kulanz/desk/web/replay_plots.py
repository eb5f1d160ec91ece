"""The score over the steps of a replay, with the step that is looked at, and the first of what matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.desk.rules.alarms import graver
from kulanz.desk.rules.replaying import Step
from kulanz.desk.templatetags.desk import lang
from kulanz.pages import formats
from kulanz.pages.charts import Mark, chart_figure
from kulanz.pages.charts.drawing import (
    PLOTTED_AT_MOST,
    Chart,
    Frame,
    Shape,
    labels_apart,
    place,
    post_ticks,
    sample,
)
from kulanz.pages.charts.lines import share_ticks
from kulanz.pages.charts.marks import flagged
from kulanz.pages.words import Words

_BEFORE_ISSUE: Final = "complaint"


@dataclass(frozen=True, slots=True)
class Turn:
    """The first step at which something happened, with its letter."""

    letter: str
    text: str
    step: int


@dataclass(frozen=True, slots=True)
class ReplayPlot:
    """A chart, and what its letters mean."""

    figure: Markup
    turns: tuple[Turn, ...]


def replay_plot(steps: Sequence[Step], now: Step, words: Words) -> ReplayPlot:
    """Return the chart of the conversation that a step is in; of several also the highest score of all."""
    turns = tuple(_turns(steps))
    frame, flags = flagged([Mark(each.letter, "", (each.step - 1,)) for each in turns], len(steps))
    lines = {"score": (_("Score"), _held(steps, only=now.thread))}
    if len({step.thread for step in steps}) > 1:
        lines["highest"] = (_("Highest of all"), _held(steps))
    drawn = Chart(
        key="replay",
        title=_("Score after every post"),
        unit=_("the thin line marks this step"),
        desc=_said(steps, now),
        frame=frame,
        x_ticks=post_ticks(frame, len(steps), words),
        y_ticks=share_ticks(frame, lang(), as_percent=True),
        shapes=(
            *(_line(name, values, now, frame) for name, (_called, values) in lines.items()),
            _marker(now, len(steps), frame),
        ),
        labels=labels_apart(frame, [_end(called, values[-1], frame) for called, values in lines.values()]),
        flags=flags,
    )
    return ReplayPlot(chart_figure(drawn, "replay"), turns)


def _turns(steps: Sequence[Step]) -> Iterator[Turn]:
    """Yield the first of each kind of what matters, in the order of the steps."""
    kinds = (
        (_("the first issue"), lambda step: graver(step.stage, _BEFORE_ISSUE)),
        (_("the first alarm by today’s rules"), lambda step: bool(step.alarms)),
        (_("the first public answer"), lambda step: step.company),
        (_("the fronts hardened"), lambda step: "turned" in step.events),
    )
    firsts = ((next((step.number for step in steps if holds(step)), 0), text) for text, holds in kinds)
    for letter, (number, text) in zip(
        ascii_uppercase, sorted(each for each in firsts if each[0]), strict=False
    ):
        yield Turn(letter, text, number)


def _held(steps: Sequence[Step], only: int | None = None) -> list[float]:
    """Return a conversation's score at every step, or the highest of all; it stays until its next post."""
    last: dict[int, float] = {}
    found = []
    for step in steps:
        if only in (None, step.thread):
            last[step.thread] = step.score
        found.append(max(last.values(), default=0.0))
    return found


def _line(name: str, values: Sequence[float], now: Step, frame: Frame) -> Shape:
    points = sample(len(values), PLOTTED_AT_MOST, (now.number - 1,))
    spots = [f"{frame.x(place(point, len(values)))} {frame.y(values[point])}" for point in points]
    return Shape(f"line {name}", "M" + "L".join(spots) + ("h.1" if len(spots) == 1 else ""))


def _marker(now: Step, length: int, frame: Frame) -> Shape:
    return Shape("line now", f"M{frame.x(place(now.number - 1, length))} {frame.top}V{frame.bottom}")


def _end(called: str, value: float, frame: Frame) -> tuple[str, float]:
    return f"{called} {formats.percent(value, lang())}", frame.y(value)


def _said(steps: Sequence[Step], now: Step) -> str:
    """Say in a sentence what the chart shows."""
    return _("At step %(number)s of %(all)s the score is %(score)s; it is %(top)s at most.") % {
        "number": formats.number(now.number, lang()),
        "all": formats.number(len(steps), lang()),
        "score": formats.percent(now.score, lang()),
        "top": formats.percent(max(_held(steps, only=now.thread)), lang()),
    }
