"""Private messages at a source, between the worker and a forum that really answers over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from desk_people import logged_in
from django.test import Client
from django.utils import timezone
from outside_people import outside_by

from discourse_private import SECRETS, PrivateSite
from discourse_site import SiteServer, community
from kulanz.desk.models import (
    Account,
    Case,
    Delivery,
    Event,
    Member,
    Message,
    Person,
    Post,
    PrivateTopic,
    RawPayload,
    Reply,
    Source,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.status_pages import MARK as LINK
from kulanz.desk.services import (
    cases,
    erasing,
    people,
    private,
    replies,
    sources,
    status_links,
    sweeping,
    writing,
)
from kulanz.desk.services.claiming import LEASE
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.outside import Outside
from kulanz.desk.services.writing import Writer
from kulanz.sources.private_messages import PrivateMessages
from kulanz.testing.recorded import Reply as Answer
from kulanz.testing.recorded import Request

pytestmark = pytest.mark.django_db
FIRST = "Good morning, I look after your matter myself."
MARK = "The parcel number 4711-XK is between us."


@dataclass
class World:
    """A forum with a customer, a desk that reads and writes there, and a clock that both go by."""

    server: SiteServer
    site: PrivateSite
    now: datetime
    bob: Actor
    case: Case = field(init=False)
    account: Account = field(init=False)

    def outside(self) -> Outside:
        return outside_by(lambda: self.now)

    def draft(self, text: str = FIRST) -> Reply:
        return replies.draft(
            actor=self.bob,
            case=self.case,
            channel="private",
            account=self.account.pk,
            text=text,
            now=self.now,
        )

    def send(self, text: str = FIRST) -> Reply:
        reply = self.draft(text)
        replies.send(actor=self.bob, reply=reply, seen=reply.version, now=self.now)
        return reply

    def work(self) -> int:
        return sum(job(now=self.now, world=self.outside()) for job in (private.send_due, private.read_due))

    def read_in_public(self) -> None:
        while fetch_due(now=self.now, world=self.outside()):
            pass

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.site.later(timedelta(**span))

    def answer(self, text: str, author: str = "kunde_1") -> None:
        self.site.reply(self.site.topics[int(self.topic.key)], author, text)

    @property
    def topic(self) -> PrivateTopic:
        return PrivateTopic.objects.get()

    def posted(self) -> list[Request]:
        return [each for each in self.server.requests if each.method == "POST"]


@pytest.fixture
def world(adam: Actor, bob: Actor) -> Iterator[World]:
    site = PrivateSite()
    community(topics=2, posts=6, site=site)
    site.accounts |= {"kunde_1", "kunde_2"}
    with SiteServer(site) as server:
        made = World(server=server, site=site, now=site.now + timedelta(minutes=10), bob=bob)
        wanted = sources.Wanted(name="Forum", connector="discourse", address=server.url, keys=SECRETS)
        sources.add(actor=adam, wanted=wanted, now=made.now, world=made.outside())
        made.read_in_public()
        made.account = Account.objects.get(key="kunde_1")
        person = people.person_of(actor=bob, account=made.account, now=made.now)
        made.case = cases.open_case(actor=bob, person=person, issue=None, title="Dunning", now=made.now)
        made.account.refresh_from_db()
        yield made


def test_a_message_goes_out_and_the_answer_comes_back_into_the_case(world: World) -> None:
    reply = world.send()
    assert world.work() == 1
    reply.refresh_from_db()
    world.case.refresh_from_db()
    assert (reply.state, world.case.state) == ("sent", "waiting")
    assert world.site.texts(world.topic.key) == [FIRST]
    world.later(minutes=10)
    world.answer(MARK)
    assert world.work() == 1
    world.case.refresh_from_db()
    sent, heard = Message.objects.filter(case=world.case).order_by("pk")
    assert (sent.inbound, sent.channel, sent.author_id) == (False, "private", world.bob.member_id)
    assert (heard.inbound, heard.sender, heard.text, heard.doubtful) == (True, "kunde_1", MARK, "")
    assert world.case.state == "open"
    assert Delivery.objects.filter(member=world.bob.member_id, subject__contains="Dunning").exists()
    assert list(Event.objects.filter(action="receive").values_list("case", flat=True)) == [world.case.pk]


def test_the_link_to_the_status_page_goes_out_and_is_not_kept(world: World) -> None:
    page = status_links.make(actor=world.bob, case=world.case, language="en", now=world.now)
    link = status_links.link_of(actor=world.bob, page=page)
    world.send(f"Here you see how it stands: {LINK}")
    world.work()
    assert world.site.texts(world.topic.key) == [f"Here you see how it stands: {link}"]
    world.later(minutes=10)
    world.answer(f"I have opened {link} now.")
    world.work()
    kept = list(Message.objects.order_by("pk").values_list("text", flat=True))
    assert kept == [f"Here you see how it stands: {LINK}", f"I have opened {LINK} now."]


def test_nothing_of_it_is_kept_with_what_is_public(world: World) -> None:
    world.send()
    world.work()
    world.answer(MARK)
    world.later(minutes=10)
    world.work()
    world.read_in_public()
    assert Message.objects.filter(text=MARK).exists()
    assert not Post.objects.filter(text__contains="4711-XK").exists()
    assert not Thread.objects.filter(key=world.topic.key).exists()
    assert not any(b"4711-XK" in bytes(each.packed) for each in RawPayload.objects.all())


@pytest.mark.parametrize("number", [1, 2])
def test_a_worker_that_dies_between_sending_and_noting_sends_once(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    for n in range(1, number):
        world.send(f"This is message {n} of mine.")
        world.work()
    with monkeypatch.context() as patch:
        patch.setattr(private, "_note_sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        reply = world.send()
        with pytest.raises(KeyboardInterrupt):
            world.work()
    assert len(world.posted()) == number
    for _ in range(3):
        world.later(minutes=11)
        world.work()
    reply.refresh_from_db()
    assert (reply.state, len(world.posted())) == ("sent", number)
    assert world.site.texts(world.topic.key)[-1] == FIRST
    assert Message.objects.filter(text=FIRST).get() == reply.message


def test_what_was_read_before_it_was_noted_is_the_same_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send("This is the first message.")
    world.work()
    world.server.alter = lambda request, reply: Answer(b"", 504) if request.method == "POST" else reply
    reply = world.send()
    world.later(minutes=10)
    private.send_due(now=world.now, world=world.outside())
    private.read_due(now=world.now, world=world.outside())
    assert Message.objects.get(text=FIRST).author is None
    world.later(minutes=10)
    world.work()
    reply.refresh_from_db()
    assert (reply.state, Message.objects.get(text=FIRST)) == ("sent", reply.message)
    assert len(world.posted()) == 2


def test_messages_of_a_case_keep_their_order(world: World) -> None:
    world.server.alter = lambda *_: Answer(b"", 503)
    world.send("This is the first one.")
    world.send("This is the second one.")
    assert private.send_due(now=world.now, world=world.outside()) == 1
    assert private.send_due(now=world.now, world=world.outside()) == 0
    world.server.alter = lambda _, answer: answer
    world.later(minutes=5)
    world.work()
    world.work()
    assert world.site.texts(world.topic.key) == ["This is the first one.", "This is the second one."]


def test_what_the_source_refuses_fails_with_its_words(world: World) -> None:
    reply = world.send("No.")
    world.work()
    reply.refresh_from_db()
    world.case.refresh_from_db()
    assert (reply.state, world.case.state) == ("failed", "open")
    assert "Body is too short" in reply.last_error
    replies.edit(actor=world.bob, reply=reply, seen=reply.version, subject="", text=FIRST, now=world.now)
    replies.send(actor=world.bob, reply=reply, seen=reply.version, now=world.now)
    world.work()
    reply.refresh_from_db()
    assert reply.state == "sent"


def test_who_else_writes_there_is_marked(world: World) -> None:
    world.send()
    world.work()
    world.answer("I am a helpful moderator here.", "mod_kai")
    world.answer("This I wrote there by hand.", "care_desk")
    world.later(minutes=10)
    world.work()
    other, own = Message.objects.order_by("pk")[1:]
    assert (other.inbound, other.doubtful) == (True, private.OTHER_ACCOUNT)
    assert (own.inbound, own.author, own.sender) == (False, None, "care_desk")


def test_a_conversation_rests_longer_the_longer_nobody_writes(world: World) -> None:
    world.send()
    world.work()
    assert world.topic.due_at == world.now + timedelta(minutes=5)
    world.later(days=1)
    world.work()
    assert world.topic.due_at == world.now + timedelta(hours=1, minutes=12)
    world.later(days=100)
    world.work()
    assert world.topic.due_at == world.now + private.LONGEST_REST
    Case.objects.update(state="closed")
    world.later(days=1)
    world.work()
    assert world.topic.due_at is None


def test_a_conversation_that_is_not_shown_any_more_says_so_on_the_page(
    world: World, members: dict[str, Member]
) -> None:
    world.send()
    world.work()
    world.site.take_out(world.topic.key, "care_desk")
    world.later(minutes=10)
    world.work()
    assert (world.topic.due_at, "does not show" in world.topic.last_error) == (None, True)
    client = logged_in(members["bob"])
    assert "could not be read" in client.get(f"/cases/{world.case.pk}").content.decode()


def test_without_requests_left_today_nothing_is_read(world: World) -> None:
    world.send()
    world.work()
    world.later(minutes=10)
    Source.objects.update(requests_day=world.now.date(), requests_today=5000, budget_per_day=5000)
    asked = len(world.server.requests)
    assert world.work() == 1
    assert (len(world.server.requests), world.topic.due_at) == (asked, world.now + timedelta(hours=1))


def test_a_turn_ends_before_its_claim(world: World) -> None:
    limits = world.outside().limits
    longest = writing.REQUESTS * (limits.connect_seconds + writing.SECONDS + writing.LONGEST_WAIT)
    assert timedelta(seconds=longest) < LEASE


def test_requests_are_counted(world: World) -> None:
    before, asked = Source.objects.get().requests_total, len(world.server.requests)
    world.send()
    world.work()
    assert Source.objects.get().requests_total - before == len(world.server.requests) - asked == 2


def test_it_is_offered_where_the_source_can_and_has_the_key(world: World, members: dict[str, Member]) -> None:
    client = logged_in(members["bob"])
    offer = f'value="private-{world.account.pk}"'
    assert offer in client.get(f"/cases/{world.case.pk}").content.decode()
    ways = client.get(f"/api/v1/cases/{world.case.pk}/private-ways").json()
    assert [(each["id"], each["key"], each["source"]) for each in ways] == [
        (world.account.pk, "kunde_1", "Forum")
    ]
    Source.objects.update(sealed_keys=b"")
    assert offer not in client.get(f"/cases/{world.case.pk}").content.decode()
    with pytest.raises(RuleError, match="private message"):
        world.draft()
    elsewhere = Source.objects.create(
        name="Push", connector="push", address="push", hook_key="p", created_at=world.now
    )
    Account.objects.update(source=elsewhere)
    with pytest.raises(RuleError, match="private message"):
        world.draft()


def test_nobody_elses_account_can_be_written_to(world: World) -> None:
    world.account = Account.objects.get(key="kunde_2")
    with pytest.raises(RuleError, match="private message"):
        world.draft()


def test_on_the_page_from_the_form_to_the_answer(world: World, members: dict[str, Member]) -> None:
    client, reader = Client(), Client()
    client.force_login(members["bob"])
    reader.force_login(members["erik"])
    path = f"/cases/{world.case.pk}"
    form = {"channel": f"private-{world.account.pk}", "text": FIRST, "then": "send"}
    assert client.post(f"{path}/reply", form).status_code == 302
    world.later(seconds=(timezone.now() - world.now).total_seconds() + 1)
    world.work()
    world.answer(MARK)
    world.later(minutes=10)
    world.work()
    shown = client.get(path).content.decode()
    assert shown.count(" · private message at Forum") == 2
    assert MARK in shown
    pages = [path, "/", "/search?q=4711-XK", f"/api/v1{path}/messages", "/api/v1/search?words=4711-XK"]
    assert not any(MARK in reader.get(each).content.decode() for each in pages)


@pytest.mark.django_db(transaction=True)  # the database's log is emptied
def test_erasing_ends_the_conversation(world: World, alice: Actor) -> None:
    world.send()
    world.work()
    key = world.topic.key
    world.answer(MARK)
    world.later(minutes=10)
    world.work()
    case = Case.objects.get()
    cases.resolve(actor=alice, case=case, seen=case.version, outcome="Done.", now=world.now)
    cases.close(actor=alice, case=case, seen=case.version, now=world.now)
    person = Person.objects.get(pk=case.person_id)
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=world.now)
    sweeping.finish_due(now=world.now)
    assert not any(model.objects.exists() for model in (Message, PrivateTopic, Reply))
    world.site.reply(world.site.topics[int(key)], "kunde_1", "Are you still there, dear desk?")
    world.later(days=1)
    assert world.work() == 0
    assert not Message.objects.exists()


def test_what_is_read_while_the_person_is_erased_is_dropped(world: World) -> None:
    world.send()
    world.work()
    world.answer(MARK)
    topic = PrivateTopic.objects.select_related("account__source").get()
    found = world.outside()
    with Writer[PrivateMessages](topic.account.source, found, PrivateMessages) as writer:
        answers = writer.written(topic.key, "")
    PrivateTopic.objects.all().delete()
    Message.objects.all().delete()
    private._keep(topic, answers, world.now)
    assert not Message.objects.exists()


def test_nothing_goes_to_an_account_that_was_taken_away_from_the_person(world: World) -> None:
    waiting, drafted = world.send(), world.draft("Are you there?")
    person = Person.objects.get(pk=world.case.person_id)
    people.detach(actor=world.bob, person=person, account=world.account, reason="not him", now=world.now)
    drafted = Reply.objects.get(pk=drafted.pk)
    with pytest.raises(RuleError, match="not one of this person"):
        replies.send(actor=world.bob, reply=drafted, seen=drafted.version, now=world.now)
    world.work()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_error) == ("failed", private.NOT_THEIRS)
    assert not world.posted()


def test_nothing_is_read_from_an_account_that_was_taken_away(world: World) -> None:
    world.send()
    world.work()
    world.answer(MARK)
    person = Person.objects.get(pk=world.case.person_id)
    people.detach(actor=world.bob, person=person, account=world.account, reason="not him", now=world.now)
    world.later(minutes=10)
    world.work()
    assert (world.topic.due_at, world.topic.last_error) == (None, private.NOT_THEIRS)
    assert not Message.objects.filter(inbound=True).exists()
