"""Mail that goes out, through real servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from kulanz.desk.conf import conf
from kulanz.desk.services import mail
from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError
from smtp_site import SmtpSite, smtp_site

LETTER = OutgoingMail(
    to="rolf@mauer.example",
    subject="Ihre Mahnung: wir prüfen sie",
    text="Guten Tag,\n\nich prüfe das.\n.\nGrüße",
    message_id="reply.7.3.0123456789abcdef@kontaktor.example",
    sender_name="Jürgen Müller-Lüdenscheidt",
    reply_to="kulanz+0123456789abcdef0123.0123456789abcdef@kontaktor.example",
    references=[f"a-very-long-name-of-a-message-{number}-{'x' * 80}@mail.example" for number in range(30)],
    automatic=False,
)


@pytest.fixture
def site() -> Iterator[SmtpSite]:
    with smtp_site() as running:
        yield running


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    changed = replace(conf(), mail_url=url, mail_from="kulanz@kontaktor.example")
    monkeypatch.setattr(mail, "conf", lambda: changed)


def send(letter: OutgoingMail, now: datetime) -> None:
    with Outbox() as outbox:
        outbox.send(letter, now)


def test_a_mail_arrives_as_it_was_written(
    site: SmtpSite, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    use(monkeypatch, site.url)
    send(LETTER, now)
    (envelope,), (got,) = site.envelopes, site.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == (LETTER.reply_to, ["rolf@mauer.example"])
    assert got["Subject"] == LETTER.subject
    assert got["From"].addresses[0].display_name == "Jürgen Müller-Lüdenscheidt"
    assert got["From"].addresses[0].addr_spec == "kulanz@kontaktor.example"
    assert (got["Reply-To"], got["Message-ID"]) == (LETTER.reply_to, f"<{LETTER.message_id}>")
    assert got["References"].split() == [f"<{each}>" for each in LETTER.references[-20:]]
    assert got["In-Reply-To"].strip() == f"<{LETTER.references[-1]}>"
    assert got["Auto-Submitted"] is None
    assert got.get_content_type() == "text/plain"
    assert got.get_content().splitlines() == LETTER.text.splitlines()
    assert got["Date"].datetime == now


def test_words_cannot_add_a_header(site: SmtpSite, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    use(monkeypatch, site.url)
    evil = "x\r\nBcc: all@kontaktor.example"
    send(replace(LETTER, subject=evil, sender_name=evil), now)
    (got,) = site.mails
    assert got["Bcc"] is None
    assert got["Subject"] == "x Bcc: all@kontaktor.example"


def test_what_no_person_wrote_says_so(site: SmtpSite, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    use(monkeypatch, site.url)
    send(OutgoingMail(to="a@b.example", subject="x", text="y", message_id="1@b.example"), now)
    assert site.mails[0]["Auto-Submitted"] == "auto-generated"
    assert site.envelopes[0].mail_from == "kulanz@kontaktor.example"


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no such mailbox", True), ("451 greylisted, come again", False)]
)
def test_a_refusal_of_one_address_is_not_one_of_the_next(
    site: SmtpSite, monkeypatch: pytest.MonkeyPatch, now: datetime, answer: str, permanent: bool
) -> None:
    use(monkeypatch, site.url)
    site.refusals["rolf@mauer.example"] = answer
    with Outbox() as outbox:
        with pytest.raises(SendError, match=answer) as refused:
            outbox.send(LETTER, now)
        outbox.send(replace(LETTER, to="paula@mauer.example"), now)
    assert refused.value.permanent is permanent
    assert [each.rcpt_tos for each in site.envelopes] == [["paula@mauer.example"]]


def test_a_server_that_does_not_answer_is_asked_once(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    with smtp_site() as gone:
        use(monkeypatch, gone.url)
    with Outbox() as outbox:
        with pytest.raises(SendError, match="tried again later") as first:
            outbox.send(LETTER, now)
        monkeypatch.setattr(mail, "_connect", pytest.fail)
        with pytest.raises(SendError) as second:
            outbox.send(LETTER, now)
    assert second.value is first.value
    assert not first.value.permanent


@pytest.mark.parametrize("implicit", [True, False])
def test_tls_and_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime, implicit: bool
) -> None:
    with smtp_site("127.0.0.2", tls=tmp_path, implicit=implicit) as site:
        use(monkeypatch, site.url)
        with pytest.raises(SendError, match="certificate"):
            send(LETTER, now)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        send(LETTER, now)
        assert site.authenticated == [True]


def test_nothing_goes_in_the_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    with smtp_site("127.0.0.2") as site:
        use(monkeypatch, site.url)
        with pytest.raises(SendError, match="STARTTLS"):
            send(LETTER, now)
        use(monkeypatch, site.url.replace("smtp://", "smtp+plain://"))
        send(LETTER, now)
        assert len(site.mails) == 1


def test_without_a_server_the_setting_is_named(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    use(monkeypatch, "")
    with pytest.raises(SendError, match="KULANZ_MAIL_URL"):
        send(LETTER, now)


def test_a_domain_with_an_umlaut(site: SmtpSite, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    use(monkeypatch, site.url)
    send(replace(LETTER, to="rolf@müller.example"), now)
    assert site.envelopes[0].rcpt_tos == ["rolf@xn--mller-kva.example"]


@pytest.mark.parametrize(
    "to",
    [
        "rolf@..example",
        "rölf@x.example",
        "a\r\nRCPT TO:<b@x.example>@x.example",
        "a b@x.example",
        "rolf",
        "a@b>",
    ],
)
def test_what_is_no_address_is_told_and_harms_no_other(
    site: SmtpSite, monkeypatch: pytest.MonkeyPatch, now: datetime, to: str
) -> None:
    use(monkeypatch, site.url)
    with Outbox() as outbox:
        with pytest.raises(SendError, match="correct it") as refused:
            outbox.send(replace(LETTER, to=to), now)
        outbox.send(LETTER, now)
    assert refused.value.permanent
    assert len(site.mails) == 1


def test_a_password_that_smtp_cannot_say_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    with smtp_site(tls=tmp_path, implicit=True) as site:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        use(monkeypatch, site.url.replace("p%40ss%20word", "p%C3%A4ss"))
        with pytest.raises(SendError, match="KULANZ_MAIL_URL"):
            send(LETTER, now)
