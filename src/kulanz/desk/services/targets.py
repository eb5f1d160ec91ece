"""Targets of webhooks: who is told by HTTP of what happens, and the secret they check it with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from kulanz.desk.models import Delivery, WebhookTarget
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import seal, sealed_anew
from kulanz.desk.services.setting_up import drop, keep, named
from kulanz.desk.services.webhooks import KINDS
from kulanz.sources.web.standard_webhooks import new_secret

LONGEST: Final = 500


def save_target(  # noqa: PLR0913 - a target is its name, its address and what it wants to know
    *,
    actor: Actor,
    target: WebhookTarget | None,
    seen: int,
    name: str,
    url: str,
    kinds: Collection[str],
    active: bool,
    now: datetime,
) -> tuple[WebhookTarget, str]:
    """Make a target and return it with its secret, which is shown once; for one that is changed it is empty.

    No kinds means all of them.
    """
    actor.need(Right.SET_SOURCES)
    secret = "" if target else new_secret()
    row = target or WebhookTarget(sealed_secret=seal(secret.encode()))
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise RuleError(
            "kinds: expected some of %(known)s, got %(unknown)r", known=", ".join(KINDS), unknown=unknown[0]
        )
    wanted = [kind for kind in KINDS if kind in kinds]
    columns = {"name": named(name), "url": _checked(url), "kinds": wanted, "active": active}
    return keep(actor, row, seen, now, columns), secret


def new_target_secret(*, actor: Actor, target: WebhookTarget, seen: int, now: datetime) -> str:
    """Give a target another secret and return it; the old one signs beside it for three days more."""
    actor.need(Right.SET_SOURCES)
    secret = new_secret()
    with transaction.atomic():
        changed = change(target, seen, sealed_secret=sealed_anew(target.sealed_secret, secret, now))
        record(actor, "new_secret", changed, now=now)
    return secret


def remove_target(*, actor: Actor, target: WebhookTarget, now: datetime) -> None:
    """Remove a target; what was on its way to it is not sent any more."""
    actor.need(Right.SET_SOURCES)
    with transaction.atomic():
        Delivery.objects.filter(target=target, sent_at=None).delete()
        drop(actor, target, now)


def _checked(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or len(url) > LONGEST:
        raise RuleError("address: expected one such as https://example.org/hooks, got %(url)r", url=url[:80])
    return url
