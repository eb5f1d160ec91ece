"""Private messages on a real Misago, and a link to own data that comes by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from desk_people import make_member
from django.test import Client

from kulanz.desk.access import actor_of
from kulanz.desk.models import Account
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import my_data_messages, sources
from kulanz.desk.services.outside import Outside
from kulanz.sources.errors import PermanentError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessages
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy
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


@pytest.mark.django_db
def test_a_link_to_own_data_comes_by_private_thread_and_opens_the_account(misago: MisagoSite) -> None:
    now, allowed = datetime.now(UTC), AddressPolicy(allowed=("127.0.0.1",))
    world = Outside(clock=lambda: now, policy=allowed, pacing=Pacing(interval=0, attempts=1))
    keys = {"user": "Bob", "password": PASSWORD}
    wanted = sources.Wanted(name="Forum", connector="misago", address=misago.url, keys=keys)
    source = sources.add(actor=actor_of(make_member("adam", Role.ADMIN)), wanted=wanted, now=now, world=world)
    Account.objects.create(source=source, key="Alice", first_seen_at=now)
    my_data_messages.ask(source=str(source.pk), account="alice", language="en", now=now)
    assert (my_data_messages.answer_due(now=now), my_data_messages.send_due(now=now, world=world)) == (1, 1)
    text = misago.private_texts(misago.private_threads()[0])[0]
    link = re.search(r"http://[^/]+(/my-data/\S+)", text)
    assert link
    assert "Alice" in Client().get(link[1]).content.decode()
