"""kill -9 of web or worker, by chance, under pushes that raise alarms: nothing is lost, nothing doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Timer
from typing import Any, Final

import pytest

pytestmark = pytest.mark.any_database

FEWEST_KILLS: Final = 50
THREADS: Final = 12
POSTS: Final = 4
_WORDS: Final = (
    "Seit Wochen bekomme ich falsche Mahnungen, und niemand antwortet. Das ist eine Frechheit, ich kündige!",
    "Bei mir dasselbe: Inkasso wegen einer Rechnung, die längst bezahlt ist. Unverschämt!",
    "Ich bin auch betroffen. Der Kundendienst antwortet seit Tagen nicht, ich gehe zum Anwalt.",
    "Mir ist das auch passiert. Finger weg von dieser Firma, ich bin stinksauer.",
)
_SECRET: Final = "known to both sides"  # noqa: S105 - of the tests
_NURSERY: Final = Path(__file__).with_name("desk_nursery.py")


class Desk:
    """A desk of two processes on a port of its own: one of them is killed and started again."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._random = Random(7)
        self._alive: dict[str, int] = {}
        self._killed = Event()
        self.kills = Counter[str]()
        self.port = _free_port()
        self._hear("prepared")

    def start(self) -> None:
        """Have both run; one of them is killed some time within the next half second."""
        for name in {"web", "worker"} - self._alive.keys():
            self._say(f"{name} {self.port}")
            heard = self._hear("ready" if name == "web" else "born", f"born {name}")
            self._alive[name] = next(int(line.split()[2]) for line in heard if line.startswith("born"))
        self._killed.clear()
        victim = self._random.choice(sorted(self._alive))
        Timer(self._random.random() * 0.5, self._kill, [victim]).start()

    @property
    def whole(self) -> bool:
        """Whether nobody has been killed yet."""
        return not self._killed.is_set()

    def bury(self) -> None:
        """Wait until the process that was to be killed is dead."""
        self._killed.wait()
        self._say("bury")
        _, name, status = self._hear("ended")[-1].split()
        assert status == str(-signal.SIGKILL)
        del self._alive[name]
        self.kills[name] += 1

    def finish(self) -> None:
        """Kill whoever is left, and do all work that is due when every lease has ended."""
        for name in list(self._alive):
            self._kill(name)
            self.bury()
        self._say("finish")
        self._say("bury")
        assert self._hear("ended")[-1] == "ended finish 0"

    def _kill(self, name: str) -> None:
        os.kill(self._alive[name], signal.SIGKILL)
        self._killed.set()

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
    while desk.kills.total() < FEWEST_KILLS:
        rounds += 1
        for thread in range(THREADS):
            push_under_fire(desk, thread, rounds)
    desk.finish()
    assert min(desk.kills["web"], desk.kills["worker"]) > FEWEST_KILLS / 4
    kept = state(tmp_path)
    posts = {f"{thread}-{post}": said(post, rounds) for thread in range(THREADS) for post in range(POSTS)}
    assert kept["posts"] == sorted(posts.items())
    assert kept["changes"] == [(key, rounds - 1) for key in sorted(posts)] * (rounds > 1)
    assert kept["unfinished"] == []
    assert kept["counts"] == [(POSTS,)] * THREADS
    alarms = [(f"t{thread}", 1) for thread in range(THREADS)]
    assert kept["alarms"] == kept["told"] == sorted(alarms)
    assert kept["events"] == [("make", "alertpolicy", 1), ("raise", "alert", THREADS)]
    assert kept["broken"] == [("ok",)]


def said(post: int, version: int) -> str:
    return f"Version {version}: {_WORDS[post]}"


def push_under_fire(desk: Desk, thread: int, version: int) -> None:
    """Push a thread's posts as a sender does: again and again until they are acknowledged."""
    begun = datetime.now(UTC) - timedelta(hours=1)  # the running desk has no other clock
    lines = [
        {
            "thread_id": f"t{thread}",
            "post_id": f"{thread}-{post}",
            "author_id": f"kunde_{post}",
            "created_at": (begun + timedelta(minutes=post)).isoformat(),
            "text": said(post, version),
            "version": version,
        }
        for post in range(POSTS)
    ]
    acknowledged = False
    while not acknowledged:
        desk.start()
        while desk.whole and desk.push(lines):
            acknowledged = True  # and pushed again while it lives, which changes nothing
        desk.bury()


def state(folder: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(folder / "kulanz.sqlite3") as connection:
        queries = {
            "posts": "SELECT key, text FROM desk_post ORDER BY key",
            "changes": "SELECT p.key, count(*) FROM desk_revision r JOIN desk_post p ON p.id = r.post_id"
            " GROUP BY p.key ORDER BY p.key",
            "unfinished": "SELECT key FROM desk_thread WHERE stale_since IS NOT NULL OR analysed_at IS NULL"
            " UNION ALL SELECT id FROM desk_alert WHERE due_at IS NOT NULL",
            "counts": "SELECT post_count FROM desk_thread",
            "alarms": "SELECT t.key, count(*) FROM desk_alert a JOIN desk_thread t ON t.id = a.thread_id"
            " GROUP BY t.key ORDER BY t.key",
            "told": "SELECT t.key, count(*) FROM desk_delivery d JOIN desk_alert a ON a.id = d.alert_id"
            " JOIN desk_thread t ON t.id = a.thread_id GROUP BY t.key ORDER BY t.key",
            "events": "SELECT action, noun, count(*) FROM desk_event GROUP BY action, noun ORDER BY action",
            "broken": "PRAGMA integrity_check",
        }
        found = {name: connection.execute(query).fetchall() for name, query in queries.items()}
    connection.close()
    return found
