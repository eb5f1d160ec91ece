"""Answers in public that are planned: posted at their time, once, or given back to people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from api_client import Program
from desk_people import logged_in
from django.utils import timezone
from posting_people import FIRST, World, answering

from discourse_private import DESK
from kulanz.desk.models import Event, Member, Reply, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import replies, scheduling
from kulanz.testing.recorded import Reply as Answer

pytestmark = pytest.mark.django_db
MINUTES = 90


@pytest.fixture
def world(adam: Actor, bob: Actor) -> Iterator[World]:
    with answering(adam, bob) as made:
        yield made


@pytest.fixture
def planned(world: World) -> Reply:
    at, reply = world.now + timedelta(minutes=MINUTES), world.draft()
    return replies.schedule(actor=world.bob, reply=reply, seen=reply.version, at=at, now=world.now)


def due(world: World, reply: Reply) -> Reply:
    world.later(minutes=MINUTES)
    assert scheduling.send_planned(now=world.now) == 1
    reply.refresh_from_db()
    return reply


def test_it_is_posted_at_its_time(world: World, planned: Reply) -> None:
    assert (scheduling.send_planned(now=world.now), world.work(), world.ours()) == (0, 0, [])
    assert due(world, planned).state == "sending"
    assert (scheduling.send_planned(now=world.now), world.work(), world.ours()) == (0, 1, [FIRST])
    planned.refresh_from_db()
    assert (planned.state, planned.post_key) == ("sent", str(world.topic.posts[-1].id))
    told = Event.objects.filter(noun="reply").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["draft", "schedule", "send", "delivered"]


def test_a_lost_confirmation_posts_it_once(world: World, planned: Reply) -> None:
    due(world, planned)
    world.server.alter = lambda request, reply: Answer(b"", 504) if request.method == "POST" else reply
    world.work()
    world.server.alter = lambda _, answer: answer
    for _ in range(3):
        world.later(minutes=11)
        scheduling.send_planned(now=world.now)
        world.work()
    planned.refresh_from_db()
    assert (planned.state, world.ours()) == ("sent", [FIRST])


def test_a_source_that_lost_its_key_gives_it_back(world: World, planned: Reply) -> None:
    Source.objects.update(sealed_keys=b"")
    back = due(world, planned)
    assert (back.state, back.returned, world.work()) == ("draft", ["refused"], 0)
    assert "where the desk posts" in back.last_error


@pytest.mark.parametrize("who", ["colleague", "colleague, read back", "colleague at the source", "customer"])
def test_what_was_said_meanwhile_gives_it_back(world: World, planned: Reply, who: str) -> None:
    if who == "customer":
        world.site.reply(world.topic, world.topic.posts[0].author, "It is settled, thank you all.")
    elif who == "colleague at the source":
        world.site.reply(world.topic, DESK, "We have found it, and you have your number again.")
    else:
        world.send("We have found it, and you have your number again.")
        world.work()
    world.later(minutes=20)
    if who != "colleague":
        world.read()
    back = due(world, planned)
    assert (back.state, back.returned) == ("draft", ["heard" if who == "customer" else "answered"])


def test_what_was_said_before_is_no_change(world: World) -> None:
    world.send("We look for what went wrong, and tell you on Friday.")
    world.work()
    reply = world.draft()
    at = world.now + timedelta(minutes=MINUTES)
    replies.schedule(actor=world.bob, reply=reply, seen=reply.version, at=at, now=world.now)
    world.later(minutes=20)
    world.read()
    assert due(world, reply).state == "sending"


def test_where_people_post_by_hand_nothing_is_planned(world: World) -> None:
    Source.objects.update(sealed_keys=b"")
    world.thread.refresh_from_db()
    reply, at = world.draft(), world.now + timedelta(minutes=MINUTES)
    with pytest.raises(RuleError, match="only what the desk itself sends"):
        replies.schedule(actor=world.bob, reply=reply, seen=reply.version, at=at, now=world.now)


def test_the_page_plans_it(world: World, members: dict[str, Member]) -> None:
    browser = logged_in(members["bob"])
    address = f"/threads/{world.thread.pk}"
    assert "Send later" in browser.get(address).content.decode()
    refused = browser.post(f"{address}/reply", {"text": FIRST, "then": "later", "at": "soon"})
    assert (refused.status_code, 'value="soon"' in refused.content.decode()) == (422, True)
    assert not Reply.objects.exists()
    day = (timezone.now() + timedelta(days=3)).date()
    browser.post(f"{address}/reply", {"text": FIRST, "then": "later", "at": f"{day}T08:30"})
    reply = Reply.objects.get()
    assert reply.state == "scheduled"
    shown = browser.get(address).content.decode()
    assert "Post now" in shown
    assert "Do not send it then" in shown
    assert browser.post(f"/replies/{reply.pk}/send", {"seen": reply.version}).status_code == 302
    reply.refresh_from_db()
    assert (reply.state, reply.send_at) == ("sending", None)
    Source.objects.update(sealed_keys=b"")
    assert "Send later" not in browser.get(address).content.decode()


def test_programs_plan_it(world: World, members: dict[str, Member]) -> None:
    bob = Program(members["bob"])
    reply = bob.post(f"/threads/{world.thread.pk}/replies", {"text": FIRST}).json()
    at = (timezone.now() + timedelta(days=2)).isoformat()
    told = bob.post(f"/replies/{reply['id']}/schedule", {"seen": reply["version"], "at": at}).json()
    assert told["state"] == "scheduled"
