"""The company says what things are worth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from kulanz.desk.models import StakeRates
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.rates import Rates, rates_in
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record

_ONE = 1


def set_rates(*, actor: Actor, rates: Rates, seen: int, now: datetime) -> StakeRates:
    """Set all rates; ``seen`` is 0 where there were none. Raise RuleError for those that make no sense."""
    actor.need(Right.SET_POLICIES)
    after = _values(rates_in(_values(rates)))
    with transaction.atomic():
        row, _ = StakeRates.objects.get_or_create(pk=_ONE, defaults={"version": 0})
        before = row.values
        changed = change(row, seen, values=after)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        data = {name: [before.get(name), after.get(name)] for name in names}
        record(actor, "set_rates", changed, now=now, data=data)
    return changed


def _values(rates: Rates) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(rates)
    return values
