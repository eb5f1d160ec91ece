"""The audit trail as people read it: who did what to what, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case as Choice
from django.db.models import F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from kulanz.desk.models import Case, Defect, Event, Gesture, Issue, Member, Person, Source, Thread
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right

_CORRECT: Final = "correct"  # what services.stakes records
_DAY: Final = timedelta(days=1)

# nouns that have a page of their own, and how their rows are called
_NAMES: Final[dict[str, tuple[QuerySet[Any], Any]]] = {
    "case": (Case.objects.all(), F("title")),
    "defect": (Defect.objects.all(), F("name")),
    "gesture": (Gesture.objects.all(), F("case__title")),
    "issue": (Issue.objects.all(), F("title")),
    "member": (Member.objects.all(), Coalesce(NullIf("display_name", Value("")), "username")),
    "person": (Person.objects.all(), F("name")),
    "source": (Source.objects.all(), F("name")),
    "thread": (Thread.objects.all(), Coalesce(NullIf("title", Value("")), "key")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which events are wanted; ``by_desk`` those that nobody did, both days included."""

    actor: int | None = None
    by_desk: bool = False
    noun: str = ""
    noun_id: int | None = None
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """An event, and where it can be looked at: a noun with a page, its key and its name.

    ``name`` is empty where it is gone.
    """

    event: Event
    noun: str
    pk: int | None
    name: str


def filtered(wanted: AuditFilter) -> QuerySet[Event]:
    """Return the events that are wanted, with who did them."""
    given = {
        "actor_id": wanted.actor,
        "actor__isnull": wanted.by_desk or None,
        "noun": wanted.noun,
        "noun_id": wanted.noun_id,
        "action": wanted.action,
        "at__gte": wanted.since and _begin(wanted.since),
        "at__lt": wanted.until and _begin(wanted.until + _DAY),
    }
    chosen = {name: value for name, value in given.items() if value not in {None, ""}}
    return Event.objects.filter(**chosen).select_related("actor")


def audited(actor: Actor, wanted: AuditFilter, *, offset: int) -> Paged[Audited]:
    """Return a page of events as an actor may read them, the latest first."""
    actor.need(Right.SEE_AUDIT)
    rows = filtered(wanted).annotate(place_name=_names()).order_by("-at", "-pk")
    return paged(rows, lambda found: [_placed(each) for each in readable(actor, found)], offset=offset)


def readable(actor: Actor, events: Iterable[Event]) -> list[Event]:
    """Return events without what an actor may not read: why a number was corrected is as private as it."""
    found = list(events)
    if not actor.may(Right.SEE_VALUES):
        for event in found:
            event.reason = "" if event.action == _CORRECT else event.reason
    return found


def actors() -> list[tuple[int, str]]:
    """Return everybody who may have done something, those who left too, by name."""
    found = [(member.pk, str(member)) for member in Member.objects.all()]
    return sorted(found, key=lambda each: each[1].casefold())


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _names() -> Choice:
    """What the place of an event is called: that of its noun, or of what it happened in."""
    own = [
        When(noun=noun, then=Subquery(rows.filter(pk=OuterRef("noun_id")).values_list(name)[:1]))
        for noun, (rows, name) in _NAMES.items()
    ]
    thread = Coalesce(NullIf("thread__title", Value("")), "thread__key")
    return Choice(*own, default=Coalesce("case__title", "issue__title", thread))


def _placed(event: Event) -> Audited:
    noun, pk = event.noun, event.noun_id
    if noun not in _NAMES:
        held = (("case", event.case_id), ("issue", event.issue_id), ("thread", event.thread_id))
        noun, pk = next(((name, key) for name, key in held if key is not None), ("", None))
    return Audited(event, noun, pk, getattr(event, "place_name", None) or "")
