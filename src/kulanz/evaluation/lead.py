"""How early the system saw it: its onset against the reader's, in posts and hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.posts import Post
from kulanz.evaluation.arithmetic import Quartiles, quartiles, ratio

_SECONDS_PER_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Lead:
    """Reader's onset minus system's onset; positive is earlier. Hours None without times."""

    posts: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class LeadFigures:
    """Lead over the threads for which the reader gave an onset.

    ``found`` counts those in which the system saw an onset at all, ``early`` those in which it
    did so before the reader's post, ``in_time`` at that post or before; the shares are of
    ``threads``. ``posts`` and ``hours`` are quartiles over the found ones. A system that
    alarms everywhere at once leads by most: read these beside the alarms per 1,000 threads.
    """

    threads: int
    found: int
    early: int
    in_time: int
    share_found: float | None
    share_early: float | None
    share_in_time: float | None
    posts: Quartiles | None
    hours: Quartiles | None


def lead(posts: Sequence[Post], reader: int, system: int) -> Lead:
    """Return the lead of onset index ``system`` before index ``reader`` of a thread."""
    seen, due = posts[system].created_at, posts[reader].created_at
    hours = (due - seen).total_seconds() / _SECONDS_PER_HOUR if seen and due else None
    return Lead(reader - system, hours)


def position(posts: Sequence[Post], post_id: str | None) -> int | None:
    """Return the index of a post in its thread, None where it is not there."""
    return next((index for index, post in enumerate(posts) if post.post_id == post_id), None)


def first_crossing(series: Sequence[float | None], threshold: float) -> int | None:
    """Return the first index at which a series reaches the threshold, None where it never does."""
    return next(
        (index for index, value in enumerate(series) if value is not None and value >= threshold), None
    )


def lead_figures(leads: Sequence[Lead | None]) -> LeadFigures:
    """Return the figures over threads; None stands for a thread in which nothing was found."""
    found = [one for one in leads if one is not None]
    early, in_time = sum(one.posts > 0 for one in found), sum(one.posts >= 0 for one in found)
    return LeadFigures(
        threads=len(leads),
        found=len(found),
        early=early,
        in_time=in_time,
        share_found=ratio(len(found), len(leads)),
        share_early=ratio(early, len(leads)),
        share_in_time=ratio(in_time, len(leads)),
        posts=quartiles([float(one.posts) for one in found]),
        hours=quartiles([one.hours for one in found if one.hours is not None]),
    )
