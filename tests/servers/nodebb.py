"""NodeBB 1.4.0 from npm on a Redis of its own, with an administrator and two members.

It is the NodeBB of 2016, the newest one that the registry has: its API gives numbers as strings, and
whatever is done there is done over socket.io.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from servers.browser import Browser
from servers.frame import LOOPBACK, Program, Written, free_port, run, running, scratch
from servers.socketio import Connection

DEBIAN: Final = ("redis-server", "nodejs", "npm")
VERSION: Final = "1.4.0"
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of a forum that lives for a test
_SECRET: Final = "of a forum that lives for a test"  # noqa: S105
# They look up an address in the internet when NodeBB starts, and end it without one.
_CALLING_OUT: Final = ("nodebb-plugin-emoji-one", "nodebb-plugin-emoji-extended")
_UNHURRIED: Final = {
    "postDelay": 0,
    "initialPostDelay": 0,
    "newbiePostDelay": 0,
    "newbiePostDelayThreshold": 0,
}


class NodebbSite:
    """A running NodeBB; ``place`` and ``other_place`` are two of its categories by id."""

    member: Final = "alice"
    other: Final = "bob"
    moderator: Final = "admin"
    place: Final = "2"
    other_place: Final = "4"

    def __init__(self, url: str) -> None:
        self.url = url
        self._people: dict[str, Browser] = {}

    def open(self, title: str, text: str, *, by: str = member) -> Written:
        """Start a topic in ``place``."""
        topic = self.act("topics.post", {"cid": self.place, "title": title, "content": text}, by=by)
        posts = Browser(self.url).ask("GET", f"/api/topic/{topic['tid']}")["posts"]
        return Written(str(topic["tid"]), str(posts[0]["pid"]))

    def post(self, thread_id: str, text: str, *, by: str = member) -> str:
        """Reply, and return the post's id."""
        return str(self.act("posts.reply", {"tid": thread_id, "content": text}, by=by)["pid"])

    def texts(self, thread_id: str) -> list[tuple[str, str]]:
        """Return who wrote what in a topic, as it was typed, oldest first."""
        posts = Browser(self.url).ask("GET", f"/api/topic/{thread_id}")["posts"]
        raws = (self.act("posts.getRawPost", str(post["pid"])) for post in posts)
        return [(post["user"]["username"], raw) for post, raw in zip(posts, raws, strict=True)]

    def edit(self, thread_id: str, post_id: str, text: str, *, by: str = member) -> None:
        self.act("posts.edit", {"pid": post_id, "content": text}, by=by)

    def delete(self, thread_id: str, post_id: str) -> None:
        """Delete a post so that its place stays."""
        self.act("posts.delete", {"pid": post_id, "tid": thread_id})

    def restore(self, thread_id: str, post_id: str) -> None:
        self.act("posts.restore", {"pid": post_id, "tid": thread_id})

    def purge(self, thread_id: str, post_id: str) -> None:
        """Delete a post with its place."""
        self.act("posts.purge", {"pid": post_id, "tid": thread_id})

    def delete_thread(self, thread_id: str) -> None:
        self.act("topics.delete", {"tids": [thread_id], "cid": self.place})

    def lock(self, thread_id: str) -> None:
        self.act("topics.lock", {"tids": [thread_id], "cid": self.place})

    def unlock(self, thread_id: str) -> None:
        self.act("topics.unlock", {"tids": [thread_id], "cid": self.place})

    def move(self, thread_id: str, place: str) -> None:
        self.act("topics.move", {"tids": [thread_id], "cid": place})

    def act(self, event: str, *arguments: Any, by: str = moderator) -> Any:
        """Do what the pages of NodeBB do for somebody who clicks.

        Each act has a connection of its own: NodeBB ends those that were idle for a minute.
        """
        person = self._people.get(by) or self._log_in(by)
        return Connection(person).act(event, *arguments)

    def shown(self, path: str, *, by: str = moderator) -> Any:
        """Return what somebody is shown who has logged in."""
        return (self._people.get(by) or self._log_in(by)).ask("GET", path)

    def _log_in(self, name: str) -> Browser:
        browser = Browser(self.url)
        token = browser.ask("GET", "/api/config")["csrf_token"]
        who = {"username": name, "password": PASSWORD, "remember": "on"}
        browser.ask("POST", "/login", who, x_csrf_token=token)
        self._people[name] = browser
        return browser


