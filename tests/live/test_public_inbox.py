from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.testing.connectors import ConnectorSuite
from kulanz.testing.reading import Reading, exhaust
from servers.fixtures import site_fixture
from servers.mails import message_id
from servers.public_inbox import PublicInboxSite

public_inbox = site_fixture("public_inbox")


@pytest.fixture
def place(public_inbox: PublicInboxSite) -> str:
    return public_inbox.make()


def reading(site: PublicInboxSite, place: str) -> Reading:
    return Reading(make=connector_named("mbox").make, address=site.page(place))


class TestPublicInbox(ConnectorSuite):
    name = "mbox"
    fewest_posts = 3

    @pytest.fixture(autouse=True)
    def site(self, public_inbox: PublicInboxSite, place: str) -> None:
        self.public_inbox, self.place = public_inbox, place

    @contextmanager
    def serving(self) -> Iterator[str]:
        for number, parent in ((1, None), (2, 1), (3, 2)):
            self.public_inbox.post(self.place, number, f"Nachricht {number}", parent)
        yield self.public_inbox.page(self.place)


def test_new_messages_are_read_at_once_and_join_their_thread(
    public_inbox: PublicInboxSite, place: str
) -> None:
    public_inbox.post(place, 1, "Ich habe bezahlt.")
    notes = reading(public_inbox, place).read_all()
    public_inbox.post(place, 2, "Ich auch.", parent=1)
    public_inbox.post(place, 3, "Bei mir ebenso.", parent=2)
    read = reading(public_inbox, place)
    assert exhaust(read.pages(notes, "live")) == 1
    assert read.http.requests == 3, "the page of the list, its feed, and one thread"
    assert exhaust(read.pages(notes, "live")) == 0
    assert {each.post.thread_id for each in notes.posts.values()} == {message_id(1)}
    assert notes.posts[message_id(3)].post.reply_to == message_id(2)


def test_more_messages_than_the_feed_shows_are_searched_for(
    public_inbox: PublicInboxSite, place: str
) -> None:
    public_inbox.post(place, 0, "Anfang")
    notes = reading(public_inbox, place).read_all()
    for number in range(1, 31):
        public_inbox.post(place, number, f"Nachricht {number}", parent=number - 1 if number % 2 else None)
    exhaust(reading(public_inbox, place).pages(notes, "live"))
    assert len(notes.posts) == 31
    again = reading(public_inbox, place)
    assert exhaust(again.pages(notes, "live")) == 0
    assert again.http.requests == 3, "the page of the list, its feed, and the search once more"


def test_a_removed_message_is_no_longer_present(public_inbox: PublicInboxSite, place: str) -> None:
    first = public_inbox.post(place, 1, "Ich habe bezahlt.")
    public_inbox.post(place, 2, "Ich auch.", parent=1)
    alone = public_inbox.post(place, 3, "Etwas anderes")
    notes = reading(public_inbox, place).read_all()
    public_inbox.delete(first)
    public_inbox.delete(alone)
    reading(public_inbox, place).reread(notes)
    assert notes.threads[message_id(1)].present == {message_id(2)}
    assert notes.threads[message_id(3)].gone
