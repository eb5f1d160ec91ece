"""Replies: drafted, approved by other eyes, sent through a real server, tried again, failed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from desk_people import logged_in

from kulanz.desk.access import actor_of
from kulanz.desk.models import Case, Delivery, Event, Member, Message, Reply, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.services import cases, outgoing, replies
from kulanz.desk.services.notices import REMEDIES
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(bob: Actor, case: Case, now: datetime) -> Reply:
    return replies.draft(actor=bob, case=case, text="I look into it today.", now=now)


def send(actor: Actor, reply: Reply, now: datetime) -> None:
    replies.send(actor=actor, reply=reply, seen=reply.version, posted=True, now=now)


def test_a_reply_goes_out_under_the_name_of_the_contact(
    bob: Actor, case: Case, reply: Reply, site: SmtpSite, now: datetime
) -> None:
    send(bob, reply, now)
    assert outgoing.send_due(now=now) == 1
    assert outgoing.send_due(now=now + timedelta(days=1)) == 0
    (got,) = site.mails
    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, reply.sent_at, case.state) == ("sent", now, "waiting")
    assert got["From"].addresses[0].display_name == "Bob Beispiel"
    assert got["Subject"] == "Re: Dunning"
    assert got["Reply-To"].startswith(f"kulanz+{case.reply_key}.")
    message = Message.objects.get(case=case)
    assert (message.text, message.inbound, f"<{message.message_id}>") == (
        reply.text,
        False,
        got["Message-ID"],
    )
    assert message == reply.message
    events = Event.objects.filter(case=case, noun="reply").order_by("id")
    assert list(events.values_list("action", flat=True)) == ["draft", "send", "delivered"]
    assert "look into it" not in str(list(events.values_list("data", flat=True)))


def test_the_second_reply_refers_to_the_first(
    bob: Actor, case: Case, reply: Reply, site: SmtpSite, now: datetime
) -> None:
    send(bob, reply, now)
    outgoing.send_due(now=now)
    later = now + timedelta(hours=1)
    send(bob, replies.draft(actor=bob, case=case, text="Done.", now=later), later)
    outgoing.send_due(now=later)
    first, second = site.mails
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]


def test_four_eyes(alice: Actor, bob: Actor, reply: Reply, members: dict[str, Member], now: datetime) -> None:
    carla = actor_of(members["carla"])
    replies.edit(actor=alice, reply=reply, seen=reply.version, subject="", text="Better words.", now=now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    assert [each.member for each in Delivery.objects.all()] == [members["carla"]]
    with pytest.raises(NotAllowedError, match="four eyes"):
        replies.approve(actor=alice, reply=reply, seen=reply.version, now=now)
    with pytest.raises(NotAllowedError):
        replies.approve(actor=bob, reply=reply, seen=reply.version, now=now)
    with pytest.raises(RuleError, match="say why"):
        replies.reject(actor=carla, reply=reply, seen=reply.version, reason=" ", now=now)
    replies.reject(actor=carla, reply=reply, seen=reply.version, reason="too stiff", now=now)
    assert reply.state == "draft"
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.approve(actor=carla, reply=reply, seen=reply.version, now=now)
    assert (reply.state, reply.approver) == ("approved", members["carla"])
    with pytest.raises(RuleError, match="not possible"):
        replies.edit(actor=bob, reply=reply, seen=reply.version, subject="", text="Other.", now=now)
    with pytest.raises(NotAllowedError):
        send(carla, reply, now)


def test_what_somebody_else_changed_is_not_sent_unseen(
    alice: Actor, bob: Actor, reply: Reply, now: datetime
) -> None:
    seen = reply.version
    replies.edit(actor=alice, reply=reply, seen=seen, subject="", text="Other words.", now=now)
    with pytest.raises(ConflictError):
        replies.send(actor=bob, reply=reply, seen=seen, now=now)
    reply.case.refresh_from_db()  # type: ignore[union-attr]
    assert reply.case.state == "open"  # type: ignore[union-attr]


def test_a_discarded_reply_never_goes(bob: Actor, reply: Reply, site: SmtpSite, now: datetime) -> None:
    replies.discard(actor=bob, reply=reply, seen=reply.version, now=now)
    with pytest.raises(RuleError):
        send(bob, reply, now)
    assert outgoing.send_due(now=now) == 0


def test_an_address_that_the_server_refuses_fails_the_reply(
    bob: Actor, case: Case, reply: Reply, site: SmtpSite, now: datetime
) -> None:
    site.refusals["rolf@mauer.example"] = "550 no such mailbox"
    send(bob, reply, now)
    outgoing.send_due(now=now)
    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, case.state, reply.due_at) == ("failed", "open", None)
    assert "no such mailbox" in reply.last_error
    assert "no such mailbox" in Delivery.objects.get(member__username="bob").body
    assert not Message.objects.exists()
    told = Delivery.objects.get(member__username="bob").body
    assert "In technical words, in English: the mail server refused it: 550" in told
    assert told.splitlines()[1] == REMEDIES["email"]
    client = logged_in(reply.author)
    shown = client.get(f"/cases/{case.pk}").content.decode()
    assert REMEDIES["email"] in shown
    assert 'lang="en">the mail server refused it: 550' in shown
    site.refusals.clear()
    replies.edit(actor=bob, reply=reply, seen=reply.version, subject="", text="Once more.", now=now)
    send(bob, reply, now)
    outgoing.send_due(now=now)
    assert Message.objects.get().text == "Once more."


def test_a_busy_server_is_tried_again_with_the_same_message(
    bob: Actor, reply: Reply, site: SmtpSite, now: datetime
) -> None:
    site.refusals["rolf@mauer.example"] = "451 come again"
    send(bob, reply, now)
    ident = outgoing.message_id(reply)
    outgoing.send_due(now=now)
    reply.refresh_from_db()
    assert (reply.state, reply.due_at) == ("sending", now + timedelta(minutes=1))
    assert outgoing.message_id(reply) == ident
    for _ in range(outgoing.MOST_TRIES - 1):
        outgoing.send_due(now=reply.due_at)
        reply.refresh_from_db()
    assert reply.state == "failed"
    assert now + timedelta(hours=12) < Delivery.objects.get().created_at < now + timedelta(days=1)


def test_two_workers_send_once(bob: Actor, reply: Reply, site: SmtpSite, now: datetime) -> None:
    send(bob, reply, now)
    claimed = outgoing.claim(Reply.objects.filter(state="sending"), now, at_most=5)
    assert claimed == [reply]
    assert outgoing.send_due(now=now) == 0


def test_what_was_said_by_telephone_is_kept_as_said(bob: Actor, case: Case, now: datetime) -> None:
    said = replies.draft(actor=bob, case=case, channel="phone", text="Called him back.", now=now)
    send(bob, said, now)
    assert (said.state, said.due_at) == ("sent", None)
    assert Message.objects.get(case=case).channel == "phone"


def test_a_public_reply_to_a_thread_is_kept_without_a_case(bob: Actor, thread: Thread, now: datetime) -> None:
    said = replies.draft(
        actor=bob, case=None, thread=thread, channel="public", text="We look into it.", now=now
    )
    send(bob, said, now)
    assert said.state == "sent"
    told = Event.objects.filter(thread=thread, noun="reply").order_by("id")
    assert list(told.values_list("action", flat=True)) == ["draft", "send"]


def test_what_cannot_be_sent_says_why(bob: Actor, erik: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        replies.draft(actor=erik, case=case, text="x", now=now)
    with pytest.raises(RuleError, match="some words"):
        replies.draft(actor=bob, case=case, text=" \n", now=now)
    with pytest.raises(RuleError, match="expected one of"):
        replies.draft(actor=bob, case=case, channel="fax", text="x", now=now)
    with pytest.raises(RuleError, match="needs a case"):
        replies.draft(actor=bob, case=None, text="x", now=now)
    Case.objects.update(email="")
    case.refresh_from_db()
    nowhere = replies.draft(actor=bob, case=case, text="x", now=now)
    with pytest.raises(RuleError, match="no e-mail address"):
        send(bob, nowhere, now)


def test_nothing_is_sent_in_a_closed_case(bob: Actor, case: Case, reply: Reply, now: datetime) -> None:
    cases.resolve(actor=bob, case=case, seen=case.version, outcome="paid back", now=now)
    cases.close(actor=bob, case=case, seen=case.version, now=now)
    reply.refresh_from_db()
    with pytest.raises(RuleError, match="reopen"):
        send(bob, reply, now)
