from __future__ import annotations

import io
import mailbox
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import PermanentError, Problems, RefusedAddressError, TemporaryError
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item
from kulanz.sources.mbox import READER
from kulanz.sources.web.network import AddressPolicy
from kulanz.testing.connectors import ConnectorSuite
from kulanz.testing.reading import Notebook, Reading, exhaust
from servers.dovecot import PASSWORD, USER, DovecotSite, certify
from servers.fixtures import site_fixture
from servers.mails import mail, message_id

KEYS = {"user": USER, "password": PASSWORD}
dovecot = site_fixture("dovecot")


@pytest.fixture(autouse=True)
def authority(dovecot: DovecotSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))


@pytest.fixture
def place(dovecot: DovecotSite, request: pytest.FixtureRequest) -> str:
    name = f"list-{abs(hash(request.node.nodeid))}"
    dovecot.make(name)
    return name


def reading(dovecot: DovecotSite, place: str) -> Reading:
    return Reading(make=connector_named("imap").make, address=f"{dovecot.url}/{place}", secrets=KEYS)


class TestImap(ConnectorSuite):
    name = "imap"
    secrets = KEYS
    fewest_posts = 3

    @pytest.fixture(autouse=True)
    def site(self, dovecot: DovecotSite, place: str) -> None:
        self.dovecot, self.place = dovecot, place

    @contextmanager
    def serving(self) -> Iterator[str]:
        for number, parent in ((1, None), (2, 1), (3, 2)):
            self.dovecot.post(self.place, number, f"Nachricht {number}", parent)
        yield f"{self.dovecot.url}/{self.place}"


def test_a_new_message_is_read_once_and_joins_its_thread(dovecot: DovecotSite, place: str) -> None:
    notes = Notebook()
    dovecot.post(place, 1, "Ich habe bezahlt.")
    reading(dovecot, place).read_all(notes)
    dovecot.post(place, 2, "Ich auch.", parent=1)
    assert exhaust(reading(dovecot, place).pages(notes, "live")) == 1
    assert exhaust(reading(dovecot, place).pages(notes, "live")) == 0
    answer = notes.posts[message_id(2)].post
    assert (answer.thread_id, answer.reply_to, answer.text) == (message_id(1), message_id(1), "Ich auch.")


def test_an_expunged_message_is_no_longer_present(dovecot: DovecotSite, place: str) -> None:
    for number, parent in ((1, None), (2, 1), (3, None)):
        dovecot.post(place, number, "Text", parent)
    notes = reading(dovecot, place).read_all()
    reading(dovecot, place).reread(notes)
    assert notes.threads[message_id(1)].present == {message_id(1), message_id(2)}
    assert reading(dovecot, place).reread(notes) == [], "a mailbox that is as it was is not looked through"
    dovecot.delete(place, message_id(2))
    dovecot.delete(place, message_id(3))
    reading(dovecot, place).reread(notes)
    assert notes.threads[message_id(1)].present == {message_id(1)}
    assert notes.threads[message_id(3)].gone


def test_another_uidvalidity_begins_anew(dovecot: DovecotSite, place: str) -> None:
    dovecot.post(place, 1, "alt")
    notes = reading(dovecot, place).read_all()
    dovecot.remake(place)
    dovecot.post(place, 2, "neu")
    reading(dovecot, place).read_all(notes)
    assert notes.posts.keys() == {message_id(1), message_id(2)}


def test_ids_are_those_of_an_mbox(dovecot: DovecotSite, place: str, tmp_path: Path) -> None:
    archive = mailbox.mbox(tmp_path / "list.mbox")
    messages = [
        mail(1, "eins"),
        mail(2, "zwei", 1),
        mail(3, "drei", 2),
        mail(4, "ohne").replace(b"Message-ID", b"X"),
    ]
    for content in messages:
        archive.add(content)
        dovecot.deliver(place, content)
    archive.close()
    stored = (tmp_path / "list.mbox").read_bytes()
    expected = READER.read(Item("list.mbox", io.BytesIO(stored)), Problems(), ReadOptions())
    seen = reading(dovecot, place).read_all().posts.values()
    assert {each.post.post_id: each.post for each in seen} == {post.post_id: post for post in expected}


