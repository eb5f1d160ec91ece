"""Answers in public, between the worker and a forum that really answers over HTTP."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from posting_people import FIRST, World, answering
from worker_deaths import KILLED, apart

from discourse_private import DESK, KEY
from kulanz.desk.models import Delivery, Event, Member, Reply, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import posting, replies, sources
from kulanz.sources.connectors.discourse.answers import TopicAnswers
from kulanz.testing.recorded import Reply as Answer
from kulanz.testing.recorded import Request
from relay import too_many


@pytest.fixture
def world(adam: Actor, bob: Actor) -> Iterator[World]:
    with answering(adam, bob) as made:
        yield made


@pytest.fixture
def browser(members: dict[str, Member]) -> Client:
    return logged_in(members["bob"])


def page(browser: Client, world: World) -> str:
    return browser.get(f"/threads/{world.thread.pk}").content.decode()


@pytest.mark.django_db
def test_an_answer_is_posted_and_read_back_as_ours(world: World, browser: Client) -> None:
    reply = world.send()
    assert (reply.state, world.ours()) == ("sending", [])
    assert world.work() == 1
    reply.refresh_from_db()
    key, url = reply.post_key, reply.url
    assert (reply.state, reply.last_error, world.ours()) == ("sent", "", [FIRST])
    assert url.endswith(f"/1/{world.topic.posts[-1].number}")
    assert "not been read back" in page(browser, world)
    world.later(minutes=1)
    world.site.reply(world.topic, "kunde_3", "Thank you, until Friday then.")
    world.read()
    post = world.thread.posts.get(key=key)
    shown = page(browser, world)
    assert f'href="/posts/{post.pk}"' in shown
    assert f'href="#reply-{reply.pk}"' in shown
    assert "1 post by others since" in " ".join(shown.split())
    assert list(Event.objects.filter(action="delivered").values_list("thread", flat=True)) == [
        world.thread.pk
    ]


@pytest.mark.django_db
def test_who_writes_sees_beforehand_what_happens_and_in_whose_name(world: World, browser: Client) -> None:
    shown = page(browser, world)
    assert f"The desk posts it at Forum as {DESK}." in shown
    assert "Post it" in shown
    Source.objects.update(sealed_keys=b"")
    shown = page(browser, world)
    assert "does not post at this source" in shown
    assert "Post it" not in shown


@pytest.mark.django_db
def test_from_the_page_it_is_posted_with_one_button(world: World, browser: Client) -> None:
    path = f"/threads/{world.thread.pk}/reply"
    assert browser.post(path, {"text": FIRST, "then": "send"}).status_code == 302
    assert Reply.objects.get().state == "sending"
    assert list(Event.objects.filter(noun="reply").order_by("pk").values_list("action", flat=True)) == [
        "draft",
        "send",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{"posted": True}, {"url": "https://forum.example/t/1/8"}])
def test_what_somebody_has_posted_is_not_posted_again(world: World, given: dict[str, object]) -> None:
    reply = world.send(**given)
    assert (reply.state, world.work(), world.ours()) == ("sent", 0, [])
    world.site.reply(world.topic, "team_nora", FIRST)
    world.later(minutes=10)
    world.read()
    reply.refresh_from_db()
    assert reply.post_key == str(world.topic.posts[-1].id)


@pytest.mark.django_db
def test_short_words_of_somebody_else_are_not_taken_for_ours(world: World) -> None:
    reply = world.send("Thank you, done.", posted=True)
    world.site.reply(world.topic, "kunde_3", "Thank you, done.")
    world.later(minutes=10)
    world.read()
    reply.refresh_from_db()
    assert reply.post_key == ""


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, 3])
def test_a_lost_confirmation_posts_once(world: World, times: int) -> None:
    world.server.alter = lambda request, reply: Answer(b"", 504) if request.method == "POST" else reply
    reply = world.send()
    world.work()
    world.server.alter = lambda _, answer: answer
    for _ in range(times):
        world.later(minutes=11)
        world.work()
    reply.refresh_from_db()
    assert (reply.state, world.ours()) == ("sent", [FIRST])


@pytest.mark.django_db
def test_what_was_read_before_it_was_noted_is_the_same_answer(world: World) -> None:
    world.server.alter = lambda request, reply: Answer(b"", 504) if request.method == "POST" else reply
    reply = world.send()
    world.work()
    world.server.alter = lambda _, answer: answer
    world.later(minutes=6)
    world.read()
    world.work()
    reply.refresh_from_db()
    assert (reply.state, world.ours()) == ("sent", [FIRST])
    assert world.thread.posts.filter(key=reply.post_key).exists()


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("place", "name"),
    [(TopicAnswers, "_posted"), (TopicAnswers, "_kept"), (posting, "_note_posted"), (posting, "note_sent")],
)
def test_a_worker_killed_anywhere_posts_once(
    world: World, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    """Where the tests' database is in memory, whatever the killed worker had noted is lost with it."""
    reply = world.send()
    with monkeypatch.context() as patch:
        patch.setattr(place, name, die)
        assert apart(world.work) == KILLED
    for _ in range(3):
        world.later(minutes=11)
        world.work()
    reply.refresh_from_db()
    assert (reply.state, world.ours()) == ("sent", [FIRST])


