"""What members and teams have approved in a month, and what they may still approve."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Greatest

from kulanz.core.money import Money
from kulanz.desk.models import Gesture, GestureLimit, Team, TeamBudget
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.rules.limits import Limit, Means, Purse, widest
from kulanz.desk.rules.machines import SPENT
from kulanz.desk.rules.months import month_of
from kulanz.desk.rules.roles import Role

STANDS: Final = Q(state__in=SPENT) | Q(state="refused", carried_out_at__isnull=False)
"""Gestures that were approved and still stand; what went out before it was refused is not back by itself."""
_WEIGHT: Final = Sum(Greatest("value_minor", "cost_minor"))


def means_of(*, member: int, roles: Iterable[Role], team: Team | None, currency: str, now: datetime) -> Means:
    """Return what a member may approve now, of a team's money where it has a budget."""
    return Means(
        limit=limit_of(roles, currency),
        month=spent(Gesture.objects.filter(decided_by=member), currency, now),
        budget=None if team is None else budget_of(team, currency, now),
        unset=not GestureLimit.objects.filter(currency=currency).exists(),
    )


def limit_of(roles: Iterable[Role], currency: str) -> Limit:
    """Return what somebody with these roles may approve; nothing in a currency without a limit."""
    rows = GestureLimit.objects.filter(role__in=[role.value for role in roles], currency=currency)
    return widest((row.limit for row in rows), currency)


def budget_of(team: Team, currency: str, now: datetime) -> Purse | None:
    """Return a team's budget of this month; None where it has none in the currency."""
    row = TeamBudget.objects.filter(team=team, currency=currency).first()
    return None if row is None else Purse(row.month, spent(Gesture.objects.filter(team=team), currency, now))


def spent(rows: QuerySet[Gesture], currency: str, now: datetime) -> Money:
    """Return what gestures weigh that were approved in the month of ``now`` and still stand."""
    counted = _this_month(rows, now).filter(currency=currency)
    return Money.of_minor(counted.aggregate(total=_WEIGHT)["total"] or 0, currency)


def spent_by_team(rows: QuerySet[Gesture], now: datetime) -> dict[tuple[int | None, str], int]:
    """Return what teams have spent this month, by team and currency, in the smallest unit."""
    summed = _this_month(rows, now).values_list("team_id", "currency").annotate(total=_WEIGHT)
    return {(team, currency): total for team, currency, total in summed.order_by()}


def usual_currency() -> str:
    """Return the currency that limits are set in most often, EUR before there is any."""
    rows = GestureLimit.objects.values_list("currency", flat=True)
    found = list(rows)
    return max(sorted(set(found)), key=found.count) if found else "EUR"


def _this_month(rows: QuerySet[Gesture], now: datetime) -> QuerySet[Gesture]:
    begin, end = month_of(now, usual_zone())
    return rows.filter(STANDS, decided_at__gte=begin, decided_at__lt=end)
