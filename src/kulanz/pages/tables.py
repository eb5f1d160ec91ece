"""The charts' values as tables, for those who cannot or do not want to read charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.report import ThreadDetail
from kulanz.core.spoken import Lang
from kulanz.pages import formats
from kulanz.pages.charts.days import steps_of
from kulanz.pages.charts.drawing import sample
from kulanz.pages.charts.marks import Mark
from kulanz.pages.charts.mix import ROLES
from kulanz.pages.words import Words

ROWS_AT_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, column heads and rows of cells; the first cell of a row names it."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def posts_table(detail: ThreadDetail, marks: Sequence[Mark], words: Words) -> Table:
    """The series after at most about 40 posts, those with a mark among them."""
    columns = [column for column in _columns() if column[0] in detail.series]
    length = len(detail.findings)
    keep = [post for mark in marks for post in mark.posts]
    points = sample(length, ROWS_AT_MOST, keep)
    return Table(
        caption=_caption(len(points), length, words),
        heads=(words("column_post"), *(words(head) for _, head, _ in columns)),
        rows=tuple(_row(i, detail, columns, words.lang) for i in points),
    )


_Column = tuple[str, str, Callable[[float, Lang], str]]


def _columns() -> list[_Column]:
    lines: list[_Column] = [
        ("score", "series_score", formats.percent),
        ("belief", "series_belief", formats.percent),
        ("fronts", "series_fronts", lambda value, lang: formats.decimal(value, lang, 2)),
        ("affected", "series_affected", lambda value, lang: formats.number(round(value), lang)),
    ]
    return lines + [(f"mix_{role}", f"role_{role}", formats.percent) for role in ROLES]


def _caption(shown: int, length: int, words: Words) -> str:
    if shown == length:
        return words("figures_posts")
    return words(
        "figures_thinned", n=formats.number(shown, words.lang), all=formats.number(length, words.lang)
    )


def _row(i: int, detail: ThreadDetail, columns: Sequence[_Column], lang: Lang) -> tuple[str, ...]:
    cells = [formats.number(i + 1, lang)]
    for name, _, written in columns:
        values = detail.series[name]
        value = values[i] if i < len(values) else None
        cells.append(formats.MISSING if value is None else written(value, lang))
    return tuple(cells)


def days_table(detail: ThreadDetail, words: Words) -> Table:
    """Posts over time; days without posts are left out."""
    lang = words.lang
    _, steps = steps_of(detail)
    return Table(
        caption=words("figures_days"),
        heads=(words("column_from"), words("column_total"), words("bar_company")),
        rows=tuple(
            (formats.day(s.first, lang), formats.number(s.posts, lang), formats.number(s.company, lang))
            for s in steps
            if s.posts
        ),
    )
