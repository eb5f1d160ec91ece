"""Answers in public on a real Misago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from kulanz.testing.public_answers import PublicAnswersSuite
from relay import Relay, too_many
from servers.misago import PASSWORD, MisagoSite

_LOGIN = "/api/auth/"


@dataclass
class Forum:
    """A thread of Alice's, which Bob answers for the company."""

    site: MisagoSite
    relay: Relay
    account: str = "Bob"
    thread: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = self.relay.url
        title = "My bank shows two charges"
        self.thread = self.site.open(title, "Please correct the second one of October.").thread_id

    def comment(self, text: str) -> str:
        return self.site.post(self.thread, text)

    def posts(self) -> list[tuple[str, str]]:
        return self.site.texts(self.thread)[1:]

    def lose_answer(self) -> None:
        self.relay.lose()

    def lock(self) -> None:
        self.site.lock(self.thread)

    def ask_to_wait(self, seconds: int) -> None:
        self.relay.refuse(too_many(seconds))


class TestPublicAnswersOfMisago(PublicAnswersSuite):
    name = "misago"
    secrets: ClassVar = {"user": "Bob", "password": PASSWORD}

    @pytest.fixture(autouse=True)
    def running(self, misago: MisagoSite) -> None:
        self.site = misago

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with Relay(self.site.url, past=(_LOGIN,)) as relay:
            yield Forum(self.site, relay)
