"""A desk that runs as an admin runs it: made by ``kulanz init``, served by ``kulanz serve``."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from servers.frame import LOOPBACK, Program, free_port, run, running

INSIDE: Final = Path(__file__).with_name("desk_inside.py")
_SOURCES: Final = Path(__file__).parents[1] / "src"


class DeskSite:
    """A running desk; ``act`` has something done in it that no page does (see ``desk_inside.py``)."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self.env = {
            # what the tests' own settings have put into the environment is none of this desk's
            "KULANZ_SECRET_KEY": "",
            "DATABASE_URL": f"sqlite:///{folder / 'data' / 'kulanz.sqlite3'}",
            "PYTHONPATH": str(_SOURCES),
            "DJANGO_SETTINGS_MODULE": "kulanz.desk.project.settings",
            "KULANZ_MODE": "demo",
            "KULANZ_DATA": str(folder / "data"),
            "KULANZ_URL": self.url,
            "KULANZ_COMPANY": "Kontaktor",
            "KULANZ_ALLOW_PRIVATE": LOOPBACK,
            **settings,
        }

    @property
    def surroundings(self) -> dict[str, str]:
        """The whole environment of the desk's processes."""
        return {**os.environ, **self.env}

    def kulanz(self, *words: str) -> list[str]:
        """The command line of a command of kulanz."""
        return [sys.executable, "-m", "kulanz.cli", *words]

    def act(self, name: str, *words: str) -> Any:
        """Do something in the desk's own surroundings and return what it returned."""
        return json.loads(run([sys.executable, INSIDE, name, *words], self.folder, self.env))


@contextmanager
def desk_site(
    folder: Path, *, workers: int = 0, settings: Mapping[str, str] | None = None
) -> Iterator[DeskSite]:
    """Make a desk in a folder and serve it; without workers, time goes by only where a test lets it."""
    desk = DeskSite(folder, free_port(), settings or {})
    make(desk)
    with served(desk, workers=workers):
        yield desk


def make(desk: DeskSite) -> None:
    """Have ``kulanz init`` make a desk; what is alike for all on SQLite is made once, and copied."""
    if desk.env["DATABASE_URL"].startswith("sqlite:"):
        shutil.copytree(made_once(), desk.folder / "data")
    run(desk.kulanz("init"), desk.folder, desk.env)


@cache
def made_once() -> Path:
    """The data folder of a desk that ``kulanz init`` has made."""
    folder = Path(tempfile.mkdtemp(prefix="kulanz-desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    run(DeskSite(folder, 0, {}).kulanz("init"), folder, DeskSite(folder, 0, {}).env)
    return folder / "data"


@contextmanager
def served(desk: DeskSite, *, workers: int) -> Iterator[None]:
    """Serve a desk that was made."""
    command = desk.kulanz("serve", "--listen", f"{LOOPBACK}:{desk.port}", "--workers", str(workers))
    with running(Program(command=command, port=desk.port, folder=desk.folder, environment=desk.env)):
        yield
