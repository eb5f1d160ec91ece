"""What waits for a member's decision: a kind is one function, and shows only what they may decide on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kulanz.desk.models import (
    Appeal,
    Case,
    Event,
    Gesture,
    Hold,
    Measure,
    Member,
    Reply,
    Resemblance,
    StatusPage,
    Thread,
)
from kulanz.desk.queries.holds import undecided
from kulanz.desk.queries.moderating import open_appeals, threads_with_party
from kulanz.desk.queries.moderating import undecided as undecided_measures
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.queries.parties import cases_with_party
from kulanz.desk.queries.people import suggested
from kulanz.desk.queries.steady import SIZE, Stretch, stretch
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.machines import GESTURE
from kulanz.desk.rules.roles import Right

OWN_WORDS: Final = ("draft", "edit", "ask")
"""Actions of whoever had a hand in a reply, and does not approve it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to decide on: what it is and belongs to, who asks, and since when."""

    row: Any
    title: str
    since: datetime
    by: Member | None = None
    case: Case | None = None
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """All rows of a kind that wait for somebody, in the order they are shown, and how one is shown."""

    rows: QuerySet[Any]
    order: tuple[str, ...]
    show: Callable[[Any], Waiting]

    def shown(self, rows: list[Any]) -> list[Waiting]:
        return [self.show(row) for row in rows]


def replies(actor: Actor) -> Kind | None:
    """Answers that others wrote and want other eyes on."""
    if not (actor.may(Right.APPROVE) and actor.may(Right.SEE_CASES)):
        return None
    told = Event.objects.filter(noun="reply", noun_id=OuterRef("pk"))
    mine = told.filter(actor=actor.member_id, action__in=OWN_WORDS)
    asked = told.filter(action="ask").order_by("-pk").values("at")[:1]
    rows = Reply.objects.filter(~Exists(mine), state="asked").exclude(author=actor.member_id)
    rows = rows.annotate(since=Coalesce(Subquery(asked), "created_at"))
    return Kind(rows.select_related("author", "case__person", "thread"), ("since", "id"), _reply)


def gestures(actor: Actor) -> Kind | None:
    """Gestures that others proposed, in disputes that the member is no part of."""
    if not (actor.may(Right.APPROVE) and actor.may(Right.SEE_CASES)):
        return None
    rows = Gesture.objects.filter(state=GESTURE.initial).exclude(proposed_by=actor.member_id)
    cases = Case.objects.filter(pk__in=rows.values("case"))
    rows = rows.exclude(case__in=cases_with_party(cases, actor.member_id).values("pk"))
    return Kind(rows.select_related("proposed_by", "case__person"), ("proposed_at", "id"), _gesture)


def holds(actor: Actor, now: datetime) -> Kind | None:
    """Paused dunning, proposed, refused or to be reviewed: of the member's cases, or nobody's."""
    if not (actor.may(Right.WORK_CASES) and actor.may(Right.SEE_CASES)):
        return None
    mine = Q(case__contact=actor.member_id) | Q(case__contact=None)
    rows = undecided(now).filter(mine).select_related("proposed_by", "case__person")
    return Kind(rows, ("review_on", "id"), _hold)


def wishes(actor: Actor) -> Kind | None:
    """Customers who ask for another person: all for leads, for others those of issues that they own."""
    if not (actor.may(Right.WORK_CASES) and actor.may(Right.SEE_CASES)):
        return None
    rows = StatusPage.objects.filter(other_asked_at__isnull=False)
    if not actor.may(Right.LEAD_CASES):
        rows = rows.filter(case__issue__owner=actor.member_id)
    return Kind(rows.select_related("case__person", "case__contact"), ("other_asked_at", "id"), _wish)


def merges(actor: Actor) -> Kind | None:
    """Profiles and accounts that may be one person, the likeliest first."""
    if not (actor.may(Right.WORK_ISSUES) and actor.may(Right.SEE_PEOPLE)):
        return None
    return Kind(suggested(dismissed=False), ("-score", "id"), _merge)


def measures(actor: Actor) -> Kind | None:
    """Measures that others proposed and that need a second person without part in the dispute."""
    if not actor.may(Right.JUDGE_MEASURES):
        return None
    rows = undecided_measures().exclude(proposed_by=actor.member_id)
    return Kind(
        rows.exclude(thread__in=threads_with_party(actor.member_id).values("pk")),
        ("proposed_at", "id"),
        _measure,
    )


def appeals(actor: Actor) -> Kind | None:
    """Appeals against what others decided, those first that are due first."""
    if not actor.may(Right.JUDGE_MEASURES):
        return None
    return Kind(open_appeals(but=actor.member_id), ("due_at", "id"), _appeal)


def count(actor: Actor, *, now: datetime, at_most: int | None = None) -> int:
    """Return how much waits for a member in all; of each kind no more than ``at_most`` rows are looked at."""
    return sum(kind.rows.order_by().values("pk")[:at_most].count() for kind in _kinds(actor, now).values())


def waiting(actor: Actor, offset: Callable[[str], int], *, now: datetime) -> Mapping[str, Paged[Waiting]]:
    """Return a page of every kind that a member may decide on; ``offset`` says by kind where it begins."""
    return {
        name: paged(kind.rows.order_by(*kind.order), kind.shown, offset=offset(name))
        for name, kind in _kinds(actor, now).items()
    }


def waiting_stretch(
    actor: Actor, name: str, *, now: datetime, after: str = "", size: int = SIZE
) -> Stretch[Waiting]:
    """Return a part of a kind for programs; nothing of one that the member does not decide on."""
    kind = _kinds(actor, now).get(name)
    if kind is None:
        return Stretch((), "")
    return stretch(kind.rows, kind.order, kind.shown, name=f"waiting {name}", after=after, size=size)


def _kinds(actor: Actor, now: datetime) -> Mapping[str, Kind]:
    """Return the kinds that a member may decide on, those first for which somebody else waits."""
    found = {
        "replies": replies(actor),
        "gestures": gestures(actor),
        "wishes": wishes(actor),
        "measures": measures(actor),
        "appeals": appeals(actor),
        "holds": holds(actor, now),
        "merges": merges(actor),
    }
    return {name: kind for name, kind in found.items() if kind is not None}


def _reply(row: Any) -> Waiting:
    return Waiting(row, str(row), row.since, row.author, row.case, row.thread)


def _gesture(row: Gesture) -> Waiting:
    return Waiting(row, str(row), row.proposed_at, row.proposed_by, row.case)


def _hold(row: Hold) -> Waiting:
    return Waiting(row, str(row.case), row.proposed_at, row.proposed_by, row.case)


def _wish(row: Any) -> Waiting:
    return Waiting(row, str(row.case), row.other_asked_at, case=row.case)


def _measure(row: Measure) -> Waiting:
    return Waiting(row, str(row.thread), row.proposed_at, row.proposed_by, thread=row.thread)


def _appeal(row: Appeal) -> Waiting:
    return Waiting(row, row.number, row.made_at, thread=row.measure.thread)


def _merge(row: Resemblance) -> Waiting:
    return Waiting(row, f"{row.person} · {row.other or row.account}", row.found_at)
