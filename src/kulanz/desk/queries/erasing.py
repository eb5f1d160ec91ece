"""What erasing a person would take away, and what would stay."""

from __future__ import annotations

from dataclasses import dataclass

from kulanz.desk.models import (
    AccountStanding,
    Case,
    Claim,
    Customer,
    Gesture,
    IssueRole,
    Message,
    Note,
    Person,
    Post,
    Promise,
    Reply,
    Stake,
)
from kulanz.desk.rules.machines import CASE


@dataclass(frozen=True, slots=True)
class Counted:
    """A kind of data and how much of it there is; ``what`` is a word of ``wording``."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """``goes`` is deleted or blanked, ``stays`` is kept without names; ``open_cases`` come first."""

    goes: tuple[Counted, ...]
    stays: tuple[Counted, ...]
    open_cases: int


def erasure_plan(person: Person) -> ErasurePlan:
    """Return what would become of what is kept about a person; the profiles merged into it count too."""
    profiles = [person.pk]
    while more := list(
        Person.objects.filter(merged_into__in=profiles).exclude(pk__in=profiles).values_list("pk", flat=True)
    ):
        profiles += more
    cases = Case.objects.filter(person__in=profiles)
    keys = cases.values("pk")
    goes = (
        Counted("profile", len(profiles)),
        Counted("messages", Message.objects.filter(case__in=keys).count()),
        Counted("replies", Reply.objects.filter(case__in=keys).count()),
        Counted("notes", Note.objects.filter(case__in=keys).count()),
        Counted("customers", Customer.objects.filter(person__in=profiles).count()),
        Counted("claims", Claim.objects.filter(customer__person__in=profiles).count()),
        Counted("stakes", Stake.objects.filter(case__in=keys).count()),
        Counted("standing", AccountStanding.objects.filter(account__person__in=profiles).count()),
    )
    stays = (
        Counted("posts", Post.objects.filter(account__person__in=profiles).count()),
        Counted("roles", IssueRole.objects.filter(account__person__in=profiles).count()),
        Counted("cases", cases.count()),
        Counted("promises", Promise.objects.filter(case__in=keys).count()),
        Counted("gestures", Gesture.objects.filter(case__in=keys).count()),
    )
    return ErasurePlan(goes, stays, cases.exclude(state__in=CASE.final).count())
