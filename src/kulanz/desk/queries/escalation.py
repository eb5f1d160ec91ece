"""Whose turn it is when a promise nears its end or breaks."""

from __future__ import annotations

from typing import Final

from kulanz.desk.models import Member, Promise
from kulanz.desk.rules.roles import Role

_OWN: Final = 1
_LEADS: Final = 2


def told_at(promise: Promise, level: int) -> list[Member]:
    """Return who is told at a step: first who promised, then also the leads of their teams, then all leads.

    Whoever has left is passed over; a team without a lead passes the matter on to all leads.
    """
    own = [promise.by] if promise.by.is_active else []
    if level == _OWN and own:
        return own
    leads = Member.objects.filter(is_active=True, led_teams__members=promise.by).distinct().order_by("pk")
    if level <= _LEADS and leads.exists():
        return _once([*own, *leads])
    everyone = Member.objects.filter(is_active=True, held_roles__role=Role.LEAD.value).order_by("pk")
    return _once([*own, *everyone])


def _once(members: list[Member]) -> list[Member]:
    return list({member.pk: member for member in members}.values())
