"""Who reacts how: the mix of people's roles in a thread, its drift, and how many are affected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from kulanz.core.measures.columns import Columns, floats
from kulanz.core.thread import Floats

RECENT: Final = 8
LEAST_BEFORE: Final = 4


class Role(IntEnum):
    """What a person is in a thread, weakest first: a person keeps the strongest role shown so far.

    The complainant is the first person with an own complaint (for the opener, being affected is
    enough); there is at most one. Others who report own grief are affected. Anger, distrust,
    leaving or threats without own grief make a person annoyed, unless the post defends the company.
    """

    OTHER = 0
    SYMPATHISING = 1
    CALMING = 2
    DEFENDING = 3
    ANNOYED = 4
    AFFECTED = 5
    COMPLAINANT = 6
    STAFF = 7


@dataclass(frozen=True, slots=True)
class Reactions:
    """The reaction mix of a thread.

    ``mix`` (posts x 8, columns by ``Role``): share of each role among the people so far, each
    counted once; NaN while nobody's post was scored. ``drift``: total variation distance (0..1)
    between what the last 8 posts of people do and what all their earlier posts did; NaN before the
    twelfth. ``affected``: number of distinct people other than the opener and the company who
    say that they are affected or aggrieved too. ``people_affected``: their author numbers, in order.
    ``roles``: the role of every author number after the last post.
    """

    mix: Floats
    drift: Floats
    affected: Floats
    people_affected: tuple[int, ...]
    roles: tuple[Role, ...]

    def share(self, role: Role) -> Floats:
        """Share of people with a role, over the posts."""
        return self.mix[:, role]


def reactions(c: Columns) -> Reactions:
    """Measure who reacts how."""
    acts = _post_roles(c)
    mix, roles = _mix(c, acts)
    affected, people = _affected(c)
    return Reactions(mix, _drift(c, acts), affected, people, roles)


_ACTS: Final = (
    Role.STAFF,
    Role.AFFECTED,
    Role.DEFENDING,
    Role.ANNOYED,
    Role.CALMING,
    Role.SYMPATHISING,
    Role.OTHER,
)


def _post_roles(c: Columns) -> list[Role]:
    """What each post does by itself: the first of ``_ACTS``; own grief is AFFECTED, whoever writes it."""
    grief = c.any_of(("complaint", "affected"))
    heat = c.any_of(("anger", "distrust", "leave", "threat"))
    always = [True] * len(c)
    yes = c.yes
    flags = zip(c.company, grief, yes["defends"], heat, yes["calming"], yes["sympathy"], always, strict=True)
    return [_ACTS[row.index(True)] for row in flags]


def _mix(c: Columns, acts: list[Role]) -> tuple[Floats, tuple[Role, ...]]:
    roles = [-1] * (max(c.author, default=-1) + 1)
    counts = [0] * len(Role)
    rows = []
    complainant = False
    for author, act, scored, complaint in zip(c.author, acts, c.scored, c.yes["complaint"], strict=True):
        if scored or act == Role.STAFF:
            first = act == Role.AFFECTED and not complainant and (complaint or author == 0)
            complainant = complainant or first
            _raise_role(roles, counts, author, Role.COMPLAINANT if first else act)
        rows.append(counts.copy())
    table = np.array(rows, np.float64).reshape(-1, len(Role))
    total = table.sum(axis=1, keepdims=True)
    total[total == 0] = np.nan
    return table / total, tuple(Role(max(role, 0)) for role in roles)


def _raise_role(roles: list[int], counts: list[int], author: int, act: int) -> None:
    before = roles[author]
    if act > before:
        roles[author] = act
        counts[act] += 1
        if before >= 0:
            counts[before] -= 1


def _drift(c: Columns, acts: list[Role]) -> Floats:
    counted = [scored and not company for scored, company in zip(c.scored, c.company, strict=True)]
    codes = [act for act, used in zip(acts, counted, strict=True) if used]
    first = RECENT + LEAST_BEFORE - 1
    if len(codes) <= first:
        return np.full(len(c), np.nan)
    seen = np.cumsum(np.eye(len(Role))[codes], axis=0)
    before, recent = seen[:-RECENT], seen[RECENT:] - seen[:-RECENT]
    distance = np.abs(recent / RECENT - before / before.sum(axis=1, keepdims=True)).sum(axis=1) / 2
    by_post = np.full(len(codes) + 1, np.nan)
    by_post[first + 1 :] = distance[LEAST_BEFORE - 1 :]
    drift: Floats = by_post[np.cumsum(counted)]
    return drift


def _affected(c: Columns) -> tuple[Floats, tuple[int, ...]]:
    people: dict[int, None] = {}
    series = []
    yes = c.yes
    rows = zip(
        c.author, c.company, yes["complaint"], yes["affected"], yes["sympathy"], yes["anger"], strict=True
    )
    for author, company, complaint, affected, sympathy, anger in rows:
        if author and not company and (complaint or affected or (sympathy and anger)):
            people[author] = None
        series.append(len(people))
    return floats(series), tuple(people)
