"""Who may be the same person: compared once a day and after a change, kept, and told apart by people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from kulanz.desk.models import Person, Resemblance
from kulanz.desk.queries.people import Suggestion, alike, faded
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record

EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 20


def compare_due(*, now: datetime) -> int:
    """Compare profiles whose time has come with all others; return how many had their turn."""
    waiting = Q(compared_at=None) | Q(compared_at__lte=now - EVERY)
    rows = Person.objects.filter(waiting, merged_into=None, erased_at=None)
    rows = rows.filter(objected_at=None, restricted_at=None)
    due = list(rows.order_by(F("compared_at").asc(nulls_first=True), "pk")[:AT_ONCE])
    for person in due:
        ours = Person.objects.filter(pk=person.pk, compared_at=person.compared_at)
        if ours.update(compared_at=now):
            compare(person=person, now=now)
    return len(due)


def compare(*, person: Person, now: datetime) -> None:
    """Keep who may be the same; what no longer seems so goes, unless it was told apart.

    Nobody is compared who objected, or whose data is not to be used.
    """
    found = [_row(person, each, now) for each in alike(person)] if person.is_reckoned else []
    with transaction.atomic():
        Resemblance.objects.filter(pk__in=faded(person), dismissed_at=None).delete()
        for field in ("other", "account"):
            Resemblance.objects.bulk_create(
                [row for row in found if getattr(row, f"{field}_id") is not None],
                update_conflicts=True,
                update_fields=("score", "grounds"),
                unique_fields=("person", field),
            )


def tell_apart(*, actor: Actor, resemblance: Resemblance, seen: int, now: datetime) -> Resemblance:
    """Say that two are not one person: they are not suggested again."""
    values = {"dismissed_at": now, "dismissed_by": actor.member_id}
    return _decided(actor, resemblance, seen, "tell_apart", now, values)


def suggest_again(*, actor: Actor, resemblance: Resemblance, seen: int, now: datetime) -> Resemblance:
    """Take back that two are not one person."""
    values = {"dismissed_at": None, "dismissed_by": None}
    return _decided(actor, resemblance, seen, "suggest_again", now, values)


def _decided(
    actor: Actor, row: Resemblance, seen: int, action: str, now: datetime, values: dict[str, Any]
) -> Resemblance:
    actor.need(Right.SEE_PEOPLE)
    actor.need(Right.WORK_ISSUES)
    with transaction.atomic():
        changed = change(row, seen, **values)
        about = {"person": row.person_id, "other": row.other_id, "account": row.account_id}
        for person in filter(None, (changed.person, changed.other)):
            record(actor, action, person, now=now, data=about)
    return changed


def _row(person: Person, found: Suggestion, now: datetime) -> Resemblance:
    ordered = sorted((person, found.person), key=lambda each: each.pk) if found.person else (person, None)
    return Resemblance(
        person=ordered[0],
        other=ordered[1],
        account=found.account,
        score=found.likeness.score,
        grounds=list(found.likeness.grounds),
        found_at=now,
    )
