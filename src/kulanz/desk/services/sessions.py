"""Sessions of members: where they are logged in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from kulanz.desk.access import NotFoundError
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.events import record

FORGOTTEN_AT_ONCE: Final = 500


def end_session(*, actor: Actor, pk: int, now: datetime) -> None:
    """End one of the actor's own sessions; raise NotFoundError where it is not theirs."""
    session = UserSession.objects.select_related("user").filter(pk=pk, user=actor.member_id).first()
    if session is None:
        raise NotFoundError("this session has ended already")
    with transaction.atomic():
        session.end()
        record(actor, "end_session", session.user, now=now)


def forget_expired(*, now: datetime) -> int:
    """Remove sessions whose time is over, and which browsers and addresses they had; return how many."""
    keys = list(Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    old = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    living = Session.objects.values("pk")
    UserSession.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(created_at__lt=old).exclude(session_key__in=living).delete()
    return Session.objects.filter(pk__in=keys).delete()[0]
