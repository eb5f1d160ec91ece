"""kill -9 of web and worker at random points of a push: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any, Final

import pytest

FEWEST_KILLS: Final = 50
THREADS: Final = 12
POSTS: Final = 4
_SECRET: Final = "known to both sides"  # noqa: S105 - of the tests
_NURSERY: Final = Path(__file__).with_name("desk_nursery.py")


class Desk:
    """A desk on a port of its own, killed and started again."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._random = Random(7)
        self._timer: Timer | None = None
        self.kills = 0
        self.port = _free_port()
        self._hear("prepared")

    def start(self, *, mortal: bool = True) -> None:
        """Have the desk serve; a mortal one is killed some time within its first half second."""
        self._say(f"serve {self.port}")
        heard = self._hear("ready", "born")
        if mortal:
            self._timer = Timer(self._random.random() * 0.5, _kill, [_born(heard)])
            self._timer.start()

    def buried(self) -> None:
        """Wait until the desk that was to be killed is dead."""
        heard = self._hear("ended")
        assert heard[-1] == f"ended {-signal.SIGKILL}"
        self.kills += 1

    def finish(self) -> None:
        """Do all work that is due when every lease has ended."""
        self._say("finish")
        assert self._hear("ended")[-1] == "ended 0"

    def push(self, lines: list[dict[str, Any]]) -> bool:
        """Push posts; return whether they were acknowledged."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = "\n".join(json.dumps(line) for line in lines)
        headers = {"Authorization": f"Bearer {_SECRET}", "Content-Type": "application/x-ndjson"}
        try:
            connection.request("POST", "/hooks/killed/push", body, headers)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self, *wanted: str) -> list[str]:
        """Return lines until there is one that begins with each of some words."""
        assert self._process.stdout is not None
        heard: list[str] = []
        while not all(any(line.startswith(word) for line in heard) for word in wanted):
            heard.append(self._process.stdout.readline().strip())
            assert heard[-1], "the nursery has died"
        return heard


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _born(heard: list[str]) -> int:
    return next(int(line.removeprefix("born ")) for line in heard if line.startswith("born"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = {
        "DJANGO_SETTINGS_MODULE": "kulanz.desk.project.settings",
        "KULANZ_MODE": "demo",
        "KULANZ_DATA": str(tmp_path),
        "KULANZ_SECRET_KEY": "tests only, " * 5,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    environment = {**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, **settings}
    command = [sys.executable, "-W", "ignore", str(_NURSERY), _SECRET]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    options: dict[str, Any] = {"env": environment, "stderr": subprocess.DEVNULL, "start_new_session": True}
    with subprocess.Popen(command, **options, **pipes) as process:  # noqa: S603 - our own program
        yield Desk(process)
        os.killpg(process.pid, signal.SIGKILL)


def test_nothing_is_lost_and_nothing_doubled_by_fifty_kills(desk: Desk, tmp_path: Path) -> None:
    rounds = 0
    while desk.kills < FEWEST_KILLS:
        rounds += 1
        for thread in range(THREADS):
            push_under_fire(desk, thread, rounds)
    desk.finish()
    kept = state(tmp_path)
    posts = [f"{thread}-{post}" for thread in range(THREADS) for post in range(POSTS)]
    assert kept["posts"] == sorted((key, f"Version {rounds}: die Mahnung ist falsch.") for key in posts)
    assert (
        kept["changes"] == [(key, rounds - 1) for key in sorted(posts)]
        if rounds > 1
        else kept["changes"] == []
    )
    assert kept["unfinished"] == []
    assert kept["counts"] == [(POSTS,)] * THREADS
    assert kept["broken"] == [("ok",)]


def push_under_fire(desk: Desk, thread: int, version: int) -> None:
    """Push a thread's posts as a sender does: again and again until they are acknowledged."""
    lines = [
        {
            "thread_id": f"t{thread}",
            "post_id": f"{thread}-{post}",
            "author_id": f"kunde_{post}",
            "created_at": f"2026-06-01T10:{post:02}:00Z",
            "text": f"Version {version}: die Mahnung ist falsch.",
            "version": version,
        }
        for post in range(POSTS)
    ]
    acknowledged = False
    while not acknowledged:
        desk.start()
        while desk.push(lines):
            acknowledged = True  # and pushed again while it lives, which changes nothing
        desk.buried()


def state(folder: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(folder / "kulanz.sqlite3") as connection:
        queries = {
            "posts": "SELECT key, text FROM desk_post ORDER BY key",
            "changes": "SELECT p.key, count(*) FROM desk_revision r JOIN desk_post p ON p.id = r.post_id"
            " GROUP BY p.key ORDER BY p.key",
            "unfinished": "SELECT key FROM desk_thread WHERE stale_since IS NOT NULL OR analysed_at IS NULL",
            "counts": "SELECT post_count FROM desk_thread",
            "broken": "PRAGMA integrity_check",
        }
        found = {name: connection.execute(query).fetchall() for name, query in queries.items()}
    connection.close()
    return found
