"""What roles may approve, and what teams may spend on gestures."""

from __future__ import annotations

from datetime import datetime

from kulanz.core.money import Money
from kulanz.desk.models import GestureLimit, Team, TeamBudget
from kulanz.desk.models.gestures import GIVERS
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.setting_up import drop, keep, one_of


def save_limit(
    *, actor: Actor, row: GestureLimit | None, seen: int, role: str, limit: Limit, now: datetime
) -> GestureLimit:
    """Say what a role may approve in a currency."""
    actor.need(Right.SET_POLICIES)
    values = {
        "role": one_of("role", role, GIVERS),
        "currency": limit.alone.currency,
        "alone_minor": limit.alone.minor,
        "each_minor": limit.each.minor,
        "month_minor": limit.month.minor,
    }
    return keep(actor, row or GestureLimit(), seen, now, values)


def remove_limit(*, actor: Actor, row: GestureLimit, now: datetime) -> None:
    """Remove a limit; the role approves nothing that costs anything in the currency then."""
    actor.need(Right.SET_POLICIES)
    drop(actor, row, now)


def save_budget(
    *, actor: Actor, row: TeamBudget | None, seen: int, team: Team, month: Money, now: datetime
) -> TeamBudget:
    """Say what a team may spend in a calendar month."""
    actor.need(Right.SET_POLICIES)
    values = {"team": team, "currency": month.currency, "month_minor": month.minor}
    return keep(actor, row or TeamBudget(), seen, now, values)


def remove_budget(*, actor: Actor, row: TeamBudget, now: datetime) -> None:
    """Remove a budget; only the limits of roles bind the team then."""
    actor.need(Right.SET_POLICIES)
    drop(actor, row, now)
