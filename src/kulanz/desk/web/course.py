"""The course of a thread: what is plotted over time, the same as a table, and the moments that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from string import ascii_uppercase
from typing import Any, Final

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.core.report import ThreadDetail
from kulanz.desk.templatetags.desk import when
from kulanz.pages import formats
from kulanz.pages.charts import (
    Mark,
    chart_figure,
    days_chart,
    fronts_chart,
    marks_of,
    mix_chart,
    score_chart,
)
from kulanz.pages.charts.drawing import PLOTTED_AT_MOST, sample
from kulanz.pages.words import Words

ROWS_AT_MOST: Final = 40
SHARES: Final = ("score", "fronts", "anger", "calming")
_WORDS: Final = {
    "score": "line_score",
    "fronts": "line_fronts",
    "anger": "label_anger",
    "calming": "label_calming",
    "posts": "posts",
    "people": "people",
    "views": "views",
}

Values = Mapping[float, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened; ``posts`` are the ids of the posts it happened at, none for an alarm."""

    letter: str
    text: str
    at: datetime | None
    x: float
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """A line of the table; ``cells`` are the shares after the post."""

    post_id: str
    at: datetime | None
    posts: int
    people: int
    cells: tuple[str, ...]
    happened: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything the page shows of a course.

    ``data`` is for the plots of ``charts.js``, ``drawn`` what stands in their place without it; ``figures``
    are drawn in any case. ``views`` were read at their moments; nothing is known of earlier ones.
    ``thinned`` says that the table has only some of the posts.
    """

    data: dict[str, Any]
    drawn: tuple[Markup, ...]
    figures: tuple[Markup, ...]
    moments: tuple[Moment, ...]
    heads: tuple[str, ...]
    rows: tuple[CourseRow, ...]
    views: tuple[tuple[datetime, int], ...]
    thinned: bool


def course_of(
    detail: ThreadDetail,
    words: Words,
    *,
    alarms: Sequence[datetime],
    views: Sequence[tuple[datetime, int]],
) -> Course:
    """Make the course of a thread that was analysed (``detail`` needs no texts)."""
    axis = _Axis(detail)
    marks, moments = _lettered(marks_of(detail), alarms, detail, axis, words)
    keep = [post for mark in marks for post in mark.posts]
    return Course(
        data=_data(detail, axis, moments, views if axis.timed else (), keep, words),
        drawn=tuple(
            chart_figure(make(detail, marks, words), f"drawn{number}")
            for number, make in enumerate((score_chart, fronts_chart))
        ),
        figures=(
            chart_figure(mix_chart(detail, words), "mix"),
            chart_figure(days_chart(detail, words), "days"),
        ),
        moments=moments,
        heads=tuple(capfirst(words(_WORDS[name])) for name in SHARES),
        rows=tuple(_rows(detail, marks, keep, words)),
        views=tuple(views),
        thinned=len(detail.findings) > ROWS_AT_MOST,
    )


class _Axis:
    """The time of every post in seconds; its number where the posts carry no times."""

    def __init__(self, detail: ThreadDetail) -> None:
        times = [each.post.created_at for each in detail.findings]
        self.timed = None not in times
        self.at = times
        self.x = [time.timestamp() for time in times if time] if self.timed else range(1, len(times) + 1)


def _lettered(
    marks: Sequence[Mark], alarms: Sequence[datetime], detail: ThreadDetail, axis: _Axis, words: Words
) -> tuple[tuple[Mark, ...], tuple[Moment, ...]]:
    """Return marks and moments with letters in the order of time, the same letters in both."""
    found = (*_moments(detail, marks, axis, words), *_alarms(alarms, len(marks), axis))
    order = sorted(range(len(found)), key=lambda place: found[place].x)
    letters = dict(zip(order, ascii_uppercase, strict=False))
    return (
        tuple(replace(mark, letter=letters[place]) for place, mark in enumerate(marks)),
        tuple(replace(found[place], letter=letters[place]) for place in order),
    )


def _moments(detail: ThreadDetail, marks: Sequence[Mark], axis: _Axis, words: Words) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            letter=mark.letter,
            text=words.known(f"mark_{mark.code}", mark.code),
            at=axis.at[mark.posts[0]],
            x=axis.x[mark.posts[0]],
            posts=tuple(detail.findings[post].post.post_id for post in mark.posts),
        )
        for mark in marks
    )


def _alarms(alarms: Sequence[datetime], used: int, axis: _Axis) -> tuple[Moment, ...]:
    """Alarms stand at their own time; where posts have none they cannot be placed."""
    letters = ascii_uppercase[used:] if axis.timed else ""
    return tuple(
        Moment(letter=letter, text=_("alarm raised"), at=at, x=at.timestamp())
        for letter, at in zip(letters, alarms, strict=False)
    )


def _data(
    detail: ThreadDetail,
    axis: _Axis,
    moments: Sequence[Moment],
    views: Sequence[tuple[datetime, int]],
    keep: Sequence[int],
    words: Words,
) -> dict[str, Any]:
    points = sample(len(detail.findings), PLOTTED_AT_MOST, keep)
    seen = {at.timestamp(): float(n) for at, n in views} if len(views) > 1 else {}
    xs = sorted({*(axis.x[i] for i in points), *seen})
    counts: dict[str, Values] = {
        "posts": {axis.x[i]: i + 1.0 for i in points},
        "people": _values(detail, "participants", points, axis),
        **({"views": seen} if seen else {}),
    }
    shares = {name: _values(detail, name, points, axis) for name in SHARES}
    return {
        "timed": axis.timed,
        "axis": _("When") if axis.timed else _("Post"),
        "zone": timezone.get_current_timezone_name(),
        "x": xs,
        "moments": [{"letter": each.letter, "x": each.x} for each in moments],
        "plots": [
            {
                "unit": "share",
                "title": _("Score, fronts, anger and calm"),
                "lines": _lines(shares, xs, words),
            },
            {
                "unit": "count",
                "title": _count_title(views if seen else ()),
                "lines": _lines(counts, xs, words),
            },
        ],
    }


def _count_title(views: Sequence[tuple[datetime, int]]) -> str:
    """What is counted; the line of the views begins when they were first read."""
    if not views:
        return _("Posts and people so far")
    return _("Posts and people so far, and views since they were first read on %(when)s") % {
        "when": when(views[0][0])
    }


def _values(detail: ThreadDetail, name: str, points: Sequence[int], axis: _Axis) -> Values:
    series = detail.series.get(name, ())
    return {axis.x[i]: series[i] for i in points if i < len(series)}


def _lines(named: Mapping[str, Values], xs: Sequence[float], words: Words) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": capfirst(words(_WORDS[name])), "values": [values.get(x) for x in xs]}
        for name, values in named.items()
    ]


def _rows(detail: ThreadDetail, marks: Sequence[Mark], keep: Sequence[int], words: Words) -> list[CourseRow]:
    people = detail.series.get("participants", ())
    return [
        CourseRow(
            post_id=detail.findings[i].post.post_id,
            at=detail.findings[i].post.created_at,
            posts=i + 1,
            people=round(people[i] or 0) if i < len(people) else 0,
            cells=tuple(_cell(detail, name, i, words) for name in SHARES),
            happened=", ".join(
                words.known(f"mark_{mark.code}", mark.code) for mark in marks if i in mark.posts
            ),
        )
        for i in sample(len(detail.findings), ROWS_AT_MOST, keep)
    ]


def _cell(detail: ThreadDetail, name: str, i: int, words: Words) -> str:
    series = detail.series.get(name, ())
    value = series[i] if i < len(series) else None
    if value is not None and name == "fronts":
        return formats.decimal(value, words.lang, 2)
    return formats.percent(value, words.lang)
