"""Which gestures fit a case: what a person decides on, explained with what it rests on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from kulanz.core.goodwill import Circumstances, Fit, History, suggest
from kulanz.core.stake import Stake
from kulanz.core.standing import Standing
from kulanz.desk.models import Assessment, Case, Event, Gesture
from kulanz.desk.queries.standing import standing_of
from kulanz.desk.rules.machines import SPENT

if TYPE_CHECKING:
    from kulanz.core.gestures import Fault, GestureKind

REMEMBERED: Final = timedelta(days=365)


def suggestions(case: Case, stake: Stake | None, now: datetime) -> tuple[Fit, ...]:
    """Return every kind of gesture for a case, those that fit first."""
    return suggest(
        Circumstances(
            fault=cast("Fault", assessment_of(case).fault),
            stake=stake,
            standing=_standing(case, now),
            history=history(case, now),
        )
    )


def assessment_of(case: Case) -> Assessment:
    """Return what a person said of a case; where nobody did, an empty one of version 0."""
    found: Assessment | None = getattr(case, "assessment", None)
    return found or Assessment(case=case, version=0)


def history(case: Case, now: datetime) -> History:
    """Return what happened before: the person's gestures of a year, promises broken and days waited here."""
    rows = Gesture.objects.filter(case__person=case.person_id, proposed_at__gte=now - REMEMBERED)
    kinds = [(cast("GestureKind", kind), state) for kind, state in rows.values_list("kind", "state")]
    promises = list(case.promises.values_list("pk", flat=True))
    broken = Event.objects.filter(noun="promise", action="break", noun_id__in=promises)
    return History(
        given=tuple(kind for kind, state in kinds if state in SPENT),
        refused=tuple(sorted({kind for kind, state in kinds if state == "refused"})),
        promises_broken=broken.values("noun_id").distinct().count(),
        waited_days=_waited(case, now),
    )


def _waited(case: Case, now: datetime) -> int:
    """Days until somebody first wrote to the customer; until now, or the end of the case, if nobody did."""
    first = case.messages.filter(inbound=False).order_by("at").values_list("at", flat=True).first()
    return ((first or case.closed_at or now) - case.opened_at).days


def _standing(case: Case, now: datetime) -> Standing | None:
    known = standing_of(case.person, now=now)
    return known.standing if known else None
