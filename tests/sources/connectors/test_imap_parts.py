from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.connectors.imap import CONNECTOR
from kulanz.sources.connectors.imap.address import MailboxAddress, parse_address, quoted_mailbox
from kulanz.sources.connectors.imap.session import literals
from kulanz.sources.errors import PermanentError
from kulanz.testing.reading import Notebook, Reading


def test_addresses() -> None:
    assert parse_address("imaps://mail.example.org") == MailboxAddress("mail.example.org", 993, "INBOX")
    address = parse_address("imaps://mail.example.org:9930/Lists/Entw%C3%BCrfe")
    assert address == MailboxAddress("mail.example.org", 9930, "Lists/Entwürfe")
    assert address.url == "imaps://mail.example.org:9930/Lists/Entw%C3%BCrfe"


@pytest.mark.parametrize(
    "address",
    [
        "imap://mail.example.org/INBOX",
        "imaps:///INBOX",
        "imaps://h:port/x",
        "imaps://u:p@h/x",
        "imaps://h/%0d%0aX",
        "",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(PermanentError, match="expected imaps://"):
        parse_address(address)


@pytest.mark.parametrize("password", ["größer", "a\r\nA2 DELETE INBOX"])
def test_a_password_that_a_login_cannot_carry_is_not_repeated(password: str) -> None:
    keys = {"user": "alice", "password": password}
    reading = Reading(make=CONNECTOR, address="imaps://127.0.0.1/INBOX", secrets=keys)
    with pytest.raises(PermanentError, match="the key 'password'") as told:
        reading.connector(Notebook())
    assert password not in str(told.value)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", '"INBOX"'),
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
        ('R & "D"', '"R &- \\"D\\""'),
    ],
)
def test_mailbox_names_are_written_as_the_protocol_asks(name: str, written: str) -> None:
    assert quoted_mailbox(name) == written


def test_literals_are_found_wherever_the_uid_stands() -> None:
    before = (b"1 (UID 7 BODY[]<0> {3}", b"abc")
    after = (b"2 (BODY[]<0> {3}", b"def")
    assert literals([after, b" UID 3)", before, b")"]) == [(3, b"def"), (7, b"abc")]


@given(st.lists(st.one_of(st.none(), st.binary(), st.tuples(st.binary(), st.binary()))))
def test_no_answer_breaks_the_parser(lines: list[bytes | tuple[bytes, bytes] | None]) -> None:
    assert all(uid >= 0 for uid, _ in literals(lines))
