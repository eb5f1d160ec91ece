from __future__ import annotations

import mailbox
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest

import servers
from kulanz.sources.connectors import connector_named
from kulanz.testing.connectors import ConnectorSuite
from kulanz.testing.reading import Notebook, Reading, exhaust
from servers.fixtures import site_fixture
from servers.hyperkitty import HyperkittySite, start
from servers.mails import mail, message_id

hyperkitty = site_fixture("hyperkitty")
_places = count(1)


@pytest.fixture
def place() -> str:
    return f"list{next(_places)}@lists.example.org"


def reading(site: HyperkittySite, place: str) -> Reading:
    return Reading(make=connector_named("hyperkitty").make, address=site.list_page(place))


def by_text(notes: Notebook, text: str) -> str:
    """The id of the post with a text."""
    return next(each.post.post_id for each in notes.posts.values() if each.post.text == text)


class TestHyperkitty(ConnectorSuite):
    name = "hyperkitty"
    fewest_posts = 3
    secrets: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def site(self, hyperkitty: HyperkittySite, place: str) -> None:
        self.hyperkitty, self.place = hyperkitty, place

    @contextmanager
    def serving(self) -> Iterator[str]:
        for number, parent in ((1, None), (2, 1), (3, 2)):
            self.hyperkitty.post(self.place, number, f"Nachricht {number}", parent)
        yield self.hyperkitty.list_page(self.place)


def test_a_new_message_needs_two_requests_and_none_needs_one(hyperkitty: HyperkittySite, place: str) -> None:
    hyperkitty.post(place, 1, "Ich habe bezahlt.")
    notes = reading(hyperkitty, place).read_all()
    hyperkitty.post(place, 2, "> Ich habe bezahlt.\n\nIch auch.", parent=1)
    read = reading(hyperkitty, place)
    assert exhaust(read.pages(notes, "live")) == 1
    assert read.http.requests == 2
    assert exhaust(read.pages(notes, "live")) == 0
    assert read.http.requests == 3
    answer = notes.posts[by_text(notes, "Ich auch.")].post
    assert answer.thread_id == answer.reply_to == by_text(notes, "Ich habe bezahlt.")
    assert answer.author_id == "cora@example.org"
    assert answer.url == f"{hyperkitty.list_page(place)}message/{answer.post_id}/"


def test_a_deleted_message_is_no_longer_present(hyperkitty: HyperkittySite, place: str) -> None:
    for number, parent in ((1, None), (2, 1), (3, 2), (4, None)):
        hyperkitty.post(place, number, f"Nachricht {number}", parent)
    notes = reading(hyperkitty, place).read_all()
    first, second, third, other = (by_text(notes, f"Nachricht {number}") for number in (1, 2, 3, 4))
    reading(hyperkitty, place).reread(notes)
    assert notes.threads[first].present == {first, second, third}
    hyperkitty.delete(place, message_id(1), message_id(4))
    reading(hyperkitty, place).reread(notes)
    assert notes.threads[first].present == {second, third}, "the thread keeps its id without its first mail"
    assert notes.threads[other].gone


def test_an_archive_is_read_whole_while_it_changes(
    hyperkitty: HyperkittySite, place: str, tmp_path: Path
) -> None:
    archive = mailbox.mbox(tmp_path / "list.mbox")
    for number in range(250):
        archive.add(mail(number, f"Nachricht {number}", parent=number - 1 if number % 5 else None))
    archive.close()
    hyperkitty.take(place, tmp_path / "list.mbox")
    notes, read = Notebook(), reading(hyperkitty, place)
    assert exhaust(read.pages(notes, "history", most=1)) == 1
    hyperkitty.delete(place, message_id(249), message_id(100))
    hyperkitty.post(place, 300, "neu")
    exhaust(read.pages(notes, "history"))
    assert {f"Nachricht {number}" for number in range(250)} - {
        each.post.text for each in notes.posts.values()
    } == {"Nachricht 100"}
    assert read.http.requests <= 8


def test_without_an_export_the_same_is_read_mail_by_mail(place: str, hyperkitty: HyperkittySite) -> None:
    with start(servers.home("hyperkitty"), {"KULANZ_TEST_NO_EXPORT": "1"}) as closed:
        for site in (closed, hyperkitty):
            site.post(place, 1, "> Zitat\n\nIch habe bezahlt: größer.")
            site.post(place, 2, "Ich auch.", parent=1)
        by_export, by_mail = (reading(site, place).read_all().posts for site in (hyperkitty, closed))
    assert by_export.keys() == by_mail.keys()
    for post_id in by_export:
        one, other = (posts[post_id].post for posts in (by_export, by_mail))
        assert (one.text, one.quotes, one.author_id) == (other.text, other.quotes, other.author_id)
        assert (one.created_at, one.reply_to) == (other.created_at, other.reply_to)
