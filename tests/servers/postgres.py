"""PostgreSQL of Debian, with a cluster of its own for every start."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from servers.frame import LOOPBACK, Program, ServerError, free_port, run, running, scratch

DEBIAN: Final = ("postgresql",)
_FAST: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL that lets its superuser ``postgres`` in without a password."""

    port: int
    data: Path

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as in DATABASE_URL."""
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Create a database and return its address."""
        run([_program("createdb"), "--maintenance-db", self.url(), database], self.data.parent)
        return self.url(database)


def install(home: Path) -> None:
    """Do nothing: Debian's package is all of it."""


def installed(home: Path) -> bool:
    """Whether there is a PostgreSQL of any version."""
    return _found("initdb") is not None


@contextmanager
def start(home: Path, kept: Path | None = None) -> Iterator[Cluster]:
    """Run a new cluster, or a copy of the stopped cluster in ``kept``."""
    owner = "postgres" if os.geteuid() == 0 else None
    with scratch(owner) as folder:
        cluster = Cluster(free_port(), folder / "data")
        _fill(cluster.data, kept, owner)
        settings = (*_FAST, f"listen_addresses={LOOPBACK}", f"unix_socket_directories={folder}")
        options = [part for setting in settings for part in ("-c", setting)]
        command = [_program("postgres"), "-D", cluster.data, "-p", str(cluster.port), *options]
        program = Program(
            command=command,
            port=cluster.port,
            folder=folder,
            owner=owner,
            # Interrupted, PostgreSQL ends without waiting for clients that stay connected.
            goodbye=signal.SIGINT,
            ready=[_program("pg_isready"), "-d", cluster.url()],
        )
        with running(program):
            yield cluster


def keep(cluster: Cluster, folder: Path) -> None:
    """Copy a running cluster to where ``start`` finds it later."""
    shutil.rmtree(folder, ignore_errors=True)
    run(
        [_program("pg_basebackup"), "-d", cluster.url(), "-D", folder, "--checkpoint=fast"],
        cluster.data.parent,
    )


def _fill(data: Path, kept: Path | None, owner: str | None) -> None:
    if kept is None:
        command = [
            _program("initdb"),
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
        ]
        switch = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups"] if owner else []
        run([*switch, *command], data.parent, {"LC_ALL": "C.UTF-8"})
        return
    shutil.copytree(kept, data)
    data.chmod(0o700)
    if owner:
        run(["chown", "--recursive", f"{owner}:", data], data.parent)


def _program(name: str) -> Path:
    found = _found(name)
    if found is None:
        raise ServerError(f"{name} of PostgreSQL is missing: run scripts/install-test-servers")
    return found


def _found(name: str) -> Path | None:
    """Debian keeps the programs of each version in a folder of their own."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[4]), default=None)
    here = shutil.which(name)
    return newest or (Path(here) if here else None)
