"""Keys to the HTTP API: shown once, kept as a hash, narrowed by scopes, and ended by time or by hand."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import Q

from kulanz.desk.access import actor_of
from kulanz.desk.models import ApiToken
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.scopes import Scope, usable
from kulanz.desk.services.events import record

PREFIX: Final = "kz_"
LONGEST_DAYS: Final = 730
_BYTES: Final = 32
_NOTED_EVERY: Final = timedelta(minutes=1)


def make_token(
    *, actor: Actor, name: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token for the actor and return it with its text, which nobody can read again later.

    Raise RuleError where name, scopes or days are not usable, NotAllowedError where a token asks, or a
    scope would permit nothing to the actor's roles.
    """
    if actor.token_id is not None:
        raise NotAllowedError("tokens are made by people who are logged in, not by other tokens")
    if not name.strip():
        raise RuleError("token: expected a name that says what it is for")
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleError("token: expected 1 to %(most)s days, got %(days)s", most=LONGEST_DAYS, days=days)
    wanted = _checked(actor, scopes)
    text = PREFIX + secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name.strip()[:120],
            member_id=actor.member_id,
            digest=_digest(text),
            scopes=wanted,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        record(actor, "make", token, now=now, data={"scopes": wanted, "days": days})
    return token, text


def revoke(*, actor: Actor, token: ApiToken, now: datetime) -> ApiToken:
    """End a token: one's own, or, as an admin, anybody's. One that has ended stays as it is."""
    if token.member_id != actor.member_id:
        actor.need(Right.SET_MEMBERS)
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            record(actor, "revoke", token, now=now)
    token.refresh_from_db()
    return token


def holder(*, text: str, now: datetime) -> Actor | None:
    """Return who shows a token; None where it is unknown, ended, or its member has left.

    That it was used is noted, at most once a minute.
    """
    rows = ApiToken.objects.filter(digest=_digest(text), revoked_at=None, expires_at__gt=now)
    token = rows.filter(member__is_active=True).select_related("member").first()
    if token is None:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - _NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return actor_of(token.member, token)


def _checked(actor: Actor, scopes: Collection[str]) -> list[str]:
    """Return scopes in their order; raise for unknown ones and for those that permit nothing."""
    known = [scope for scope in Scope if scope in scopes]
    unknown = sorted(set(scopes) - set(known))
    if unknown or not known:
        told = ", ".join(unknown) or "none"
        raise RuleError(
            "token: expected scopes among %(known)s, got %(told)s", known=", ".join(Scope), told=told
        )
    idle = [scope for scope in known if not usable(scope, actor.roles)]
    if idle:
        raise NotAllowedError(
            "token: your roles permit nothing with the scope %(idle)s", idle=", ".join(idle)
        )
    return [scope.value for scope in known]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
