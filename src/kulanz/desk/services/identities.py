"""Who speaks for the company: names, domains and accounts. A change has everything analysed again."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from kulanz.desk.models import Member, Source, StaffIdentity, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.urgency import HAS_TIME
from kulanz.desk.services.setting_up import drop, keep, one_of

KINDS: Final = ("name", "domain", "account")
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def save_identity(  # noqa: PLR0913 - an entry is its kind, its value and whose it is
    *,
    actor: Actor,
    identity: StaffIdentity | None,
    seen: int,
    kind: str,
    value: str,
    source: Source | None,
    member: Member | None,
    now: datetime,
) -> StaffIdentity:
    """Say that a name, a domain or an account speaks for the company, or correct an entry.

    At a source, or at any. Threads are analysed again.
    """
    actor.need(Right.SET_POLICIES)
    one_of("kind", kind, KINDS)
    if member is not None and source is None:
        raise RuleError("member: say at which source too; elsewhere anybody may have an account of that name")
    columns = {"kind": kind, "value": _checked(kind, value), "source": source, "member": member}
    with transaction.atomic():
        saved = keep(actor, identity or StaffIdentity(), seen, now, columns)
        _analyse_again(now)
    return saved


def remove_identity(*, actor: Actor, identity: StaffIdentity, now: datetime) -> None:
    """Take that back; threads are analysed again."""
    actor.need(Right.SET_POLICIES)
    with transaction.atomic():
        drop(actor, identity, now)
        _analyse_again(now)


def _checked(kind: str, value: str) -> str:
    words = " ".join(value.split())
    if not 1 < len(words) <= 255:  # noqa: PLR2004 - one letter is no name; what the column holds
        raise RuleError(
            "%(kind)s: expected 2 to 255 characters, got %(length)s", kind=kind, length=len(words)
        )
    if kind == "domain" and not _DOMAIN.fullmatch(words := words.lower().removeprefix("@")):
        raise RuleError("domain: expected one such as example.org, got %(words)r", words=words[:60])
    return words


def _analyse_again(now: datetime) -> None:
    """Have every thread analysed when the worker has time; those that wait already keep their place.

    One that is being analysed at this moment is analysed once more: it began with the old names.
    """
    idle = Thread.objects.filter(Q(due_at=None) | Q(due_at__gt=now))
    idle.filter(stale_since=None).update(urgency=HAS_TIME)
    idle.update(stale_since=Coalesce(F("stale_since"), Value(now)), due_at=now)
