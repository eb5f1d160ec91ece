"""Alert policies: when alarms are raised, and whom they reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from django.db import transaction

from kulanz.core.report import STAGES
from kulanz.desk.models import AlertPolicy, Member, Source, Team
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.events import record
from kulanz.desk.services.notifying import sealed_address
from kulanz.desk.services.setting_up import drop, keep, named, one_of, zone_named

LONGEST_REST_H: Final = 24 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValues:
    """What a policy is made of; ``source`` None means every source without a policy of its own.

    ``threshold`` is a score of 0..1. Quiet hours need both ends, by the clock of ``zone``. Members are told
    by the ways they chose; ``apprise_url`` is a channel beside them, which stays where it is given as shown.
    """

    name: str
    source: Source | None = None
    least_stage: str = "issue"
    threshold: float = 0.5
    cool_down_h: int = 24
    least_posts: int = 1
    quiet_from: time | None = None
    quiet_to: time | None = None
    zone: str = "Europe/Berlin"
    team: Team | None = None
    members: Collection[Member] = ()
    apprise_url: str = ""
    active: bool = True


def save_policy(
    *, actor: Actor, policy: AlertPolicy | None, seen: int, values: PolicyValues, now: datetime
) -> AlertPolicy:
    """Make a policy, or change one; raise RuleError for values that make no sense."""
    actor.need(Right.SET_POLICIES)
    _check(values)
    row = policy or AlertPolicy()
    columns = {
        "name": named(values.name),
        "source": values.source,
        "least_stage": values.least_stage,
        "threshold": values.threshold,
        "cool_down_h": values.cool_down_h,
        "least_posts": values.least_posts,
        "quiet_from": values.quiet_from,
        "quiet_to": values.quiet_to,
        "zone": zone_named(values.zone),
        "team": values.team,
        "sealed_apprise_url": sealed_address(values.apprise_url, row.sealed_apprise_url),
        "active": values.active,
    }
    with transaction.atomic():
        saved = keep(actor, row, seen, now, columns, hidden=("sealed_apprise_url",))
        before = set(saved.members.values_list("pk", flat=True))
        after = {member.pk for member in values.members}
        if before != after:
            saved.members.set(values.members)
            record(actor, "set_members", saved, now=now, data={"members": [sorted(before), sorted(after)]})
    return saved


def remove_policy(*, actor: Actor, policy: AlertPolicy, now: datetime) -> None:
    """Remove a policy; the alarms that it raised stay, with their verdicts. The last one stays as well."""
    actor.need(Right.SET_POLICIES)
    if not AlertPolicy.objects.exclude(pk=policy.pk).exists():
        raise RuleError("this is the last policy: switch it off instead")
    drop(actor, policy, now)


def _check(values: PolicyValues) -> None:
    one_of("stage", values.least_stage, STAGES)
    if not 0 <= values.threshold <= 1:
        raise RuleError("threshold: expected 0 to 1, got %(threshold)s", threshold=values.threshold)
    if not 0 <= values.cool_down_h <= LONGEST_REST_H:
        raise RuleError(
            "rest: expected 0 to %(most)s hours, got %(cool_down_h)s",
            most=LONGEST_REST_H,
            cool_down_h=values.cool_down_h,
        )
    if values.least_posts < 1:
        raise RuleError("posts: expected one at least, got %(least_posts)s", least_posts=values.least_posts)
    if (values.quiet_from is None) != (values.quiet_to is None):
        raise RuleError("quiet hours: expected both a beginning and an end, or neither")
