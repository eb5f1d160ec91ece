"""Moderation at the forum on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from discourse_moderation import STAFF_SECRETS, ModeratedSite
from discourse_site import SiteServer
from kulanz.sources.errors import PermanentError
from kulanz.testing.moderating import ModeratingSuite


class Forum:
    """A topic with an answer by somebody else."""

    account = "kunde_2"
    other_place = "7"

    def __init__(self, server: SiteServer, site: ModeratedSite) -> None:
        self.server, self.site = server, site
        self.address = server.url
        self.topic = site.open("Charged twice", "kunde_1", "Please correct the second charge.")
        self._post = site.reply(self.topic, self.account, "They are *liars*, all of them.")
        self._other = site.open("All about our charges", "kunde_3", "Here it belongs.")
        self.other_thread = str(self._other.id)
        self.thread, self.post = str(self.topic.id), str(self._post.id)

    def states(self, on: str) -> set[str]:
        number = self.site.number_of(self.account)
        found = {
            "post": {"removed": self._post.deleted},
            "thread": {
                "locked": self.topic.closed,
                "hidden": not self.topic.visible,
                "removed": self.topic.deleted,
                "slow": bool(self.site.slow.get(self.topic.id)),
            },
            "account": {"suspended": number in self.site.suspended},
        }
        return {name for name, holds in found[on].items() if holds}

    def text(self) -> str:
        return self._post.raw

    def place(self) -> str:
        return str(self.topic.category)

    def thread_of_post(self) -> str:
        return str(self._post.topic.id)

    def changes(self) -> int:
        return self.site.changed

    def lose_answer(self) -> None:
        self.site.lost = 1


class TestModerationOfDiscourse(ModeratingSuite):
    name = "discourse"
    secrets: ClassVar = STAFF_SECRETS

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        site = ModeratedSite()
        with SiteServer(site) as server:
            yield Forum(server, site)

    def test_a_suspension_ends_when_it_is_meant_to(self, bench: Forum) -> None:
        until = datetime(2026, 7, 1, tzinfo=UTC)
        suspend = replace(self.act(bench, "account:suspend"), until=until)
        self.connector_for(bench).moderate(suspend)
        assert list(bench.site.suspended.values()) == [until.isoformat()]

    def test_a_topic_does_not_go_with_its_first_post(self, bench: Forum) -> None:
        first = replace(self.act(bench, "post:remove"), post=str(bench.topic.posts[0].id))
        with pytest.raises(PermanentError, match="first post"):
            self.connector_for(bench).moderate(first)
        assert bench.changes() == 0

    def test_the_key_of_an_account_that_is_no_staff_is_refused(self, bench: Forum) -> None:
        plain = self.connector_for(bench, {**STAFF_SECRETS, "api_username": "care_desk"})
        with pytest.raises(PermanentError, match="not permitted"):
            plain.moderate(self.act(bench, "thread:lock"))
        assert bench.changes() == 0
