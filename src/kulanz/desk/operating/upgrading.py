"""What is looked at before a desk goes on with a newer Kulanz; Django must be ready."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import django
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from kulanz import __version__
from kulanz.desk.conf import Conf
from kulanz.desk.operating import databases
from kulanz.desk.operating.backups import last_backup
from kulanz.desk.operating.findings import Finding
from kulanz.desk.operating.migration_locks import long_locks
from kulanz.desk.operating.starting import NewerDatabaseError, NoDatabaseError, waiting_migrations
from kulanz.desk.queries.heartbeats import workers_alive

OLD: Final = timedelta(days=1)
_SPARE: Final = 1024**3


def look(given: Conf, now: datetime) -> Iterator[Finding]:
    """Yield what speaks for an upgrade and what against it; an error says not to."""
    try:
        waiting = waiting_migrations()
    except NoDatabaseError as error:
        yield Finding("error", "database", f"database: {error.reason}", remedy=error.remedy)
        return
    except NewerDatabaseError as error:
        told = f"database: it knows {error.change}, this Kulanz does not"
        yield Finding("error", "database", told, remedy="install a newer one")
        return
    python = platform.python_version()
    told = f"Kulanz {__version__}, Python {python}, Django {django.__version__}, {databases.version()}"
    yield Finding("good", "versions", f"versions: {told}")
    locks = _locks() if waiting else []
    yield from _changes(waiting, locks)
    yield from _disk(given)
    yield from _backup(given, now)
    yield from _workers(now, blocking=bool(locks) or (bool(waiting) and databases.vendor() == "sqlite"))


def _locks() -> list[str]:
    """Return what of the waiting changes locks a large table; the first migration finds none."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    later = [migration for migration, _ in plan if migration.app_label == "desk" and not migration.initial]
    return [told for migration in later for told in long_locks(migration)]


def _changes(waiting: list[str], locks: list[str]) -> Iterator[Finding]:
    if not waiting:
        yield Finding("good", "changes", "tables: up to date")
        return
    yield Finding("good", "changes", f"tables: {len(waiting)} changes wait: {', '.join(waiting)}")
    for told in locks:
        yield Finding(
            "warning",
            "changes",
            f"tables: {told}",
            remedy="others wait meanwhile: stop the desk, and plan some time",
        )


def _disk(given: Conf) -> Iterator[Finding]:
    """A table that is written anew needs its own size again, and so does a backup beside it."""
    try:
        size = _size()
        place = Path(databases.file_name()).parent if databases.vendor() == "sqlite" else given.data
        free = shutil.disk_usage(place).free
    except (Error, OSError) as error:
        yield Finding("warning", "disk", f"disk: {error}", remedy="look how much room the database has")
        return
    told = f"disk: the database has {size / 1024**3:.2f} GiB, {free / 1024**3:.2f} GiB are free at {place}"
    if databases.vendor() == "postgresql":
        yield Finding(
            "good", "disk", f"{told}; PostgreSQL's own disk needs room as large as its largest table"
        )
    elif free < size + _SPARE:
        yield Finding(
            "error", "disk", told, remedy=f"make room: {(size + _SPARE) / 1024**3:.2f} GiB are needed"
        )
    else:
        yield Finding("good", "disk", told)


def _size() -> int:
    if databases.vendor() == "sqlite":
        return Path(databases.file_name()).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        found: int = cursor.fetchone()[0]
    return found


def _backup(given: Conf, now: datetime) -> Iterator[Finding]:
    last = last_backup(given.data)
    remedy = "run `kulanz backup` first: there is no way back to an older version but a backup"
    if last is None:
        yield Finding("warning", "backup", "backup: none was made with `kulanz backup`", remedy=remedy)
    elif last.at < now - OLD:
        yield Finding(
            "warning", "backup", f"backup: the last is of {last.at:%Y-%m-%d %H:%M} UTC", remedy=remedy
        )
    else:
        yield Finding("good", "backup", f"backup: {last.file}, of {last.at:%Y-%m-%d %H:%M} UTC")


def _workers(now: datetime, *, blocking: bool) -> Iterator[Finding]:
    try:
        alive = workers_alive(now)
    except Error:  # the table is not there yet
        alive = 0
    if not alive:
        yield Finding("good", "workers", "workers: none is at work")
    elif blocking:
        yield Finding(
            "error",
            "workers",
            f"workers: {alive} at work",
            remedy="stop the desk: these changes would keep it waiting",
        )
    else:
        yield Finding("good", "workers", f"workers: {alive} at work; start them anew afterwards")
