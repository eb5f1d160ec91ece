"""A verifier of public logs in Go, on the packages of Go's checksum database from Debian."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from servers.frame import run

DEBIAN: Final = ("golang-go", "golang-golang-x-mod-dev")
_SOURCE: Final = Path(__file__).parent / "inside" / "verify_log" / "main.go"
_PACKAGES: Final = Path("/usr/share/gocode")


@dataclass(frozen=True, slots=True)
class GoVerifier:
    """The built program."""

    program: Path

    def __call__(self, folder: Path, vkey: str, earlier: Sequence[str] = ()) -> tuple[bool, str]:
        """Whether the log in a folder verifies, and what the program says; ``earlier`` are SIZE:ROOT."""
        command = [self.program, folder, vkey, *earlier]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        return done.returncode == 0, done.stdout + done.stderr


def install(home: Path) -> None:
    """Build the program, anew where its source has changed."""
    if installed(home):
        return
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(_SOURCE, home / _SOURCE.name)
    # Debian's packages are found by the search path alone; nothing is fetched.
    surroundings = {"GOPATH": str(_PACKAGES), "GO111MODULE": "off", "GOCACHE": str(home / "cache")}
    run(["go", "build", "-o", "verify_log", _SOURCE.name], home, surroundings)


def installed(home: Path) -> bool:
    """Whether the program is there, built from the source of today."""
    kept = home / _SOURCE.name
    built = (home / "verify_log").exists() and kept.exists()
    return built and kept.read_bytes() == _SOURCE.read_bytes()


@contextmanager
def start(home: Path) -> Iterator[GoVerifier]:
    """Yield the program, which runs only when it is called."""
    yield GoVerifier(home / "verify_log")
