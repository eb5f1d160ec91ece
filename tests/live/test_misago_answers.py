"""Answers in public on a real Misago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest

from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.public_answers import PublicAnswer, PublicAnswers
from kulanz.testing.public_answers import SECOND, PublicAnswersSuite
from kulanz.testing.reading import Notebook
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

    def test_what_waits_for_moderators_is_not_posted_again(self, square: Forum, answer: PublicAnswer) -> None:
        with self.site.ruled("require_replies_approval", 1):
            for _ in range(3):
                with pytest.raises(TemporaryError, match="moderator"):
                    self.connector_for(square).answer(answer)
        assert len(square.posts()) == 1

    def test_too_much_in_too_short_a_time_is_tried_later(self, square: Forum, answer: PublicAnswer) -> None:
        with self.site.ruled("can_omit_flood_protection", 0):
            self.connector_for(square).answer(answer)
            with pytest.raises(TemporaryError, match="refused"):
                self.connector_for(square).answer(replace(answer, text=SECOND))
        assert len(square.posts()) == 1

    def test_a_wrong_password_is_a_login_that_was_refused(self, square: Forum) -> None:
        self.secrets = {"user": "Bob", "password": "wrong"}
        made = self.reading(square).connector(Notebook())
        assert isinstance(made, PublicAnswers)
        with pytest.raises(PermanentError, match="login") as refused:
            made.account()
        assert refused.value.kind == "login"