@pytest.mark.django_db
def test_a_forum_that_asks_to_wait_is_left_alone(world: World, browser: Client) -> None:
    refused: Callable[[Request], Answer] = world.site.reply_to
    world.site.reply_to = lambda request: too_many(600) if request.method == "POST" else refused(request)
    reply = world.send()
    world.work()
    reply.refresh_from_db()
    assert (reply.state, reply.due_at) == ("sending", world.now + timedelta(minutes=10))
    assert "It is tried again" in page(browser, world)
    world.site.reply_to = refused
    world.later(minutes=9)
    assert world.work() == 0
    world.later(minutes=1)
    world.work()
    assert world.ours() == [FIRST]


@pytest.mark.django_db
def test_a_refusal_says_why_and_can_be_tried_again(world: World, browser: Client) -> None:
    reply = world.send("No.")
    world.work()
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind, world.ours()) == ("failed", "forbidden", [])
    shown = page(browser, world)
    assert "too short" in shown
    assert "Try again" in shown
    told = Delivery.objects.get(member__username="bob")
    assert "The answer was not posted." in told.body
    assert f"/threads/{world.thread.pk}" in told.body
    replies.edit(actor=world.bob, reply=reply, seen=reply.version, subject="", text=FIRST, now=world.now)
    replies.send(actor=world.bob, reply=reply, seen=reply.version, now=world.now)
    world.work()
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind, world.ours()) == ("sent", "", [FIRST])


@pytest.mark.django_db
def test_a_key_that_was_taken_away_is_named(world: World, browser: Client) -> None:
    reply = world.send()
    Source.objects.update(sealed_keys=b"")
    world.work()
    reply.refresh_from_db()
    assert (reply.state, reply.error_kind) == ("failed", "key")
    assert "does not take the key" in page(browser, world)


@pytest.mark.django_db
def test_a_failed_answer_that_stands_there_is_found(world: World) -> None:
    reply = world.send()
    posting.undelivered(reply, "undelivered", "It took too long.", world.now, kind="slow")
    world.site.reply(world.topic, DESK, FIRST)
    world.later(minutes=10)
    world.read()
    reply.refresh_from_db()
    assert (reply.state, reply.post_key) == ("sent", str(world.topic.posts[-1].id))
    assert Event.objects.filter(action="found", thread=world.thread).exists()


