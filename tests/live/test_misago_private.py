"""Private messages on a real Misago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest

from kulanz.sources.errors import PermanentError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessages
from kulanz.testing.private_messages import FIRST, PrivateMessagesSuite
from relay import Relay
from servers.misago import PASSWORD, MisagoSite


@dataclass
class Forum:
    """Bob writes for the company, to Alice."""

    site: MisagoSite
    relay: Relay
    to: str = "Alice"

    def __post_init__(self) -> None:
        self.address = self.relay.url

    def answer(self, conversation: str, text: str) -> None:
        self.site.answer_private(conversation, text, by=self.to)

    def texts(self, conversation: str) -> list[str]:
        return self.site.private_texts(conversation, by=self.to)

    def lose_answer(self) -> None:
        self.relay.lose()

    def later(self, span: timedelta) -> None:
        """Nothing here depends on the time."""


class TestPrivateMessagesOfMisago(PrivateMessagesSuite):
    name = "misago"
    secrets: ClassVar = {"user": "Bob", "password": PASSWORD}

    @pytest.fixture(autouse=True)
    def running(self, misago: MisagoSite) -> None:
        self.site = misago

    @pytest.fixture
    def letter(self, place: Forum, request: pytest.FixtureRequest) -> PrivateLetter:
        mark = f"kulanz-{request.node.name}"[:50]
        return PrivateLetter(mark=mark, to=place.to, title="Your contract", text=FIRST)

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with Relay(self.site.url, past=("/api/auth/",)) as relay:
            yield Forum(self.site, relay)

    def test_a_name_that_misago_would_shorten_is_written_to_nobody(
        self, connector: PrivateMessages, letter: PrivateLetter
    ) -> None:
        with pytest.raises(PermanentError, match="expected the name"):
            connector.send(replace(letter, to="Al-ice"))
