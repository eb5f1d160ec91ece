"""From a command to a running Django: what must be there before, and what is told where it is not."""

from __future__ import annotations

import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Final

SETTINGS: Final = "kulanz.desk.project.settings"
UNFINISHED: Final = "restore-unfinished"
"""Lies in the data folder while a restore is at it."""
FIRST: Final = "desk.0001_initial"
_NEEDED: Final = ("django", "allauth", "csp", "whitenoise", "waitress", "dj_database_url")


class OperatingError(Exception):
    """The desk cannot be run like this; the message says what to do."""


class NoDatabaseError(OperatingError):
    """The database does not answer; ``is_made`` where it should be there."""

    def __init__(self, reason: str, *, is_made: bool) -> None:
        self.reason, self.is_made = reason, is_made
        self.remedy = "look at DATABASE_URL, and whether the server runs" if is_made else "run `kulanz init`"
        super().__init__(f"database: {reason}: {self.remedy}")


class NewerDatabaseError(OperatingError):
    """The database has seen a change of the desk's tables that this version does not know."""

    def __init__(self, change: str) -> None:
        self.change = change
        super().__init__(f"the database knows {change}, this Kulanz does not: install a newer one")


def missing() -> list[str]:
    """Return what the desk needs and is not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def start() -> None:
    """Have Django ready in this process; raise OperatingError where it is not installed."""
    if absent := missing():
        raise OperatingError(
            f"the desk needs {', '.join(absent)}, which is not installed: pip install 'kulanz[desk]'"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - only once it is known to be there

    django.setup()


def listening(place: str) -> socket.socket:
    """Listen on HOST:PORT: who comes before pages are served waits for them, and nobody else takes it.

    Raise OperatingError where it is taken or not of this machine.
    """
    host, _, port = place.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise OperatingError(
            f"{place} cannot be listened on ({why}): name another place with --listen"
        ) from error


def need_made() -> None:
    """Raise OperatingError where no desk was made yet."""
    from kulanz.desk.conf import conf  # noqa: PLC0415 - needs Django's settings

    data = conf().data
    try:
        made = data.is_dir() and FIRST not in waiting_migrations()
    except NoDatabaseError:
        made = False
    if not made:
        raise OperatingError(f"no desk was made in {data} yet: run `kulanz init` first, then this again")


def need_ready() -> None:
    """Raise OperatingError where settings are unsafe, or a restore or the database is not finished."""
    from kulanz.desk.checks import refuse_unsafe  # noqa: PLC0415 - needs Django
    from kulanz.desk.conf import conf  # noqa: PLC0415

    refuse_unsafe(conf())
    if (conf().data / UNFINISHED).exists():
        raise OperatingError("a restore was not finished: run it again, `kulanz restore BACKUP --replace`")
    if waiting := waiting_migrations():
        raise OperatingError(f"the database lacks {len(waiting)} changes of this version: run `kulanz init`")


def waiting_migrations() -> list[str]:
    """Return the changes of tables that the database has not seen yet; Django must be ready.

    Raise NoDatabaseError where it does not answer, NewerDatabaseError where it is of a newer version.
    """
    from django.db import Error, connection  # noqa: PLC0415 - Django must be ready
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    try:
        executor = MigrationExecutor(connection)
    except Error as error:
        raise NoDatabaseError(str(error).strip(), is_made=not _no_file_yet()) from error
    loader = executor.loader
    ours = {name for app, name in loader.disk_migrations or () if app == "desk"}
    if newer := sorted(
        name for app, name in loader.applied_migrations or () if app == "desk" and name not in ours
    ):
        raise NewerDatabaseError(f"desk.{newer[0]}")
    targets = loader.graph.leaf_nodes()
    return [str(migration) for migration, _ in executor.migration_plan(targets)]


def _no_file_yet() -> bool:
    from django.db import connection  # noqa: PLC0415 - Django must be ready

    return connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists()
