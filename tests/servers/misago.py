"""Misago from PyPI on a PostgreSQL of its own, with an administrator and two members."""

from __future__ import annotations

import shutil
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from servers import postgres
from servers.browser import Browser
from servers.frame import LOOPBACK, Program, Written, free_port, run, running, scratch

DEBIAN: Final = ("postgresql", "python3-venv")
VERSION: Final = "0.39.6"
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of a forum that lives for a test
# Apart from this folder, in which "misago" is this module.
_INSIDE: Final = Path(__file__).parent / "inside"


class MisagoSite:
    """A running Misago; ``place`` and ``other_place`` are its categories by id."""

    member: Final = "Alice"
    other: Final = "Bob"
    moderator: Final = "Admin"

    def __init__(self, url: str, manage: Manage) -> None:
        self.url = url
        self._manage = manage
        self._people: dict[str, Browser] = {}
        self.place, self.other_place = manage("places").split()

    def open(self, title: str, text: str, *, by: str = member) -> Written:
        """Start a thread in ``place``."""
        new = {"category": int(self.place), "title": title, "post": text}
        thread_id = str(self._ask(by, "POST", "/api/threads/", new)["id"])
        posts = self._ask(by, "GET", f"/api/threads/{thread_id}/posts/")["post_set"]["results"]
        return Written(thread_id, str(posts[0]["id"]))

    def post(self, thread_id: str, text: str, *, by: str = member) -> str:
        """Reply, and return the post's id."""
        return str(self._ask(by, "POST", f"/api/threads/{thread_id}/posts/", {"post": text})["id"])

    def texts(self, thread_id: str) -> list[tuple[str, str]]:
        """Return who wrote what in a thread, as it was typed, oldest first."""
        path = f"/api/threads/{thread_id}/posts/"
        posts = self._ask(self.moderator, "GET", path)["post_set"]["results"]
        written = [post for post in posts if not post["is_event"]]
        sources = (self._ask(self.moderator, "GET", f"{path}{post['id']}/post_editor/") for post in written)
        return [(post["poster_name"], source["post"]) for post, source in zip(written, sources, strict=True)]

    def answer_private(self, thread_id: str, text: str, *, by: str = member) -> None:
        self._ask(by, "POST", f"/api/private-threads/{thread_id}/posts/", {"post": text})

    def private_threads(self, *, by: str = member) -> list[str]:
        """Return the ids of the private threads that somebody is in, the latest first."""
        found = self._ask(by, "GET", "/api/private-threads/")["results"]
        return [str(each["id"]) for each in found]

    def private_texts(self, thread_id: str, *, by: str = member) -> list[str]:
        """Return what was typed in a private thread, oldest first, as one who is in it is shown it."""
        path = f"/api/private-threads/{thread_id}/posts/"
        posts = self._ask(by, "GET", path)["post_set"]["results"]
        written = (post["id"] for post in posts if not post["is_event"])
        return [self._ask(by, "GET", f"{path}reply_editor/?reply={each}")["post"] for each in written]

    def seen(self, thread_id: str, post_id: str) -> dict[str, Any] | None:
        """Return what moderators are shown of a thread, or of a post in it; None where it is gone."""
        thread: dict[str, Any] = self._ask(self.moderator, "GET", f"/api/threads/{thread_id}/posts/")
        posts = (post for post in thread["post_set"]["results"] if str(post["id"]) == post_id)
        return next(posts, None) if post_id else thread

    def edit(self, thread_id: str, post_id: str, text: str, *, by: str = member) -> None:
        self._ask(by, "PUT", f"/api/threads/{thread_id}/posts/{post_id}/", {"post": text})

    def delete(self, thread_id: str, post_id: str) -> None:
        self._ask(self.moderator, "DELETE", f"/api/threads/{thread_id}/posts/{post_id}/")

    def delete_thread(self, thread_id: str) -> None:
        self._ask(self.moderator, "DELETE", f"/api/threads/{thread_id}/")

    def hide(self, thread_id: str, post_id: str) -> None:
        self._change(f"/api/threads/{thread_id}/posts/{post_id}/", "is-hidden", value=True)

    def restore(self, thread_id: str, post_id: str) -> None:
        self._change(f"/api/threads/{thread_id}/posts/{post_id}/", "is-hidden", value=False)

    def lock(self, thread_id: str) -> None:
        self._change(f"/api/threads/{thread_id}/", "is-closed", value=True)

    def unlock(self, thread_id: str) -> None:
        self._change(f"/api/threads/{thread_id}/", "is-closed", value=False)

    def move(self, thread_id: str, place: str) -> None:
        self._change(f"/api/threads/{thread_id}/", "category", value=int(place))

    def accept(self, post_id: str) -> None:
        """Mark a post as the best answer, which nobody may at first in a forum that is new."""
        self._manage("accept", post_id)

    def unaccept(self, post_id: str) -> None:
        self._manage("unaccept", post_id)

    def fill(self, threads: int, posts: int) -> None:
        """Write so many threads and so many replies over them, by Misago's own generator."""
        self._manage("fill", str(threads), str(posts))

    @contextmanager
    def ruled(self, name: str, value: int) -> Iterator[None]:
        """Have another value of a permission while the block lasts."""
        self._manage("rule", name, str(value))
        try:
            yield
        finally:
            self._manage("rule", name, str(1 - value))

    def overwrite(self, post_id: str, text: str) -> None:
        """Change a post in the database, as whoever runs the forum could."""
        self._manage("overwrite", post_id, text)

    def _change(self, path: str, what: str, *, value: bool | int) -> None:
        self._ask(self.moderator, "PATCH", path, [{"op": "replace", "path": what, "value": value}])

    def _ask(self, by: str, method: str, path: str, body: Any = None) -> Any:
        person = self._people.get(by) or self._log_in(by)
        return person.ask(method, path, body, X_CSRFToken=person.cookie("csrftoken") or "")

    def _log_in(self, name: str) -> Browser:
        person = self._people[name] = Browser(self.url)
        person.ask("GET", "/")
        self._ask(name, "POST", "/api/auth/", {"username": name, "password": PASSWORD})
        return person


