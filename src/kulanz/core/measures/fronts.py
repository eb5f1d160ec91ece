"""Fronts: how far people have sorted into camps that answer each other without moving.

Every post takes a stance between +1 (with the complaint) and -1 (with the company); a person's
stance is the mean of her posts that took one, her camp its sign. The index combines, over the
recent posts (weights halve every 12 posts):

- polarisation of the two camps by Esteban & Ray, "On the Measurement of Polarization",
  Econometrica 62 (1994), with alpha = 1: for camps with shares p and q of the posts at mean stances
  a distance d apart it is p*q*(p+q)*d, here scaled to 0..1. A camp weighs as much as it writes:
  one employee who keeps answering is a camp.
- the share of posts that contradict somebody of the other camp (after the reply graphs of Garimella
  et al., "Quantifying Controversy on Social Media", ACM Trans. Social Computing 1, 2018);
- the share of contradictions between company and customers;
- the share of posts in a ping-pong of two people that does not calm down;
- persistence: how often a post repeats the sign of its author's last stance.

Calming posts lower the index, and so does little evidence: n posts count n/(n+4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from kulanz.core.measures.columns import Columns, floats
from kulanz.core.thread import Floats

HALF_LIFE: Final = 12
FADE: Final = 0.5 ** (1 / HALF_LIFE)
CAMP_FROM: Final = 0.25
PING_PONG_FROM: Final = 3
# of polarisation, contradiction, clash, ping-pong and persistence
WEIGHTS: Final = np.array((0.3, 0.25, 0.15, 0.1, 0.2))
TURN_LEVEL: Final = 0.2
TURN_SUM: Final = 0.5
TURN_CEILING: Final = 1.5
LITTLE: Final = 4

_PRO: Final = ("sympathy", "complaint", "affected", "anger", "distrust", "leave", "threat")
_CONTRA: Final = ("argues", "anger", "distrust", "dismissive", "policy", "defends")
_AGREE: Final = ("sympathy", "thanks", "affected", "calming")
_COMPANY_PRO: Final = ("apology", "empathy", "person", "action")
_COMPANY_CONTRA: Final = ("policy", "dismissive", "defends", "argues")


@dataclass(frozen=True, slots=True)
class Fronts:
    """The fronts of a thread; every series lies in 0..1 unless said otherwise.

    ``index`` is the fronts index, followed by its parts and ``calming``, the share of recent posts
    that calm. ``ping_pong_length``: answers in the longest exchange of two people so far.
    ``turned``: at each post, the index of the post where the fronts turned as known by then, else
    NaN. Method: one-sided CUSUM (Page, Biometrika 41, 1954) of the index over the level .2; they
    have turned when the sum exceeds .5, at the first post of that rise, and turn back when it is
    used up. ``stance``: stance (-1..1) of every author number after the last post.
    """

    index: Floats
    polarisation: Floats
    contradiction: Floats
    clash: Floats
    ping_pong: Floats
    persistence: Floats
    calming: Floats
    ping_pong_length: Floats
    turned: Floats
    stance: tuple[float, ...]

    @property
    def turned_at(self) -> int | None:
        """Index of the post where the fronts turned and stayed; None when they never did."""
        if not len(self.turned) or np.isnan(self.turned[-1]):
            return None
        return int(self.turned[-1])


@dataclass(frozen=True, slots=True)
class _Sides:
    """Per post: its author's mean stance, and that of the author it answers (0: nobody, oneself)."""

    own: list[float]
    other: list[float]
    people: tuple[float, ...]


def fronts(c: Columns) -> Fronts:
    """Measure the fronts."""
    stances = _post_stances(c)
    sides = _sides(c, stances)
    contra, agree, exchange = c.any_of(_CONTRA), c.any_of(_AGREE), _exchanges(c)
    stuck = [length >= PING_PONG_FROM and not calm for length, calm in zip(exchange, agree, strict=True)]
    rows = (_cross(sides, contra), _clashes(c, contra), stuck, _repeats(c, stances), c.yes["calming"])
    weight = _faded([1.0] * len(c))
    shares = np.array([_polarisation(sides, weight), *map(_faded, rows)])
    shares[1:] /= weight
    index = _index(shares)
    return Fronts(
        index=index,
        polarisation=shares[0],
        contradiction=shares[1],
        clash=shares[2],
        ping_pong=shares[3],
        persistence=shares[4],
        calming=shares[5],
        ping_pong_length=floats(list(accumulate(exchange, max))),
        turned=_turned(index),
        stance=sides.people,
    )


