"""An answer in public from the desk to a real Misago: approved, posted, lost, found, and read back."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from desk_people import make_member
from django.test import Client
from worker_deaths import KILLED, apart

from kulanz.desk.access import actor_of
from kulanz.desk.models import Reply, Source, Thread
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import posting, sources
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.outside import Outside
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy
from relay import Relay
from servers.misago import PASSWORD, MisagoSite

WORDS = "Good morning Alice,\n\nI am *Bob* & look after it: you hear from me by Friday."


@dataclass
class Desk:
    """Two people at their browsers, a worker whose clock goes on, and a forum behind a relay."""

    site: MisagoSite
    relay: Relay
    agent: Client
    approver: Client
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    topic: str = field(init=False)

    def __post_init__(self) -> None:
        opened = self.site.open(
            "The export fails for all of us", "Nobody answers since Monday, it is a shame."
        )
        self.topic = opened.thread_id

    def outside(self) -> Outside:
        allowed = AddressPolicy(allowed=("127.0.0.1",))
        return Outside(clock=lambda: self.now, policy=allowed, pacing=Pacing(interval=0, attempts=1))

    def work(self) -> int:
        return posting.send_due(now=self.now, world=self.outside())

    def later(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    def read(self) -> None:
        Source.objects.update(due_at=self.now)
        while fetch_due(now=self.now, world=self.outside()):
            pass

    def does(self, who: Client, action: str, **fields: object) -> None:
        reply = Reply.objects.get()
        answer = who.post(f"/replies/{reply.pk}/{action}", {"seen": reply.version, **fields})
        assert answer.status_code == 302, answer.content.decode()

    def ours(self) -> list[str]:
        return [text for author, text in self.site.texts(self.topic) if author == "Bob"]


@pytest.fixture
def desk(db: None, misago: MisagoSite) -> Iterator[Desk]:
    browsers = []
    for name, role in (("agnes", Role.AGENT), ("carla", Role.APPROVER)):
        browsers.append(Client())
        browsers[-1].force_login(make_member(name, role))
    admin = actor_of(make_member("adam", Role.ADMIN))
    with Relay(misago.url, past=("/api/auth/",)) as relay:
        desk = Desk(misago, relay, *browsers)
        keys = {"user": "Bob", "password": PASSWORD}
        wanted = sources.Wanted(name="Forum", connector="misago", address=relay.url, keys=keys)
        sources.add(actor=admin, wanted=wanted, now=desk.now, world=desk.outside())
        desk.read()
        yield desk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["none", "confirmation lost", "worker killed"])
def test_from_draft_to_what_followed(desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = Thread.objects.get(key=desk.topic)
    path = f"/threads/{thread.pk}"
    assert "The desk posts it at Forum as Bob." in desk.agent.get(path).content.decode()
    assert desk.agent.post(f"{path}/reply", {"text": WORDS, "then": "ask"}).status_code == 302
    desk.does(desk.approver, "approve")
    desk.does(desk.agent, "send")
    desk.later(1)
    if fault == "confirmation lost":
        desk.relay.lose()
    with monkeypatch.context() as patch:
        if fault == "worker killed":
            patch.setattr(posting, "_note_posted", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            assert apart(desk.work) == KILLED
        else:
            desk.work()
    for _ in range(2):
        desk.later(minutes=11)
        desk.work()
    reply = Reply.objects.get()
    assert (reply.state, desk.ours()) == ("sent", [WORDS])

    desk.site.post(desk.topic, "Thank you, until Friday then.")
    desk.later(minutes=6)
    desk.read()
    kept = thread.posts.get(key=reply.post_key)
    shown = " ".join(desk.agent.get(path).content.decode().split())
    assert kept.url == reply.url
    assert f'href="/posts/{kept.pk}"' in shown
    assert f'href="#reply-{reply.pk}"' in shown
    assert "1 post by others since" in shown
