"""Gestures as lists and the page of their case show them, with what somebody may do to each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from django.db.models import F, QuerySet

from kulanz.desk.models import BillingSystem, Case, Claim, Gesture, Team
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.queries.parties import parties
from kulanz.desk.queries.spending import means_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.limits import Means, NoLimitError, Wanted, check_approval, check_grant, check_second
from kulanz.desk.rules.machines import GESTURE

CLAIMS_AT_MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureFilter:
    """What the list shows; without a state all that are not settled. ``person`` is the customer."""

    state: str = ""
    kind: str = ""
    case: int | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class GestureRow:
    """A gesture, what somebody may do to it now, and why they may not approve it where that is so."""

    gesture: Gesture
    can: frozenset[str]
    hindered: RuleError | None

    @property
    def unset(self) -> bool:
        """There is no limit yet."""
        return isinstance(self.hindered, NoLimitError)


def gestures(wanted: GestureFilter, *, offset: int = 0) -> Paged[Gesture]:
    """Return a page of gestures, the latest proposals first."""
    return paged(filtered(wanted).order_by("-proposed_at", "-pk"), list, offset=offset)


def filtered(wanted: GestureFilter) -> QuerySet[Gesture]:
    states = (wanted.state,) if wanted.state in GESTURE.states else set(GESTURE.states) - GESTURE.final
    given = {"kind": wanted.kind or None, "case_id": wanted.case, "case__person_id": wanted.person}
    rows = Gesture.objects.filter(state__in=states, **{name: each for name, each in given.items() if each})
    return rows.select_related(
        "case__person", "proposed_by", "decided_by", "carried_out_by", "team", "claim", "system"
    )


def gestures_of(actor: Actor, case: Case, now: datetime, *, offset: int = 0) -> Paged[GestureRow]:
    """Return a page of a case's gestures, the latest first, with what the actor may do to each."""
    found = case.gestures.select_related(
        "proposed_by", "decided_by", "carried_out_by", "team", "claim", "system"
    )
    return paged(
        found.order_by("-proposed_at", "-pk"), lambda rows: _rows(actor, case, rows, now), offset=offset
    )


def claims_to_give(case: Case) -> list[tuple[Claim, BillingSystem]]:
    """Return claims of a case's customer at billing systems that are connected, with these: open ones first.

    Those for which a gesture is ordered are left out: there is one at a time.
    """
    systems = {each.name: each for each in BillingSystem.objects.all()}
    rows = Claim.objects.filter(customer__person=case.person_id, system__in=systems)
    rows = rows.exclude(gestures__state="ordered").select_related("customer")
    ordered = rows.order_by(F("settled_at").desc(nulls_first=True), "-pk")
    return [(each, systems[each.system]) for each in ordered[:CLAIMS_AT_MOST]]


def wanted_of(gesture: Gesture, known: Collection[int] | None = None) -> Wanted:
    """Return a gesture as the rules look at it; ``known`` are the parties of its case."""
    return Wanted(
        proposer=gesture.proposed_by_id,
        value=gesture.value,
        cost=gesture.cost,
        parties=parties(gesture.case) if known is None else known,
    )


def _rows(actor: Actor, case: Case, found: list[Gesture], now: datetime) -> list[GestureRow]:
    known = parties(case) if any(each.state == GESTURE.initial for each in found) else frozenset()

    @cache
    def means(team: Team | None, currency: str) -> Means:
        return means_of(member=actor.member_id, roles=actor.roles, team=team, currency=currency, now=now)

    return [_row(actor, each, wanted_of(each, known), means) for each in found]


def _row(actor: Actor, gesture: Gesture, wanted: Wanted, means: Callable[..., Means]) -> GestureRow:
    can = {each.action for each in GESTURE.actions(gesture.state, actor.roles)}
    if gesture.state != GESTURE.initial:
        return GestureRow(gesture, frozenset(can), None)
    own = actor.member_id == wanted.proposer
    can -= {"approve", "decline"} if own else {"edit", "grant"}
    check, action = (check_grant, "grant") if own else (check_approval, "approve")
    hindered = None
    if action in can:
        hindered = _refusal(lambda: check(actor.member_id, wanted, means(gesture.team, gesture.currency)))
    if "decline" in can and _refusal(lambda: check_second(actor.member_id, wanted)):
        can.discard("decline")
    return GestureRow(gesture, frozenset(can - ({action} if hindered else set())), hindered)


def _refusal(check: Callable[[], None]) -> RuleError | None:
    try:
        check()
    except RuleError as error:
        return error
    return None
