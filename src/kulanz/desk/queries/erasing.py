"""What erasing a person would take away, and what would stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model, Q

from kulanz.desk.models import (
    AccountStanding,
    Case,
    Claim,
    Customer,
    DunningLetter,
    Gesture,
    Hold,
    Issue,
    IssueRole,
    Message,
    Note,
    Person,
    Post,
    Promise,
    Reply,
    Stake,
    Thread,
)
from kulanz.desk.models.wordindex import SEARCHED, matching
from kulanz.desk.rules.machines import CASE
from kulanz.desk.rules.names import replaced
from kulanz.desk.rules.searching import terms

MOST: Final = 1000
"""Rows of a kind in which a name is looked for, the latest first."""


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

    @property
    def posts(self) -> int:
        """How many public posts there are."""
        return sum(each.count for each in self.stays if each.what == "posts")


def merged_profiles(person: Person) -> list[Person]:
    """Return a profile with all that were merged into it, and into those."""
    rows = [person]
    while more := list(
        Person.objects.filter(merged_into__in=rows).exclude(pk__in=[each.pk for each in rows])
    ):
        rows += more
    return rows


def erasure_plan(person: Person) -> ErasurePlan:
    """Return what would become of what is kept about a person; the profiles merged into it count too."""
    profiles = merged_profiles(person)
    cases = Case.objects.filter(person__in=profiles)
    keys = cases.values("pk")
    goes = (
        Counted("profile", len(profiles)),
        Counted("messages", Message.objects.filter(case__in=keys).count()),
        Counted("replies", Reply.objects.filter(case__in=keys).count()),
        Counted("notes", Note.objects.filter(case__in=keys).count()),
        Counted("customers", Customer.objects.filter(person__in=profiles).count()),
        Counted("claims", Claim.objects.filter(customer__person__in=profiles).count()),
        Counted("holds", Hold.objects.filter(case__in=keys).count()),
        Counted("letters", DunningLetter.objects.filter(customer__person__in=profiles).count()),
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


def rows_of_others(
    words: Sequence[str], *, anywhere: bool, sources: Collection[int], profiles: Sequence[Person]
) -> tuple[int, bool]:
    """Return in how many rows of others a name stands, and whether there are more than were looked at.

    ``words`` are those of ``rules.names``. Not ``anywhere``: only after an ``@``.
    """
    count, more = 0, False
    for model, ours in _written_by_others(sources, profiles):
        keys = matching(model, terms(" ".join(words)), using=Person.objects.db, at_most=MOST + 1)
        more = more or len(keys) > MOST
        rows = model._default_manager.filter(ours, pk__in=keys[:MOST])  # noqa: SLF001 - Django's own name
        texts = rows.values_list(*SEARCHED[model])
        count += sum(_stands_in(words, each, anywhere=anywhere) for each in texts)
    return count, more


def _written_by_others(
    sources: Collection[int], profiles: Sequence[Person]
) -> Iterable[tuple[type[Model], Q]]:
    """The tables of texts that others write, with what is not the person's own."""
    yield Post, Q(source__in=sources) & (Q(account=None) | ~Q(account__person__in=profiles))
    yield Thread, Q(source__in=sources)
    yield Issue, Q()
    yield Note, Q(case=None) | ~Q(case__person__in=profiles)
    yield Case, ~Q(person__in=profiles)
    yield Message, ~Q(case__person__in=profiles)
    yield Person, ~Q(pk__in=[each.pk for each in profiles])


def _stands_in(words: Sequence[str], texts: Iterable[Any], *, anywhere: bool) -> bool:
    wanted, lengths = " ".join(words), (len(words),)

    def find(run: str, mentioned: bool) -> str | None:
        return "" if run == wanted and (anywhere or mentioned) else None

    return any(replaced(text, lengths, find) != text for text in texts)
