"""Who answers whom: people in three columns by camp, and lines between those who talk to each other.

The picture of the fronts. Whoever takes the complaint's side stands left, whoever takes the company's stands
right, everybody else between them. The same people and answers give the same picture.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from kulanz.pages import safe

Camp = Literal["complaint", "between", "company"]
Pair = tuple[str, str]
Point = tuple[float, float]
# whether it is the rest of a camp, and the person or the camp
Spot = tuple[bool, str]

CAMPS: Final[tuple[Camp, ...]] = ("complaint", "between", "company")
CAMP_OF: Final[Mapping[str, Camp]] = {
    "complainant": "complaint",
    "affected": "complaint",
    "annoyed": "complaint",
    "amplifier": "complaint",
    "staff": "company",
    "defending": "company",
}
PEOPLE_AT_MOST: Final = 40
LINES_AT_MOST: Final = 150
ANSWERED_AT_MOST: Final = 3
WIDTH: Final = 760
COLUMNS: Final[Mapping[Camp, float]] = {"complaint": 210.0, "between": 380.0, "company": 550.0}
TOP: Final = 44.0
ROW: Final = 30.0
_LEAST_SIZE: Final = 3.5
_SIZES: Final = 8.0
_NAME_LIMIT: Final = 26
_SHORT: Final = 11
_LEAST_WIDTH: Final = 0.7
_WIDTHS: Final = 3.3


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who wrote: what they are in the conversation ("" for nothing special), and posts."""

    role: str
    posts: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A person, or the ``more`` people of a camp who are not drawn one by one (``name`` is "" then).

    ``short`` is what of the name fits on a phone. ``answers`` are those whom they answer most, and how often.
    """

    name: str
    short: str
    more: int
    camp: Camp
    role: str
    posts: int
    x: float
    y: float
    size: float
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Answers between two dots, in both directions; ``across`` joins the two fronts."""

    path: str
    width: float
    across: bool


@dataclass(frozen=True, slots=True)
class CampPicture:
    """Dots and lines in the units of the view box; ``sizes`` counts everybody by camp.

    ``across`` are the answers between the two fronts, ``answers`` all of them.
    """

    width: int
    height: float
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    sizes: Mapping[Camp, int]
    across: int
    answers: int


def camp_picture(people: Mapping[str, Writer], answers: Mapping[Pair, int]) -> CampPicture:
    """Place people and draw who answers whom (``answers``: how often the first answers the second).

    At most 40 people are drawn, of every camp those with the most posts; the others of a camp are one dot.
    """
    crowd = _Crowd(people)
    columns = crowd.columns()
    height = TOP + ROW * max(1, *map(len, columns.values()))
    spots = {spot: at for camp in CAMPS for spot, at in _placed(camp, columns[camp], height)}
    told = _answered(answers)
    across = sum(n for (one, other), n in answers.items() if crowd.opposed(one, other))
    return CampPicture(
        width=WIDTH,
        height=height,
        dots=tuple(crowd.dot(spot, at, told) for spot, at in spots.items()),
        lines=tuple(_lines(crowd, spots, answers)),
        sizes=crowd.sizes,
        across=across,
        answers=sum(answers.values()),
    )


