"""Billing systems: connected, changed, paused, tried, and removed by people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django.db import IntegrityError, transaction

from kulanz.billing import BillingError
from kulanz.desk.models import BillingSystem
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.billing import TELLING, WEBHOOK, config_in, kind_named
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.intervals import check_interval
from kulanz.desk.rules.machines import HOLD
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.rotation import newest, renewed
from kulanz.desk.services.billing_adapters import TOLD, Secrets, adapter_for, inbox_path, secrets_of
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.sources import new_secret as new_key
from kulanz.sources.errors import PermanentError, Problems
from kulanz.sources.web.standard_webhooks import new_secret, signed_headers

INTERVAL_S: Final = 900
READ_AFRESH: Final[Mapping[str, Any]] = {"attempts": 0, "last_error": "", "error_kind": ""}
"""What is written of a billing system whose errors are past."""
_LONGEST_NAME: Final = 40
_LONGEST_SECRET: Final = 2_000
_ANY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A billing system as a person wants it. A secret left empty stays what it was."""

    name: str
    adapter: str
    config: Mapping[str, Any]
    secrets: Secrets = field(default_factory=dict)
    interval_s: int = INTERVAL_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a test of a connection saw: how many claims came with the first page, and what it could not read.

    ``holds``: dunning can be stopped there. ``error`` is English where it has an ``error_kind`` (busy,
    unreachable, refused), which pages tell in their own language.
    """

    works: bool
    claims: int = 0
    more: bool = False
    holds: bool = False
    problems: tuple[str, ...] = ()
    error: str = ""
    error_kind: str = ""


def add(
    *, actor: Actor, wanted: Wanted, now: datetime, token: Callable[[], str] = new_key
) -> tuple[BillingSystem, dict[str, str]]:
    """Connect a billing system, which is read at once; return it with the secrets that were made for it."""
    actor.need(Right.SET_SOURCES)
    made = _made_secrets(wanted)
    _check_typed(wanted.adapter, _given(wanted.secrets))
    secrets = {**_given(wanted.secrets), **made}
    columns = _columns(wanted, secrets)
    try:
        with transaction.atomic():
            system = BillingSystem.objects.create(
                **columns,
                name=_name(wanted.name),
                adapter=wanted.adapter,
                hook_key=token(),
                due_at=now,
                created_at=now,
            )
            told = {"name": system.name, "adapter": system.adapter, "config": system.config}
            record(actor, "add", system, now=now, data=told)
    except IntegrityError as error:
        raise RuleError(
            "there is a billing system %(name)r already: choose another name", name=wanted.name.strip()
        ) from error
    return system, made


def edit(*, actor: Actor, system: BillingSystem, seen: int, wanted: Wanted, now: datetime) -> BillingSystem:
    """Change a billing system; its name and adapter stay, because its claims are kept under them."""
    actor.need(Right.SET_SOURCES)
    if (_name(wanted.name), wanted.adapter) != (system.name, system.adapter):
        raise RuleError("a billing system keeps its name and adapter: connect another one instead")
    given = _given(wanted.secrets)
    _check_typed(wanted.adapter, given)
    before = system.config
    columns = _columns(wanted, {**secrets_of(system), **given})
    with transaction.atomic():
        change(system, seen, **columns, **_afresh(system, now))
        told = {"before": before, "after": system.config, "secrets": sorted(given)}
        record(actor, "edit", system, now=now, data=told)
    return system


def pause(*, actor: Actor, system: BillingSystem, seen: int, now: datetime) -> BillingSystem:
    """Stop reading, and refuse deliveries, until somebody resumes it; holds are ordered all the same."""
    return _set_paused(actor, system, seen, now, paused=True, due_at=None)


def resume(*, actor: Actor, system: BillingSystem, seen: int, now: datetime) -> BillingSystem:
    """Read on after a pause."""
    return _set_paused(actor, system, seen, now, paused=False, due_at=now, **READ_AFRESH)


def read_now(*, actor: Actor, system: BillingSystem, now: datetime) -> None:
    """Read a billing system, and ask for its holds and gestures, without waiting until they are due."""
    actor.need(Right.SET_SOURCES)
    if system.paused:
        raise RuleError("%(name)s is paused: resume it first", name=system.name)
    with transaction.atomic():
        BillingSystem.objects.filter(pk=system.pk, paused=False).update(due_at=now)
        system.gestures.filter(state="ordered").update(due_at=now)
        system.holds.exclude(state__in=HOLD.final).update(due_at=now)
        record(actor, "read_now", system, now=now)


def renew_secret(*, actor: Actor, system: BillingSystem, seen: int, name: str, now: datetime) -> str:
    """Make one of a webhook's two secrets anew and return it: it is shown this once.

    The old one is good for three days more: ours signs beside the new one, theirs is taken.
    """
    actor.need(Right.SET_SOURCES)
    if system.adapter != WEBHOOK or name not in kind_named(WEBHOOK).secrets:
        raise RuleError("only webhooks have secrets that are made here: enter the new one instead")
    secret, kept = new_secret(), secrets_of(system)
    both = renewed(kept.get(name, ""), secret, now)
    with transaction.atomic():
        change(system, seen, sealed_keys=_sealed({**kept, name: both}))
        record(actor, "renew_secret", system, now=now, data={"secret": name})
    return secret


def remove(*, actor: Actor, system: BillingSystem, seen: int, reason: str, now: datetime) -> None:
    """Remove a billing system, what it sent, and its letters; its claims stay as they were told last.

    Raise RuleError while holds are on there, which nobody could end any more, or gestures are ordered.
    """
    actor.need(Right.SET_SOURCES)
    if not reason.strip():
        raise RuleError("reason: expected why it is removed")
    with transaction.atomic():
        change(system, seen)
        _refuse_live(system)
        told = {"name": system.name, "adapter": system.adapter}
        record(actor, "remove", system, now=now, reason=reason.strip(), data=told)
        system.holds.update(system=None)
        system.gestures.update(system=None)
        place = inbox_path(system)
        system.delete()
        transaction.on_commit(lambda: shutil.rmtree(place, ignore_errors=True))


def try_out(*, actor: Actor, wanted: Wanted, now: datetime, system: BillingSystem | None = None) -> Tried:
    """Ask a billing system for the first page of its claims, and keep nothing of it."""
    actor.need(Right.SET_SOURCES)
    if wanted.adapter in TELLING:
        raise RuleError("this billing system is not asked, it sends: wait for what comes first")
    kept = secrets_of(system) if system is not None else {}
    shadow = BillingSystem(adapter=wanted.adapter, **_columns(wanted, {**kept, **_given(wanted.secrets)}))
    problems = Problems(keep=TOLD)
    try:
        with adapter_for(shadow, now, problems=problems) as adapter:
            page = adapter.claims(None)
    except BillingError as error:
        return Tried(works=False, error=str(error), error_kind=error.kind)
    return Tried(
        works=True,
        claims=len(page.items),
        more=page.more,
        holds=bool(adapter.scopes),
        problems=tuple(map(str, problems.kept)),
    )


def _set_paused(
    actor: Actor, system: BillingSystem, seen: int, now: datetime, *, paused: bool, **values: object
) -> BillingSystem:
    actor.need(Right.SET_SOURCES)
    with transaction.atomic():
        change(system, seen, paused=paused, **values)
        record(actor, "pause" if paused else "resume", system, now=now)
    return system


def _refuse_live(system: BillingSystem) -> None:
    live = system.holds.exclude(state__in=HOLD.final).order_by("case_id").values_list("case_id", flat=True)
    if cases := list(live.distinct()[:TOLD]):
        raise RuleError(
            "holds are still on at %(name)s, such as in case %(cases)s: have them ended first",
            name=system.name,
            cases=", ".join(map(str, cases)),
        )
    if system.gestures.filter(state="ordered").exists():
        raise RuleError(
            "%(name)s was told to carry out gestures: wait until it has answered", name=system.name
        )


def _afresh(system: BillingSystem, now: datetime) -> dict[str, object]:
    return {} if system.paused else {"due_at": now, **READ_AFRESH}


def _columns(wanted: Wanted, secrets: Secrets) -> dict[str, Any]:
    """Return what is written of a billing system; raise RuleError for what none can be made of."""
    check_interval(wanted.interval_s)
    config = config_in(wanted.adapter, wanted.config)
    _check_secrets(wanted.adapter, secrets)
    return {
        "config": msgspec.to_builtins(config),
        "sealed_keys": _sealed(secrets),
        "interval_s": wanted.interval_s,
    }


def _check_secrets(adapter: str, secrets: Secrets) -> None:
    known = kind_named(adapter).secrets
    if unknown := sorted(set(secrets) - set(known)):
        raise RuleError(
            "%(adapter)s knows no secret %(unknown)r: expected %(known)s",
            adapter=adapter,
            unknown=unknown[0],
            known=", ".join(known) or "none",
        )
    for name in known:
        if not 0 < len(secrets.get(name, "")) <= _LONGEST_SECRET:
            raise RuleError("%(name)s: expected 1 to %(most)s characters", name=name, most=_LONGEST_SECRET)
        if adapter == WEBHOOK:
            _check_webhook_secret(name, newest(secrets[name]))


def _check_webhook_secret(name: str, secret: str) -> None:
    try:
        signed_headers("test", b"", secret, _ANY)
    except PermanentError as error:
        raise RuleError("%(name)s: %(error)s", name=name, error=error) from error


def _check_typed(adapter: str, given: Secrets) -> None:
    """What is typed is one secret; what is kept may have the one before on the next line."""
    for name, secret in given.items():
        if adapter == WEBHOOK:
            _check_webhook_secret(name, secret)


def _made_secrets(wanted: Wanted) -> dict[str, str]:
    """Return secrets for a webhook that brings none of its own."""
    names = kind_named(WEBHOOK).secrets if wanted.adapter == WEBHOOK else ()
    return {name: new_secret() for name in names if not wanted.secrets.get(name, "").strip()}


def _given(secrets: Secrets) -> dict[str, str]:
    return {name: value.strip() for name, value in secrets.items() if value.strip()}


def _sealed(secrets: Secrets) -> bytes:
    return seal(msgspec.json.encode(dict(secrets))) if secrets else b""


def _name(name: str) -> str:
    words = " ".join(name.split())
    if not 0 < len(words) <= _LONGEST_NAME:
        raise RuleError("name: expected 1 to %(most)s characters", most=_LONGEST_NAME)
    return words
