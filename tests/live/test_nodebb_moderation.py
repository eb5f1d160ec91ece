"""Moderation on a real NodeBB, which is of 2016: a front gives it the write API of today's.

What the front answers is written after the published description of that API; it moderates with NodeBB's own
means, as the account of the token, so that what is refused and what comes of it is NodeBB's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from kulanz.testing.moderating import ModeratingSuite
from kulanz.testing.recorded import Reply, Request
from relay import WRITES, Relay
from servers.frame import ServerError
from servers.nodebb import NodebbSite

TOKEN = "7a8b9c0d-1e2f-3041"  # noqa: S105 - of a forum that lives for a test
_SHAPE = re.compile(r"/api/v3/(posts|topics)/(\d+)(?:/(raw|state|lock|move))?")


class Front(Relay):
    """NodeBB's write API, as far as moderation needs it, before a NodeBB that has none."""

    def __init__(self, site: NodebbSite) -> None:
        super().__init__(site.url)
        self.site, self.threads, self.changed = site, list[str](), 0

    def _handed_on(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused(401, "not-authorised")
        if request.path == "/api/self":
            return Reply.json({"username": "admin", "uid": 1})
        found = _SHAPE.fullmatch(request.path)
        seen = self._seen(found)
        if found is None or seen is None:
            return _refused(404, "not-found")
        if request.method not in WRITES:
            return _answer(self._read(found, seen))
        try:
            self._done(found[1], found[2], f"{request.method} {found[3] or ''}".strip(), request, seen)
        except ServerError as error:
            return _refused(400, str(error))
        self.changed += 1
        return _answer({})

    def _seen(self, found: re.Match[str] | None) -> dict[str, Any] | None:
        if found is None:
            return None
        return self.post(found[2]) if found[1] == "posts" else self.topic(found[2])

    def topic(self, tid: str) -> dict[str, Any] | None:
        """Return a topic as the administrator is shown it."""
        try:
            found: dict[str, Any] = self.site.shown(f"/api/topic/{tid}")
        except ServerError:
            return None
        return found

    def post(self, pid: str) -> dict[str, Any] | None:
        topics = (self.topic(tid) for tid in self.threads)
        posts = (each for topic in topics if topic for each in topic["posts"])
        return next((each for each in posts if str(each["pid"]) == pid), None)

    def _read(self, found: re.Match[str], seen: dict[str, Any]) -> dict[str, Any]:
        if found[3] == "raw":
            return {"content": self.site.act("posts.getRawPost", found[2])}
        return {name: int(seen[name] or 0) for name in ("tid", "cid", "deleted", "locked") if name in seen}

    def _done(self, on: str, number: str, deed: str, request: Request, seen: dict[str, Any]) -> None:
        fields = json.loads(request.body or b"{}")
        acts = {"DELETE state": "delete", "PUT state": "restore", "DELETE": "purge", "PUT": "edit"}
        if on == "topics":
            acts |= {"PUT lock": "lock", "DELETE lock": "unlock", "PUT move": "move"}
            given = {"tids": [number], "cid": str(fields.get("cid", seen["cid"]))}
            self.site.act(f"topics.{acts[deed]}", given)
        elif deed == "PUT move":
            self.site.act("posts.movePost", {"pid": number, "tid": str(fields["tid"])})
        else:
            given = {"pid": number, "tid": str(seen["tid"])}
            given |= {"content": fields["content"]} if deed == "PUT" else {}
            self.site.act(f"posts.{acts[deed]}", given)


@dataclass
class Forum:
    """A topic of Alice's in which Bob wrote."""

    site: NodebbSite
    front: Front
    account: str = "bob"
    other_place: str = NodebbSite.other_place
    thread: str = field(init=False)
    post: str = field(init=False)
    other_thread: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = self.front.url
        self.thread = self.site.open("Charged twice by you", "Please correct the second charge.").thread_id
        self.post = self.site.post(self.thread, "They are *liars*, all of them.", by="bob")
        self.other_thread = self.site.open("All about our charges", "Here it belongs.").thread_id
        self.front.threads = [self.thread, self.other_thread]
        # NodeBB takes seconds for a login on a machine that has much to do: it is not a request's to wait.
        self.site.shown(f"/api/topic/{self.thread}")

    def states(self, on: str) -> set[str]:
        found = self.front.post(self.post) if on == "post" else self.front.topic(self.thread)
        if found is None:
            return {"removed"}
        names = {"deleted": "hidden", "locked": "locked"}
        return {word for name, word in names.items() if int(found.get(name) or 0)}

    def text(self) -> str:
        return str(self.site.act("posts.getRawPost", self.post))

    def place(self) -> str:
        found = self.front.topic(self.thread)
        assert found is not None
        return str(found["cid"])

    def thread_of_post(self) -> str:
        found = self.front.post(self.post)
        assert found is not None
        return str(found["tid"])

    def changes(self) -> int:
        return self.front.changed

    def lose_answer(self) -> None:
        self.front.lose()


class TestModerationOfNodebb(ModeratingSuite):
    name = "nodebb"
    secrets: ClassVar = {"token": TOKEN}

    @pytest.fixture(autouse=True)
    def running(self, nodebb: NodebbSite) -> None:
        self.site = nodebb

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with Front(self.site) as front:
            yield Forum(self.site, front)


def _answer(response: object) -> Reply:
    return Reply.json({"status": {"code": "ok", "message": "OK"}, "response": response})


def _refused(status: int, words: str) -> Reply:
    return Reply.json({"status": {"code": "bad-request", "message": words}, "response": {}}, status)
