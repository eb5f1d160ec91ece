"""Customers' mail: matched, kept once, believed only as far as it can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Delivery, Event, Issue, Member, Message, Person, Reply, Thread, Watch
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.addresses import reply_keys_in, signed_address
from kulanz.desk.services import cases, issues, outgoing, replies, sealing
from kulanz.desk.services.conversing import LONGEST_TEXT, NO_ADDRESS, OTHER_SENDER, receive
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db
CUSTOMER = "rolf@mauer.example"
DESK = "kulanz@kontaktor.example"


@pytest.fixture
def issue(alice: Actor, thread: Thread, now: datetime) -> Issue:
    """Alice watches it, for she opened it."""
    return issues.open_issue(actor=alice, threads=[thread], now=now)


@pytest.fixture
def case(bob: Actor, issue: Issue, now: datetime) -> Case:
    person = Person.objects.create(name="Rolf", email=CUSTOMER, created_at=now)
    return cases.open_case(actor=bob, person=person, issue=issue, title="Dunning", now=now)


@pytest.fixture
def sent(bob: Actor, case: Case, site: SmtpSite, now: datetime) -> Reply:
    """A reply that went out."""
    reply = replies.draft(actor=bob, case=case, text="Do you have a receipt?", now=now)
    replies.send(actor=bob, reply=reply, seen=reply.version, now=now)
    outgoing.send_due(now=now)
    reply.refresh_from_db()
    return reply


def address(case: Case) -> str:
    return signed_address(DESK, case.reply_key, sealing.derived_keys(outgoing.ADDRESS_KEY)[0])


def answer(to: str, **headers: str) -> bytes:
    message = EmailMessage()
    given = {"From": CUSTOMER, "To": to, "Subject": "Re: Dunning", "Message-ID": "<a1@mauer.example>"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {**given, "Date": "Thu, 11 Jun 2026 11:20:00 +0200", **named}.items():
        message[name] = value
    message.set_content("Here it is.\n\nOn Thu, 11 Jun 2026 at 09:30 Bob wrote:\n> Do you have a receipt?\n")
    return message.as_bytes()


def state(case: Case) -> str:
    case.refresh_from_db()
    return case.state


def test_an_answer_comes_back_into_its_case_once(
    case: Case, sent: Reply, site: SmtpSite, members: dict[str, Member], now: datetime
) -> None:
    assert state(case) == "waiting"
    content = answer(site.mails[0]["Reply-To"])
    assert receive(content=content, now=now) == "kept"
    assert receive(content=content, now=now) == "known"
    got = case.messages.get(inbound=True)
    assert (got.text, got.sender, got.doubtful, got.automatic) == ("Here it is.", CUSTOMER, "", False)
    assert got.at == datetime(2026, 6, 11, 9, 20, tzinfo=UTC)
    assert state(case) == "open"
    told = Delivery.objects.exclude(subject__startswith="Given").values_list("member__username", flat=True)
    assert sorted(told) == ["alice", "bob"]
    assert not Delivery.objects.filter(body__contains="Here it is").exists()
    events = Event.objects.filter(case=case).order_by("id").values_list("action", flat=True)
    assert list(events)[-2:] == ["receive", "hear"]


def test_watchers_who_may_not_see_cases_hear_nothing(
    case: Case, issue: Issue, members: dict[str, Member], now: datetime
) -> None:
    Watch.objects.create(issue=issue, member=members["dora"])
    receive(content=answer(address(case)), now=now)
    assert not Delivery.objects.filter(member=members["dora"]).exists()


def test_without_the_address_it_is_known_by_what_it_answers(case: Case, sent: Reply, now: datetime) -> None:
    assert sent.message is not None
    content = answer(DESK, In_Reply_To=f"<{sent.message.message_id}>")
    assert receive(content=content, now=now) == "kept"
    assert case.messages.filter(inbound=True).count() == 1


def test_an_address_that_was_made_up_names_no_case(case: Case, now: datetime) -> None:
    forged = f"kulanz+{case.reply_key}.{'0' * 16}@kontaktor.example"
    assert receive(content=answer(forged), now=now) == "unmatched"
    other = signed_address(DESK, "f" * 20, sealing.derived_keys(outgoing.ADDRESS_KEY)[0])
    assert receive(content=answer(other), now=now) == "unmatched"
    assert receive(content=answer(f"{forged}, {address(case).upper()}"), now=now) == "kept"


def test_many_forged_addresses_cost_little(case: Case) -> None:
    flood = ",".join([f"k+{number:020x}.{number:016x}@x" for number in range(1_000)])
    keys = sealing.derived_keys(outgoing.ADDRESS_KEY)
    assert list(reply_keys_in([flood, address(case)], keys)) == []


def test_addresses_of_the_old_key_are_still_known(
    case: Case, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    before = address(case)
    changed = replace(conf(), secret_key="x" * 50, secret_key_old=conf().secret_key)
    monkeypatch.setattr(sealing, "conf", lambda: changed)
    assert before != address(case)
    assert receive(content=answer(before), now=now) == "kept"


def test_another_sender_is_kept_and_doubted(case: Case, now: datetime) -> None:
    receive(content=answer(address(case), From="Paula <paula@mauer.example>"), now=now)
    assert case.messages.get().doubtful == OTHER_SENDER
    receive(content=answer(address(case), From="ROLF@mauer.example", Message_ID="<a2@m.example>"), now=now)
    assert case.messages.last().doubtful == ""  # type: ignore[union-attr]
    Case.objects.update(email="")
    receive(content=answer(address(case), Message_ID="<a3@m.example>"), now=now)
    assert case.messages.last().doubtful == NO_ADDRESS  # type: ignore[union-attr]


def test_an_absence_note_opens_nothing(case: Case, sent: Reply, now: datetime) -> None:
    Delivery.objects.all().delete()
    receive(content=answer(address(case), Auto_Submitted="auto-replied"), now=now)
    assert case.messages.get(inbound=True).automatic
    assert state(case) == "waiting"
    assert not Delivery.objects.exists()


def test_an_answer_opens_a_closed_case(bob: Actor, case: Case, now: datetime) -> None:
    cases.resolve(actor=bob, case=case, seen=case.version, outcome="paid back", now=now)
    cases.close(actor=bob, case=case, seen=case.version, now=now)
    receive(content=answer(address(case)), now=now)
    assert state(case) == "open"


@pytest.mark.parametrize("named", [True, False])
def test_a_bounce_fails_the_reply_that_came_back(
    case: Case, sent: Reply, root: Path, now: datetime, named: bool
) -> None:
    assert sent.message is not None
    raw = (root / "tests/data/mail/bounce-postfix.eml").read_bytes()
    raw = raw.replace(
        b"kulanz+0123456789abcdef0123.0123456789abcdef@kontaktor.example", address(case).encode()
    )
    original = sent.message.message_id.encode() if named else b""
    raw = raw.replace(b"reply.7.3.0123456789abcdef@kontaktor.example", original)
    assert receive(content=raw, now=now) == "kept"
    sent.refresh_from_db()
    assert (sent.state, state(case)) == ("failed", "open")
    assert "User unknown" in sent.last_error
    assert "User unknown" in Delivery.objects.get(subject__startswith="Reply not").body
    assert receive(content=raw, now=now) == "known"


def test_a_bounce_of_something_else_fails_nothing(case: Case, sent: Reply, root: Path, now: datetime) -> None:
    raw = (root / "tests/data/mail/bounce-postfix.eml").read_bytes()
    assert receive(content=raw, now=now) == "unmatched"
    raw = raw.replace(
        b"kulanz+0123456789abcdef0123.0123456789abcdef@kontaktor.example", address(case).encode()
    )
    assert receive(content=raw, now=now) == "kept"
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_our_own_mail_in_the_mailbox_is_known(case: Case, sent: Reply, site: SmtpSite, now: datetime) -> None:
    content = site.envelopes[0].content
    assert isinstance(content, bytes)
    assert receive(content=content, now=now) == "known"
    assert state(case) == "waiting"


def test_times_and_sizes_of_senders_are_not_believed(case: Case, now: datetime) -> None:
    long = answer(address(case), Date="Thu, 11 Jun 1981 11:20:00 +0200")
    long = long.replace(b"Here it is.", b"Here it is. \x00" + b"word " * LONGEST_TEXT)
    receive(content=long, now=now)
    got = case.messages.get()
    assert got.at == now
    assert len(got.text) < LONGEST_TEXT + 10
    assert "\x00" not in got.text
    nobody = b"To: " + address(case).encode() + b"\r\nSubject: \xff\r\n\r\nno date, no sender"
    assert receive(content=nobody, now=now + timedelta(hours=1)) == "kept"
    assert Message.objects.latest("pk").at == now + timedelta(hours=1)
