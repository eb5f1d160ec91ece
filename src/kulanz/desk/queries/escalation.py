"""Whose turn it is when a promise nears its end or breaks."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from kulanz.desk.models import Member, Promise
from kulanz.desk.rules.roles import RIGHTS, Right, Role

_OWN: Final = 1
_LEADS: Final = 2


def told_at(promise: Promise, level: int) -> list[Member]:
    """Return who is told at a step of a promise's chain."""
    return chain(promise.by, level)


def chain(member: Member | None, level: int) -> list[Member]:
    """Return who is told at a step: first whose it is, then also the leads of their teams, then all leads.

    Whoever has left is passed over; a team without a lead passes the matter on to all leads.
    """
    own = [member] if member is not None and member.is_active else []
    if level == _OWN and own:
        return own
    theirs = Member.objects.filter(is_active=True, led_teams__members=member).distinct().order_by("pk")
    if member is not None and level <= _LEADS and theirs.exists():
        return _once([*own, *theirs])
    everyone = Member.objects.filter(is_active=True, held_roles__role=Role.LEAD.value).order_by("pk")
    return _once([*own, *everyone])


def readers_of(right: Right) -> QuerySet[Member]:
    """Return the members who have a right."""
    roles = [role.value for role in RIGHTS[right]]
    return Member.objects.filter(is_active=True, held_roles__role__in=roles).distinct()


def _once(members: list[Member]) -> list[Member]:
    return list({member.pk: member for member in members}.values())
