"""How long each class of data is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from kulanz.desk.models import Retention
from kulanz.desk.models.setup import DATA_CLASSES
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.setting_up import one_of

LEAST_DAYS: Final = 1
MOST_DAYS: Final = 36_500


def set_retention(*, actor: Actor, data_class: str, seen: int, days: int | None, now: datetime) -> Retention:
    """Keep a class of data for so many days, or for good (None); what is older goes with the next removal.

    ``seen`` is 0 for a class that was never set. Raise ConflictError where somebody was faster.
    """
    actor.need(Right.SET_POLICIES)
    checked(data_class, days)
    with transaction.atomic():
        row, _ = Retention.objects.get_or_create(data_class=data_class, defaults={"version": 0})
        data = {"class": data_class, "before": row.days, "after": days}
        change(row, seen, days=days, due_at=None if days is None else now)
        record(actor, "set_retention", row, now=now, data=data)
    return row


def checked(data_class: str, days: int | None) -> None:
    """Raise RuleError for a class that there is not, and for days that nothing can be kept for."""
    one_of("data class", data_class, DATA_CLASSES)
    if days is not None and not LEAST_DAYS <= days <= MOST_DAYS:
        raise RuleError(
            "%(data_class)s: expected %(least)s to %(most)s days, or none, got %(days)s",
            data_class=data_class,
            least=LEAST_DAYS,
            most=MOST_DAYS,
            days=days,
        )
