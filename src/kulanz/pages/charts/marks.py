"""The moments of a thread that its charts mark with letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from typing import Final

from kulanz.core.report import ThreadDetail
from kulanz.pages.charts.drawing import Flag, Frame, place

TIMES_AT_MOST: Final = 5
ROWS_AT_MOST: Final = 3
LETTER_WIDTH: Final = 15.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One kind of event and the indices of the posts where it happened, first ones first."""

    letter: str
    code: str
    posts: tuple[int, ...]


def marks_of(detail: ThreadDetail) -> tuple[Mark, ...]:
    """The events by first occurrence; the onset and the closing are added where events lack them."""
    found: dict[str, set[int]] = defaultdict(set)
    for index, code in detail.events:
        if 0 <= index < len(detail.findings):
            found[code].add(index)
    for code, post in (("onset", _onset(detail)), ("closed", _closed(detail))):
        if code not in found and post is not None:
            found[code].add(post)
    order = sorted(found, key=lambda code: (min(found[code]), code == "closed", code))
    return tuple(
        Mark(letter, code, tuple(sorted(found[code])[:TIMES_AT_MOST]))
        for letter, code in zip(ascii_uppercase, order, strict=False)
    )


def _onset(detail: ThreadDetail) -> int | None:
    onset = detail.report.onset_post
    return next((i for i, finding in enumerate(detail.findings) if finding.post.post_id == onset), None)


def _closed(detail: ThreadDetail) -> int | None:
    """The last post before the thread was closed."""
    closed = detail.report.closed_at
    if closed is None:
        return None
    return max((i for i, f in enumerate(detail.findings) if _by(f.post.created_at, closed)), default=None)


def _by(moment: datetime | None, end: datetime) -> bool:
    return moment is None or moment <= end


def flagged(marks: Sequence[Mark], length: int) -> tuple[Frame, tuple[Flag, ...]]:
    """The letters of all marks, in rows so that none covers another, and the frame below them."""
    points = sorted((post, mark.letter) for mark in marks for post in mark.posts)
    ends: list[float] = []
    placed: list[tuple[str, float, int]] = []
    for post, letter in points:
        x = Frame().x(place(post, length))
        row = next((i for i, end in enumerate(ends) if end <= x), len(ends))
        if row == ROWS_AT_MOST:
            row = ends.index(min(ends))
        ends[row : row + 1] = [x + LETTER_WIDTH]
        placed.append((letter, x, row))
    flags = tuple(Flag(letter, x, 9.0 + 15 * row) for letter, x, row in placed)
    return Frame(len(ends)), flags
