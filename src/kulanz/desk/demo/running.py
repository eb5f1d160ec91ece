"""The demonstration as a command: a folder of its own, filled anew each time, then served."""

from __future__ import annotations

import logging
import os
import shutil
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kulanz.core.spoken import Lang
from kulanz.desk.operating.installing import prepare, write_private
from kulanz.desk.operating.starting import OperatingError, listening

COMPANY: Final = "Kontaktor"
LOGINS: Final = "logins.txt"
_DATABASE: Final = "kulanz.sqlite3"
Say = Callable[[str], None]


def show(folder: Path, *, lang: Lang, listen: str, say: Say) -> None:
    """Fill a desk in ``folder`` and serve it until Ctrl-C; its place is taken first."""
    try:
        door = listening(listen)
    except OperatingError as error:
        raise OperatingError(f"{error}, and where another demo still runs another --folder") from error
    passwords = _made(folder, lang, door, say)
    logging.getLogger("kulanz.requests").setLevel(logging.WARNING)  # a line a request would bury the logins

    def ready(address: str) -> None:
        say(_greeting(address, passwords, folder))

    _serve(door, ready)


def check(folder: Path, *, lang: Lang, say: Say) -> None:
    """Fill a desk, log in over HTTP, see that the great case is on the radar, and stop."""
    from kulanz.desk.operating.visiting import OneVisit, Visit  # noqa: PLC0415 - the desk is made first

    door = listening("127.0.0.1:0")
    passwords = _made(folder, lang, door, say)

    def errand(visit: Visit) -> str:
        if "Mahnung, Inkasso" not in visit.log_in("alice", passwords["alice"]):
            raise OperatingError("the great case is not on the radar: look at the log above")
        return "logged in as alice, and the great case is on the radar"

    visit = OneVisit("localhost", errand)
    _serve(door, visit)
    say(visit.told())


def _made(folder: Path, lang: Lang, door: socket.socket, say: Say) -> Mapping[str, str]:
    """Make the desk and return the passwords."""
    _settings(folder, lang, door.getsockname()[1])
    forget(folder)
    for _ in prepare(os.environ):
        pass
    from kulanz.desk.demo.filling import MEMBERS, fill  # noqa: PLC0415 - Django is ready by now

    say("Filling a desk: half a year of the forum is replayed until today ...")
    passwords = fill(lang=lang, now=datetime.now(UTC))
    lines = (f"{name}  {password}  {MEMBERS[name][1]}" for name, password in passwords.items())
    write_private(folder / LOGINS, "\n".join(lines))
    return passwords


def forget(folder: Path) -> None:
    """Remove what an earlier demonstration left in its folder."""
    for name in (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", LOGINS):
        (folder / name).unlink(missing_ok=True)
    for name in ("billing", "log"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _settings(folder: Path, lang: Lang, port: int) -> None:
    """Set this process up as a demonstration; nothing of a real desk's settings reaches it."""
    ours = [name for name in os.environ if name.startswith("KULANZ_")]
    for name in [*ours, "DATABASE_URL", "DATABASE_URL_FILE"]:
        os.environ.pop(name, None)
    os.environ.update(
        KULANZ_MODE="demo",
        KULANZ_DATA=str(folder.resolve()),
        KULANZ_URL=f"http://localhost:{port}",
        KULANZ_COMPANY=COMPANY,
        KULANZ_PUBLIC_PAGES="yes",
        KULANZ_LANGUAGE=lang,
    )


def _serve(door: socket.socket, ready: Callable[[str], None]) -> None:
    from kulanz.desk.conf import conf  # noqa: PLC0415 - the settings are made first
    from kulanz.desk.operating.serving import serve  # noqa: PLC0415

    serve(conf(), door=door, workers=1, ready=ready)


def _greeting(address: str, passwords: Mapping[str, str], folder: Path) -> str:
    from kulanz.desk.demo.filling import MEMBERS  # noqa: PLC0415 - Django is ready by now

    rows = (f"  {name:<8}{MEMBERS[name][1]:<11}{password}" for name, password in passwords.items())
    return "\n".join(
        [
            f"\nThe desk is at {address}",
            "",
            "  name    role       password",
            *rows,
            "",
            f"What everybody can read is at {address}/record",
            f"The logins are in {folder / LOGINS}, too. Ctrl-C ends the desk.",
        ]
    )
