"""Who else looks at the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Model

from kulanz.desk.models import Presence
from kulanz.desk.rules.actor import Actor

RECENT: Final = timedelta(minutes=5)
AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Onlooker:
    """A colleague, and when they looked last."""

    name: str
    at: datetime


def onlookers(actor: Actor, row: Model, *, now: datetime) -> tuple[Onlooker, ...]:
    """Return the colleagues who looked at an issue or a case in the last five minutes, the latest first."""
    seen = Presence.objects.filter(
        noun=row._meta.model_name,  # noqa: SLF001 - Django's own way to the name
        noun_id=row.pk,
        at__gt=now - RECENT,
    ).exclude(member_id=actor.member_id)
    latest = seen.select_related("member").order_by("-at")[:AT_MOST]
    return tuple(Onlooker(str(each.member), each.at) for each in latest)
