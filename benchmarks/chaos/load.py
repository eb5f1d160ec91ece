"""Those who keep a desk busy: senders, people at the API, a forum, billing, a mail server, and watchers.

Each remembers what the desk has acknowledged, and repeats what was not answered.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count, groupby
from pathlib import Path
from random import Random
from threading import Event, Lock
from typing import Any, Final

import msgspec

from benchmarks.desk import conversations, probe
from kulanz.core.posts import Post
from kulanz.testing.recorded import Reply, Request

SECRET: Final = "known to both sides"  # noqa: S105 - of the benchmark
_PAUSE_S: Final = 0.2
_TIMEOUT_S: Final = 30
_LAST: Final = HTTPStatus.INTERNAL_SERVER_ERROR
_BUSY: Final = HTTPStatus.TOO_MANY_REQUESTS


class Asking:
    """Asks a desk over HTTP, again and again until it is answered; ``unanswered`` counts tries in vain."""

    def __init__(self, port: int) -> None:
        self._port, self._stop = port, Event()
        self.unanswered = 0
        self.refused: list[str] = []

    def ask(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes | None:
        """Return the answer to a POST; None where it is refused, or the load ends before it is answered."""
        while True:
            try:
                status, answer = self._once(path, body, headers)
            except (OSError, http.client.HTTPException):
                status, answer = _LAST, b""
            if status < HTTPStatus.BAD_REQUEST:
                return answer
            if status < _LAST and status != _BUSY:
                self.refused.append(f"{path}: {status} {answer[:300]!r}")
                return None
            self.unanswered += 1
            if self._stop.wait(_PAUSE_S):
                return None

    def stop(self) -> None:
        """Repeat no more."""
        self._stop.set()

    def _once(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        try:
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class Pushes:
    """Deliveries of a conversation each; ``given`` are acknowledged, ``open`` is the one that is not yet."""

    def __init__(self, asking: Asking, hook: str) -> None:
        self._asking, self._path = asking, f"/hooks/{hook}/push"
        self.given: list[Sequence[Post]] = []
        self.open: Sequence[Post] = ()

    def run(self, stop: Event, every: float) -> None:
        for posts in deliveries():
            if stop.wait(every):
                return
            self.open = posts
            if self.push(posts):
                self.given.append(posts)
                self.open = ()

    def push(self, posts: Sequence[Post]) -> bool:
        """Push until it is acknowledged; return whether it was."""
        body = b"\n".join(msgspec.json.encode(post) for post in posts)
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-ndjson"}
        return self._asking.ask(self._path, body, headers) is not None

    @property
    def posts(self) -> list[Post]:
        return [post for posts in self.given for post in posts]


def deliveries() -> Iterator[Sequence[Post]]:
    """The conversations of the sample community again and again, each in one delivery, or in two parts.

    Among them are conversations that must raise an alarm (``benchmarks.desk.probe``), always whole.
    """
    random, probes = Random(3), count()
    halves: list[Sequence[Post]] = []
    for _, group in groupby(conversations(), key=lambda post: post.thread_id):
        posts = _until_now(list(group))
        if len(posts) > 1 and random.random() < 1 / 4:
            halves.append(posts[len(posts) // 2 :])
            posts = posts[: len(posts) // 2]
        yield posts
        if random.random() < 1 / 4:
            yield probe(next(probes))
        if halves and random.random() < 1 / 3:
            yield halves.pop(0)


def _until_now(posts: Sequence[Post]) -> list[Post]:
    """Move a conversation in time so that its last post is of now: what is long over raises no alarm."""
    by = datetime.now(UTC) - max(post.created_at for post in posts if post.created_at)
    return [
        msgspec.structs.replace(post, created_at=post.created_at and post.created_at + by) for post in posts
    ]


class People:
    """Bob at the API: promises, holds, replies and measures; ``done`` is what was acknowledged, by kind."""

    def __init__(self, asking: Asking, told: Mapping[str, Any]) -> None:
        self._asking, self._told = asking, told
        self._number = count()
        self.done: dict[str, list[Any]] = {name: [] for name in ("promises", "holds", "replies", "measures")}
        self.kept: list[int] = []

    def run(self, stop: Event, every: float) -> None:
        for number, matter in enumerate(self._told["matters"]):
            for act in (self._promise, self._hold, self._reply, self._measure):
                if stop.wait(every):
                    return
                act(number, matter)

    def _promise(self, number: int, matter: Mapping[str, int]) -> None:
        keeps = number % 3 == 0
        hours = 5 if keeps else 2 / 3600
        made = self._post(f"/cases/{matter['case']}/promises", {"what": f"Call {number}", "hours": hours})
        if made:
            self.done["promises"].append(made["id"])
            if keeps and self._post(f"/promises/{made['id']}/keep", {"seen": made["version"]}):
                self.kept.append(made["id"])

    def _hold(self, number: int, matter: Mapping[str, int]) -> None:
        body = {"claim": matter["claim"], "reason": f"He disputes it ({number})."}
        if made := self._post(f"/cases/{matter['case']}/holds", body):
            self.done["holds"].append(made["id"])

    def _reply(self, number: int, matter: Mapping[str, int]) -> None:
        body = {"subject": f"Answer {number}", "text": "We look into it and call you tomorrow."}
        made = self._post(f"/cases/{matter['case']}/replies", body)
        if made and self._post(f"/replies/{made['id']}/send", {"seen": made["version"]}):
            self.done["replies"].append(made["id"])

    def _measure(self, number: int, matter: Mapping[str, int]) -> None:
        body = {"kind": "edit", "text": "Words without the insult.", "post": matter["post"], "code": "abuse",
                "rule": self._told["rule"], "seen": 1, "why": "It insults another member."}  # fmt: skip
        if number % 2:
            body |= {"kind": "warn", "text": ""}
        made = self._post(f"/threads/{matter['thread']}/measures", body)
        if made is None:
            return
        if made["state"] == "done" or self._post(
            f"/measures/{made['id']}/by-hand", {"seen": made["version"]}
        ):
            self.done["measures"].append(made["id"])

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {
            "Authorization": f"Bearer {self._told['token']}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"load-{next(self._number)}",
        }
        answer = self._asking.ask(f"/api/v1{path}", json.dumps(body).encode(), headers)
        return None if answer is None else json.loads(answer)


class Forum:
    """A forum that grows while it is read; made around a ``SiteServer`` of the tests."""

    def __init__(self, server: Any) -> None:
        self.server, self._lock = server, Lock()
        answer: Callable[[Request], Reply] = server.answer

        def answer_alone(request: Request) -> Reply:
            with self._lock:
                return answer(request)

        server.answer = answer_alone

    def run(self, stop: Event, every: float) -> None:
        random, site = Random(5), self.server.site
        for number in count():
            if stop.wait(every):
                return
            with self._lock:
                # an act moves the forum's clock on by half a minute
                site.now = datetime.now(UTC) - timedelta(seconds=31)
                if number % 6 == 0:
                    site.open(f"Frage {number}", f"kunde_{number % 9}", f"Wer weiß Rat zu {number}?")
                else:
                    topic = site.topics[random.randint(1, len(site.topics))]
                    site.reply(topic, f"kunde_{number % 7}", f"Antwort {number}: das sehe ich auch so.")

    @property
    def posts(self) -> dict[str, str]:
        """The text of each post by its key."""
        return {str(post.id): post.raw for post in self.server.site.posts.values()}


class Billing:
    """People at billing: they do what lies in the folder, take it away, and put down what they did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.acts = Counter[tuple[str, str]]()

    def run(self, stop: Event, every: float) -> None:
        while not stop.wait(every):
            self.work()

    def work(self) -> None:
        """Carry out what is ordered now, and confirm it."""
        for path in sorted((self._folder / "out").glob("*.csv")):
            act, key, *_ = path.read_text("utf-8").splitlines()[1].split(",")
            path.unlink()
            self.acts[act, key] += 1
            state = "released" if act == "release" else "held"
            self._put(f"{key}-{self.acts[act, key]}", f"key,state\n{key},{state}\n")

    def _put(self, name: str, text: str) -> None:
        place = self._folder / "in" / "confirmations"
        place.mkdir(parents=True, exist_ok=True)
        unfinished = place / f"{name}.unfinished"
        unfinished.write_text(text, "utf-8")
        written = time.time() - 60  # what was put down just now may still be written
        os.utime(unfinished, (written, written))
        unfinished.rename(place / f"{name}.csv")


class Checkpoints:
    """Somebody who looks at the public log again and again and keeps every checkpoint that was shown."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / "checkpoint"
        self.seen: list[bytes] = []

    def run(self, stop: Event, every: float) -> None:
        while not stop.wait(every):
            self.look()

    def look(self) -> None:
        """Keep what is shown now."""
        with suppress(FileNotFoundError):
            shown = self._place.read_bytes()
            if shown not in self.seen:
                self.seen.append(shown)
