"""Limits of roles and budgets of teams, as the pages of the settings show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kulanz.core.money import Money
from kulanz.desk.models import Gesture, GestureLimit, TeamBudget
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.queries.spending import spent_by_team


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A team's budget, and what of it was approved this month."""

    budget: TeamBudget
    used: Money


def limits(*, offset: int = 0) -> Paged[GestureLimit]:
    return paged(GestureLimit.objects.order_by("currency", "role"), list, offset=offset)


def budgets(now: datetime, *, offset: int = 0) -> Paged[BudgetRow]:
    rows = TeamBudget.objects.select_related("team").order_by("team__name", "currency")
    return paged(rows, lambda found: _budget_rows(found, now), offset=offset)


def _budget_rows(found: list[TeamBudget], now: datetime) -> list[BudgetRow]:
    rows = Gesture.objects.filter(team__in=[each.team_id for each in found])
    used = spent_by_team(rows, now)
    return [
        BudgetRow(each, Money.of_minor(used.get((each.team_id, each.currency), 0), each.currency))
        for each in found
    ]
