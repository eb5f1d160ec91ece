"""Moderation on a real Misago, by the connector and by a desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from kulanz.testing.moderating import ModeratingSuite
from relay import Relay
from servers.misago import PASSWORD, MisagoSite

_LOGIN = "/api/auth/"
_HIDDEN = {"is_hidden": "hidden", "is_closed": "locked"}


@dataclass
class Forum:
    """A thread of Alice's in which Bob wrote."""

    site: MisagoSite
    relay: Relay
    account: str = "Bob"
    thread: str = field(init=False)
    post: str = field(init=False)
    other_thread: str = field(init=False)

    def __post_init__(self) -> None:
        self.address, self.other_place = self.relay.url, self.site.other_place
        self.thread = self.site.open("My bank shows two charges", "Please correct the second one.").thread_id
        self.other_thread = self.site.open("All about our charges", "Here it belongs.").thread_id
        self.post = self.site.post(self.thread, "They are *liars*, all of them.", by="Bob")

    def states(self, on: str) -> set[str]:
        found = self.site.seen(self.thread, self.post if on == "post" else "")
        return {"removed"} if found is None else {word for name, word in _HIDDEN.items() if found.get(name)}

    def text(self) -> str:
        return self.site.texts(self.thread)[1][1]

    def place(self) -> str:
        found = self.site.seen(self.thread, "")
        assert found is not None
        return str(found["category"]["id"])

    def thread_of_post(self) -> str:
        return next(each for each in (self.thread, self.other_thread) if self.site.seen(each, self.post))

    def changes(self) -> int:
        found = self.site.seen(self.thread, self.post)
        assert found is not None
        return int(found["edits"])

    def lose_answer(self) -> None:
        self.relay.lose()


class TestModerationOfMisago(ModeratingSuite):
    name = "misago"
    secrets: ClassVar = {"user": "Admin", "password": PASSWORD}

    @pytest.fixture(autouse=True)
    def running(self, misago: MisagoSite) -> None:
        self.site = misago

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with Relay(self.site.url, past=(_LOGIN,)) as relay:
            yield Forum(self.site, relay)
