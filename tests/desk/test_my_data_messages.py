"""Links to own data by private message: to accounts that are known, for what is the account's alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from desk_people import make_thread
from django.test import Client

from discourse_private import SECRETS, PrivateSite
from discourse_site import SiteServer
from kulanz.desk.models import Account, Case, DataAsk, DataLetter, DataLink, DataRequest, Person, Post, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.my_data import LINK_LASTS, LINKS_A_DAY, Words
from kulanz.desk.rules.packing import packed
from kulanz.desk.services import cases, my_data_messages, sources
from kulanz.desk.services.outside import Outside
from kulanz.desk.services.sealing import seal
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy
from kulanz.testing.recorded import Reply as Answer

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A forum, a desk with its key, and ``rolf_m``, who is a customer with a case."""

    site: PrivateSite
    server: SiteServer
    source: Source
    rolf: Person
    ahead: timedelta = timedelta(0)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def outside(self) -> Outside:
        allowed = AddressPolicy(allowed=("127.0.0.1",))
        pacing = Pacing(interval=0, attempts=1)
        return Outside(clock=lambda: self.now, random=Random(1), policy=allowed, pacing=pacing)

    def ask(self, account: str, source: str = "") -> object:
        given = {"source": source or str(self.source.pk), "account": account}
        return Client().post("/my-data?lang=en", given)

    def work(self) -> list[str]:
        """Answer and send all that is due; return what was written in private."""
        my_data_messages.answer_due(now=self.now)
        while my_data_messages.send_due(now=self.now, world=self.outside()):
            pass
        private = [topic for topic in self.site.topics.values() if topic.private]
        return [post.raw for topic in private for post in topic.posts]

    def link(self) -> str:
        self.ask("rolf_m")
        found = re.search(r"http://[^/]+(/my-data/\S+)", self.work()[-1])
        assert found
        return found[1]


@pytest.fixture
def world(adam: Actor, alice: Actor, now: datetime) -> Iterator[World]:
    site = PrivateSite()
    site.accounts |= {"rolf_m", "anna_q"}
    with SiteServer(site) as server:
        outside = World(site, server, Source(), Person()).outside()
        wanted = sources.Wanted(name="Forum", connector="discourse", address=server.url, keys=SECRETS)
        source = sources.add(actor=adam, wanted=wanted, now=now, world=outside)
        rolf = Person.objects.create(name="Rolf Mauer", email="rolf@mauer.example", created_at=now)
        account = Account.objects.create(source=source, key="rolf_m", person=rolf, first_seen_at=now)
        Account.objects.create(source=source, key="anna_q", first_seen_at=now)
        Post.objects.create(
            source=source, thread=make_thread(source, now, "1"), account=account, key="p1", lang="en",
            text="Charged twice!", text_since=now, seen_at=now, created_at=now,
        )  # fmt: skip
        cases.open_case(actor=alice, person=rolf, issue=None, title="My gallbladder", now=now)
        yield World(site, server, source, rolf)


def test_known_or_not_everybody_is_answered_alike_and_only_a_known_account_is_written_to(
    world: World,
) -> None:
    answers = [world.ask(each) for each in ("ROLF_M", "nobody_here")]
    assert {(each.status_code, each["Location"]) for each in answers} == {  # type: ignore[attr-defined]
        (303, "/my-data?lang=en&done=written#told")
    }
    assert len(world.work()) == 1
    private = next(topic for topic in world.site.topics.values() if topic.private)
    assert world.site._inside[private.id] == {"care_desk", "rolf_m"}
    assert (DataAsk.objects.count(), DataLetter.objects.count(), DataLink.objects.count()) == (0, 0, 1)
    assert Person.objects.count() == 1


def test_what_an_account_opens_is_its_own_alone(world: World) -> None:
    link = world.link()
    said = Client().get(link).content.decode()
    assert "Charged twice!" in said
    assert [each for each in ("Mauer", "gallbladder", "mauer.example") if each in said] == []
    zipped = b"".join(Client().get(f"{link}/export.zip").streaming_content)  # type: ignore[attr-defined]
    assert b"json/posts.jsonl" in zipped
    assert b"json/cases.jsonl" not in zipped


def test_what_somebody_else_asked_for_is_neither_shown_nor_taken_back_with_an_account(world: World) -> None:
    link = world.link()
    DataRequest.objects.create(
        person=world.rolf, kind="object", made_at=world.now, deadline=world.now,
        sealed=seal(packed(Words(said="My cousin"))),
    )  # fmt: skip
    assert "My cousin" not in Client().get(link).content.decode()
    assert Client().post(link, {"do": "take_back", "kind": "object"}).status_code == 422
    assert Client().post(link, {"do": "ask", "kind": "restrict"}).status_code == 303
    asked = DataRequest.objects.get(kind="restrict")
    assert asked.account is not None
    assert (asked.person, asked.account.key) == (world.rolf, "rolf_m")
    assert Client().post(link, {"do": "take_back", "kind": "restrict"}).status_code == 303


def test_a_profile_is_made_where_a_request_needs_one(world: World) -> None:
    world.ask("anna_q")
    found = re.search(r"http://[^/]+(/my-data/\S+)", world.work()[-1])
    assert found
    assert Client().post(found[1], {"do": "ask", "kind": "erase"}).status_code == 303
    assert DataRequest.objects.get().person == Account.objects.get(key="anna_q").person
    assert not Case.objects.filter(person__name="anna_q").exists()


def test_nobody_is_flooded_with_messages(world: World) -> None:
    for _ in range(LINKS_A_DAY + 2):
        my_data_messages.ask(source=str(world.source.pk), account="rolf_m", language="de", now=world.now)
    world.work()
    assert DataLink.objects.count() == LINKS_A_DAY


def test_a_lost_answer_sends_nothing_twice_and_a_dead_link_is_not_sent(world: World) -> None:
    world.server.alter = lambda request, reply: Answer(b"", 504) if request.method == "POST" else reply
    world.ask("rolf_m")
    assert len(world.work()) == 1
    world.server.alter = lambda _request, reply: reply
    world.ahead += timedelta(minutes=11)
    assert len(world.work()) == 1
    assert DataLetter.objects.count() == 0
    world.server.alter = lambda *_: Answer(b"", 503)
    world.ask("rolf_m")
    world.work()
    world.ahead += LINK_LASTS
    assert len(world.work()) == 1
    assert DataLetter.objects.count() == 0


def test_only_ways_that_exist_are_offered(world: World) -> None:
    page = Client().get("/my-data?lang=en").content.decode()
    assert 'name="account"' in page
    assert 'type="email"' not in page
    Source.objects.update(state="paused")
    page = Client().get("/my-data?lang=en").content.decode()
    assert "<form" not in page
    assert "we cannot send you a link" in page
    assert world.ask("rolf_m").status_code == 422  # type: ignore[attr-defined]
    assert world.ask("rolf_m", "999").status_code == 422  # type: ignore[attr-defined]
