"""Answers in public on a real NodeBB, which is of 2016: a front gives it the write API of today's.

What the front answers is written after the published description of that API; it posts with NodeBB's own
means, as the account of the token, so that what is refused and what is read back is NodeBB's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from kulanz.sources.connectors.nodebb import CONNECTOR
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.public_answers import PublicAnswer, PublicAnswers
from kulanz.testing.public_answers import PublicAnswersSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import Reply, Request
from relay import Relay, too_many
from servers.frame import ServerError
from servers.nodebb import NodebbSite

TOKEN = "0f1e2d3c-4b5a-6978"  # noqa: S105 - of a forum that lives for a test


class Front(Relay):
    """NodeBB's write API, as far as answers need it, before a NodeBB that has none."""

    def __init__(self, site: NodebbSite) -> None:
        super().__init__(site.url)
        self.site, self.waiting, self.queues = site, list[dict[str, Any]](), False
        self.shows_queue = True

    def _handed_on(self, request: Request) -> Reply:
        known = request.headers.get("authorization") == f"Bearer {TOKEN}"
        if request.path == "/api/self":
            return (
                _answer({"username": "bob", "uid": 3}, whole=True)
                if known
                else _refused(401, "not-authorised")
            )
        if request.path == "/api/post-queue":
            posts = {"posts": [{"data": each} for each in self.waiting]}
            return _answer(posts, whole=True) if self.shows_queue else _refused(403, "forbidden")
        if found := re.fullmatch(r"/api/v3/posts/(\d+)/raw", request.path):
            return _answer({"content": self.site.act("posts.getRawPost", found[1], by="bob")})
        if found := re.fullmatch(r"/api/v3/topics/(\d+)", request.path):
            return self._replied(found[1], json.loads(request.body)) if known else _refused(403, "forbidden")
        return super()._handed_on(request)

    def _replied(self, tid: str, fields: dict[str, Any]) -> Reply:
        if self.queues:
            self.waiting.append({"tid": int(tid), "rawContent": fields["content"]})
            return _answer({"queued": True, "message": "Your post waits for approval."})
        given = {"tid": tid, "content": fields["content"]}
        given |= {"toPid": str(fields["toPid"])} if "toPid" in fields else {}
        try:
            made = self.site.act("posts.reply", given, by="bob")
        except ServerError as error:
            return _refused(400, str(error))
        kept = {name: made[name] for name in ("pid", "tid", "uid", "timestamp", "content")}
        return _answer({**kept, "pid": int(kept["pid"]), "timestamp": int(kept["timestamp"])})


@dataclass
class Forum:
    """A topic of Alice's, which Bob answers for the company."""

    site: NodebbSite
    front: Front
    account: str = "bob"
    thread: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = self.front.url
        self.thread = self.site.open("Charged twice", "Please correct the second charge.").thread_id

    def comment(self, text: str) -> str:
        return self.site.post(self.thread, text)

    def posts(self) -> list[tuple[str, str]]:
        return self.site.texts(self.thread)[1:]

    def lose_answer(self) -> None:
        self.front.lose()

    def lock(self) -> None:
        self.site.lock(self.thread)

    def ask_to_wait(self, seconds: int) -> None:
        self.front.refuse(too_many(seconds))


class TestPublicAnswersOfNodebb(PublicAnswersSuite):
    name = "nodebb"
    secrets: ClassVar = {"token": TOKEN}

    @pytest.fixture(autouse=True)
    def running(self, nodebb: NodebbSite) -> None:
        self.site = nodebb

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with Front(self.site) as front:
            yield Forum(self.site, front)

    def test_what_waits_for_moderators_is_not_posted_again(self, square: Forum, answer: PublicAnswer) -> None:
        square.front.queues = True
        for _ in range(3):
            with pytest.raises(TemporaryError, match="moderator"):
                self.connector_for(square).answer(answer)
        assert len(square.front.waiting) == 1

    def test_a_queue_that_is_not_shown_ends_it(self, square: Forum, answer: PublicAnswer) -> None:
        square.front.queues, square.front.shows_queue = True, False
        with pytest.raises(PermanentError, match="there twice"):
            self.connector_for(square).answer(answer)


def test_a_nodebb_without_that_api_says_so(nodebb: NodebbSite) -> None:
    made = Reading(make=CONNECTOR, address=nodebb.url, secrets={"token": TOKEN}).connector(Notebook())
    assert isinstance(made, PublicAnswers)
    with pytest.raises(PermanentError, match=r"NodeBB 1\.15"):
        made.account()


def _answer(response: object, *, whole: bool = False) -> Reply:
    return Reply.json(
        response if whole else {"status": {"code": "ok", "message": "OK"}, "response": response}
    )


def _refused(status: int, words: str) -> Reply:
    return Reply.json({"status": {"code": "bad-request", "message": words}, "response": {}}, status)
