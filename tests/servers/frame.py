"""What every server needs to run: a port, a scratch folder, a process that is sure to end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

LOOPBACK: Final = "127.0.0.1"
PATIENCE: Final = 90.0
"""Seconds until a server must answer; a loaded machine takes ten times what an idle one takes."""
_PAUSE: Final = 0.05
_GOODBYE: Final = 15.0


class ServerError(Exception):
    """A server did not start, or refused what a test did there; the message ends with its own words."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a new thread's first post lies."""

    thread_id: str
    post_id: str


class Site(Protocol):
    """A running forum, and what people do there; ``by`` is the name of an account there.

    A site has the acts that its server has. Every act raises ServerError where it is refused.
    """

    url: str
    member: str
    moderator: str

    def open(self, title: str, text: str, *, by: str) -> Written: ...
    def post(self, thread_id: str, text: str, *, by: str) -> str: ...
    def edit(self, thread_id: str, post_id: str, text: str, *, by: str) -> None: ...
    def delete(self, thread_id: str, post_id: str) -> None: ...
    def hide(self, thread_id: str, post_id: str) -> None: ...
    def restore(self, thread_id: str, post_id: str) -> None: ...
    def lock(self, thread_id: str) -> None: ...
    def unlock(self, thread_id: str) -> None: ...
    def move(self, thread_id: str, place: str) -> None: ...


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def scratch(owner: str | None = None) -> Iterator[Path]:
    """A folder that is gone afterwards, given to ``owner`` where a server may not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="kulanz-server-"))
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program to run: what it listens on, where it works, and how it is told to end.

    ``folder`` is for what it writes; it is started there, or in ``inside`` where it insists on that.
    ``ready`` is a command that succeeds once the program, which listens already, can be used.
    """

    command: Sequence[str | Path]
    port: int
    folder: Path
    environment: Mapping[str, str] | None = None
    owner: str | None = None
    goodbye: signal.Signals = signal.SIGTERM
    ready: Sequence[str | Path] = ()
    inside: Path | None = None

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.folder / f"{Path(self.command[0]).name}.log"


@contextmanager
def running(program: Program) -> Iterator[None]:
    """Run a program until the block ends; it has answered on its port when the block begins."""
    with program.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - tests name their own programs
            program.command,
            cwd=program.inside or program.folder,
            env={**os.environ, **(program.environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=program.owner,
        )
    try:
        _wait(process, program)
        yield
    finally:
        _end(process, program.goodbye)


def run(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    given: str = "",
) -> str:
    """Run a command to its end and return what it printed; raise ServerError with that where it fails.

    It reads what is ``given`` on standard input.
    """
    surroundings = {**os.environ, **(environment or {})}
    done = subprocess.run(  # noqa: S603 - tests name their own programs
        command,
        cwd=folder,
        env=surroundings,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = (done.stdout + done.stderr)[-2_000:]
        raise ServerError(f"{command[0]} ended with {done.returncode} in {folder}: {words}")
    return done.stdout


def _wait(process: subprocess.Popen[bytes], program: Program) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if _answers(program.port) and _is_ready(program.ready):
            return
        time.sleep(_PAUSE)
    words = program.log.read_text(errors="replace")[-2_000:]
    raise ServerError(f"{program.command[0]} does not answer on port {program.port}: {words}")


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def _is_ready(command: Sequence[str | Path]) -> bool:
    if not command:
        return True
    tried = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - tests name their own
    return tried.returncode == 0


def _end(process: subprocess.Popen[bytes], goodbye: signal.Signals) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.send_signal(goodbye)
        process.wait(_GOODBYE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
