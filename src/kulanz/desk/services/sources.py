"""Sources: added, changed, paused, tried, and removed by people."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from kulanz.desk.models import Source, Subscription
from kulanz.desk.queries.known import KnownNothing
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.hooks import PUSH
from kulanz.desk.rules.intervals import check_interval
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.events import record
from kulanz.desk.services.fetching import want
from kulanz.desk.services.outside import Keys, Outside, keys_of, sealed
from kulanz.desk.services.sealing import seal, sealed_anew
from kulanz.sources.connecting import LIVE
from kulanz.sources.connectors import CONNECTORS, connector_named
from kulanz.sources.errors import FetchError, Problems, SourceError
from kulanz.sources.sightings import Page

INTERVAL_S: Final = 300
BUDGET_PER_DAY: Final = 5_000
LEAST_A_DAY: Final = 10
MOST_A_DAY: Final = 1_000_000
TEST_REQUESTS: Final = 6
_TITLES: Final = 3
_LONGEST_NAME: Final = 200
_LONGEST_ADDRESS: Final = 500
_OWN_ADDRESSES: Final = frozenset({"github", "imap"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A source as a person wants it. A key left empty stays what it was."""

    name: str
    connector: str
    address: str
    keys: Keys = field(default_factory=dict)
    interval_s: int = INTERVAL_S
    budget_per_day: int = BUDGET_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a test of a connection saw: some posts, or why there were none.

    ``error`` is English where it has an ``error_kind``, which pages tell in their own language.
    """

    works: bool
    posts: int = 0
    titles: tuple[str, ...] = ()
    error: str = ""
    error_kind: str = ""


def new_secret() -> str:
    """Return 256 bits of chance as text that fits into an address."""
    return secrets.token_urlsafe(32)


def add(
    *, actor: Actor, wanted: Wanted, now: datetime, world: Outside, token: Callable[[], str] = new_secret
) -> Source:
    """Add a source; one that is fetched is read at once."""
    actor.need(Right.SET_SOURCES)
    _check(wanted, wanted.keys, world)
    try:
        with transaction.atomic():
            source = Source.objects.create(
                **_columns(wanted),
                sealed_keys=sealed(wanted.keys),
                hook_key=token(),
                sealed_hook_secret=seal(token().encode()),
                due_at=now if wanted.connector in CONNECTORS else None,
                created_at=now,
            )
            if source.connector == "feed":
                Subscription.objects.create(source=source, key=token(), due_at=now)
            told = {"connector": source.connector, "address": source.address, "name": source.name}
            record(actor, "add", source, now=now, data=told)
    except IntegrityError as error:
        raise _taken(wanted) from error
    return source


def edit(*, actor: Actor, source: Source, seen: int, wanted: Wanted, now: datetime, world: Outside) -> Source:
    """Change a source; its connector stays, because what was kept is in that connector's words."""
    step(source, SOURCE, "edit", actor)
    if wanted.connector != source.connector:
        raise RuleError(
            "a source stays with its connector %(connector)r: add another one instead",
            connector=source.connector,
        )
    keys = {**keys_of(source), **{name: value for name, value in wanted.keys.items() if value}}
    _check(wanted, keys, world)
    before = {"name": source.name, "address": source.address}
    try:
        with transaction.atomic():
            account = {"posts_as": "", "posts_as_at": None} if wanted.keys else {}
            change(source, seen, **_columns(wanted), sealed_keys=sealed(keys), **account)
            after = {"name": source.name, "address": source.address}
            told = {"before": before, "after": after, "keys": sorted(k for k, v in wanted.keys.items() if v)}
            record(actor, "edit", source, now=now, data=told)
    except IntegrityError as error:
        raise _taken(wanted) from error
    return source


def pause(*, actor: Actor, source: Source, seen: int, now: datetime) -> Source:
    """Stop reading, and refuse deliveries, until somebody resumes it."""
    return _step(actor, source, seen, "pause", now, due_at=None)


def resume(*, actor: Actor, source: Source, seen: int, now: datetime) -> Source:
    """Read on after a pause."""
    return _step(actor, source, seen, "resume", now, **_afresh(source, now))


def retry(*, actor: Actor, source: Source, seen: int, now: datetime) -> Source:
    """Read on after what stopped the source was mended."""
    return _step(actor, source, seen, "retry", now, **_afresh(source, now))


def read_now(*, actor: Actor, source: Source, now: datetime) -> None:
    """Read a source without waiting for the time when it is due."""
    step(source, SOURCE, "read_now", actor)
    with transaction.atomic():
        want(source=source, now=now)
        record(actor, "read_now", source, now=now)


def remove(*, actor: Actor, source: Source, seen: int, reason: str, now: datetime) -> None:
    """Remove a source with everything that was read from it."""
    step(source, SOURCE, "remove", actor, reason)
    with transaction.atomic():
        change(source, seen)
        told = {"name": source.name, "connector": source.connector, "address": source.address}
        record(actor, "remove", source, now=now, reason=reason, data=told)
        source.delete()


