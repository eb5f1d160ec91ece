"""How fast a tree grows, and how many each place that took the matter up leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import log

from msgspec import Struct

_DAY = 86_400.0


class Growth(Struct, frozen=True, kw_only=True):
    """Growth of a spread tree up to a moment.

    ``per_day`` is the rate at which one place leads to another, places per place and day: the
    maximum-likelihood estimate of a pure birth process, births by the total time lived (Keiding
    1974, "Estimation in the birth process", Biometrika 61). ``doubling_days`` is ln 2 / per_day.
    ``branching`` is the mean number of places that one place leads to: the children by the parents of
    all generations but the last (Harris 1948, "Branching processes", Ann. Math. Statist. 19); above 1
    the matter keeps growing by itself. None where nothing was taken up, or where no time passed.
    ``generations`` counts the places at each distance from the origin.
    """

    per_day: float | None
    doubling_days: float | None
    branching: float | None
    generations: tuple[int, ...]


def growth(
    started: datetime | None, taken_up: Sequence[datetime], depths: Mapping[str, int], now: datetime | None
) -> Growth:
    """Return the growth of a tree that started at a time and was taken up at others, seen at ``now``.

    ``depths`` holds the distance of every place from the origin, the origin's being 0.
    """
    rate = _birth_rate(started, sorted(taken_up), now)
    counts = Counter(depths.values())
    generations = tuple(counts[depth] for depth in range(len(counts)))
    return Growth(
        per_day=rate,
        doubling_days=log(2) / rate if rate else None,
        branching=_harris(generations),
        generations=generations,
    )


def _birth_rate(started: datetime | None, births: Sequence[datetime], now: datetime | None) -> float | None:
    if started is None or not births:
        return None
    end = births[-1] if now is None else max(now, births[-1])
    lived = (end - started).total_seconds() + sum((end - birth).total_seconds() for birth in births)
    return len(births) / (lived / _DAY) if lived > 0 else None


def _harris(generations: Sequence[int]) -> float | None:
    if len(generations) < 2:  # noqa: PLR2004 - an origin alone has led nowhere
        return None
    return sum(generations[1:]) / sum(generations[:-1])
