"""Sessions of members: where they are logged in."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from kulanz.desk.access import NotFoundError
from kulanz.desk.models import Member
from kulanz.desk.services.events import record


def end_session(*, member: Member, pk: int, now: datetime) -> None:
    """End one of a member's own sessions; raise NotFoundError where it is not theirs."""
    session = UserSession.objects.filter(pk=pk, user=member).first()
    if session is None:
        raise NotFoundError("this session has ended already")
    with transaction.atomic():
        session.end()
        record(None, "end_session", member, now=now, data={"by_themselves": True})