class _Crowd:
    """People by camp, and the spot that each of them has: an own one, or that of the rest of the camp."""

    def __init__(self, people: Mapping[str, Writer]) -> None:
        self._people = people
        self._camps = {key: CAMP_OF.get(each.role, "between") for key, each in people.items()}
        self._order = sorted(people, key=lambda key: (-people[key].posts, key))
        drawn = self._drawn()
        self.spots: dict[str, Spot] = {key: (True, self._camps[key]) for key in people}
        self.spots |= {key: (False, key) for key in drawn}
        self._members: defaultdict[Spot, list[str]] = defaultdict(list)
        for key in self._order:
            self._members[self.spots[key]].append(key)
        self._most = max((each.posts for each in people.values()), default=0) or 1

    def _drawn(self) -> list[str]:
        """Who is drawn: small camps whole, and the room that is left shared by the large ones."""
        camps = [[key for key in self._order if self._camps[key] == camp] for camp in CAMPS]
        drawn: list[str] = []
        for left, camp in zip((3, 2, 1), sorted(camps, key=len), strict=True):
            drawn += camp[: (PEOPLE_AT_MOST - len(drawn)) // left]
        return drawn

    @property
    def sizes(self) -> dict[Camp, int]:
        return {camp: sum(each == camp for each in self._camps.values()) for camp in CAMPS}

    def opposed(self, one: str, other: str) -> bool:
        return {self._camps[one], self._camps[other]} == {"complaint", "company"}

    def columns(self) -> dict[Camp, list[Spot]]:
        """The spots of every camp from top to bottom: who writes most first, the rest last."""
        found: dict[Camp, list[Spot]] = {camp: [] for camp in CAMPS}
        for spot, members in self._members.items():
            found[self._camps[members[0]]].append(spot)
        return {camp: sorted(column, key=lambda spot: spot[0]) for camp, column in found.items()}

    def dot(self, spot: Spot, at: Point, told: Mapping[str, tuple[tuple[str, int], ...]]) -> Dot:
        is_rest, key = spot
        members = self._members[spot]
        posts = sum(self._people[each].posts for each in members)
        return Dot(
            name="" if is_rest else safe.line(key, _NAME_LIMIT),
            short="" if is_rest else safe.line(key, _SHORT),
            more=len(members) if is_rest else 0,
            camp=self._camps[members[0]],
            role="" if is_rest else self._people[key].role,
            posts=posts,
            x=at[0],
            y=at[1],
            size=round(_LEAST_SIZE + _SIZES * sqrt(min(1.0, posts / self._most)), 1),
            answers=() if is_rest else told.get(key, ()),
        )


def _placed(camp: Camp, column: Sequence[Spot], height: float) -> list[tuple[Spot, Point]]:
    """Spots of a column, in the middle of the height."""
    first = TOP + (height - TOP - ROW * len(column)) / 2 + ROW / 2
    return [(spot, (COLUMNS[camp], round(first + ROW * i, 1))) for i, spot in enumerate(column)]


def _answered(answers: Mapping[Pair, int]) -> dict[str, tuple[tuple[str, int], ...]]:
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for (one, other), n in sorted(answers.items(), key=lambda item: (-item[1], item[0])):
        if len(found[one]) < ANSWERED_AT_MOST:
            found[one].append((safe.line(other, _NAME_LIMIT), n))
    return {key: tuple(those) for key, those in found.items()}


def _lines(crowd: _Crowd, spots: Mapping[Spot, Point], answers: Mapping[Pair, int]) -> list[Line]:
    """The strongest lines, the weakest of them first, so that the strongest lie on top."""
    sums: Counter[tuple[Spot, Spot]] = Counter()
    opposed: set[tuple[Spot, Spot]] = set()
    for (one, other), n in answers.items():
        low, high = sorted((crowd.spots[one], crowd.spots[other]))
        if low != high:
            sums[low, high] += n
            if crowd.opposed(one, other):
                opposed.add((low, high))
    strongest = sorted(sums, key=lambda pair: (-sums[pair], pair))[:LINES_AT_MOST]
    most = max(sums.values(), default=1)
    return [
        Line(
            path=_path(spots[one], spots[other]),
            width=round(_LEAST_WIDTH + _WIDTHS * sqrt(sums[one, other] / most), 1),
            across=(one, other) in opposed,
        )
        for one, other in reversed(strongest)
    ]


def _path(one: Point, other: Point) -> str:
    """A curve from one dot to another; within a column it bows towards the middle of the picture."""
    (x, y), (to_x, to_y) = one, other
    if x != to_x:
        middle = (x + to_x) / 2
        return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"
    bow = min(70.0, 14 + abs(to_y - y) * 0.35) * (-1 if x > WIDTH / 2 else 1)
    return f"M{x} {y}C{x + bow} {y} {x + bow} {to_y} {x} {to_y}"
