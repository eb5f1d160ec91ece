"""HyperKitty from PyPI on SQLite: the archive of Mailman 3, without Mailman."""

from __future__ import annotations

import shutil
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from servers.browser import Browser
from servers.frame import LOOPBACK, Program, free_port, run, running, scratch
from servers.mails import mail

DEBIAN: Final = ("python3-venv",)
PACKAGES: Final = ("hyperkitty==1.3.12", "mailman-web==0.0.9", "waitress==3.0.2")
_KEY: Final = "for-a-test-alone"
_INSIDE: Final = Path(__file__).parent / "inside"
_EDGE: Final = "kulanz-part"


class HyperkittySite:
    """A running archive; a place is a list, which begins with its first message."""

    member: Final = "anna@example.org"

    def __init__(self, url: str, manage: Manage) -> None:
        self.url = url
        self._manage = manage
        self._mailman = Browser(url, headers={"Authorization": f"Token {_KEY}"})

    def list_page(self, place: str) -> str:
        return f"{self.url}/archives/list/{place}/"

    def deliver(self, place: str, content: bytes) -> None:
        """Hand a message over, as Mailman does."""
        named = b'Content-Disposition: form-data; name="mlist"\r\n\r\n' + place.encode()
        head = b'Content-Disposition: form-data; name="message"; filename="m.eml"\r\n\r\n'
        edge = _EDGE.encode()
        parts = b"".join(b"--" + edge + b"\r\n" + part + b"\r\n" for part in (named, head + content))
        kind = f"multipart/form-data; boundary={_EDGE}"
        body = parts + b"--" + edge + b"--\r\n"
        self._mailman.ask("POST", "/archives/api/mailman/archive", body, Content_Type=kind)

    def post(self, place: str, number: int, text: str, parent: int | None = None) -> None:
        """Deliver the message ``number``, an answer to ``parent`` where one is given."""
        self.deliver(place, mail(number, text, parent))

    def take(self, place: str, mbox: Path) -> None:
        """Take a whole mbox into the archive."""
        self._manage("take", place, str(mbox))

    def delete(self, place: str, *message_ids: str) -> None:
        self._manage("delete", place, *message_ids)


class Manage:
    """Runs ``hyperkitty_site.py``, which speaks to HyperKitty's own code, against one database."""

    def __init__(self, home: Path, database: Path, more: Mapping[str, str]) -> None:
        self._python = home / "bin" / "python"
        self.surroundings = {
            "DJANGO_SETTINGS_MODULE": "hyperkitty_site",
            "KULANZ_TEST_DATABASE": str(database),
            "PYTHONPATH": str(_INSIDE),
            **more,
        }

    def __call__(self, *words: str) -> str:
        return run([self._python, _INSIDE / "hyperkitty_site.py", *words], _INSIDE, self.surroundings)

    def serving(self, port: int, folder: Path) -> Program:
        command: Sequence[str | Path] = [self._python, _INSIDE / "hyperkitty_site.py", "serve", str(port)]
        return Program(command=command, port=port, folder=folder, environment=self.surroundings)


def install(home: Path) -> None:
    """Install HyperKitty and keep a database in which everything is ready."""
    if installed(home):
        return
    venv.create(home, clear=True, with_pip=True)
    run([home / "bin" / "pip", "install", "--quiet", *PACKAGES], home)
    with scratch() as folder:
        Manage(home, folder / "database", {})("prepare")
        shutil.copy(folder / "database", home / "database")


def installed(home: Path) -> bool:
    """Whether the database, which is made last, is there."""
    return (home / "database").is_file()


@contextmanager
def start(home: Path, more: Mapping[str, str] | None = None) -> Iterator[HyperkittySite]:
    """Run HyperKitty with an empty archive; ``more`` goes into its surroundings."""
    with scratch() as folder:
        shutil.copy(home / "database", folder / "database")
        manage, port = Manage(home, folder / "database", more or {}), free_port()
        with running(manage.serving(port, folder)):
            yield HyperkittySite(f"http://{LOOPBACK}:{port}", manage)
