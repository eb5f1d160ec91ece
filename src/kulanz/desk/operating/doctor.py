"""What keeps a desk from working well, each with its remedy; Django must be ready."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.core.checks import run_checks
from django.db import connection

from kulanz.desk.checks import found_unsafe
from kulanz.desk.conf import Conf
from kulanz.desk.operating.installing import KEY_NAME, NoDatabaseError, waiting_migrations
from kulanz.desk.queries.billing import behind
from kulanz.desk.queries.health import (
    failing,
    mailbox,
    newest_moment,
    stopped_sources,
    unread_since,
    waiting_since,
)
from kulanz.desk.queries.heartbeats import last_beat, workers_alive
from kulanz.desk.queries.log_state import log_state
from kulanz.desk.services.mail import Outbox, SendError
from kulanz.models import ModelError, load

Level = Literal["error", "warning", "good"]

LITTLE_DISK: Final = 1024**3
NO_DISK: Final = 100 * 1024**2
LONG_WAIT: Final = timedelta(minutes=10)
_TOLD_APART: Final = frozenset({"inbox", "billingsystem", "loghead"})
_CLOCK_SLACK: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` is empty where all is well."""

    level: Level
    what: str
    remedy: str = ""


Look = Callable[[Conf, datetime], Iterator[Finding]]


def examine(given: Conf, now: datetime) -> Iterator[Finding]:
    """Look at everything a desk needs. Without a database, what lies in it is not looked at."""
    for look in (_settings, _files, _disk, _models, _mail):
        yield from look(given, now)
    database = list(_database())
    yield from database
    if all(finding.level == "good" for finding in database):
        for look in (_workers, _sources, _billing, _mailbox, _log, _failing, _clock):
            yield from look(given, now)


def _settings(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - every look is asked alike
    unsafe = found_unsafe(given)
    known = {message.id for message in unsafe}
    messages = [*unsafe, *(each for each in run_checks() if each.id not in known)]
    for message in messages:
        level: Level = "error" if message.is_serious() else "warning"
        yield Finding(level, f"settings: {message.msg}", message.hint or f"look up {message.id}")
    if not messages:
        yield Finding("good", "settings are safe" if given.mode == "production" else "settings of a demo")


def _files(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    key = given.data / KEY_NAME
    if not given.data.is_dir():
        yield Finding("error", f"files: there is no folder {given.data}", "run `kulanz init`")
    elif key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding("error", f"files: others can read {key}", f"chmod 600 {key}")
    else:
        yield Finding("good", f"files lie in {given.data}")


def _disk(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    if not given.data.is_dir():
        return
    free = shutil.disk_usage(given.data).free
    told = f"disk: {free / 1024**3:.1f} GiB free at {given.data}"
    remedy = "make room, or shorten how long data is kept (Settings, Retention)"
    if free < LITTLE_DISK:
        yield Finding("error" if free < NO_DISK else "warning", told, remedy)
    else:
        yield Finding("good", told)


def _models(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    try:
        load()
    except (ModelError, OSError) as error:
        yield Finding("error", f"models: {error}", "install kulanz again")
    else:
        yield Finding("good", "models can be read")


def _mail(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    if not given.mail_url:
        return
    try:
        with Outbox() as outbox:
            outbox.reach()
    except SendError as error:
        yield Finding("error", f"mail: {error}", "look at KULANZ_MAIL_URL")
    else:
        yield Finding("good", "mail: the server answers")


def _database() -> Iterator[Finding]:
    try:
        waiting = waiting_migrations()
    except NoDatabaseError as error:
        yield Finding("error", f"database: {error.reason}", error.remedy)
        return
    if waiting:
        yield Finding(
            "error", f"database: {len(waiting)} changes of this version are missing", "run `kulanz init`"
        )
    else:
        yield Finding("good", f"database: {connection.display_name} is up to date")


def _workers(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    alive, last, since = workers_alive(now), last_beat(), waiting_since()
    waits_long = since is not None and since < now - LONG_WAIT
    remedy = "start `kulanz serve` or `kulanz work`"
    if waits_long:
        more = remedy if not alive else "start more of them: `kulanz work`"
        yield Finding(
            "error", f"workers: {alive} at work, conversations wait since {since:%Y-%m-%d %H:%M} UTC", more
        )
    elif not alive:
        told = f", the last was heard of at {last:%Y-%m-%d %H:%M} UTC" if last else ""
        yield Finding("warning", f"workers: none is at work{told}", remedy)
    else:
        yield Finding("good", f"workers: {alive} at work")


def _sources(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    for name, why in stopped_sources():
        yield Finding("warning", f"sources: {name} stopped: {why}", "mend it, then retry on its page")


def _billing(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    for system in behind(now):
        last = system.last_success_at
        when = f"last read at {last:%Y-%m-%d %H:%M} UTC" if last else "never read"
        why = system.last_error or "no worker has come by"
        remedy = (
            "mend it, then read it on its page (Settings, Billing systems): holds are not confirmed meanwhile"
        )
        yield Finding("warning", f"billing: {system.name}, {when}: {why}", remedy)


def _mailbox(given: Conf, now: datetime) -> Iterator[Finding]:
    if not given.inbox_url:
        return
    box = mailbox()
    last = (
        f"last read at {box.last_success_at:%Y-%m-%d %H:%M} UTC"
        if box and box.last_success_at
        else "never read"
    )
    if unread_since(box, now):
        why = box.last_error if box and box.last_error else "no worker has come by"
        yield Finding(
            "error", f"mailbox: {last}: {why}", "look at KULANZ_INBOX_URL and whether a worker is at work"
        )
    else:
        yield Finding("good", f"mailbox: {last}")
    if box and box.unmatched:
        told = f"mailbox: {box.unmatched} messages belong to no case"
        yield Finding("warning", told, "look for them in the mailbox itself: the desk leaves them there")


def _log(given: Conf, now: datetime) -> Iterator[Finding]:
    state = log_state()
    told = f"public log: {state.size} entries, {state.waiting} wait to be in it"
    if not state.origin:
        if state.waiting:
            yield Finding("warning", f"{told}: it has not begun", "run `kulanz log init`")
        return
    waits_long = state.waiting_since is not None and state.waiting_since < now - LONG_WAIT
    if state.last_error or waits_long:
        why = state.last_error or "no worker has come by"
        yield Finding(
            "error",
            f"{told}: {why}",
            f"look at {given.log_bucket or given.log_folder} and whether a worker is at work; "
            "where an older database was restored, run `kulanz log adopt`",
        )
    else:
        yield Finding("good", told)


def _failing(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    for each in failing():
        if each.kind not in _TOLD_APART:
            told = f"work: {each.count} of {each.kind} failed and will be tried again: {each.why}"
            yield Finding("warning", told, "mend what the error names; nothing is lost meanwhile")


def _clock(given: Conf, now: datetime) -> Iterator[Finding]:
    newest = newest_moment()
    if newest is not None and newest > now + _CLOCK_SLACK:
        told = f"time: the newest event is of {newest:%Y-%m-%d %H:%M} UTC, which is yet to come"
        yield Finding("error", told, "set the clock of this machine (NTP): deadlines depend on it")
    else:
        yield Finding("good", f"time: {now:%Y-%m-%d %H:%M} UTC, pages show {given.time_zone}")
