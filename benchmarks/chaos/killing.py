"""The processes of a desk, each of which is killed at times of chance and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from random import Random
from threading import Event, Lock, Thread
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
LONGEST_LIFE_S: Final = 8.0
_PATIENCE_S: Final = 60.0
_PAUSE_S: Final = 0.02


class Crew:
    """One web process and so many workers of a desk; ``kills`` counts who was killed."""

    def __init__(self, process: subprocess.Popen[str], port: int, workers: int) -> None:
        self._process, self.port = process, port
        self.names = ("web", *(f"worker{number}" for number in range(workers)))
        self._born: dict[str, Queue[int]] = {name: Queue() for name in self.names}
        self._dead: dict[int, Event] = {}
        self._lock = Lock()
        self._ready = Event()
        self.alive: dict[str, int] = {}
        self.kills = Counter[str]()
        self.crashes: list[str] = []
        Thread(target=self._listen, daemon=True).start()
        assert self._ready.wait(2 * _PATIENCE_S), "the nursery does not come up"

    def start(self, name: str) -> int:
        """Start a process and wait until it works; return its id."""
        word = f"web {self.port}" if name == "web" else f"worker {name.removeprefix('worker')}"
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
        pid = self._born[name].get(timeout=_PATIENCE_S)
        self.alive[name] = pid
        return pid

    def end(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a process and wait until it is gone."""
        pid = self.alive.pop(name)
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        assert self._dead[pid].wait(_PATIENCE_S), f"{name} does not end"

    def is_alive(self, name: str) -> bool:
        """Whether a process that was started has not ended."""
        return not self._dead[self.alive[name]].is_set()

    def answers(self) -> bool:
        """Whether the web process listens."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill_at_random(self, kills: int, seed: int) -> None:
        """Kill processes, each after a time of chance that it was at work, until there were so many kills."""
        tasks = [
            Thread(target=self._harass, args=(name, kills, Random(seed * 100 + place)))
            for place, name in enumerate(self.names)
        ]
        for task in tasks:
            task.start()
        for task in tasks:
            task.join()

    def _harass(self, name: str, kills: int, random: Random) -> None:
        while self.kills.total() < kills:
            if name not in self.alive:
                self.start(name)
            end = time.monotonic() + _PATIENCE_S
            while name == "web" and not self.answers() and time.monotonic() < end:
                time.sleep(_PAUSE_S)
            time.sleep(random.uniform(0, LONGEST_LIFE_S))
            with self._lock:
                if self.kills.total() >= kills:
                    return
                self.kills[name] += 1
            self.end(name)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            what, *words = line.split()
            if what == "ready":
                self._ready.set()
            elif what == "born":
                self._dead[int(words[1])] = Event()
                self._born[words[0]].put(int(words[1]))
            elif what == "dead":
                if int(words[1]) not in (-signal.SIGKILL, 0):
                    self.crashes.append(f"a process ended with {words[1]}")
                self._dead[int(words[0])].set()


@contextmanager
def crew(desk: Any, workers: int, log: Path, settings: Mapping[str, str] | None = None) -> Iterator[Crew]:
    """Have the processes of a desk ready to be started; all are killed at the end."""
    with log.open("ab") as words:
        process = subprocess.Popen(  # noqa: S603 - our own program
            python("benchmarks.chaos.nursery"),
            cwd=ROOT,
            env={**desk.surroundings, **(settings or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
            start_new_session=True,
        )
        try:
            yield Crew(process, desk.port, workers)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def python(module: str, *words: str) -> Sequence[str]:
    """The command line of a module of ours."""
    return [sys.executable, "-W", "ignore", "-m", module, *words]
