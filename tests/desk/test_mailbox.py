"""The desk's mailbox on a real IMAP server: read, never changed, each message once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from kulanz.desk import worker
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Inbox, Member, Message, Person, Reply
from kulanz.desk.rules.addresses import signed_address
from kulanz.desk.services import mail as outgoing_mail
from kulanz.desk.services import mailbox, outgoing, sealing
from servers.dovecot import PASSWORD, USER, DovecotSite
from servers.fixtures import site_fixture
from servers.mails import mail
from smtp_site import smtp_site

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-06-11T09:30:00+00:00")
dovecot = site_fixture("dovecot")


@pytest.fixture
def place(dovecot: DovecotSite, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"desk-{abs(hash(request.node.nodeid))}"
    dovecot.make(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))
    use(monkeypatch, f"{dovecot.url}/{name}".replace("://", f"://{USER}:{quote(PASSWORD)}@"))
    return name


@pytest.fixture
def case(db: None) -> Case:
    person = Person.objects.create(name="Rolf", created_at=NOW)
    contact = Member.objects.create_user("bob", "bob@kontaktor.example")
    return Case.objects.create(
        person=person, title="Dunning", contact=contact, email="rolf@mauer.example", reply_key="a" * 20,
        opened_at=NOW,
    )  # fmt: skip


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    changed = replace(conf(), inbox_url=url)
    monkeypatch.setattr(mailbox, "conf", lambda: changed)


def to_case(number: int, case: Case) -> bytes:
    key = sealing.derived_keys(outgoing.ADDRESS_KEY)[0]
    to = signed_address("kulanz@kontaktor.example", case.reply_key, key)
    return f"To: {to}\r\n".encode() + mail(number, f"Answer {number}")


def test_what_is_new_is_read_once_and_stays_there(dovecot: DovecotSite, place: str, case: Case) -> None:
    dovecot.deliver(place, to_case(1, case))
    dovecot.post(place, 2, "an advertisement")
    assert mailbox.fetch_mail(now=NOW) == 2
    assert mailbox.fetch_mail(now=NOW) == 0, "it is read once a minute"
    dovecot.deliver(place, to_case(3, case))
    assert mailbox.fetch_mail(now=NOW + mailbox.EVERY) == 1
    assert mailbox.fetch_mail(now=NOW + 2 * mailbox.EVERY) == 0
    texts = Message.objects.filter(case=case).order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Answer 1", "Answer 3"]
    inbox = Inbox.objects.get()
    assert (inbox.kept, inbox.unmatched, inbox.broken, inbox.last_error) == (2, 1, 0, "")
    assert USER not in inbox.address
    assert PASSWORD not in inbox.address


def test_a_mailbox_made_anew_doubles_nothing(dovecot: DovecotSite, place: str, case: Case) -> None:
    dovecot.deliver(place, to_case(1, case))
    mailbox.fetch_mail(now=NOW)
    dovecot.remake(place)
    dovecot.deliver(place, to_case(1, case))
    dovecot.deliver(place, to_case(2, case))
    assert mailbox.fetch_mail(now=NOW + mailbox.EVERY) == 2
    assert Message.objects.count() == 2


def test_a_full_mailbox_is_read_in_several_runs(
    dovecot: DovecotSite, place: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "_AT_ONCE", 2)
    monkeypatch.setattr(mailbox, "_PER_RUN", 4)
    for number in range(5):
        dovecot.deliver(place, to_case(number, case))
    assert mailbox.fetch_mail(now=NOW) == 4
    assert mailbox.fetch_mail(now=NOW) == 1
    assert mailbox.fetch_mail(now=NOW) == 0
    assert Message.objects.count() == 5


def test_a_wrong_password_is_told_and_tried_again(
    dovecot: DovecotSite, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, f"{dovecot.url}/{place}".replace("://", f"://{USER}:nothing@"))
    assert mailbox.fetch_mail(now=NOW) == 0
    inbox = Inbox.objects.get()
    assert "KULANZ_INBOX_URL" in inbox.last_error
    assert "refused the login" in inbox.last_error
    assert "nothing" not in inbox.last_error
    assert inbox.due_at == NOW + timedelta(minutes=1)


def test_a_password_that_imap_cannot_say_is_told(
    dovecot: DovecotSite, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, f"{dovecot.url}/{place}".replace("://", "://anna:p%C3%A4ss@"))
    mailbox.fetch_mail(now=NOW)
    assert "ASCII" in Inbox.objects.get().last_error


def test_from_the_reply_to_the_answer(
    dovecot: DovecotSite, place: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker sends the reply, the customer answers to its address, the worker finds the answer."""
    reply = Reply.objects.create(
        case=case, author=case.contact, state="sending", subject="Dunning", text="Hello.", created_at=NOW,
        due_at=NOW,
    )  # fmt: skip
    with smtp_site() as site:
        sending = replace(conf(), mail_url=site.url, mail_from="kulanz@kontaktor.example")
        monkeypatch.setattr(outgoing_mail, "conf", lambda: sending)
        worker.run_once(NOW)
        (letter,) = [each for each in site.mails if each["To"] == case.email]
    answer = EmailMessage()
    answer["From"], answer["To"], answer["In-Reply-To"] = case.email, letter["Reply-To"], letter["Message-ID"]
    answer.set_content("Thank you.")
    dovecot.deliver(place, bytes(answer))
    worker.run_once(NOW + mailbox.EVERY)
    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, case.state) == ("sent", "open")
    texts = case.messages.order_by("pk").values_list("text", "doubtful")
    assert list(texts) == [("Hello.", ""), ("Thank you.", "")]


def test_without_a_mailbox_nothing_is_read(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "")
    assert mailbox.fetch_mail(now=NOW) == 0
    assert not Inbox.objects.exists()
