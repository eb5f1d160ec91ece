"""Caddy from Debian: the configuration of the docs, tried and run on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from servers.frame import LOOPBACK, Program, free_port, run, running, scratch

DEBIAN: Final = ("caddy",)
_DOCS: Final = Path(__file__).parents[2] / "docs" / "howto"
_SITE: Final = re.compile(r"^```text\n(desk\.example\.org \{\n.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAM: Final = Path("/usr/bin/caddy")
_GLOBAL: Final = "{\n    admin off\n    storage file_system %s\n}\n"


@dataclass(frozen=True, slots=True)
class Caddy:
    """The program, with a folder for its files."""

    folder: Path

    def check(self, text: str) -> None:
        """Have Caddy read a whole Caddyfile; ServerError where it refuses."""
        run([_PROGRAM, "validate", *self._given(text)], self.folder, self._surroundings())

    @contextmanager
    def serve(self, site: str) -> Iterator[str]:
        """Run one site, without TLS on a free port; yield its address."""
        port = free_port()
        text = re.sub(r"^\S+ \{", f"http://{LOOPBACK}:{port} {{", site)
        command = [_PROGRAM, "run", *self._given(_GLOBAL % self.folder + text)]
        surroundings = self._surroundings()
        with running(Program(command=command, port=port, folder=self.folder, environment=surroundings)):
            yield f"http://{LOOPBACK}:{port}"

    def _given(self, text: str) -> list[str | Path]:
        file = self.folder / "Caddyfile"
        file.write_text(text, "utf-8")
        return ["--adapter", "caddyfile", "--config", file]

    def _surroundings(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
        }


def documented(page: str) -> str:
    """The site that a page of docs/howto has for Caddy."""
    (site,) = _SITE.findall((_DOCS / page).read_text("utf-8"))
    return str(site)


def install(home: Path) -> None:
    """Do nothing: Debian's package is all of it."""


def installed(home: Path) -> bool:
    return _PROGRAM.is_file()


@contextmanager
def start(home: Path) -> Iterator[Caddy]:
    """Yield the program, which runs only when something is to be served."""
    with scratch() as folder:
        yield Caddy(folder)
