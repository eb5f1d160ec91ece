"""Answers in public at the forum on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from discourse_private import DESK, SECRETS, PrivateSite
from discourse_site import SiteServer, community
from kulanz.sources.connectors.discourse import CONNECTOR
from kulanz.sources.errors import TemporaryError
from kulanz.sources.public_answers import PublicAnswer, PublicAnswers
from kulanz.testing.public_answers import FIRST, PublicAnswersSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import Reply, Request
from relay import too_many


class Forum:
    """A topic of a customer's, as the suite sees one."""

    account = DESK

    def __init__(self, server: SiteServer, site: PrivateSite) -> None:
        self.server, self.site = server, site
        self.address = server.url
        self.topic = site.open("Charged twice", "kunde_1", "Please correct the second charge.")
        self.thread = str(self.topic.id)

    def comment(self, text: str) -> str:
        return str(self.site.reply(self.topic, "kunde_2", text).id)

    def posts(self) -> list[tuple[str, str]]:
        return [(post.author, post.raw) for post in self.topic.posts[1:] if post.kind == 1]

    def lose_answer(self) -> None:
        self.server.lose()

    def ask_to_wait(self, seconds: int) -> None:
        handed_on = self.site.reply_to

        def refuse(request: Request) -> Reply:
            if request.method != "POST":
                return handed_on(request)
            self.site.reply_to = handed_on
            return too_many(seconds)

        self.site.reply_to = refuse

    def lock(self) -> None:
        self.site.close(self.topic, "mod_kai")


@contextmanager
def running() -> Iterator[Forum]:
    site = PrivateSite()
    community(3, 12, site=site)
    with SiteServer(site) as server:
        yield Forum(server, site)


class TestPublicAnswersOfDiscourse(PublicAnswersSuite):
    name = "discourse"
    secrets: ClassVar = SECRETS

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with running() as made:
            self.site = made.site
            yield made

    def now(self) -> datetime:
        return self.site.now

    def let_time_pass(self, square: Forum) -> None:
        square.site.later(timedelta(hours=1))


@pytest.fixture
def forum() -> Iterator[Forum]:
    with running() as made:
        yield made


@pytest.fixture
def connector(forum: Forum) -> PublicAnswers:
    return Reading(make=CONNECTOR, address=forum.address, secrets=SECRETS).connector(Notebook())


@pytest.fixture
def answer(forum: Forum) -> PublicAnswer:
    return PublicAnswer(mark="kulanz-77", thread=forum.thread, text=FIRST, since=forum.site.now)


def test_what_waits_for_moderators_is_not_posted_again(
    forum: Forum, connector: PublicAnswers, answer: PublicAnswer
) -> None:
    forum.site.queues = True
    for _ in range(3):
        with pytest.raises(TemporaryError, match="moderator"):
            connector.answer(answer)
        forum.site.later(timedelta(hours=1))
    assert len(forum.site.waiting) == 1


def test_it_is_found_at_the_end_of_a_long_topic(
    forum: Forum, connector: PublicAnswers, answer: PublicAnswer
) -> None:
    forum.lose_answer()
    with pytest.raises(TemporaryError):
        connector.answer(answer)
    for number in range(70):
        forum.comment(f"I wait too, as number {number}.")
    assert connector.answer(answer).text == FIRST
    assert [author for author, _ in forum.posts()].count(DESK) == 1


def test_an_old_post_with_the_same_words_is_another(
    forum: Forum, connector: PublicAnswers, answer: PublicAnswer
) -> None:
    first = connector.answer(answer)
    forum.site.later(timedelta(days=30))
    assert connector.answer(replace(answer, since=forum.site.now)).post != first.post


def test_it_answers_the_post_that_it_is_for(
    forum: Forum, connector: PublicAnswers, answer: PublicAnswer
) -> None:
    asked = forum.comment("When do I hear of it?")
    connector.answer(replace(answer, post=asked))
    assert forum.topic.posts[-1].reply_to == forum.topic.posts[-2].number
