"""When a thread raises an alarm, when its messages go out, and how often alarms are false.

One function decides for the live desk and for the back-test, so that trying a policy on the past tells what
it will do. The rules are those of ``kulanz.core.decision``, by time instead of by post.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import sqrt
from typing import Final
from zoneinfo import ZoneInfo

from kulanz.core.report import STAGES

RISE: Final = 0.25
SILENT_FOR: Final = timedelta(days=14)
"""A conversation without a post for so long is no news, whenever it was read: an archive raises no alarms."""
_TWO_SIDED_95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy asks for before it raises an alarm; scores are 0..1, ``cool_down_h`` is in hours."""

    least_stage: str = "issue"
    threshold: float = 0.5
    cool_down_h: int = 24
    least_posts: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a thread showed at a moment; ``posts`` is how many it had."""

    at: datetime
    score: float
    stage: str
    posts: int


@dataclass(frozen=True, slots=True)
class PutAside:
    """That somebody called a thread a false alarm (``until`` None) or put it aside until a time."""

    stage_then: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which no message goes out, by a zone's clock; they may pass midnight."""

    begin: time
    end: time
    zone: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of what was judged, with the interval that holds the true share in 95 of 100 cases."""

    wrong: int
    judged: int
    share: float
    low: float
    high: float


def raises(terms: Terms, reading: Reading, last: Reading | None, aside: PutAside | None = None) -> bool:
    """Whether a reading raises an alarm, with the last one of this policy that the thread raised.

    A thread that was put aside raises none, unless its stage is graver than it was then.
    """
    if aside is not None and rests(aside, reading):
        return False
    strong = reading.score >= terms.threshold and not graver(terms.least_stage, reading.stage)
    return strong and reading.posts >= terms.least_posts and not _cooling(terms, reading, last)


def replay(terms: Terms, readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings of one thread, in order of time, that would have raised an alarm."""
    raised: list[Reading] = []
    for reading in readings:
        if raises(terms, reading, raised[-1] if raised else None):
            raised.append(reading)
    return raised


def rests(aside: PutAside, reading: Reading) -> bool:
    """Whether what was put aside still is."""
    over = aside.until is not None and reading.at >= aside.until
    return not over and not graver(reading.stage, aside.stage_then)


def graver(stage: str, than: str) -> bool:
    """Whether a stage is graver than another."""
    return STAGES.index(stage) > STAGES.index(than)


def goes_out(raised_at: datetime, quiet: Quiet | None) -> datetime:
    """Return when the messages of an alarm go out: at once, or when the quiet hours end."""
    if quiet is None or quiet.begin == quiet.end:
        return raised_at
    local = raised_at.astimezone(ZoneInfo(quiet.zone))
    if not _within(local.time(), quiet.begin, quiet.end):
        return raised_at
    today = datetime.combine(local.date(), quiet.end, local.tzinfo)
    end = today if local.time() < quiet.end else today + timedelta(days=1)
    return end.astimezone(raised_at.tzinfo)


def false_rate(wrong: int, judged: int) -> Rate | None:
    """Return the share of false alarms with its interval (E. B. Wilson, JASA 1927); None without any."""
    if judged == 0:
        return None
    z2 = _TWO_SIDED_95**2
    share = wrong / judged
    middle = (share + z2 / (2 * judged)) / (1 + z2 / judged)
    half = _TWO_SIDED_95 * sqrt(share * (1 - share) / judged + z2 / (4 * judged**2)) / (1 + z2 / judged)
    return Rate(wrong, judged, share, max(middle - half, 0.0), min(middle + half, 1.0))


def _cooling(terms: Terms, reading: Reading, last: Reading | None) -> bool:
    if last is None or reading.score >= last.score + RISE:
        return False
    return reading.at - last.at < timedelta(hours=terms.cool_down_h)


def _within(moment: time, begin: time, end: time) -> bool:
    if begin < end:
        return begin <= moment < end
    return moment >= begin or moment < end
