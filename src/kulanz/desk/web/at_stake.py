"""What is at stake, as the pages of cases and issues show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kulanz.core.stake import saying
from kulanz.desk.queries.standing import Known, standing_of, standings_of
from kulanz.desk.rules.machines import WITHDRAWN
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.stakes import Field, Shown
from kulanz.desk.services.stakes import AtStake, of_case, of_issue
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.templatetags.values import typed as shown_in_field
from kulanz.desk.web.deeds import Kept
from kulanz.desk.web.pages import DeskRequest, by
from kulanz.desk.web.stake_words import SUMMED


@dataclass(frozen=True, slots=True)
class Typed:
    """A number with the words of its field: what was typed and refused, else what counts."""

    field: Field
    was: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawer:
    """A line with its form; ``opened`` where the form was refused."""

    shown: Shown
    typed: tuple[Typed, ...]
    opened: bool

    @property
    def corrected(self) -> bool:
        return self.shown.corrected or any(each.field.correction for each in self.typed)


def case_stake(request: DeskRequest, case: Any, kept: Kept) -> dict[str, Any]:
    """Return what a case's page shows of its stake; nothing for whoever may not see values."""
    if not request.actor.may(Right.SEE_VALUES):
        return {}
    now = timezone.now()
    found = of_case(actor=request.actor, case=case, now=now)
    shown = _context(request, found, kept.of("case_stake", case.pk) or {}, Right.WORK_CASES)
    return {
        **shown,
        "stake_url": reverse("case_stake", args=[case.pk]),
        "known": standing_of(case.person, now=now),
        "known_addresses": _addresses(found, case),
    }


def issue_stake(request: DeskRequest, issue: Any, kept: Kept) -> dict[str, Any]:
    """Return what an issue's page shows of its stake; nothing for whoever may not see values.

    An issue that was taken back is about nothing any more.
    """
    if issue.state == WITHDRAWN or not request.actor.may(Right.SEE_VALUES):
        return {}
    found = of_issue(issue=issue, **by(request))
    shown = _context(request, found, kept.of("issue_stake", issue.pk) or {}, Right.WORK_ISSUES)
    return {**shown, "stake_url": reverse("issue_stake", args=[issue.pk])}


def standings(request: DeskRequest, people: Iterable[Any]) -> Mapping[int, Known]:
    """Return the standing of people who have a profile; of nobody for whoever may not see values."""
    if not request.actor.may(Right.SEE_VALUES):
        return {}
    return standings_of([person for person in people if person is not None], now=timezone.now())


def _addresses(found: AtStake, case: Any) -> list[str]:
    """The customer's addresses that billing and CRM know and the case does not have."""
    told = [each.facts.email for each in found.customers if each.facts.email]
    return [each for each in dict.fromkeys(told) if each.lower() != case.email.lower()]


def _context(request: DeskRequest, found: AtStake, typed: Any, right: Right) -> dict[str, Any]:
    return {
        "at_stake": found,
        "stake_drawers": [_drawer(each, typed) for each in found.lines],
        "stake_summed": SUMMED,
        "stake_says": saying(found.drawn, lang()),
        "stake_reason": typed.get("reason", ""),
        "may_correct": request.actor.may(right),
        "may_set_rates": request.actor.may(Right.SET_POLICIES),
    }


def _drawer(shown: Shown, typed: Any) -> Drawer:
    refused = typed.get("line") == shown.code
    return Drawer(shown, tuple(_typed(each, typed if refused else {}) for each in shown.fields), refused)


def _typed(field: Field, typed: Any) -> Typed:
    was = shown_in_field(field.value)
    return Typed(field, was, typed.get(field.name, was))
