"""What a person says of a case: whose fault it was, and whom the complaint is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from kulanz.core.goodwill import FAULTS
from kulanz.desk.models import Assessment, Case, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.setting_up import one_of


def assess(  # noqa: PLR0913 - an assessment is whose fault, why, and whom it is about
    *, actor: Actor, case: Case, seen: int, fault: str, why: str, concerned: Collection[Member], now: datetime
) -> Assessment:
    """Say whose fault a case was, and whom it is about; ``seen`` is 0 where nobody has said it yet."""
    actor.need(Right.WORK_CASES)
    values = {"fault": one_of("fault", fault, FAULTS), "why": why.strip()[:500]}
    with transaction.atomic():
        held, is_new = Assessment.objects.get_or_create(case=case, defaults=values)
        held = held if is_new else change(held, seen, **values)
        held.concerned.set(concerned)
        data = {"fault": held.fault, "concerned": sorted(each.pk for each in concerned)}
        record(actor, "assess", case, now=now, issue=case.issue, data=data)
    return held
