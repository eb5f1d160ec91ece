"""What is set up, as the pages of the settings show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from kulanz.desk.models import (
    Calendar,
    Member,
    Playbook,
    Retention,
    SavedView,
    Source,
    StaffIdentity,
    Team,
    Template,
    WebhookTarget,
)
from kulanz.desk.models.setup import DATA_CLASSES
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.roles import Role


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with their roles, in the order of ``Role``."""

    member: Member
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """How long a class of data is kept; ``days`` None means for good, ``version`` 0 that it was never set."""

    data_class: str
    days: int | None
    due_at: datetime | None
    version: int


def calendars(*, offset: int = 0) -> Paged[Calendar]:
    return paged(
        Calendar.objects.prefetch_related("closed_days").order_by("-is_default", "name"), list, offset=offset
    )


def playbooks(*, offset: int = 0) -> Paged[Playbook]:
    return paged(Playbook.objects.prefetch_related("steps").order_by("name"), list, offset=offset)


def every_playbook() -> QuerySet[Playbook]:
    return Playbook.objects.order_by("name")


def templates(*, offset: int = 0) -> Paged[Template]:
    return paged(Template.objects.order_by("name", "language"), list, offset=offset)


def teams(*, offset: int = 0) -> Paged[Team]:
    return paged(
        Team.objects.select_related("lead").prefetch_related("members").order_by("name"), list, offset=offset
    )


def every_team() -> QuerySet[Team]:
    return Team.objects.order_by("name")


def identities(*, offset: int = 0) -> Paged[StaffIdentity]:
    rows = StaffIdentity.objects.select_related("member", "source").order_by("kind", "value")
    return paged(rows, list, offset=offset)


def targets(*, offset: int = 0) -> Paged[WebhookTarget]:
    return paged(WebhookTarget.objects.defer("sealed_secret").order_by("name"), list, offset=offset)


def members(*, offset: int = 0) -> Paged[MemberRow]:
    """Return a page of all members, those who left last."""
    rows = Member.objects.prefetch_related("held_roles").order_by("-is_active", "display_name", "pk")
    return paged(rows, lambda found: [MemberRow(each, roles_of(each)) for each in found], offset=offset)


def roles_of(member: Member) -> tuple[str, ...]:
    held = {each.role for each in member.held_roles.all()}
    return tuple(role.value for role in Role if role.value in held)


def active_members() -> QuerySet[Member]:
    """Return everybody who can be named somewhere, by name."""
    return Member.objects.filter(is_active=True).order_by("display_name", "pk")


def retention() -> tuple[RetentionRow, ...]:
    """Return how long every class of data is kept."""
    rows = {row.data_class: row for row in Retention.objects.all()}
    return tuple(
        RetentionRow(name, rows[name].days, rows[name].due_at, rows[name].version)
        if name in rows
        else RetentionRow(name, None, None, 0)
        for name in DATA_CLASSES
    )


def every_source() -> QuerySet[Source]:
    return Source.objects.order_by("name")


def views_of(member_id: int) -> QuerySet[SavedView]:
    """Return a member's saved views and those of everybody, by name."""
    mine = Q(member_id=member_id) | Q(member=None)
    return SavedView.objects.filter(mine).order_by("name", "pk")
