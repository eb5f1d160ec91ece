"""Who looked at what is kept sealed is on record: at most once an hour for the same member and thing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from kulanz.desk.models import Event
from kulanz.desk.rules.actor import Actor

NOT_AGAIN_FOR: Final = timedelta(hours=1)


def looked(actor: Actor, noun: str, wanted: Collection[int], now: datetime) -> None:
    """Record that a member has opened things of a kind."""
    if not wanted:
        return
    lately = Event.objects.filter(
        noun=noun, action="open", noun_id__in=wanted, actor=actor.member_id, at__gt=now - NOT_AGAIN_FOR
    )
    known = set(lately.filter(token=actor.token_id).values_list("noun_id", flat=True))
    Event.objects.bulk_create(
        Event(at=now, actor_id=actor.member_id, token_id=actor.token_id, action="open", noun=noun, noun_id=pk)
        for pk in wanted
        if pk not in known
    )
