"""The audit trail of the login: who came, who was turned away, and what changed in how a member gets in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from kulanz.desk.access import actor_of
from kulanz.desk.models import Member
from kulanz.desk.services.events import record


class Login(StrEnum):
    """What a member does at the login; the words are actions of events."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    SET_PASSWORD = "set_password"  # noqa: S105 - an action, no secret
    ADD_FACTOR = "add_factor"
    REMOVE_FACTOR = "remove_factor"
    RENEW_CODES = "renew_codes"
    END_OTHERS = "end_other_sessions"


def note(*, member: Member, action: Login, now: datetime, **data: object) -> None:
    """Note what a member did; ``data`` says how, and holds no secret and no address."""
    with transaction.atomic():
        record(actor_of(member), action, member, now=now, data=data)


def note_refusal(*, name: str, step: str, now: datetime) -> None:
    """Note that somebody did not get in: with whose name or address, and at which step.

    Nobody is the actor: it is not known who tried. A name that no member has is not kept; it may be a
    password that was typed into the wrong field.
    """
    called = Q(username__iexact=name) | Q(email__iexact=name)
    member = Member.objects.filter(called).first() if name else None
    with transaction.atomic():
        record(None, "sign_in_refused", member or Member(), now=now, data={"step": step})