def test_a_broken_message_is_reported_and_the_rest_is_read(dovecot: DovecotSite, place: str) -> None:
    dovecot.deliver(place, b"Subject: no date\r\n\r\n\xff\xfe")
    dovecot.post(place, 1, "heil")
    read = reading(dovecot, place)
    assert read.read_all().posts.keys() == {message_id(1)}
    assert read.problems.total == 1


def test_a_mailbox_with_an_umlaut(dovecot: DovecotSite) -> None:
    name = '"Entw&APw-rfe &- Co"'
    dovecot.make(name)
    dovecot.deliver(name, mail(1, "da"))
    assert reading(dovecot, "Entw%C3%BCrfe%20&%20Co").read_all().posts


def test_many_messages_come_in_pages_that_can_be_gone_on_from(dovecot: DovecotSite, place: str) -> None:
    for number in range(105):
        dovecot.post(place, number, f"Nachricht {number}", parent=number - 1 if number else None)
    notes = Notebook()
    assert exhaust(reading(dovecot, place).pages(notes, "live", most=1)) == 1
    assert exhaust(reading(dovecot, place).pages(notes, "live")) == 1
    assert len(notes.posts) == 105
    assert {each.post.thread_id for each in notes.posts.values()} == {message_id(0)}


@pytest.mark.parametrize(
    ("keys", "place", "words"),
    [
        ({"user": USER, "password": "wrong"}, "INBOX", "refused the login"),
        (KEYS, "there-is-none", "cannot be opened"),
        ({"user": USER}, "INBOX", "give password"),
    ],
)
def test_what_only_a_person_can_mend(
    dovecot: DovecotSite, keys: dict[str, str], place: str, words: str
) -> None:
    read = Reading(make=connector_named("imap").make, address=f"{dovecot.url}/{place}", secrets=keys)
    with pytest.raises(PermanentError, match=words):
        read.read_all()


def test_a_certificate_of_nobody_is_refused(dovecot: DovecotSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(PermanentError, match="certificate"):
        reading(dovecot, "INBOX").read_all()


def test_a_private_address_is_refused(dovecot: DovecotSite) -> None:
    read = reading(dovecot, "INBOX")
    read.policy = AddressPolicy()
    with pytest.raises(RefusedAddressError):
        read.read_all()


@contextmanager
def hostile(folder: Path, answer: Iterator[bytes]) -> Iterator[str]:
    """A server that greets, and then sends what it likes."""
    certify(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_talk, args=(listener, context, answer), daemon=True)
        thread.start()
        yield f"imaps://127.0.0.1:{listener.getsockname()[1]}/INBOX"
        thread.join(timeout=10)


def _talk(listener: socket.socket, context: ssl.SSLContext, answer: Iterator[bytes]) -> None:
    with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as client:
        client.sendall(b"* OK ready\r\n")
        client.recv(1000)
        for part in answer:
            client.sendall(part)


@pytest.mark.parametrize(
    "answer",
    [
        [b"* 1 FETCH (BODY[] {999999999999}\r\n"],
        [(b"* OK " + b"x" * 1_000 + b"\r\n") * 1_000] * 1_000,
        [b"x" * 1_000_000] * 3,
        [b"\xff\x00 \xfe\r\n" * 10],
        [],
    ],
    ids=["huge literal", "endless lines", "endless line", "noise", "hangs up"],
)
def test_a_hostile_server_ends_the_read(
    answer: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with hostile(tmp_path, iter(answer)) as address:
        read = Reading(make=connector_named("imap").make, address=address, secrets=KEYS)
        with pytest.raises(TemporaryError, match="broke off"):
            read.read_all()
