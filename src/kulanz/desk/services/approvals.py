"""The company's rules of which answers need a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from kulanz.desk.models import ApprovalPolicy
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.approvals import ApprovalRules, rules_in
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record

_ONE: Final = 1


def set_approval_rules(*, actor: Actor, rules: ApprovalRules, seen: int, now: datetime) -> ApprovalPolicy:
    """Set the rules; ``seen`` is 0 where there were none. Raise RuleError for those that make no sense.

    What was approved before stays approved.
    """
    actor.need(Right.SET_POLICIES)
    after: dict[str, Any] = msgspec.to_builtins(rules_in(msgspec.to_builtins(rules)))
    with transaction.atomic():
        row, _ = ApprovalPolicy.objects.get_or_create(pk=_ONE, defaults={"version": 0})
        before = row.values
        changed = change(row, seen, values=after)
        data = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
        record(actor, "set_rules", changed, now=now, data=data)
    return changed
