"""Members as forms offer them."""

from __future__ import annotations

from dataclasses import dataclass

from kulanz.desk.models import Calendar, Member
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import RIGHTS, Right


@dataclass(frozen=True, slots=True)
class MemberChoice:
    """A colleague; ``username`` is what a mention is written with."""

    pk: int
    name: str
    username: str


def member_choices(right: Right) -> tuple[MemberChoice, ...]:
    """Return active members who have a right, by name."""
    roles = [role.value for role in RIGHTS[right]]
    rows = Member.objects.filter(is_active=True, held_roles__role__in=roles).distinct()
    return tuple(MemberChoice(each.pk, str(each), each.username) for each in rows.order_by("display_name"))


def calendar_choices() -> list[tuple[int, str]]:
    """Return id and name of every calendar, the usual one first."""
    return list(Calendar.objects.order_by("-is_default", "name").values_list("pk", "name"))


def member_by_id(pk: int) -> Member:
    """Return an active member; raise RuleError where there is none, or none any more."""
    found = Member.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise RuleError("this member is not, or no longer, at the desk")
    return found


def members_by_address(address: str) -> list[Member]:
    """Return the members with an e-mail address, those who are kept out too."""
    return list(Member.objects.filter(email__iexact=address))
