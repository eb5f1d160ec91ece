"""The published rules: which version was in force when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from kulanz.desk.models import RuleVersion


def in_force(at: datetime) -> QuerySet[RuleVersion]:
    """Return the versions in force at a time, at most one of each rule, in the order of their keys."""
    running = Q(effective_to=None) | Q(effective_to__gt=at)
    rows = RuleVersion.objects.filter(running, effective_from__lte=at)
    return rows.select_related("rule").order_by("rule__key")
