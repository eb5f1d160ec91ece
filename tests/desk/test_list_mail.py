"""Answers to a mailing list, over a real mail server, and read back from the list."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from desk_people import logged_in

from kulanz.core.posts import Post as CorePost
from kulanz.desk.conf import conf
from kulanz.desk.models import Member, Reply, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import list_mail, mail, posting, replies
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.outside import Outside, sealed
from kulanz.desk.services.writing import learn_account
from kulanz.sources.sightings import Page, Sighting
from smtp_site import SmtpSite, smtp_site

WORDS = "Good morning, I look after it myself: you hear from me by Friday."
LIST = "users@lists.kontaktor.example"
DESK = "care@kontaktor.example"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpSite]:
    with smtp_site() as running:
        changed = replace(conf(), mail_url=running.url, mail_from=DESK)
        monkeypatch.setattr(mail, "conf", lambda: changed)
        yield running


def kept(source: Source, now: datetime, key: str, text: str, author: str = "rolf@mauer.example") -> None:
    post = CorePost(thread_id="m1@mauer.example", post_id=key, author_id=author, created_at=now, text=text)
    page = Page(posts=(Sighting(post=post),))
    keep_page(source=source, page=page, lane=None, grace=timedelta(0), now=now)


@pytest.fixture
def thread(members: dict[str, Member], now: datetime) -> Thread:
    keys = sealed({"user": "x", "password": "y", "list_address": LIST})
    source = Source.objects.create(
        name="List", connector="imap", address="imaps://mail.example/INBOX", sealed_keys=keys,
        hook_key="list", created_at=now,
    )  # fmt: skip
    kept(source, now, "m1@mauer.example", "Nobody answers me since weeks.")
    kept(source, now + timedelta(minutes=1), "m2@mauer.example", "Me too.", "inge@ohm.example")
    Thread.objects.update(title="Charged twice")
    return Thread.objects.get()


@pytest.fixture
def reply(bob: Actor, thread: Thread, site: SmtpSite, now: datetime) -> Reply:
    made = replies.draft(actor=bob, case=None, thread=thread, channel="public", text=WORDS, now=now)
    return replies.send(actor=bob, reply=made, seen=made.version, now=now)


def work(at: datetime) -> None:
    posting.send_due(now=at, world=Outside(clock=lambda: at))


def work_on(now: datetime) -> None:
    for hours in range(1, 4):
        work(now + timedelta(hours=hours))


@pytest.mark.django_db
def test_it_goes_to_the_list_as_an_answer(site: SmtpSite, reply: Reply, now: datetime) -> None:
    assert reply.state == "sending"
    work(now)
    work_on(now)
    reply.refresh_from_db()
    (sent,) = site.mails
    assert (sent["To"], sent["Subject"]) == (LIST, "Re: Charged twice")
    assert sent["From"] == f"Bob <{DESK}>" or DESK in sent["From"]
    assert sent["In-Reply-To"] == "<m2@mauer.example>"
    assert sent["References"] == "<m1@mauer.example> <m2@mauer.example>"
    assert (reply.state, sent["Message-ID"]) == ("sent", f"<{reply.post_key}>")


@pytest.mark.django_db
def test_the_page_says_so_beforehand(
    site: SmtpSite, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    learn_account(source=thread.source, world=Outside(clock=lambda: now))
    client = logged_in(members["bob"])
    assert f"The desk posts it at List as {DESK}." in client.get(f"/threads/{thread.pk}").content.decode()


@pytest.mark.django_db
def test_a_list_without_an_address_is_answered_by_hand(reply: Reply, now: datetime) -> None:
    Source.objects.update(sealed_keys=sealed({"user": "x", "password": "y"}))
    work(now)
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind) == ("failed", "key")


def broken_off(server: smtplib.SMTP, *given: Any) -> None:
    TAKEN(server, *given)
    raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


TAKEN: Callable[..., Any] = smtplib.SMTP.sendmail


@pytest.mark.django_db
@pytest.mark.parametrize("killed", [True, False])
def test_what_nobody_knows_of_is_not_sent_twice_and_found_when_it_is_read(
    site: SmtpSite, reply: Reply, now: datetime, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    with monkeypatch.context() as patch:
        if killed:
            patch.setattr(list_mail, "_note_sent", die)
            with pytest.raises(KeyboardInterrupt):
                work(now)
        else:
            patch.setattr(smtplib.SMTP, "sendmail", broken_off)
            work(now)
    work_on(now)
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind, len(site.mails)) == ("failed", "unsure", 1)
    name = site.mails[0]["Message-ID"].strip("<>")
    source = Source.objects.get()
    kept(source, now + timedelta(hours=5), name, f"{WORDS}\n\nList footer", DESK)
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind, reply.post_key) == ("sent", "", name)


@pytest.mark.django_db
def test_a_server_that_does_not_take_it_yet_gets_it_later(
    site: SmtpSite, reply: Reply, now: datetime
) -> None:
    site.refusals[LIST] = "451 try again later"
    work(now)
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind, reply.post_key) == ("sending", "", "")
    site.refusals.clear()
    work_on(now)
    reply.refresh_from_db()
    assert (reply.state, len(site.mails)) == ("sent", 1)


@pytest.mark.django_db
def test_a_refusal_for_good_is_told(site: SmtpSite, reply: Reply, now: datetime) -> None:
    site.refusals[LIST] = "550 you are not subscribed"
    work(now)
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind) == ("failed", "forbidden")
    assert "not subscribed" in reply.last_error
