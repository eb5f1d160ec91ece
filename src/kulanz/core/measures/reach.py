"""How far a thread reaches and how fast it grows, against its own past and its source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from kulanz.core.measures.baseline import Baseline, rank
from kulanz.core.measures.columns import Columns, floats, running_count
from kulanz.core.thread import Floats

POSTS_WINDOW: Final = 6.0
PEOPLE_WINDOW: Final = 24.0
SCALE: Final = 4.0
LOG_SCALE: Final = math.log(SCALE)
UP_COST: Final = math.log(20)
PRIOR_GAPS: Final = 4.0
LEAST_RATE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Reach:
    """Reach and velocity; a series is NaN where the source does not tell.

    ``posts``, ``people`` (distinct authors), ``likes`` (of the posts so far) and ``views`` (the
    highest count given so far: an archive gives only the last one) are running totals.
    ``posts_rank``: share of the source's threads with fewer posts (0..1). ``views_ratio``,
    ``likes_ratio``: views, and likes per post, over the source's median.
    ``posts_per_hour``: over the last 6 hours, ``new_people_per_hour``: over the last 24.
    ``speed_ratio``: posts per hour over those of the source, ``pace``: over the thread's own mean
    before the window (NaN while all posts lie within it).
    ``burst``: 0 none, 1 a burst, 2 a strong one; all 0 without times. Method: the multi-state
    automaton of Kleinberg, "Bursty and Hierarchical Structure in Streams" (KDD 2002), on the gaps
    between posts, with three states (rates times 4 each), ln 20 per step up, solved forward only, so that the
    state at a post rests on earlier gaps. The base rate is the thread's own so far, with the
    source's counting as much as four gaps.
    """

    posts: Floats
    people: Floats
    likes: Floats
    views: Floats
    posts_rank: Floats
    views_ratio: Floats
    likes_ratio: Floats
    posts_per_hour: Floats
    new_people_per_hour: Floats
    speed_ratio: Floats
    pace: Floats
    burst: Floats


def reach(c: Columns, baseline: Baseline) -> Reach:
    """Measure reach and velocity."""
    posts, people = np.arange(1.0, len(c) + 1), running_count(_new_people(c))
    likes = _total_known([post.likes for post in c.posts])
    views = _highest_known([post.thread_views for post in c.posts])
    hours = np.fmax.accumulate(floats(c.hours))
    earlier = _before_window(posts, hours, POSTS_WINDOW)
    per_hour = (posts - earlier) / POSTS_WINDOW
    return Reach(
        posts=posts,
        people=people,
        likes=likes,
        views=views,
        posts_rank=rank(baseline.posts_per_thread, posts),
        views_ratio=views / max(baseline.views_per_thread[2], 1.0),
        likes_ratio=likes / posts / max(baseline.likes_per_post[2], 0.1),
        posts_per_hour=per_hour,
        new_people_per_hour=(people - _before_window(people, hours, PEOPLE_WINDOW)) / PEOPLE_WINDOW,
        speed_ratio=per_hour / max(baseline.posts_per_hour, LEAST_RATE),
        pace=_pace(earlier, hours, per_hour),
        burst=_bursts(hours.tolist(), baseline.posts_per_hour),
    )


def _new_people(c: Columns) -> list[bool]:
    highest = accumulate(c.author, max, initial=-1)
    return [author > seen for author, seen in zip(c.author, highest, strict=False)]


def _total_known(values: list[int | None]) -> Floats:
    """Running sum; NaN before the first known value."""
    total, series = math.nan, []
    for value in values:
        if value is not None:
            total = value + (0.0 if math.isnan(total) else total)
        series.append(total)
    return floats(series)


def _highest_known(values: list[int | None]) -> Floats:
    highest, series = math.nan, []
    for value in values:
        if value is not None and not value <= highest:
            highest = float(value)
        series.append(highest)
    return floats(series)


def _before_window(totals: Floats, hours: Floats, window: float) -> Floats:
    """The running total as it stood when the window ending at each post began; NaN without times."""
    start = np.searchsorted(hours, hours - window, side="right")
    before: Floats = np.concatenate(((0.0,), totals))[start]
    before[np.isnan(hours)] = np.nan
    return before


def _pace(earlier: Floats, hours: Floats, per_hour: Floats) -> Floats:
    posts = np.where(earlier > 0, earlier, np.nan)
    pace: Floats = per_hour * np.maximum(hours - POSTS_WINDOW, 1.0) / posts
    return pace


def _bursts(hours: list[float], usual_rate: float) -> Floats:
    levels = [0.0] * len(hours)
    costs = [0.0, math.inf, math.inf]
    usual = PRIOR_GAPS / max(usual_rate, LEAST_RATE)
    begin = hours[0] if hours else 0.0
    for i in range(1, len(hours)):
        gap = hours[i] - hours[i - 1]
        if math.isnan(gap):
            continue
        if math.isnan(begin):
            begin = hours[i - 1]
        costs = _step(costs, gap, (PRIOR_GAPS + i) / (usual + hours[i] - begin))
        levels[i] = float(costs.index(min(costs)))
    return floats(levels)


def _step(costs: list[float], gap: float, rate: float) -> list[float]:
    """One gap forward: the cheapest way to be in each state after it."""
    calm, burst, strong = costs
    arrive = (
        min(calm, burst, strong),
        min(calm + UP_COST, burst, strong),
        min(calm + 2 * UP_COST, burst + UP_COST, strong),
    )
    wait, log = rate * gap, math.log(rate)
    after = [arrive[0] - log + wait, arrive[1] - log - LOG_SCALE + SCALE * wait]
    after.append(arrive[2] - log - 2 * LOG_SCALE + SCALE * SCALE * wait)
    lowest = min(after)
    return [cost - lowest for cost in after]
