"""public-inbox from Debian: a list's archive on the web, delivered to like a mailbox."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from servers.frame import LOOPBACK, Program, ServerError, free_port, run, running, scratch
from servers.mails import LIST, mail

DEBIAN: Final = ("public-inbox", "git")
_LISTS: Final = 16
_PROGRAM: Final = Path("/usr/bin/public-inbox-httpd")


class PublicInboxSite:
    """A running archive of several lists; a place is a list's name."""

    member: Final = "anna@example.org"

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self._unused = [f"list{number}" for number in range(_LISTS)]

    def prepare(self) -> None:
        """Make all lists: the server learns of them only when it starts."""
        run(
            ["git", "config", "-f", str(self._folder / "config"), "publicinboxmda.spamcheck", "none"],
            self._folder,
        )
        for place in self._unused:
            words = [
                "public-inbox-init",
                "-V2",
                place,
                str(self._folder / place),
                f"{self.url}/{place}",
                _list(place),
            ]
            run(words, self._folder, self.surroundings)

    def make(self) -> str:
        """Return the name of a list that has no mail yet."""
        return self._unused.pop()

    def page(self, place: str) -> str:
        return f"{self.url}/{place}/"

    def deliver(self, place: str, content: bytes) -> None:
        """Hand a message over, as a mail server does."""
        recipient = {"ORIGINAL_RECIPIENT": _list(place)}
        self._pipe(["public-inbox-mda", "--no-precheck"], content, recipient)

    def post(self, place: str, number: int, text: str, parent: int | None = None) -> bytes:
        """Deliver the message ``number``, an answer to ``parent`` if given, and return it."""
        # The search goes by the time that a mail server noted.
        received = f"Received: from mail.example.org; {format_datetime(datetime.now(UTC))}\r\n"
        content = received.encode() + mail(number, text, parent).replace(LIST.encode(), _list(place).encode())
        self.deliver(place, content)
        return content

    def delete(self, content: bytes) -> None:
        """Remove a message from all lists."""
        self._pipe(["public-inbox-learn", "rm"], content, {})

    @property
    def surroundings(self) -> dict[str, str]:
        """Where public-inbox finds its configuration."""
        return {"HOME": str(self._folder), "PI_CONFIG": str(self._folder / "config")}

    def _pipe(self, command: list[str], content: bytes, more: dict[str, str]) -> None:
        surroundings = {**os.environ, **self.surroundings, **more}
        done = subprocess.run(command, input=content, env=surroundings, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise ServerError(
                f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')}"
            )


def install(home: Path) -> None:
    """Do nothing: Debian's package is all of it."""


def installed(home: Path) -> bool:
    return _PROGRAM.is_file()


@contextmanager
def start(home: Path) -> Iterator[PublicInboxSite]:
    """Run public-inbox without any list."""
    with scratch() as folder:
        port = free_port()
        site = PublicInboxSite(f"http://{LOOPBACK}:{port}", folder)
        site.prepare()
        command = [_PROGRAM, "-W0", "-l", f"{LOOPBACK}:{port}"]
        with running(Program(command=command, port=port, folder=folder, environment=site.surroundings)):
            yield site


def _list(place: str) -> str:
    return f"{place}@lists.example.org"
