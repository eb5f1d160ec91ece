"""Opening hours as people write them: ``09:00-12:30, 13:30-17:00``; a gap is a break, nothing is closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time
from itertools import pairwise
from typing import Final

from kulanz.desk.rules.errors import RuleError

WEEKDAYS: Final = 7
_SPAN: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?")

Span = tuple[str, str]


def read_hours(text: str) -> list[Span]:
    """Return the spans of a day, in order; raise RuleError where a part cannot be read or two overlap."""
    spans = sorted(_span(part.strip()) for part in text.split(",") if part.strip())
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise RuleError(
                "opening hours: expected spans that do not overlap, but one begins at %(opens)s and the"
                " one before ends at %(closes)s",
                opens=f"{opens:%H:%M}",
                closes=f"{closes:%H:%M}",
            )
    return [(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in spans]


def hours_text(spans: Iterable[Sequence[str]]) -> str:
    """Return the spans of a day as ``read_hours`` reads them."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in spans)


def _span(part: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(part)
    try:
        opens, closes = (_time(*found.group(1, 2)), _time(*found.group(3, 4))) if found else (time(), time())
    except ValueError:
        opens = closes = time()
    if opens >= closes:
        raise RuleError(
            "opening hours: expected spans such as 09:00-12:30, 13:30-17:00, got %(part)r", part=part[:40]
        )
    return opens, closes


def _time(hour: str, minute: str | None) -> time:
    return time(int(hour), int(minute or 0))
