"""Score and tension of a conversation over time, with the moments of its issue, as a chart that prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from kulanz.desk.rules.after_action import Moment, Step, seconds
from kulanz.desk.rules.issue_report import Course, Happened, IssueReport
from kulanz.desk.templatetags.desk import lang
from kulanz.pages import formats
from kulanz.pages.charts import chart_figure
from kulanz.pages.charts.drawing import RIGHT, Chart, Flag, Frame, Shape, Tick, labels_apart
from kulanz.pages.charts.lines import share_ticks
from kulanz.pages.charts.marks import LETTER_WIDTH

MOST_FLAGS: Final = 14
MOST_ROWS: Final = 7
"""Much happens at once: letters stand above each other rather than beside their time."""
FLAGGED: Final = frozenset(
    {
        "thread onset",
        "thread turned",
        "thread answered",
        "thread calm",
        "alert due",
        "alert raised",
        "issue open",
        "issue close",
        "case open",
        "promise make",
        "promise keep",
        "promise break",
        "hold confirmed",
        "gesture grant",
        "gesture approve",
        "revision edited_by_other",
        "revision edited_silently",
        "revision locked",
    }
)
_TICKS: Final = 3
_DAY: Final = 86_400
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class Lettered:
    """A moment of the chart with its letter."""

    letter: str
    line: Happened


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart and what its letters mean."""

    figure: Markup
    moments: tuple[Lettered, ...]


def plot_of(report: IssueReport, course: Course, key: str) -> Plot | None:
    """Return the chart of a conversation; None where its posts carry no times, or were not scored."""
    if not course.steps:
        return None
    moments = tuple(_lettered(report, course))
    begin = course.steps[0].at
    ends = [seconds(begin, course.steps[-1].at), *(seconds(begin, each.line.at) for each in moments)]
    axis = _Axis(begin, max(*ends, 1.0))
    frame, flags = _flags(moments, axis)
    drawn = Chart(
        key=key,
        title=_("Score and tension"),
        unit=_("over time"),
        desc=_said(course),
        frame=frame,
        x_ticks=tuple(axis.ticks(frame)),
        y_ticks=share_ticks(frame, lang(), as_percent=True),
        shapes=tuple(_line(name, course.steps, axis, frame) for name in ("score", "tension")),
        labels=labels_apart(frame, [_end(name, course.steps[-1], frame) for name in ("score", "tension")]),
        flags=flags,
    )
    return Plot(chart_figure(drawn, key), moments)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Time from the first post on, ``span`` seconds long."""

    begin: Moment
    span: float

    def share(self, at: Moment) -> float:
        return min(1.0, max(0.0, seconds(self.begin, at) / self.span))

    def ticks(self, frame: Frame) -> Iterator[Tick]:
        """Yield a few moments: days where it took days, else hours, counted where times are not told."""
        for number in range(_TICKS + 1):
            share = number / _TICKS
            css = "start" if number == 0 else "middle"
            yield Tick(self._written(share * self.span), frame.x(share), css)

    def _written(self, after: float) -> str:
        if isinstance(self.begin, datetime):
            at = timezone.localtime(datetime.fromtimestamp(self.begin.timestamp() + after, self.begin.tzinfo))
            return formats.short_day(at, lang()) if self.span >= 2 * _DAY else f"{at:%H:%M}"
        size, unit = (
            (_DAY, pgettext("unit of time", "d"))
            if self.span >= 2 * _DAY
            else (_HOUR, pgettext("unit of time", "h"))
        )
        return f"+{formats.decimal(after / size, lang(), 0)} {unit}"


def _lettered(report: IssueReport, course: Course) -> Iterator[Lettered]:
    """Yield what happened in a conversation or to the issue as a whole, each kind once."""
    seen: set[str] = set()
    for line in report.happened:
        name = f"{line.noun} {line.action}"
        elsewhere = (
            line.about is not None and line.about.kind == "conversation" and line.about != course.label
        )
        if name in FLAGGED and name not in seen and not elsewhere and len(seen) < MOST_FLAGS:
            seen.add(name)
            yield Lettered(ascii_uppercase[len(seen) - 1], line)


def _flags(moments: Sequence[Lettered], axis: _Axis) -> tuple[Frame, tuple[Flag, ...]]:
    """Place letters in rows so that none covers another, and all stand over the plot."""
    rows: list[list[tuple[str, float]]] = []
    for each in moments:
        x = Frame().x(axis.share(each.line.at))
        free = (row for row in rows if row[-1][1] + LETTER_WIDTH <= x)
        row = next(free, None) or (min(rows, key=_end_of) if len(rows) == MOST_ROWS else [])
        if not row:
            rows.append(row)
        row.append((each.letter, max(x, row[-1][1] + LETTER_WIDTH) if row else x))
    flags = (
        Flag(letter, x, 9.0 + 15 * number) for number, row in enumerate(rows) for letter, x in _within(row)
    )
    return Frame(len(rows)), tuple(flags)


def _end_of(row: Sequence[tuple[str, float]]) -> float:
    return row[-1][1]


def _within(row: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Move what stands beyond the plot back to the left, and what is in its way."""
    limit = float(RIGHT)
    for letter, x in reversed(row):
        yield letter, round(min(x, limit), 1)
        limit = min(x, limit) - LETTER_WIDTH


def _line(name: str, steps: Sequence[Step], axis: _Axis, frame: Frame) -> Shape:
    spots = [f"{frame.x(axis.share(step.at))} {frame.y(_value(name, step))}" for step in steps]
    return Shape(f"line {name}", "M" + "L".join(spots) + ("h.1" if len(spots) == 1 else ""))


def _end(name: str, step: Step, frame: Frame) -> tuple[str, float]:
    called = _("Score") if name == "score" else _("Tension")
    return f"{called} {formats.percent(_value(name, step), lang())}", frame.y(_value(name, step))


def _value(name: str, step: Step) -> float:
    return step.score if name == "score" else step.tension


def _said(course: Course) -> str:
    """Say in a sentence what the chart shows."""
    top = max(step.score for step in course.steps)
    angry = max(step.tension for step in course.steps)
    return _(
        "The score was %(score)s at most and is %(last)s at the end; the tension was %(angry)s at most and "
        "is %(calm)s at the end."
    ) % {
        "score": formats.percent(top, lang()),
        "last": formats.percent(course.steps[-1].score, lang()),
        "angry": formats.percent(angry, lang()),
        "calm": formats.percent(course.steps[-1].tension, lang()),
    }
