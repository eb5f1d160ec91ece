"""A backup comes back into an empty system: database, secrets, log, and nobody who was erased since."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from test_erased_files import NAMES

HERE = Path(__file__).parent
PASSPHRASE = "correct horse battery staple"  # noqa: S105 - of a desk that lives for a test
FreshDatabase = Callable[[str], str]


@pytest.fixture
def fresh_database(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[FreshDatabase]:
    """Makes a database that is up to date, of the kind the tests run on, and returns its address."""
    with ExitStack() as made:

        def make(name: str) -> str:
            with django_db_blocker.unblock():
                if connection.vendor == "sqlite":
                    path = tmp_path / f"{name}.sqlite3"
                    connection.ensure_connection()
                    connection.connection.execute("VACUUM INTO ?", [str(path)])
                    return f"sqlite:///{path}"
                template = connection.settings_dict["NAME"]
                connection.close()
                _postgres(f"CREATE DATABASE {name} TEMPLATE {template}")
                made.callback(_postgres, f"DROP DATABASE {name} WITH (FORCE)")
                return _address(name)

        yield make


def _postgres(command: str) -> None:
    words = ["psql", "-X", "-q", "-c", command, _address("postgres")]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own command


def _address(name: str) -> str:
    return os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + name


class Desk:
    """A desk by its settings, on which commands run as an admin runs them."""

    def __init__(self, data: Path, database: str, **more: str) -> None:
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("KULANZ_", "DATABASE_"))
        }
        self.data = data
        self.env = {
            **plain,
            "KULANZ_MODE": "demo",
            "KULANZ_DATA": str(data),
            "DATABASE_URL": database,
            **more,
        }
        self.env["DJANGO_SETTINGS_MODULE"] = "kulanz.desk.project.settings"

    def kulanz(self, *words: str) -> str:
        command = [sys.executable, "-m", "kulanz.cli", *words]
        ran = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)  # noqa: S603
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout + ran.stderr


def content(desk: Desk) -> bytes:
    """Everything that a desk's database and folder hold, in lower case."""
    database = desk.env["DATABASE_URL"]
    if database.startswith("sqlite"):
        path = Path(database.removeprefix("sqlite:///"))
        files = [each for each in path.parent.glob(f"{path.name}*") if each.is_file()]
    else:
        files = [desk.data / "dump.sql"]
        command = ["pg_dump", "--file", str(files[0]), database]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
    files += [each for each in desk.data.rglob("*") if each.is_file()]
    return b"".join(each.read_bytes() for each in files).lower()


def test_a_desk_comes_back_and_who_was_erased_since_stays_erased(
    tmp_path: Path, fresh_database: FreshDatabase
) -> None:
    (passphrase := tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "old").mkdir()
    old = Desk(tmp_path / "old", fresh_database("kulanz_old"), KULANZ_SECRET_KEY="k" * 50)
    backup, log = backed_up_and_then_erased(old, passphrase)
    journal = (old.data / "erasures.jsonl").read_text()
    assert not any(name in journal.lower() for name in NAMES)

    new = Desk(tmp_path / "new", _empty("kulanz_new", tmp_path), KULANZ_LOG_FOLDER=str(log))
    with _dropped("kulanz_new"):
        words = ("restore", str(backup), "--passphrase-file", str(passphrase))
        told = new.kulanz(*words, "--erasures", str(old.data / "erasures.jsonl"))
        assert "1 of them newer than the backup" in told
        assert "erased again: 1 that" in told
        assert (new.data / "secret-key").read_text().strip() == "k" * 50
        everything = content(new)
        assert [name for name in NAMES if name.encode() in everything] == []
        assert "erased again: 1 that" in new.kulanz(*words, "--replace")
        assert (new.data / "erasures.jsonl").read_text() == journal


def backed_up_and_then_erased(desk: Desk, passphrase: Path) -> tuple[Path, Path]:
    """Somebody is backed up, and erased after it; return the backup and a copy of what is published since."""
    command = [sys.executable, str(HERE / "desk_eraser.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=desk.env, stdin=pipe, stdout=pipe, text=True) as eraser:  # noqa: S603
        return _backed_up(desk, eraser, passphrase)


def _backed_up(desk: Desk, eraser: subprocess.Popen[str], passphrase: Path) -> tuple[Path, Path]:
    (folder := passphrase.with_name("backups")).mkdir()
    backup_words = f"backup {folder} --with-keys --passphrase-file {passphrase}"
    told, _errors = eraser.communicate(f"log init\nlog publish\n{backup_words}\n\nlog publish\n")
    assert "KULANZ_SECRET_KEY, to open what is sealed in the database: in it, under the passphrase" in told
    assert [line for line in told.splitlines() if line in {"filled", "done", "erased"}] == [
        "filled", "done", "done", "done", "erased", "done"
    ]  # fmt: skip
    (backup,) = folder.glob("*.zip")
    return backup, Path(shutil.copytree(desk.data / "log", passphrase.with_name("log")))


def _empty(name: str, folder: Path) -> str:
    """A place for a database that is not there yet, or has no tables."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / name}.sqlite3"
    _postgres(f"CREATE DATABASE {name}")
    return _address(name)


def _dropped(name: str) -> ExitStack:
    done = ExitStack()
    if connection.vendor != "sqlite":
        done.callback(_postgres, f"DROP DATABASE {name} WITH (FORCE)")
    return done
