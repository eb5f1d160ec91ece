"""The database as one stream: SQLite's online backup, or pg_dump; and back. Django must be ready."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from django.db import connection, transaction

from kulanz.desk.operating import files
from kulanz.desk.operating.backups import Told, Vendor
from kulanz.desk.operating.starting import OperatingError
from kulanz.desk.operating.zips import pieces

_PAGES: Final = 2_000
_SAID: Final = 2_000
_HEAD: Final = "SELECT size FROM desk_loghead"
_SEEN: Final = "SELECT app, name FROM django_migrations ORDER BY app, name"
Ask = Callable[[str], list[tuple[Any, ...]]]


class Snapshot(NamedTuple):
    """One state of the database: its content, the changes of tables it has seen, and how long its log is."""

    content: Iterator[bytes]
    migrations: tuple[str, ...]
    log_size: int


def vendor() -> Vendor:
    return "postgresql" if connection.vendor == "postgresql" else "sqlite"


def version() -> str:
    """Return the name and version of the database."""
    if vendor() == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def is_empty() -> bool:
    """Whether the database has no tables; a file of SQLite may also be missing."""
    named = str(_path())
    if vendor() == "sqlite" and not named.startswith("file:") and not Path(named).exists():
        return True
    return not connection.introspection.table_names()


@contextmanager
def snapshot(folder: Path, told: Told) -> Iterator[Snapshot]:
    """Give one state of the database while others go on writing; ``folder`` takes a copy of SQLite's file."""
    with _of_sqlite(folder, told) if vendor() == "sqlite" else _of_postgres() as given:
        yield given


def replace(content: Iterable[bytes]) -> None:
    """Put what ``snapshot`` gave in the place of this database: all of it, or nothing is changed."""
    connection.close()
    if vendor() == "sqlite":
        _into_sqlite(content)
    else:
        _into_postgres(content)


def copy_sqlite(source: Path, target: Path, told: Told) -> None:
    """Copy a file of SQLite while others write to it: one state, of the moment at which it began."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=20)) as ours,
        closing(sqlite3.connect(target)) as copy,
    ):
        target.chmod(0o600)
        # a read that stays open: without it every write of others would have the copy begin again
        ours.execute("BEGIN")
        ours.execute("SELECT count(*) FROM sqlite_master").fetchone()
        size = ours.execute("PRAGMA page_size").fetchone()[0]
        ours.backup(
            copy,
            pages=_PAGES,
            sleep=0,
            progress=lambda _, left, all_: told((all_ - left) * size, all_ * size),
        )
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise OperatingError(f"{source}: SQLite finds it damaged: {found}: restore a backup from before that")


@contextmanager
def _of_sqlite(folder: Path, told: Told) -> Iterator[Snapshot]:
    copy = folder / "database"
    try:
        copy_sqlite(_path(), copy, told)
    except sqlite3.Error as error:
        raise OperatingError(f"{_path()}: it cannot be copied: {error}") from error
    with closing(sqlite3.connect(copy)) as opened:
        migrations, log_size = _facts(lambda query: opened.execute(query).fetchall())
    with copy.open("rb") as file:
        yield Snapshot(pieces(file), migrations, log_size)


@contextmanager
def _of_postgres() -> Iterator[Snapshot]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        name = cursor.fetchone()[0]

        def ask(query: str) -> list[tuple[Any, ...]]:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

        command = ("pg_dump", "--format=custom", f"--snapshot={name}", "--no-owner", "--no-privileges")
        with _program(*command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as dump:
            yield Snapshot(pieces(_pipe(dump.stdout)), *_facts(ask))


def _facts(ask: Ask) -> tuple[tuple[str, ...], int]:
    head = ask(_HEAD)
    return tuple(f"{app}.{name}" for app, name in ask(_SEEN)), head[0][0] if head else 0


def _into_sqlite(content: Iterable[bytes]) -> None:
    path = _path()
    fresh = files.beside(path, content)
    for beside in ("-wal", "-shm", "-journal"):  # of the file before: they would spoil the new one
        path.with_name(path.name + beside).unlink(missing_ok=True)
    fresh.replace(path)
    files.settle(path.parent)


def _into_postgres(content: Iterable[bytes]) -> None:
    """Have the tables of before go and those of the dump come in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0])
    connection.close()
    with _program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", stdin=subprocess.PIPE) as psql:
        commands = _pipe(psql.stdin)
        commands.write(f"BEGIN; DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema};\n".encode())
        commands.flush()
        command = ("pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--file=-")
        with _program(*command, stdin=subprocess.PIPE, stdout=commands) as restoring:
            dump = _pipe(restoring.stdin)
            dump.writelines(content)
            dump.close()
        commands.write(b"\nCOMMIT;\n")
        commands.close()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    """Return the end of a pipe that was asked for."""
    if end is None:
        raise OperatingError("expected a pipe to a program of PostgreSQL, got none")
    return end


@contextmanager
def _program(
    *command: str, stdin: int | IO[bytes], stdout: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of PostgreSQL on this database; raise OperatingError with what it says where it fails."""
    if shutil.which(command[0]) is None:
        raise OperatingError(f"{command[0]} is missing: install PostgreSQL's client programs")
    with tempfile.TemporaryFile() as said:
        env = {**os.environ, **_surroundings()}
        program = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=said, env=env)  # noqa: S603
        broken: OSError | None = None
        try:
            yield program
        except BrokenPipeError as error:  # it ended early: what it said is told below
            broken = error
        except BaseException:
            program.kill()
            program.wait()
            raise
        if program.wait() or broken:
            said.seek(0)
            why = said.read(_SAID).decode("utf-8", "replace").strip()
            raise OperatingError(f"{command[0]}: {why or 'it ended early'}")


def _surroundings() -> Mapping[str, str]:
    """Return where the database is for libpq: on a command line everybody would see the password."""
    from psycopg import pq  # noqa: PLC0415 - of PostgreSQL alone

    given = connection.get_connection_params()
    known = {each.keyword.decode(): each.envvar for each in pq.Conninfo.get_defaults()}
    known["dbname"] = b"PGDATABASE"
    return {
        env.decode(): str(given[name]) for name, env in known.items() if env and given.get(name) is not None
    }


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])


def file_name() -> str:
    """Return the path of SQLite's file, empty for another database."""
    return str(_path()) if vendor() == "sqlite" else ""
