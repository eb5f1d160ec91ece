"""What an API token may be used for: words on the token that narrow what its member's roles permit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from kulanz.desk.rules.roles import Right, Role, may


class Scope(StrEnum):
    """A word on a token. A token never permits more than the roles of its member."""

    READ = "read"
    PEOPLE = "people"
    WORK = "work"
    CASES = "cases"
    MODERATE = "moderate"
    CUSTOMERS = "customers"
    PUSH = "push"
    ADMIN = "admin"
    AUDIT = "audit"
    METRICS = "metrics"
    OWN = "own"


RIGHTS_OF: Final[Mapping[Scope, frozenset[Right]]] = {
    Scope.READ: frozenset({Right.SEE_RADAR}),
    Scope.PEOPLE: frozenset({Right.SEE_RADAR, Right.SEE_PEOPLE}),
    Scope.WORK: frozenset({Right.SEE_RADAR, Right.WORK_ISSUES, Right.LEAD_ISSUES}),
    Scope.CASES: frozenset(
        {
            Right.SEE_RADAR,
            Right.SEE_PEOPLE,
            Right.SEE_CASES,
            Right.WORK_CASES,
            Right.LEAD_CASES,
            Right.APPROVE,
        }
    ),
    Scope.MODERATE: frozenset({Right.SEE_RADAR, Right.MODERATE, Right.JUDGE_MEASURES}),
    Scope.CUSTOMERS: frozenset(
        {Right.SEE_RADAR, Right.SEE_PEOPLE, Right.SEE_CASES, Right.SEE_VALUES, Right.SET_CUSTOMERS}
    ),
    Scope.PUSH: frozenset({Right.PUSH_POSTS}),
    Scope.ADMIN: frozenset({Right.SEE_RADAR, Right.SET_POLICIES, Right.SET_SOURCES, Right.SET_MEMBERS}),
    Scope.AUDIT: frozenset({Right.SEE_AUDIT}),
    Scope.METRICS: frozenset({Right.SEE_METRICS}),
    Scope.OWN: frozenset({Right.SEE_RADAR, Right.SET_OWN}),
}


def permits(scopes: Collection[str], right: Right) -> bool:
    """Whether one of the words on a token covers a right; unknown words cover nothing."""
    return any(right in rights for scope, rights in RIGHTS_OF.items() if scope in scopes)


def usable(scope: Scope, roles: Collection[Role]) -> bool:
    """Whether a scope would let somebody with these roles do anything that ``read`` does not."""
    own = RIGHTS_OF[scope] - RIGHTS_OF[Scope.READ] or RIGHTS_OF[scope]
    return any(may(roles, right) for right in own)
