"""Private messages at the forum on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from discourse_private import DESK, SECRETS, PrivateSite
from discourse_site import SiteServer, community
from kulanz.sources.connectors.discourse import CONNECTOR
from kulanz.sources.errors import PermanentError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessages
from kulanz.testing.private_messages import FIRST, PrivateMessagesSuite
from kulanz.testing.reading import Notebook, Reading

LETTER = PrivateLetter(mark="kulanz-77", to="kunde_1", title="Ihr Vertrag", text=FIRST)


class Forum:
    """A forum as the suite sees one."""

    to = "kunde_1"

    def __init__(self, server: SiteServer, site: PrivateSite) -> None:
        self.server, self.site = server, site
        self.address = server.url

    def answer(self, conversation: str, text: str) -> None:
        self.site.reply(self.site.topics[int(conversation)], self.to, text)

    def texts(self, conversation: str) -> list[str]:
        return self.site.texts(conversation)

    def lose_answer(self) -> None:
        self.server.lose()

    def later(self, span: timedelta) -> None:
        self.site.later(span)


@contextmanager
def running() -> Iterator[Forum]:
    site = PrivateSite()
    community(3, 12, site=site)
    site.accounts |= {"kunde_1", "kunde_2"}
    with SiteServer(site) as server:
        yield Forum(server, site)


@pytest.fixture
def forum() -> Iterator[Forum]:
    with running() as made:
        yield made


@pytest.fixture
def connector(forum: Forum) -> PrivateMessages:
    return Reading(make=CONNECTOR, address=forum.address, secrets=SECRETS).connector(Notebook())


class TestPrivateMessagesOfDiscourse(PrivateMessagesSuite):
    name = "discourse"
    secrets = SECRETS

    @contextmanager
    def serving(self) -> Iterator[Forum]:
        with running() as made:
            yield made


def test_a_letter_is_posted_once_and_two_requests_are_enough(
    connector: PrivateMessages, forum: Forum
) -> None:
    sent = connector.send(LETTER)
    assert [each.method for each in forum.server.requests] == ["GET", "POST"]
    connector.written(sent.conversation, sent.message_id)
    assert len(forum.server.requests) == 3


def test_what_the_forum_does_not_accept_is_told_in_its_words(
    connector: PrivateMessages, forum: Forum
) -> None:
    with pytest.raises(PermanentError, match="Body is too short"):
        connector.send(replace(LETTER, text="Hi"))
    sent = connector.send(LETTER)
    repeated = replace(LETTER, conversation=sent.conversation, after=sent.message_id)
    with pytest.raises(PermanentError, match="too similar"):
        connector.send(repeated)
    second = connector.send(replace(repeated, text="It is settled now."))
    with pytest.raises(PermanentError, match="repetition"):
        connector.send(replace(repeated, text="It is settled now.", after=second.message_id))
    forum.site.queues = True
    with pytest.raises(PermanentError, match="approves"):
        connector.send(replace(repeated, text="Something else by now."))


def test_a_conversation_that_is_not_private_any_more_is_not_read(
    connector: PrivateMessages, forum: Forum
) -> None:
    sent = connector.send(LETTER)
    forum.site.publish(sent.conversation)
    with pytest.raises(PermanentError, match="public"):
        connector.written(sent.conversation, "")
    with pytest.raises(PermanentError, match="public"):
        connector.send(replace(LETTER, text="And now in public?", conversation=sent.conversation))


def test_a_conversation_that_the_key_does_not_see_any_more(connector: PrivateMessages, forum: Forum) -> None:
    sent = connector.send(LETTER)
    forum.site.take_out(sent.conversation, DESK)
    with pytest.raises(PermanentError, match="does not show"):
        connector.written(sent.conversation, "")


def test_a_topic_that_was_made_private_is_gone_although_the_key_sees_it(forum: Forum) -> None:
    reading, notes = Reading(make=CONNECTOR, address=forum.address, secrets=SECRETS), Notebook()
    list(reading.pages(notes, "history"))
    forum.site.convert(forum.site.topics[1], DESK)
    forum.answer("1", "This is between us now.")
    (page,) = reading.reread(notes, ["1"])
    assert [(each.thread_id, each.gone) for each in page.threads] == [("1", True)]
    assert page.posts == page.raw == ()
