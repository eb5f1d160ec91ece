"""The reaction mix as a stacked area over the posts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from kulanz.core.report import ThreadDetail
from kulanz.pages import formats
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
from kulanz.pages.words import Words

# from the bottom of the stack to its top
ROLES: Final = (
    "complainant",
    "affected",
    "annoyed",
    "sympathising",
    "calming",
    "defending",
    "staff",
    "other",
)
VISIBLE: Final = 0.005


def mix_chart(detail: ThreadDetail, words: Words) -> Chart:
    """Share of each reaction role among the people so far."""
    rows = _rows(detail)
    frame = Frame()
    seen = [i for i, _ in enumerate(ROLES) if any(row[i] > VISIBLE for _, row in rows)]
    length = len(detail.findings)
    return Chart(
        key="mix",
        title=words("chart_mix"),
        unit=words("chart_mix_unit"),
        desc=_desc(rows, seen, words),
        frame=frame,
        x_ticks=post_ticks(frame, length, words),
        y_ticks=share_ticks(frame, words.lang, as_percent=True),
        shapes=tuple(_area(rows, i, frame, length) for i in seen),
        labels=labels_apart(frame, [_label(rows[-1][1], i, frame, words) for i in seen]),
    )


_Row = tuple[int, tuple[float, ...]]


def _rows(detail: ThreadDetail) -> list[_Row]:
    """Post index and shares by ``ROLES`` where they are defined, scaled to a sum of 1."""
    length = len(detail.findings)
    columns = [detail.series.get(f"mix_{role}", ()) for role in ROLES]
    rows = []
    for i in sample(length, PLOTTED_AT_MOST):
        shares = [max(0.0, column[i] or 0.0) if i < len(column) else 0.0 for column in columns]
        if sum(shares) > 0:
            rows.append((i, tuple(share / sum(shares) for share in shares)))
    return rows


def _area(rows: Sequence[_Row], role: int, frame: Frame, length: int) -> Shape:
    upper, lower = [], []
    for i, shares in rows:
        x = frame.x(place(i, length))
        stack = list(accumulate(shares, initial=0.0))
        lower.append(f"{x} {frame.y(stack[role])}")
        upper.append(f"{x} {frame.y(stack[role + 1])}")
    return Shape(f"area {ROLES[role]}", f"M{'L'.join(upper)}L{'L'.join(reversed(lower))}Z")


def _label(shares: Sequence[float], role: int, frame: Frame, words: Words) -> tuple[str, float]:
    middle = sum(shares[:role]) + shares[role] / 2
    return _share_text(shares, role, words), frame.y(middle)


def _share_text(shares: Sequence[float], role: int, words: Words) -> str:
    return f"{words(f'role_{ROLES[role]}')} {formats.percent(shares[role], words.lang)}"


def _desc(rows: Sequence[_Row], seen: Sequence[int], words: Words) -> str:
    if not rows:
        return words("no_values")
    last, shares = rows[-1]
    texts = ", ".join(_share_text(shares, role, words) for role in seen)
    return words("mix_desc", n=formats.number(last + 1, words.lang), shares=texts)
