"""What ``kulanz fetch`` puts together: keys, client, connector, store; and one round of reading."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.session import counted
from kulanz.sources.connecting import Context
from kulanz.sources.connectors import CONNECTORS, Registered, split_source
from kulanz.sources.errors import BudgetSpentError, FetchError, PermanentError
from kulanz.sources.fetching import Fetch, Outcome
from kulanz.sources.recognising import recognise
from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.urls import masked_source

if TYPE_CHECKING:
    from kulanz.cli.session import Session
    from kulanz.sources.store import Health, SourceStore, Store

ENVIRONMENT: Final = "KULANZ_KEY_"
REREAD_SHARE: Final = 4
REREAD_REQUESTS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How sources are read: under which contact, how fast, how much, and where it may lead."""

    contact: str
    rate: float
    budget: int | None
    allow_private: tuple[str, ...]
    reread: bool = False
    lanes: tuple[str, ...] = ()

    @property
    def policy(self) -> AddressPolicy:
        return AddressPolicy(allowed=self.allow_private)

    @property
    def reread_budget(self) -> int | None:
        """A quarter of the budget, at least one request; sixty where there is no budget."""
        if not self.reread:
            return None
        return REREAD_REQUESTS if self.budget is None else max(self.budget // REREAD_SHARE, 1)

    def client(self) -> HttpClient:
        return HttpClient(
            policy=self.policy,
            limits=WebLimits(),
            pacing=Pacing(interval=1 / self.rate),
            contact=self.contact,
            budget=self.budget,
            now=utc_now,
            sleep=time.sleep,
            random=SystemRandom().random,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A source, ready to be read into a store."""

    source: SourceStore
    address: str
    connector: Registered
    manners: Manners
    secrets: dict[str, Secret] = field(default_factory=dict)

    def prepare(self, *, retry: bool) -> None:
        """Raise FetchError where the source is stopped or rests, unless it is to be tried all the same."""
        if retry:
            self.source.retried()
        check_health(self.source.health)

    def read(self, session: Session, pause: timedelta | None) -> Outcome:
        """Read one round."""
        with self.manners.client() as http:
            made = self.connector.make(self._context(http, session))
            check_lanes(self.manners.lanes, made.lanes, self.connector.name)
            fetch = Fetch(
                store=self.source,
                connector=made,
                http=http,
                now=utc_now,
                random=SystemRandom(),
                problems=session.problems,
                lanes=self.manners.lanes or None,
                reread_budget=self.manners.reread_budget,
                progress=lambda outcome: session("fetching", outcome.requests, self.manners.budget),
            )
            return fetch.run(lambda now: None if pause is None else now + pause)

    def _context(self, http: HttpClient, session: Session) -> Context:
        return Context(
            address=self.address,
            http=http,
            now=utc_now,
            known=self.source,
            problems=session.problems,
            policy=self.manners.policy,
            secrets=self.secrets,
        )


def read(reader: Reader, store: Store, session: Session, *, pause: timedelta | None) -> None:
    """Read one round, or one after the other where there is a ``pause`` between them.

    Raise the error that a single round ends with, and any error that only a person can mend.
    """
    is_written = False  # a run that was killed may have kept posts that it did not write any more
    while True:
        outcome = _round(reader, store, session, pause)
        error = failure(outcome)
        if not is_written or outcome.new_posts or outcome.revisions:
            export(store, session)
            is_written = True
        for line in summary(outcome):
            session.say(line)
        if error is not None and (pause is None or isinstance(error, PermanentError)):
            raise error
        if pause is None:
            return
        if error is not None:
            session.say(str(error))
        wait(reader.source, pause)


def _round(reader: Reader, store: Store, session: Session, pause: timedelta | None) -> Outcome:
    """Read one round; what an interrupted one has kept is written too."""
    try:
        return reader.read(session, pause)
    except KeyboardInterrupt:
        export(store, session)
        raise


def wait(source: SourceStore, pause: timedelta) -> None:
    """Sleep for a pause, longer where the source is to be left alone."""
    now = utc_now()
    until = max(now + pause, source.health.not_before or now)
    time.sleep((until - now).total_seconds())


def known_sources(folder: Path) -> list[str]:
    """Return the sources that were read into a folder before."""
    from kulanz.sources.store import Store

    if not Store.is_in(folder):
        return []
    with Store(folder) as store:
        return [health.name for health in store.sources()]


def named_source(given: str, manners: Manners, known: Sequence[str] = ()) -> str:
    """Return ``name:address`` for what was given.

    A bare URL is what it was when it was read before, one of ``known``; else it is asked what it is.
    """
    name, address = split_source(given)
    if name is not None and name in CONNECTORS:
        return given
    if name is not None:
        raise click.BadParameter(
            f"unknown connector {name!r}: expected one of {', '.join(sorted(CONNECTORS))}, or a URL",
            param_hint="SOURCE",
        )
    if "://" not in address:
        raise click.BadParameter(
            f"expected NAME:ADDRESS or a URL such as https://forum.example.org, got {address!r}",
            param_hint="SOURCE",
        )
    before = [each for each in known if split_source(each)[1].rstrip("/") == address.rstrip("/")]
    if len(before) == 1:
        return before[0]
    with manners.client() as http:
        return recognise(address, http)


def secrets_for(connector: Registered, files: Sequence[tuple[str, Path]]) -> dict[str, Secret]:
    """Return the connector's keys from files, else from the environment."""
    given = dict(files)
    if unknown := sorted(set(given) - set(connector.keys)):
        known = f"it knows {', '.join(connector.keys)}" if connector.keys else "it knows no keys"
        raise click.BadParameter(
            f"{connector.name} knows no key {unknown[0]!r}: {known}", param_hint="--key-file"
        )
    return {name: Secret(value) for name, value in _values(connector.keys, given)}


def _values(names: Sequence[str], files: dict[str, Path]) -> Iterator[tuple[str, str]]:
    for name in names:
        variable = ENVIRONMENT + name.upper().replace("-", "_")
        if name in files:
            yield name, _content(name, files[name])
        elif os.environ.get(variable):
            yield name, os.environ[variable]


def _content(name: str, file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise click.BadParameter(
            f"expected the key {name!r} as text in {file}, got other bytes", param_hint="--key-file"
        ) from error


def check_lanes(wanted: Sequence[str], known: Sequence[str], name: str) -> None:
    """Raise BadParameter for a lane that the connector does not have."""
    for lane in wanted:
        if lane not in known:
            raise click.BadParameter(
                f"{name} has no lane {lane!r}: expected {' or '.join(known)}", param_hint="--lane"
            )


def check_health(health: Health) -> None:
    """Raise FetchError where a source is stopped or rests."""
    name = masked_source(health.name)
    if health.state == "stopped":
        since = _said(health.state_since)
        raise PermanentError(f"{name} is stopped since {since}: {health.reason}. Mend that, then use --retry")
    if health.not_before is not None and health.not_before > utc_now():
        until = _said(health.not_before)
        raise FetchError(f"{name} rests until {until} after: {health.last_error}. --retry reads at once")


def summary(outcome: Outcome) -> Iterator[str]:
    """Yield what a round did, in words."""
    changes = ", ".join(f"{count} {kind}" for kind, count in sorted(outcome.revisions.items()))
    told = f", {counted(outcome.revisions.total(), 'change')} ({changes})" if changes else ", no change"
    yield f"{counted(outcome.new_posts, 'new post')}{told}, {counted(outcome.requests, 'request')}"
    if outcome.plan is not None and outcome.plan.due:
        yield (
            f"read again {outcome.reread:,} of {counted(outcome.plan.due, 'thread')} due,"
            f" within {counted(outcome.plan.budget, 'request')}"
        )
    if isinstance(outcome.error, BudgetSpentError):
        yield str(outcome.error)


def export(store: Store, session: Session) -> None:
    """Write the posts for the other commands."""
    count = store.export()
    session.say(f"wrote {store.posts_file}: {counted(count, 'post')}")


def failure(outcome: Outcome) -> FetchError | None:
    """Return the error that a round ended with; a spent budget is none."""
    return None if isinstance(outcome.error, BudgetSpentError) else outcome.error


def utc_now() -> datetime:
    return datetime.now(UTC)


def _said(moment: datetime | None) -> str:
    return "an unknown time" if moment is None else moment.isoformat(timespec="seconds")
