"""Teams: who works together, and who leads them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from kulanz.desk.models import Member, Team
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.events import record
from kulanz.desk.services.setting_up import drop, keep, named


def save_team(  # noqa: PLR0913 - a team is its name, its lead and its members
    *,
    actor: Actor,
    team: Team | None,
    seen: int,
    name: str,
    lead: Member | None,
    members: Collection[Member],
    now: datetime,
) -> Team:
    """Make a team, or change one; its lead is told of promises that break."""
    actor.need(Right.SET_POLICIES)
    with transaction.atomic():
        saved = keep(actor, team or Team(), seen, now, {"name": named(name), "lead": lead})
        before = set(saved.members.values_list("pk", flat=True))
        after = {member.pk for member in members}
        if before != after:
            saved.members.set(members)
            record(actor, "set_members", saved, now=now, data={"members": [sorted(before), sorted(after)]})
    return saved


def remove_team(*, actor: Actor, team: Team, now: datetime) -> None:
    """Remove a team; its issues and policies stay, without a team."""
    actor.need(Right.SET_POLICIES)
    drop(actor, team, now)