def _post_stances(c: Columns) -> list[float]:
    """-1..1 per post; arguing takes a side only where it answers the company."""
    people, company = _balance(c, _PRO, ("defends",)), _balance(c, _COMPANY_PRO, _COMPANY_CONTRA)
    calming, argues, defends, anger = (c.yes[label] for label in ("calming", "argues", "defends", "anger"))
    stances = []
    for i, staff in enumerate(c.company):
        value = float(company[i] if staff else people[i])
        if not staff:
            # the anger of a defender is meant for the complainers
            value -= (defends[i] and anger[i]) + calming[i] / 2
            if not value and argues[i] and c.parent[i] >= 0 and c.company[c.parent[i]]:
                value = 0.5
        stances.append(min(1.0, max(-1.0, value)))
    return stances


def _balance(c: Columns, plus: tuple[str, ...], minus: tuple[str, ...]) -> list[int]:
    pro = map(sum, zip(*(c.yes[label] for label in plus), strict=True))
    contra = map(sum, zip(*(c.yes[label] for label in minus), strict=True))
    return [a - b for a, b in zip(pro, contra, strict=True)]


def _sides(c: Columns, stances: list[float]) -> _Sides:
    people = max(c.author, default=-1) + 1
    totals, counts, means = [0.0] * people, [0] * people, [0.0] * people
    own, other = [], []
    for author, parent, stance in zip(c.author, c.parent, stances, strict=True):
        if stance:
            totals[author] += stance
            counts[author] += 1
            means[author] = totals[author] / counts[author]
        answered = c.author[parent] if parent >= 0 else author
        own.append(means[author])
        other.append(means[answered] if answered != author else 0.0)
    return _Sides(own, other, tuple(means))


def _camp(stance: float) -> int:
    return (stance >= CAMP_FROM) - (stance <= -CAMP_FROM)


def _cross(sides: _Sides, contra: list[bool]) -> list[bool]:
    """Posts that contradict somebody of the other camp."""
    rows = zip(contra, sides.own, sides.other, strict=True)
    return [no and _camp(own) * _camp(other) < 0 for no, own, other in rows]


def _polarisation(sides: _Sides, weight: list[float]) -> list[float]:
    """Esteban & Ray with two camps, over the recent posts."""
    pro = contra = pro_lean = contra_lean = 0.0
    series = []
    for stance, total in zip(sides.own, weight, strict=True):
        camp = _camp(stance)
        pro, pro_lean = pro * FADE + (camp > 0), pro_lean * FADE + stance * (camp > 0)
        contra, contra_lean = contra * FADE + (camp < 0), contra_lean * FADE - stance * (camp < 0)
        # p*q*d with d the sum of the mean leans, written without dividing by empty camps
        distance = pro_lean * contra + contra_lean * pro
        series.append(2 * (pro + contra) * distance / total**3)
    return series


def _exchanges(c: Columns) -> list[int]:
    """Length of the exchange each post continues: A answers B's answer to A's answer ..."""
    lengths: list[int] = []
    for author, parent in zip(c.author, c.parent, strict=True):
        if parent < 0 or c.author[parent] == author:
            lengths.append(0)
            continue
        grand = c.parent[parent]
        back = grand >= 0 and c.author[grand] == author
        lengths.append(1 + lengths[parent] * back)
    return lengths


def _clashes(c: Columns, contra: list[bool]) -> list[bool]:
    """Contradictions of the company to customers or of customers to the company."""
    return [
        no and parent >= 0 and staff != c.company[parent]
        for no, parent, staff in zip(contra, c.parent, c.company, strict=True)
    ]


def _repeats(c: Columns, stances: list[float]) -> list[bool]:
    last: dict[int, bool] = {}
    repeats = []
    for author, stance in zip(c.author, stances, strict=True):
        repeats.append(stance != 0 and last.get(author) == (stance > 0))
        if stance:
            last[author] = stance > 0
    return repeats


def _faded(values: Sequence[float]) -> list[float]:
    """Sum over the posts so far, each weighing half as much every HALF_LIFE posts."""
    return list(accumulate(values, lambda total, value: total * FADE + value))


def _index(shares: Floats) -> Floats:
    posts = np.arange(1, shares.shape[1] + 1)
    index: Floats = (WEIGHTS @ shares[:-1]) * (1 - shares[-1]) * (posts / (posts + LITTLE))
    return index


def _turned(index: Floats) -> Floats:
    turned = []
    total, start = 0.0, 0
    for i, value in enumerate(index.tolist()):
        if total == 0:
            start = i
        # the ceiling lets fronts that have softened turn back in finite time
        total = min(max(0.0, total + value - TURN_LEVEL), TURN_CEILING)
        turned.append(float(start) if total > TURN_SUM else math.nan)
    return floats(turned)
