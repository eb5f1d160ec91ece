"""isso from PyPI: comments on pages, with an Atom feed for each page."""

from __future__ import annotations

import sqlite3
import venv
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from servers.browser import Browser
from servers.frame import LOOPBACK, Program, free_port, run, running, scratch

DEBIAN: Final = ("python3-venv",)
VERSION: Final = "0.14.0"
_SETTINGS: Final = """[general]
dbpath = {folder}/comments.db
host = {url}
[server]
listen = {url}
[guard]
enabled = false
[rss]
base = {url}
"""


class IssoSite:
    """A running isso; a thread is a page by its path, and a comment belongs to the browser that wrote it."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self._database = database
        self._writers: dict[str, Browser] = {}

    def feed(self, thread_id: str) -> str:
        """Where the comments on a page are read."""
        return f"{self.url}/feed?uri={quote(thread_id, safe='')}"

    def post(self, thread_id: str, text: str, *, by: str, parent: str | None = None) -> str:
        """Comment, and return the comment's number."""
        writer = Browser(self.url)
        body = {"text": text, "author": by, "title": thread_id, "parent": int(parent) if parent else None}
        number = str(writer.ask("POST", f"/new?uri={quote(thread_id, safe='')}", body)["id"])
        self._writers[number] = writer
        return number

    def age(self, minutes: int) -> None:
        """Make all comments so much older, which no visitor can."""
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.execute("UPDATE comments SET created = created - ?", (60 * minutes,))

    def edit(self, post_id: str, text: str, *, by: str) -> None:
        self._writers[post_id].ask("PUT", f"/id/{post_id}", {"text": text, "author": by})

    def delete(self, post_id: str) -> None:
        self._writers[post_id].ask("DELETE", f"/id/{post_id}")


def install(home: Path) -> None:
    """Install isso into an environment of its own."""
    if installed(home):
        return
    venv.create(home, clear=True, with_pip=True)
    run([home / "bin" / "pip", "install", "--quiet", f"isso=={VERSION}", "setuptools<81"], home)


def installed(home: Path) -> bool:
    """Whether the program is there."""
    return (home / "bin" / "isso").is_file()


@contextmanager
def start(home: Path) -> Iterator[IssoSite]:
    """Run isso without a comment."""
    with scratch() as folder:
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        settings = folder / "isso.cfg"
        settings.write_text(_SETTINGS.format(folder=folder, url=url), "utf-8")
        command = [home / "bin" / "isso", "-c", settings, "run"]
        with running(Program(command=command, port=port, folder=folder)):
            yield IssoSite(url, folder / "comments.db")
