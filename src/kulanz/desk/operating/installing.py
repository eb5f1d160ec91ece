"""Making a desk ready: folder, key, tables, static files. Done again it changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from kulanz.desk.conf import KEPT, STATIC_MARK, conf, read_conf
from kulanz.desk.operating.starting import FIRST, OperatingError, start, waiting_migrations
from kulanz.version import VERSION

KEY_NAME: Final = KEPT["KULANZ_SECRET_KEY"]
_KEY_BYTES: Final = 48


def prepare(env: Mapping[str, str]) -> Iterator[str]:
    """Make a desk ready and yield, step by step, what was done.

    The folder for data is open to its owner alone, and so is the secret key in it.
    """
    given = read_conf(env)
    if make_folder(given.data):
        yield f"made the folder {given.data}"
    if not given.secret_key:
        write_private(given.data / KEY_NAME, token_urlsafe(_KEY_BYTES))
        yield f"made a secret key in {given.data / KEY_NAME}"
    start()
    waiting = waiting_migrations()
    bring_up_to_date()
    yield (
        f"brought the database up to date ({len(waiting)} changes)"
        if waiting
        else "the database is up to date"
    )
    if FIRST in waiting and (made := _ship()):
        yield f"added {made} templates of answers"
    put_static()
    yield "put static files in place"


def bring_up_to_date() -> int:
    """Make all changes of this version that the database lacks, and return how many they were."""
    waiting = waiting_migrations()
    _call("migrate", "--no-input")
    return len(waiting)


def put_static() -> None:
    """Put static files where a web server can take them from, packed as well."""
    mark = conf().static / STATIC_MARK
    mark.unlink(missing_ok=True)
    _call("collectstatic", "--no-input")
    mark.write_text(VERSION, "utf-8")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; raise OperatingError where it is there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise OperatingError(
            f"{path} is there already but says nothing usable: look at it, or remove it"
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def make_folder(folder: Path) -> bool:
    """Make a folder open to its owner alone; False where it is there, OperatingError where none can be."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise OperatingError(
            f"the folder {folder} cannot be made ({error.strerror}): name another one in KULANZ_DATA"
        ) from error
    return True


def _ship() -> int:
    """Make the templates that come with Kulanz, on a desk that is new: what people remove stays away."""
    from django.utils import timezone  # noqa: PLC0415 - Django must be ready

    from kulanz.desk.services.letters import ship  # noqa: PLC0415

    return ship(actor=None, now=timezone.now())


def _call(*command: str) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - Django must be ready

    call_command(*command, verbosity=0)
