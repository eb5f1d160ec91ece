"""kill -9 at random points of a fetch: what is kept in the end is what an undisturbed fetch keeps."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Lock, Timer
from typing import Any, Final

import pytest

from discourse_site import DiscourseSite, SiteServer, community
from kulanz.testing.recorded import Reply, Request

FEWEST_KILLS: Final = 50
_KILL_SHARE: Final = 0.3
_LONGEST_DELAY: Final = 0.03
_NURSERY: Final = Path(__file__).with_name("nursery.py")


class Killer:
    """Ends the fetching process within 30 ms after some of its requests, in the middle of anything."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._lock = Lock()
        self._victim: int | None = None
        self._timers: list[Timer] = []

    def alter(self, _request: Request, reply: Reply) -> Reply:
        with self._lock:
            if self._victim is not None and self._random.random() < _KILL_SHARE:
                timer = Timer(self._random.random() * _LONGEST_DELAY, _kill, [self._victim])
                timer.start()
                self._timers.append(timer)
        return reply

    def hunt(self, process: int) -> None:
        with self._lock:
            self._victim = process

    def rest(self) -> None:
        """Spare the next process: the last one's id may be given to another."""
        with self._lock:
            self._victim = None
            for timer in self._timers:
                timer.cancel()
            self._timers.clear()


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


class Nursery:
    """Starts one ``kulanz fetch`` after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def fetch(self, server: SiteServer, folder: Path, killer: Killer | None = None) -> int:
        """Run one fetch to its end, however it ends; return its exit status, negative for a signal."""
        manners = [
            "--contact",
            "a@example.org",
            "--allow-private",
            "127.0.0.1",
            "--rate",
            "100",
            "--no-reread",
        ]
        args = ["fetch", f"discourse:{server.url}", "--into", str(folder), "--quiet", *manners]
        self._say(json.dumps(args))
        child = int(self._hear())
        if killer is not None:
            killer.hunt(child)
        status = int(self._hear())
        if killer is not None:
            killer.rest()
        return status

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    command = [sys.executable, str(_NURSERY)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:  # noqa: S603 - our own program
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def test_a_killed_fetch_ends_like_an_undisturbed_one(tmp_path: Path, nursery: Nursery) -> None:
    site = community(topics=25, posts=40)
    calm, hurt = tmp_path / "calm", tmp_path / "hurt"
    with SiteServer(site) as server:
        assert nursery.fetch(server, calm) == 0
        kills = fetch_under_fire(nursery, server, hurt, seed=1)
        assert state(hurt) == state(calm)
        assert len(json_lines(calm)) == 1000
        change(site)
        assert nursery.fetch(server, calm) == 0
        kills += fetch_under_fire(nursery, server, hurt, seed=2)
    assert kills >= FEWEST_KILLS
    assert state(hurt) == state(calm)
    assert revisions(calm) == {"edited_by_other": 8, "removed": 4, "locked": 4}


def fetch_under_fire(nursery: Nursery, server: SiteServer, folder: Path, seed: int) -> int:
    """Fetch again and again until one lives to its end; return how many were killed."""
    killer, kills = Killer(seed), 0
    server.alter = killer.alter
    while (status := nursery.fetch(server, folder, killer)) != 0:
        assert status == -signal.SIGKILL
        kills += 1
    return kills


def change(site: DiscourseSite) -> None:
    """Change what the list of topics shows: edits of last posts, answers, removals and closings."""
    topics = list(site.topics.values())
    for topic in topics[:8]:
        site.edit(topic.posts[-1], "Das steht jetzt anders da.", editor="mod_kai")
    for topic in topics[8:16]:
        site.reply(topic, "kunde_1", "Noch etwas.")
    for topic in topics[16:20]:
        site.remove(topic.posts[5])
        site.close(topic)


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / ".kulanz" / "store.sqlite")
    try:
        yield connection
    finally:
        connection.close()


def state(folder: Path) -> dict[str, Any]:
    """Everything that is kept but for the times at which it was seen."""
    with database(folder) as connection:
        rows = {
            "posts": connection.execute(
                "SELECT post_id, thread_id, removed, kept FROM post ORDER BY 1"
            ).fetchall(),
            "threads": connection.execute(
                "SELECT thread_id, gone, marker, kept FROM thread ORDER BY 1"
            ).fetchall(),
            "cursors": connection.execute("SELECT lane, cursor, ended FROM cursor ORDER BY 1").fetchall(),
            "changes": connection.execute(
                "SELECT thread_id, post_id, kind, revision FROM revision ORDER BY 1, 2, 3"
            ).fetchall(),
            "broken": connection.execute("PRAGMA integrity_check").fetchall(),
        }
    return {
        "lines": json_lines(folder),
        **{name: [_timeless(row) for row in found] for name, found in rows.items()},
    }


def _timeless(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_without_times(json.loads(each)) if isinstance(each, bytes) else each for each in row)


def _without_times(kept: Any) -> Any:
    times = {"seen_at", "text_since", "found_at", "seen_before", "site_at"}
    return {name: value for name, value in kept.items() if name not in times}


def json_lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "posts.jsonl").read_text("utf-8").splitlines()]


def revisions(folder: Path) -> dict[str, int]:
    with database(folder) as connection:
        return dict(connection.execute("SELECT kind, count(*) FROM revision GROUP BY kind").fetchall())
