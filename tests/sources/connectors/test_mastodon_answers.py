"""Answers in public at a server on loopback with the Mastodon API, after its published description."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from test_mastodon import Instance

from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.public_answers import PublicAnswer
from kulanz.testing.public_answers import FIRST, PublicAnswersSuite
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route
from relay import too_many

TOKEN = "0123456789abcdef"  # noqa: S105 - of the tests
AT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


class Writable(Instance):
    """A server on which the account of the token can write; it takes an Idempotency-Key once."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[int, str] = {}
        self.once: dict[str, int] = {}
        self.locked = self.forgets = False
        self.wait = 0

    def write(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply.json({"error": "The access token is invalid"}, 401)
        if self.wait:
            seconds, self.wait = self.wait, 0
            return too_many(seconds)
        fields, mark = json.loads(request.body), request.headers["idempotency-key"]
        parent = int(fields["in_reply_to_id"])
        if self.locked or parent not in self.statuses:
            return Reply.json({"error": "The post you are trying to reply to does not appear to exist."}, 404)
        if mark not in self.once or self.forgets:
            self.once[mark] = self.add(fields["status"], parent, "care")
        return Reply.json(self.statuses[self.once[mark]])

    def add(self, text: str, parent: int, acct: str) -> int:
        number = max(self.statuses) + 1
        account = {**self.statuses[1]["account"], "acct": acct}
        shown = html.escape(text, quote=False).replace("\n\n", "</p><p>")
        self.post(number, shown, parent, account=account)
        self.typed[number] = text
        return number

    def source(self, number: int) -> Route:
        return lambda _: self._or_404(number, lambda: {"id": str(number), "text": self.typed[number]})

    def self(self, request: Request) -> Reply:
        known = request.headers.get("authorization") == f"Bearer {TOKEN}"
        whose: dict[str, Any] = {"id": "9", "acct": "care", "username": "care"}
        return Reply.json(whose) if known else Reply.json({"error": "The access token is invalid"}, 401)

    def routes(self) -> dict[str, Route]:
        return {
            **super().routes(),
            "POST /api/v1/statuses": self.write,
            "GET /api/v1/accounts/verify_credentials": self.self,
            **{f"GET /api/v1/statuses/{number}/source": self.source(number) for number in range(100)},
        }


class Server:
    """A conversation that somebody began, as the suite sees one."""

    account = "care@127.0.0.1"
    thread = "1"

    def __init__(self, server: RecordedServer, instance: Writable) -> None:
        self.server, self.instance = server, instance
        self.address = f"{server.url}/tags/bug"
        instance.post(1, "Charged twice, please correct the second charge.")

    def comment(self, text: str) -> str:
        return str(self.instance.add(text, 1, "carol"))

    def posts(self) -> list[tuple[str, str]]:
        below = sorted(self.instance.typed)
        names = {"care": self.account}
        found = [
            (self.instance.statuses[each]["account"]["acct"], self.instance.typed[each]) for each in below
        ]
        return [(names.get(acct, acct), text) for acct, text in found]

    def lose_answer(self) -> None:
        self.server.lose()

    def lock(self) -> None:
        self.instance.locked = True

    def ask_to_wait(self, seconds: int) -> None:
        self.instance.wait = seconds


class TestPublicAnswersOfMastodon(PublicAnswersSuite):
    name = "mastodon"
    secrets: ClassVar = {"token": TOKEN}

    @contextmanager
    def serving(self) -> Iterator[Server]:
        instance = Writable()
        with RecordedServer(instance.routes()) as server:
            yield Server(server, instance)

    def now(self) -> datetime:
        return AT

    def absent(self, square: Server) -> str:
        return "77"

    def test_the_mark_alone_keeps_it_from_being_there_twice(
        self, square: Server, answer: PublicAnswer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The server does not show the reply yet, as one with several databases may do."""
        square.lose_answer()
        with pytest.raises(TemporaryError):
            self.connector_for(square).answer(answer)
        with monkeypatch.context() as patch:
            patch.setattr(square.instance, "_below", lambda _: iter(()))
            self.connector_for(square).answer(answer)
        assert [text for _, text in square.posts()] == [FIRST]

    def test_it_is_found_when_the_server_has_forgotten_the_mark(
        self, square: Server, answer: PublicAnswer
    ) -> None:
        square.instance.forgets = True
        first = self.connector_for(square).answer(answer)
        assert self.connector_for(square).answer(answer).post == first.post
        assert len(square.posts()) == 1

    def test_what_is_not_public_is_not_answered_in_public(self, square: Server, answer: PublicAnswer) -> None:
        square.instance.statuses[1]["visibility"] = "private"
        with pytest.raises(PermanentError, match="in public"):
            self.connector_for(square).answer(answer)
