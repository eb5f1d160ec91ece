"""Handover: the message with the contact, the promise and the link, and how the link goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from django.test import Client

from kulanz.api import make_draft_check
from kulanz.core.drafts.draft import Draft
from kulanz.core.posts import Post
from kulanz.core.spoken import LANGS
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Member, Message, Person, Reply, StatusPage
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.addresses import signed_address
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.status_pages import MARK, Handover, handover
from kulanz.desk.services import cases, outgoing, promises, replies, status_answers, status_links
from kulanz.desk.services import handover as handing
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.conversing import receive
from kulanz.desk.services.sealing import derived_keys, unseal
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db
TROUBLE = {
    "de": "Ich habe eine Mahnung bekommen und verstehe sie nicht. Wer hilft mir?",
    "en": "I got a reminder and I do not understand it. Who helps me?",
}


@pytest.fixture
def promised(bob: Actor, case: Case, members: dict[str, Member], now: datetime) -> Case:
    promises.make(
        actor=bob, case=case, by=members["bob"], what="We tell you what became of the letter.",
        worktime=timedelta(hours=4), calendar=usual_calendar(now=now), now=now,
    )  # fmt: skip
    return case


def link() -> str:
    return f"{conf().url}/status/{unseal(StatusPage.objects.get().sealed).decode()}"


def test_the_letter_has_contact_promise_and_mark(bob: Actor, promised: Case, now: datetime) -> None:
    reply = handing.draft(actor=bob, case=promised, language="de", now=now)
    assert reply.state == "draft"
    assert "ich heiße Bob Beispiel" in reply.text
    assert "Bis Donnerstag, 11. Juni 2026, 15:30 Uhr (Europe/Berlin, UTC+02:00)" in reply.text
    assert ": We tell you what became of the letter.\n" in reply.text
    assert MARK in reply.text
    assert link() not in reply.text
    assert StatusPage.objects.get().language == "de"


def test_it_needs_a_contact_and_a_promise(bob: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(RuleError, match="promise something first"):
        handing.draft(actor=bob, case=case, language="en", now=now)
    case.contact = None
    with pytest.raises(RuleError, match="name a contact first"):
        handing.draft(actor=bob, case=case, language="en", now=now)
    assert not StatusPage.objects.exists()


def test_the_link_goes_out_and_is_not_kept(bob: Actor, promised: Case, site: SmtpSite, now: datetime) -> None:
    reply = handing.draft(actor=bob, case=promised, language="en", now=now)
    replies.send(actor=bob, reply=reply, seen=reply.version, now=now)
    outgoing.send_due(now=now)
    sent = site.mails[0].get_content()
    assert link() in sent.replace("\r\n", "\n")
    assert MARK not in sent
    assert MARK in Message.objects.get().text
    assert Client().get(link().removeprefix(conf().url)).status_code == 200


def test_a_link_that_is_typed_or_quoted_is_not_kept_either(
    bob: Actor, promised: Case, site: SmtpSite, now: datetime
) -> None:
    handing.draft(actor=bob, case=promised, language="en", now=now)
    reply = replies.draft(actor=bob, case=promised, text=f"Look: {link()}", now=now)
    assert reply.text == f"Look: {MARK}"
    edited = replies.edit(
        actor=bob, reply=reply, seen=reply.version, subject="", text=f"Now {link()}", now=now
    )
    assert edited.text == f"Now {MARK}"
    to = signed_address("kulanz@kontaktor.example", promised.reply_key, derived_keys(outgoing.ADDRESS_KEY)[0])
    head = f"From: rolf@mauer.example\r\nTo: {to}\r\nMessage-ID: <1@mauer.example>\r\n\r\n"
    assert receive(content=f"{head}I opened {link()} today.\r\n".encode(), now=now) == "kept"
    assert Message.objects.get().text.strip() == f"I opened {MARK} today."


def test_a_link_that_a_program_wrote_anew_or_that_she_sends_back_is_not_kept_either(
    bob: Actor, promised: Case, now: datetime
) -> None:
    page = status_links.make(actor=bob, case=promised, language="en", now=now)
    guarded = link().replace(":", "%3A").replace("/", "%2F")
    assert status_links.without_link(f"https://guard.example/?url={guarded}", promised).endswith(f"%2F{MARK}")
    status_answers.write(page=page, text=f"I opened {link()} today.", now=now)
    assert Message.objects.get().text == f"I opened {MARK} today."


def test_the_link_of_another_customer_does_not_go(
    bob: Actor, promised: Case, site: SmtpSite, now: datetime
) -> None:
    handing.draft(actor=bob, case=promised, language="en", now=now)
    person = Person.objects.create(name="Anna", email="anna@mauer.example", created_at=now)
    other = cases.open_case(actor=bob, person=person, issue=None, title="Bill", now=now)
    reply = replies.draft(actor=bob, case=other, text=f"Look: {link()}", now=now)
    with pytest.raises(RuleError, match="not the one that this customer has"):
        replies.send(actor=bob, reply=reply, seen=reply.version, now=now)
    theirs = replies.draft(actor=bob, case=promised, text=f"Look: {link()}", now=now)
    assert replies.send(actor=bob, reply=theirs, seen=theirs.version, now=now).state == "sending"


def test_a_second_handover_keeps_the_link(bob: Actor, promised: Case, now: datetime) -> None:
    handing.draft(actor=bob, case=promised, language="en", now=now)
    before = link()
    handing.draft(actor=bob, case=promised, language="de", now=now)
    assert (link(), StatusPage.objects.get().language) == (before, "de")


def test_without_a_link_it_does_not_go(bob: Actor, promised: Case, site: SmtpSite, now: datetime) -> None:
    reply = handing.draft(actor=bob, case=promised, language="en", now=now)
    page = StatusPage.objects.get()
    status_links.revoke(actor=bob, page=page, seen=page.version, now=now)
    with pytest.raises(RuleError, match="has no link"):
        replies.send(actor=bob, reply=reply, seen=reply.version, now=now)


def test_a_link_revoked_while_the_mail_waits_keeps_it_back(
    bob: Actor, promised: Case, site: SmtpSite, now: datetime
) -> None:
    reply = handing.draft(actor=bob, case=promised, language="en", now=now)
    replies.send(actor=bob, reply=reply, seen=reply.version, now=now)
    page = StatusPage.objects.get()
    status_links.revoke(actor=bob, page=page, seen=page.version, now=now)
    outgoing.send_due(now=now)
    assert (site.mails, Reply.objects.get().state) == ([], "failed")


@pytest.mark.parametrize("channel", ["phone", "source", "public"])
def test_the_link_never_goes_where_others_read(
    bob: Actor, promised: Case, channel: str, now: datetime
) -> None:
    handing.draft(actor=bob, case=promised, language="en", now=now)
    for text in (f"Look: {MARK}", f"Look: {link()}", f"Look: {link()[:-1]}"):
        reply = replies.draft(actor=bob, case=promised, channel=channel, text=text, now=now)
        with pytest.raises(RuleError, match="take"):
            replies.send(actor=bob, reply=reply, seen=reply.version, now=now)


@pytest.mark.parametrize("lang", LANGS)
def test_the_draft_check_finds_nothing_wrong_with_it(lang: str, now: datetime) -> None:
    what = "Ich rufe Sie an" if lang == "de" else "I call you"
    told = Handover(name="Frau Mauer", contact="Bob Beispiel", what=what, until=now, zone="Europe/Berlin")
    asked = Post(
        thread_id="t", post_id="1", author_id="m", created_at=now, text=TROUBLE[lang], role="customer"
    )
    draft = Draft(text=handover(told, lang).text, public=False)
    report = make_draft_check(company=("Kontaktor",), lang=lang).check(draft, (asked,))
    assert [each.code for each in report.findings if each.kind == "found"] == []


def test_the_page_makes_revokes_and_hands_over(
    client: Client, promised: Case, members: dict[str, Member]
) -> None:
    client.force_login(members["bob"])
    here = f"/cases/{promised.pk}"
    client.post(f"{here}/status-page", {"language": "de"})
    assert link() in client.get(here).content.decode()
    answer = client.post(f"{here}/handover", {"language": "de", "channel": "email"})
    assert answer["Location"] == f"{here}#reply-{Reply.objects.get().pk}"
    page = StatusPage.objects.get()
    client.post(f"{here}/status-page/revoke", {"seen": page.version})
    shown = client.get(here).content.decode()
    assert "/status/" not in shown
    assert "The link was revoked" in shown
    refused = client.post(f"{here}/status-page", {"language": "fr"})
    assert refused.status_code == 422


def test_who_may_not_work_on_cases_does_not_see_the_link(
    client: Client, bob: Actor, promised: Case, members: dict[str, Member], now: datetime
) -> None:
    status_links.make(actor=bob, case=promised, language="en", now=now)
    client.force_login(members["frieda"])
    assert "/status/" not in client.get(f"/cases/{promised.pk}").content.decode()
    shown = Program(members["frieda"]).get(f"/cases/{promised.pk}/status-page").json()
    assert shown["link"] == ""


def test_programs_do_the_same(promised: Case, members: dict[str, Member]) -> None:
    program = Program(members["bob"])
    here = f"/cases/{promised.pk}"
    assert program.get(f"{here}/status-page").status_code == 404
    made = program.post(f"{here}/status-page", {"language": "en"})
    assert (made.status_code, made.json()["link"]) == (201, link())
    drafted = program.post(f"{here}/handover", {"language": "en"})
    assert (drafted.status_code, MARK in drafted.json()["text"]) == (201, True)
    revoked = program.post(f"{here}/status-page/revoke", {"seen": made.json()["version"]}).json()
    assert (revoked["link"], revoked["revoked_at"] is None) == ("", False)


def test_nobody_else_makes_a_link(erik: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        status_links.make(actor=erik, case=case, language="en", now=now)