@dataclass(frozen=True, slots=True)
class _Instance:
    """NodeBB's code in ``home`` with its data in ``folder``."""

    home: Path
    folder: Path
    port: int
    redis_port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        redis = {"host": LOOPBACK, "port": self.redis_port, "password": "", "database": 1}
        return {"url": self.url, "secret": _SECRET, "database": "redis", "redis": redis}

    @property
    def redis(self) -> Program:
        command = ["redis-server", "--port", str(self.redis_port), "--bind", LOOPBACK, "--save", ""]
        return Program(
            command=[*command, "--dir", str(self.folder)], port=self.redis_port, folder=self.folder
        )

    @property
    def server(self) -> Program:
        settings = self.folder / "config.json"
        settings.write_text(json.dumps({**self.settings, "port": self.port, "bind_address": LOOPBACK}))
        command = ["node", str(self.home / "app.js"), f"--config={settings}"]
        return Program(command=command, port=self.port, folder=self.folder, inside=self.home)

    def ask_redis(self, *words: str) -> str:
        return run(["redis-cli", "-p", str(self.redis_port), "-n", "1", *words], self.folder)


def install(home: Path) -> None:
    """Install NodeBB and keep a database in which everything is ready."""
    if installed(home):
        return
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    run(["npm", "pack", "--silent", f"nodebb@{VERSION}"], home)
    run(["tar", "xzf", f"nodebb-{VERSION}.tgz", "--strip-components=1"], home)
    run(["npm", "install", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps", "--silent"], home)
    (home / "public/uploads/sounds").mkdir(parents=True, exist_ok=True)
    prepare(home)


def prepare(home: Path) -> None:
    """Set NodeBB up and keep its database."""
    with _instance(home) as instance:
        _set_up(instance)
        with running(instance.server):
            _add_people(NodebbSite(instance.url))
        instance.ask_redis("save")
        shutil.copy(instance.folder / "dump.rdb", home)


def installed(home: Path) -> bool:
    """Whether the database, which is made last, is there and Redis too."""
    return (home / "dump.rdb").is_file() and shutil.which("redis-server") is not None


@contextmanager
def start(home: Path) -> Iterator[NodebbSite]:
    """Run NodeBB with the database that was made ready, fresh each time."""
    with _instance(home, home / "dump.rdb") as instance, running(instance.server):
        yield NodebbSite(instance.url)


@contextmanager
def _instance(home: Path, kept: Path | None = None) -> Iterator[_Instance]:
    with scratch() as folder:
        if kept is not None:
            shutil.copy(kept, folder / "dump.rdb")
        instance = _Instance(home, folder, free_port(), free_port())
        with running(instance.redis):
            yield instance


def _set_up(instance: _Instance) -> None:
    answers = {
        "admin:username": NodebbSite.moderator,
        "admin:email": "admin@example.org",
        "admin:password": PASSWORD,
        "admin:password:confirm": PASSWORD,
    }
    settings = instance.settings
    redis = {f"redis:{name}": value for name, value in settings.pop("redis").items()}
    setup = json.dumps({**settings, **redis, **answers})
    # Without --config, because setting up loads the file of that default name, whatever it wrote.
    run(["node", "app", f"--setup={setup}"], instance.home)
    for plugin in _CALLING_OUT:
        instance.ask_redis("zrem", "plugins:active", plugin)


def _add_people(site: NodebbSite) -> None:
    site.act("admin.config.setMultiple", _UNHURRIED)
    for name in (site.member, site.other):
        account = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        site.act("admin.user.createUser", account)
