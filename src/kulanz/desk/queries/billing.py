"""Billing systems as the settings show them: how each is read, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Model, QuerySet

from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Claim, DunningLetter, Hold
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.billing import WEBHOOK
from kulanz.desk.rules.machines import HOLD

LATE_AFTER: Final = 3
"""A billing system that was not read for so many of its intervals is behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """A billing system and how it is doing: good, late, failing, paused, or new (never read).

    ``claims`` counts those that are open, ``holds`` those that are not over, ``letters`` all that it told of.
    """

    system: BillingSystem
    health: str
    claims: int
    holds: int
    letters: int


def billing_systems(*, now: datetime, offset: int = 0) -> Paged[SystemRow]:
    """Return a page of billing systems by name, with how each is doing."""
    return paged(BillingSystem.objects.order_by("name"), lambda found: _rows(found, now), offset=offset)


def billing_row(system: BillingSystem, *, now: datetime) -> SystemRow:
    """Return how one billing system is doing."""
    return _rows([system], now)[0]


def hook_address(system: BillingSystem) -> str:
    """Return the address that a billing system sends to; empty for one that is asked."""
    return f"{conf().url}/hooks/{system.hook_key}/billing" if system.adapter == WEBHOOK else ""


def behind(now: datetime) -> list[BillingSystem]:
    """Return the billing systems that should be read and are not."""
    running = BillingSystem.objects.filter(paused=False).order_by("name")
    return [each for each in running if health_of(each, now) in ("late", "failing")]


def health_of(system: BillingSystem, now: datetime) -> str:
    """Return how the reading of a billing system goes."""
    if system.paused:
        return "paused"
    if system.last_error:
        return "failing"
    late = timedelta(seconds=LATE_AFTER * system.interval_s)
    if now - (system.last_success_at or system.created_at) > late:
        return "late"
    return "good" if system.last_success_at else "new"


def _rows(found: list[BillingSystem], now: datetime) -> list[SystemRow]:
    open_claims = Claim.objects.filter(system__in=[each.name for each in found], settled_at=None)
    claims = _counts(open_claims, "system")
    holds = _counts(Hold.objects.filter(system__in=found).exclude(state__in=HOLD.final), "system_id")
    letters = _counts(DunningLetter.objects.filter(system__in=found), "system_id")
    return [
        SystemRow(
            system=each,
            health=health_of(each, now),
            claims=claims.get(each.name, 0),
            holds=holds.get(each.pk, 0),
            letters=letters.get(each.pk, 0),
        )
        for each in found
    ]


def _counts(rows: QuerySet[Model], by: str) -> Mapping[str | int, int]:
    return dict(rows.values_list(by).order_by(by).annotate(counted=Count("pk")))
