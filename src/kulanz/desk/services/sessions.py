"""Sessions of members: where they are logged in."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from kulanz.desk.access import NotFoundError
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.events import record


def end_session(*, actor: Actor, pk: int, now: datetime) -> None:
    """End one of the actor's own sessions; raise NotFoundError where it is not theirs."""
    session = UserSession.objects.select_related("user").filter(pk=pk, user=actor.member_id).first()
    if session is None:
        raise NotFoundError("this session has ended already")
    with transaction.atomic():
        session.end()
        record(actor, "end_session", session.user, now=now)
