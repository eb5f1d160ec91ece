"""Measures from the desk at a real Misago: carried out once, known again when read, and seen there."""

from __future__ import annotations

import datetime as dt
import os
import signal
from dataclasses import dataclass, field

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from desk_people import make_member
from measure_people import make_rule, order
from worker_deaths import KILLED, apart

from kulanz.desk.access import actor_of
from kulanz.desk.models import LogEntry, Measure, Source, Thread
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import carrying_out, moderating, sources
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.outside import Outside
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy
from servers.misago import PASSWORD, MisagoSite

ONWARD = "Write to us at https://forum.kontaktor.example/t/17"


@dataclass
class Desk:
    """A desk that moderates a forum as its administrator, and a clock that goes on."""

    site: MisagoSite
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def __post_init__(self) -> None:
        self.topic = self.site.open("The export fails", "Nobody answers since Monday.").thread_id
        self.other = self.site.post(self.topic, "Mine too.", by="Bob")
        self.dora, self.carla = (
            actor_of(make_member(name, role))
            for name, role in (("dora", Role.MODERATOR), ("carla", Role.APPROVER))
        )
        self.rule = make_rule(self.now)
        keys = {"user": "Admin", "password": PASSWORD}
        wanted = sources.Wanted(name="Forum", connector="misago", address=self.site.url, keys=keys)
        adam = actor_of(make_member("adam", Role.ADMIN))
        sources.add(actor=adam, wanted=wanted, now=self.now, world=self.outside())
        self.read()
        self.thread = Thread.objects.get(key=self.topic)

    def outside(self) -> Outside:
        allowed = AddressPolicy(allowed=("127.0.0.1",))
        return Outside(clock=lambda: self.now, policy=allowed, pacing=Pacing(interval=0, attempts=1))

    def work(self) -> int:
        self.now += dt.timedelta(minutes=11)
        return carrying_out.act_due(now=self.now, world=self.outside())

    def read(self) -> None:
        self.now += dt.timedelta(minutes=6)
        Source.objects.update(due_at=self.now)
        while fetch_due(now=self.now, world=self.outside()):
            pass

    def shown(self, post: str = "") -> dict[str, object]:
        found = self.site.seen(self.topic, post)
        assert found is not None
        return found


@pytest.fixture
def desk(db: None, misago: MisagoSite) -> Desk:
    return Desk(misago)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["none", "worker killed"])
def test_a_conversation_is_closed_once_with_a_way_on_and_opened_again(
    desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = moderating.propose(
        actor=desk.dora,
        thread=desk.thread,
        rule=desk.rule.pk,
        order=order("lock", onward=ONWARD),
        now=desk.now,
    )
    moderating.approve(actor=desk.carla, measure=lock, seen=lock.version, now=desk.now)
    if fault == "worker killed":
        with monkeypatch.context() as patch:
            patch.setattr(carrying_out, "_done", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            assert apart(desk.work) == KILLED
    desk.work()
    assert desk.shown()["is_closed"]
    said = [text for author, text in desk.site.texts(desk.topic) if author == "Admin"]
    assert (len(said), ONWARD in said[0]) == (1, True)
    lock.refresh_from_db()
    assert (lock.state, LogEntry.objects.filter(kind="measure").count()) == ("done", 1)
    desk.read()
    assert not Measure.objects.filter(thread=desk.thread, state="seen").exists(), "our own act"
    moderating.reverse(actor=desk.carla, measure=lock, seen=lock.version, reason="Too early.", now=desk.now)
    desk.work()
    lock.refresh_from_db()
    assert (lock.state, desk.shown()["is_closed"]) == ("reversed", False)


@pytest.mark.django_db(transaction=True)
def test_what_moderators_do_there_is_seen_and_undone_from_the_desk(desk: Desk) -> None:
    desk.site.hide(desk.topic, desk.other)
    desk.site.post(desk.topic, "So it goes on.", by="Alice")
    desk.read()
    seen = Measure.objects.get(thread=desk.thread, state="seen")
    assert (seen.kind, seen.post.key, seen.at_source) == ("hide", desk.other, True)
    moderating.overturn(
        actor=desk.carla, measure=seen, seen=seen.version, reason="No rule covers it.", now=desk.now
    )
    desk.work()
    seen.refresh_from_db()
    assert (seen.state, desk.shown(desk.other)["is_hidden"]) == ("reversed", False)
