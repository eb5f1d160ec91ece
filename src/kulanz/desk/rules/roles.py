"""Roles of members, and what each of them may do.

Least privilege: whoever installs the desk (admin) does not read private conversations by that,
and whoever audits it changes nothing. A member may hold several roles.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a member is at the desk."""

    ADMIN = "admin"
    LEAD = "lead"
    AGENT = "agent"
    APPROVER = "approver"
    MODERATOR = "moderator"
    READER = "reader"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a role may permit."""

    SEE_RADAR = "see_radar"
    SEE_PEOPLE = "see_people"
    SEE_CASES = "see_cases"
    SEE_VALUES = "see_values"
    SEE_AUDIT = "see_audit"
    WORK_ISSUES = "work_issues"
    LEAD_ISSUES = "lead_issues"
    WORK_CASES = "work_cases"
    LEAD_CASES = "lead_cases"
    SET_CUSTOMERS = "set_customers"
    APPROVE = "approve"
    MODERATE = "moderate"
    JUDGE_MEASURES = "judge_measures"
    SET_POLICIES = "set_policies"
    SET_SOURCES = "set_sources"
    SET_MEMBERS = "set_members"
    PUSH_POSTS = "push_posts"
    SEE_METRICS = "see_metrics"
    SET_OWN = "set_own"


_EVERYBODY: Final = frozenset(Role)

RIGHTS: Final[Mapping[Right, frozenset[Role]]] = {
    Right.SEE_RADAR: _EVERYBODY,
    Right.SEE_PEOPLE: frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR, Role.AUDITOR}),
    Right.SEE_CASES: frozenset({Role.LEAD, Role.AGENT, Role.APPROVER, Role.AUDITOR}),
    Right.SEE_VALUES: frozenset({Role.LEAD, Role.AGENT}),
    Right.SEE_AUDIT: frozenset({Role.AUDITOR, Role.LEAD}),
    Right.WORK_ISSUES: frozenset({Role.LEAD, Role.AGENT, Role.MODERATOR}),
    Right.LEAD_ISSUES: frozenset({Role.LEAD}),
    Right.WORK_CASES: frozenset({Role.LEAD, Role.AGENT}),
    Right.LEAD_CASES: frozenset({Role.LEAD}),
    Right.SET_CUSTOMERS: frozenset({Role.LEAD}),
    Right.APPROVE: frozenset({Role.APPROVER, Role.LEAD}),
    Right.MODERATE: frozenset({Role.LEAD, Role.MODERATOR}),
    Right.JUDGE_MEASURES: frozenset({Role.LEAD, Role.MODERATOR, Role.APPROVER}),
    Right.SET_POLICIES: frozenset({Role.ADMIN, Role.LEAD}),
    Right.SET_SOURCES: frozenset({Role.ADMIN}),
    Right.SET_MEMBERS: frozenset({Role.ADMIN}),
    Right.PUSH_POSTS: frozenset({Role.ADMIN}),
    Right.SEE_METRICS: frozenset({Role.ADMIN, Role.LEAD}),
    Right.SET_OWN: _EVERYBODY,
}


def may(roles: Collection[Role], right: Right) -> bool:
    """Whether one of the roles permits it."""
    return not RIGHTS[right].isdisjoint(roles)