def rotate_secret(
    *, actor: Actor, source: Source, seen: int, now: datetime, token: Callable[[], str] = new_secret
) -> str:
    """Give the source's webhook a new secret and return it: it is shown this once.

    The old one is good for three days more; so long there is time to enter the new one at the source.
    """
    step(source, SOURCE, "edit", actor)
    secret = token()
    with transaction.atomic():
        change(source, seen, sealed_hook_secret=sealed_anew(source.sealed_hook_secret, secret, now))
        record(actor, "rotate_secret", source, now=now)
    return secret


def try_out(*, actor: Actor, wanted: Wanted, world: Outside, source: Source | None = None) -> Tried:
    """Read a little of a place with a few requests, and keep nothing of it."""
    actor.need(Right.SET_SOURCES)
    kept = keys_of(source) if source is not None else {}
    keys = {**kept, **{name: value for name, value in wanted.keys.items() if value}}
    _check(wanted, keys, world)
    if wanted.connector not in CONNECTORS:
        return Tried(works=True)
    with world.client(TEST_REQUESTS) as http:
        try:
            connector = world.connector(
                wanted.connector,
                wanted.address,
                keys,
                http=http,
                known=KnownNothing(),
                problems=Problems(keep=1),
            )
            page = next((page for page in connector.pages(LIVE, None) if page.posts), Page())
        except SourceError as error:
            kind = getattr(error, "kind", "other")
            return Tried(works=False, error=str(error), error_kind=kind)
    titles = dict.fromkeys(title for each in page.posts if (title := each.post.thread_title))
    return Tried(works=True, posts=len(page.posts), titles=tuple(titles)[:_TITLES])


def _step(actor: Actor, source: Source, seen: int, action: str, now: datetime, **values: object) -> Source:
    state = step(source, SOURCE, action, actor)
    with transaction.atomic():
        change(source, seen, state=state, **values)
        record(actor, action, source, now=now)
    return source


def _afresh(source: Source, now: datetime) -> dict[str, object]:
    fetched = source.connector in CONNECTORS
    return {
        "due_at": now if fetched else None,
        "attempts": 0,
        "errors_in_row": 0,
        "last_error": "",
        "error_kind": "",
    }


def _columns(wanted: Wanted) -> dict[str, object]:
    return {
        "name": " ".join(wanted.name.split()),
        "connector": wanted.connector,
        "address": wanted.address.strip(),
        "interval_s": wanted.interval_s,
        "budget_per_day": wanted.budget_per_day,
    }


def _check(wanted: Wanted, keys: Keys, world: Outside) -> None:
    """Raise RuleError for what no source can be made of; asks nobody outside."""
    if not 0 < len(wanted.name.strip()) <= _LONGEST_NAME:
        raise RuleError("name: expected 1 to %(most)s characters", most=_LONGEST_NAME)
    if not 0 < len(wanted.address.strip()) <= _LONGEST_ADDRESS:
        raise RuleError("address: expected 1 to %(most)s characters", most=_LONGEST_ADDRESS)
    check_interval(wanted.interval_s)
    if not LEAST_A_DAY <= wanted.budget_per_day <= MOST_A_DAY:
        raise RuleError(
            "requests a day: expected %(least)s to %(most)s, a tenth of which is for finding silent edits,"
            " got %(budget_per_day)s",
            least=LEAST_A_DAY,
            most=MOST_A_DAY,
            budget_per_day=wanted.budget_per_day,
        )
    if wanted.connector != PUSH:
        _check_connector(wanted, keys, world)


def _check_connector(wanted: Wanted, keys: Keys, world: Outside) -> None:
    if wanted.connector not in CONNECTORS:
        raise RuleError(
            "kind of source: expected one of %(known)s, got %(got)r",
            known=", ".join((*CONNECTORS, PUSH)),
            got=wanted.connector[:40],
        )
    if wanted.connector not in _OWN_ADDRESSES:
        _check_web_address(wanted.address.strip())
    try:
        known = connector_named(wanted.connector).keys
        if unknown := sorted(set(wanted.keys) - set(known)):
            raise RuleError(
                "%(connector)s knows no key %(unknown)r: expected %(known)s",
                connector=wanted.connector,
                unknown=unknown[0],
                known=", ".join(known) or "none",
            )
        with world.client(0) as http:
            world.connector(
                wanted.connector,
                wanted.address.strip(),
                keys,
                http=http,
                known=KnownNothing(),
                problems=Problems(),
            )
    except FetchError as error:
        raise RuleError("address: %(error)s", error=error) from error


def _check_web_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    if not usable:
        raise RuleError(
            "address: expected one such as https://forum.example.org, got %(address)r", address=address[:100]
        )


def _taken(wanted: Wanted) -> RuleError:
    return RuleError(
        "there is a source named %(name)r or one that reads %(address)r already",
        name=wanted.name,
        address=wanted.address,
    )
