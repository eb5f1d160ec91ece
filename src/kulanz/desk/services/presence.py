"""Presence: who looked at an issue or a case last. A hint, no lock, and no event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Model

from kulanz.desk.models import Presence
from kulanz.desk.rules.actor import Actor

NOT_AGAIN_FOR: Final = timedelta(seconds=10)
FORGOTTEN_AFTER: Final = timedelta(days=1)


def look(*, actor: Actor, row: Model, now: datetime) -> None:
    """Note that somebody looks at an issue or a case; written at most every ten seconds."""
    noun = row._meta.model_name or ""  # noqa: SLF001 - Django's own way to the name
    mine = Presence.objects.filter(member_id=actor.member_id, noun=noun, noun_id=row.pk)
    if mine.filter(at__gt=now - NOT_AGAIN_FOR).exists():
        return
    Presence.objects.filter(noun=noun, noun_id=row.pk, at__lt=now - FORGOTTEN_AFTER).delete()
    Presence.objects.update_or_create(
        member_id=actor.member_id, noun=noun, noun_id=row.pk, defaults={"at": now}
    )