class Manage:
    """Runs ``misago_site.py``, which speaks to Misago's own code, against one database."""

    def __init__(self, home: Path, surroundings: Mapping[str, str]) -> None:
        self._python = home / "bin" / "python"
        self.surroundings = surroundings

    def __call__(self, *words: str) -> str:
        return run([self._python, _INSIDE / "misago_site.py", *words], _INSIDE, self.surroundings)

    def serving(self, port: int, folder: Path) -> Program:
        command: Sequence[str | Path] = [self._python, _INSIDE / "misago_site.py", "serve", str(port)]
        return Program(command=command, port=port, folder=folder, environment=self.surroundings)


def install(home: Path) -> None:
    """Install Misago and keep a database in which everything is ready."""
    if installed(home):
        return
    venv.create(home, clear=True, with_pip=True)
    run([home / "bin" / "pip", "install", "--quiet", f"Misago=={VERSION}", "waitress==3.0.2"], home)
    with postgres.start(home) as cluster, scratch() as folder:
        cluster.create("misago")
        Manage(home, _surroundings(cluster, folder))("prepare", PASSWORD)
        shutil.copytree(folder / "media", home / "media")
        postgres.keep(cluster, home / "database")


def installed(home: Path) -> bool:
    """Whether the database, which is made last, is there and PostgreSQL too."""
    return (home / "database" / "PG_VERSION").is_file() and postgres.installed(home)


@contextmanager
def start(home: Path) -> Iterator[MisagoSite]:
    """Run Misago with the database that was made ready, fresh each time."""
    with postgres.start(home, home / "database") as cluster, scratch() as folder:
        shutil.copytree(home / "media", folder / "media")
        manage, port = Manage(home, _surroundings(cluster, folder)), free_port()
        with running(manage.serving(port, folder)):
            yield MisagoSite(f"http://{LOOPBACK}:{port}", manage)


def _surroundings(cluster: postgres.Cluster, folder: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "misago_site",
        "KULANZ_TEST_POSTGRES_PORT": str(cluster.port),
        "KULANZ_TEST_MEDIA": str(folder / "media"),
        "PYTHONPATH": str(_INSIDE),
    }