@pytest.mark.django_db
def test_answers_to_a_conversation_keep_their_order(world: World) -> None:
    world.server.alter = lambda *_: Answer(b"", 503)
    world.send("This is the first one of two.")
    world.send("This is the second one of two.")
    assert (world.work(), world.work()) == (1, 0)
    world.server.alter = lambda _, answer: answer
    world.later(minutes=5)
    world.work()
    world.later(minutes=5)
    world.work()
    assert world.ours() == ["This is the first one of two.", "This is the second one of two."]


@pytest.mark.django_db
def test_an_answer_to_one_post(world: World, browser: Client) -> None:
    post = world.thread.posts.get(key=str(world.topic.posts[2].id))
    path = f"/threads/{world.thread.pk}"
    assert f'href="{path}?answer={post.pk}#reply-text"' in page(browser, world)
    shown = browser.get(f"{path}?answer={post.pk}").content.decode()
    assert f'name="answers" value="{post.pk}"' in shown
    typed = {"text": FIRST, "then": "send", "answers": str(post.pk)}
    assert browser.post(f"{path}/reply", typed).status_code == 302
    Reply.objects.update(due_at=world.now)
    world.work()
    assert (world.ours(), world.topic.posts[-1].reply_to) == ([FIRST], world.topic.posts[2].number)
    assert f'href="/posts/{post.pk}"' in page(browser, world)


@pytest.mark.django_db
def test_a_post_of_another_conversation_is_not_answered_here(world: World, browser: Client) -> None:
    other = Thread.objects.get(key="2").posts.first()
    path = f"/threads/{world.thread.pk}/reply"
    answer = browser.post(path, {"text": FIRST, "then": "keep", "answers": str(other.pk)})
    assert (answer.status_code, Reply.objects.count()) == (422, 0)


@pytest.mark.django_db
def test_programs_do_the_same(world: World, members: dict[str, Member]) -> None:
    bob, thread = Program(members["bob"]), f"/threads/{world.thread.pk}"
    assert bob.get(f"{thread}/public-way").json() == {"by_desk": True, "account": DESK}
    answered = world.thread.posts.get(key=str(world.topic.posts[2].id)).pk
    reply = bob.post(f"{thread}/replies", {"text": FIRST, "answers": answered}).json()
    assert reply["answered_id"] == answered
    path = f"/replies/{reply['id']}"
    assert bob.post(f"{path}/send", {"seen": reply["version"]}).json()["state"] == "sending"
    Reply.objects.update(due_at=world.now)
    world.work()
    assert bob.get(path).json()["post_key"] == str(world.topic.posts[-1].id)
    assert bob.get(f"{path}/followed").json()["post"] is None
    world.later(minutes=1)
    world.read()
    kept = world.thread.posts.get(key=str(world.topic.posts[-1].id))
    assert bob.get(f"{path}/followed").json()["post"] == kept.pk
    said = bob.post(f"{thread}/replies", {"text": "Said by hand."}).json()
    sent = bob.post(f"/replies/{said['id']}/send", {"seen": said["version"], "posted": True}).json()
    assert (sent["state"], world.ours()) == ("sent", [FIRST])


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "told"), [("misago", True), ("imap", True), ("flarum", False)])
def test_the_form_of_a_source_says_what_keys_are_for(
    members: dict[str, Member], kind: str, told: bool
) -> None:
    client = logged_in(members["adam"])
    shown = client.get(f"/sources/new?kind={kind}").content.decode()
    assert ("the desk posts answers in public in its name" in shown) is told


@pytest.mark.django_db
def test_another_key_is_asked_whose_it_is(world: World, adam: Actor) -> None:
    source = Source.objects.get()
    assert source.posts_as == DESK
    keys = {"api_key": KEY, "api_username": "kunde_1"}
    wanted = sources.Wanted(name="Forum", connector="discourse", address=source.address, keys=keys)
    sources.edit(
        actor=adam, source=source, seen=source.version, wanted=wanted, now=world.now, world=world.outside()
    )
    assert Source.objects.get().posts_as == ""
    world.read()
    assert Source.objects.get().posts_as == "kunde_1"
