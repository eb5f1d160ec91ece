"""Prometheus from Debian: rules are checked and tried, and a desk is asked as in operation."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import urlopen

from servers.frame import LOOPBACK, PATIENCE, Program, ServerError, free_port, run, running, scratch

DEBIAN: Final = ("prometheus",)
_PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Prometheus:
    """The programs, with a folder for their files."""

    folder: Path

    def check(self, *words: str | Path, given: str = "") -> str:
        """Run promtool and return what it says; raise ServerError where it finds something wrong."""
        return run(["promtool", *words], self.folder, given=given)

    @contextmanager
    def serve(self, configuration: Path) -> Iterator[Questions]:
        """Run the server on a free port; yield what answers questions."""
        port = free_port()
        command = [
            "prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={self.folder / 'series'}",
            f"--web.listen-address={LOOPBACK}:{port}",
        ]  # fmt: skip
        url = f"http://{LOOPBACK}:{port}"
        ready = [sys.executable, "-c", f"from urllib.request import urlopen; urlopen('{url}/-/ready')"]
        with running(Program(command=command, port=port, folder=self.folder, ready=ready)):
            yield Questions(url)


@dataclass(frozen=True, slots=True)
class Questions:
    """What Prometheus knows."""

    url: str

    def samples(self, expression: str) -> list[dict[str, Any]]:
        """What an expression gives now."""
        return self._asked("query", query=expression)["result"]

    def wait_for(self, expression: str) -> None:
        """Ask until an expression gives something; raise ServerError where it never does."""
        _until(lambda: bool(self.samples(expression)), expression)

    def wait_for_rules(self) -> None:
        """Ask until every rule was evaluated once."""
        _until(lambda: all(rule["health"] != "unknown" for rule in self.rules()), "its rules")

    def rules(self) -> list[dict[str, Any]]:
        """All rules, with whether they could be evaluated."""
        return [rule for group in self._asked("rules")["groups"] for rule in group["rules"]]

    def _asked(self, path: str, **given: str) -> Any:
        with urlopen(f"{self.url}/api/v1/{path}?{urlencode(given)}", timeout=60) as answer:  # noqa: S310 - ours
            return json.load(answer)["data"]


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise ServerError(f"Prometheus knows nothing of {what}")
        time.sleep(_PAUSE)


def install(home: Path) -> None:
    """Do nothing: Debian's package is all of it."""


def installed(home: Path) -> bool:
    return bool(which("prometheus") and which("promtool"))


@contextmanager
def start(home: Path) -> Iterator[Prometheus]:
    """Yield the programs, which run only when something is to be asked."""
    with scratch() as folder:
        yield Prometheus(folder)
