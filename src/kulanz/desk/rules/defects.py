"""Whether mending a defect helped: cases before it was mended and after, over the same time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Around:
    """How many cases were opened in so many days before a moment, and in as many after it."""

    days: int
    before: int
    after: int


def around(opened: Iterable[datetime], moment: datetime, now: datetime) -> Around:
    """Return cases before and after a moment, over the whole days since then, a year at most."""
    days = min(max(now - moment, timedelta()), LONGEST).days
    span = timedelta(days=days)
    times = list(opened)
    return Around(
        days=days,
        before=sum(moment - span <= at < moment for at in times),
        after=sum(moment <= at <= moment + span for at in times),
    )
