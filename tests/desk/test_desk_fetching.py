"""Sources read by the worker, from a forum that really answers over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from outside_people import outside_by

from discourse_site import DiscourseSite, SiteServer, community
from kulanz.desk.models import Event, Lane, Post, Reread, Revision, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import reading, sources
from kulanz.desk.services.fetching import fetch_due, learn_due, want
from kulanz.desk.services.outside import Outside, keys_of
from kulanz.testing.recorded import Reply, Request

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A forum, a desk that reads it, and a clock that both go by."""

    server: SiteServer
    now: datetime
    source: Source = field(init=False)

    @property
    def site(self) -> DiscourseSite:
        return self.server.site

    def outside(self, allowed: str = "127.0.0.1") -> Outside:
        return outside_by(lambda: self.now, allowed)

    def work(self, turns: int = 30) -> int:
        """Read as long as the source is due."""
        for turn in range(turns):
            if not fetch_due(now=self.now, world=self.outside()):
                return turn
        raise AssertionError(f"still due after {turns} turns")

    def later(self, span: timedelta = timedelta(minutes=6)) -> None:
        self.now += span
        self.site.later(span)

    def fresh(self) -> Source:
        return Source.objects.get(pk=self.source.pk)


@pytest.fixture
def world(db: None, adam: Actor) -> Iterator[World]:
    site = community(topics=4, posts=30)
    with SiteServer(site) as server:
        made = World(server=server, now=site.now + timedelta(minutes=10))
        made.source = sources.add(
            actor=adam,
            wanted=sources.Wanted(name="Forum", connector="discourse", address=server.url),
            now=made.now,
            world=made.outside(),
        )
        yield made


def texts() -> dict[str, str]:
    return {str(key): text for key, text in Post.objects.filter(removed=False).values_list("key", "text")}


def test_a_new_source_is_read_whole_and_rests(world: World) -> None:
    world.work()
    assert len(texts()) == 120
    assert Thread.objects.count() == 4
    source = world.fresh()
    assert (source.last_success_at, source.due_at) == (world.now, world.now + timedelta(seconds=300))
    assert source.requests_total == source.requests_today == len(world.server.requests)
    history = Lane.objects.get(name="history")
    assert history.finished_at == world.now
    assert world.site.posts[1].created == Lane.objects.order_by("reached")[0].reached


def test_the_way_back_goes_on_turn_by_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.Turn, "_is_over", lambda _turn: True)
    turns = world.work(100)
    assert turns > 5
    assert len(texts()) == 120


def test_what_is_new_comes_with_the_next_read_and_history_is_not_read_again(world: World) -> None:
    world.work()
    world.later()
    world.site.reply(world.site.topics[2], "kunde_1", "Und noch eine Mahnung.")
    asked = len(world.server.requests)
    world.work()
    assert "Und noch eine Mahnung." in texts().values()
    assert len(world.server.requests) - asked < 12


def test_what_is_new_does_not_wait_for_the_time_that_a_clock_has_left(world: World) -> None:
    world.work()
    world.now -= timedelta(hours=1)
    world.site.reply(world.site.topics[2], "kunde_1", "Und noch eine Mahnung.")
    Source.objects.update(due_at=world.now)
    world.work()
    assert "Und noch eine Mahnung." in texts().values()


def test_edits_and_removals_are_found_by_reading_again(world: World) -> None:
    world.work()
    topic = world.site.topics[1]
    world.site.exchange(topic.posts[3], "Das habe ich nie gesagt.")
    world.site.remove(topic.posts[4])
    for _ in range(12):
        world.later(timedelta(hours=3))
        world.work()
    assert {"edited_silently", "removed"} <= set(Revision.objects.values_list("kind", flat=True))


def test_a_delivery_has_a_thread_read_again_at_once(world: World) -> None:
    world.work()
    world.later(timedelta(minutes=1))
    topic = world.site.topics[3]
    world.site.edit(topic.posts[2], "Jetzt steht hier etwas anderes.", editor="mod_kai")
    Reread.objects.create(source=world.source, key=str(topic.id), asked_at=world.now)
    want(source=world.source, now=world.now)
    world.work()
    assert Revision.objects.get().kind == "edited_by_other"
    assert not Reread.objects.exists()
    assert world.fresh().wanted_at is None


def test_a_delivery_during_a_read_is_served_after_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = reading.keep_page

    def meanwhile(**given: Any) -> Any:
        want(source=world.source, now=world.now)
        return keep(**given)

    world.work()
    world.later()
    world.site.reply(world.site.topics[2], "kunde_1", "Und noch eine Mahnung.")
    monkeypatch.setattr(reading, "keep_page", meanwhile)
    assert fetch_due(now=world.now, world=world.outside()) == 1
    source = world.fresh()
    assert source.wanted_at == source.due_at == world.now


def _status(status: int, headers: dict[str, str] | None = None) -> Callable[[Request, Reply], Reply]:
    return lambda _request, _reply: Reply(b"no", status, headers or {})


def test_an_error_that_passes_has_the_source_rest_longer_each_time(world: World) -> None:
    world.server.alter = _status(503)
    waits = []
    for _ in range(4):
        assert fetch_due(now=world.now, world=world.outside()) == 1
        source = world.fresh()
        assert source.due_at is not None
        waits.append(source.due_at - world.now)
        world.now = source.due_at
    assert waits[-1] > 2 * waits[0]
    assert (source.errors_in_row, source.state) == (4, "running")
    assert "503" in source.last_error
    world.server.alter = lambda _request, reply: reply
    world.work()
    assert (world.fresh().errors_in_row, world.fresh().last_error) == (0, "")


def test_a_source_that_asks_to_wait_is_left_alone_that_long(world: World) -> None:
    world.server.alter = _status(429, {"Retry-After": "900"})
    fetch_due(now=world.now, world=world.outside())
    assert world.fresh().due_at == world.now + timedelta(seconds=900)


def test_an_error_that_only_a_person_can_mend_stops_it_and_retry_goes_on(world: World, adam: Actor) -> None:
    world.server.alter = _status(403)
    fetch_due(now=world.now, world=world.outside())
    source = world.fresh()
    assert (source.state, source.due_at) == ("stopped", None)
    assert "403" in source.last_error
    assert Event.objects.get(action="stop").reason == source.last_error[:500]
    assert fetch_due(now=world.now, world=world.outside()) == 0
    world.server.alter = lambda _request, reply: reply
    sources.retry(actor=adam, source=source, seen=source.version, now=world.now)
    world.work()
    assert len(texts()) == 120


def test_a_private_address_stops_the_source(world: World) -> None:
    fetch_due(now=world.now, world=world.outside(allowed="10.1.2.3"))
    assert world.fresh().state == "stopped"
    assert not world.server.requests


def test_the_requests_of_a_day_are_bounded_and_come_back_with_the_next(world: World) -> None:
    Source.objects.update(budget_per_day=5)
    fetch_due(now=world.now, world=world.outside())
    source = world.fresh()
    assert source.requests_today == len(world.server.requests) == 5
    assert source.due_at is not None
    assert source.due_at.date() == world.now.date() + timedelta(days=1)
    want(source=source, now=world.now)
    assert fetch_due(now=world.now, world=world.outside()) == 1  # asked for, but nothing is left
    assert len(world.server.requests) == 5
    world.now = source.due_at
    fetch_due(now=world.now, world=world.outside())
    assert len(world.server.requests) == 10


def test_a_paused_source_is_not_read_even_where_a_delivery_asks(world: World, adam: Actor) -> None:
    sources.pause(actor=adam, source=world.source, seen=world.fresh().version, now=world.now)
    want(source=world.source, now=world.now)
    assert fetch_due(now=world.now, world=world.outside()) == 0
    source = world.fresh()
    sources.resume(actor=adam, source=source, seen=source.version, now=world.now)
    assert fetch_due(now=world.now, world=world.outside()) == 1


def test_keys_that_cannot_be_opened_stop_the_source(world: World) -> None:
    Source.objects.update(sealed_keys=b"sealed elsewhere")
    fetch_due(now=world.now, world=world.outside())
    assert world.fresh().state == "stopped"
    assert "KULANZ_SECRET_KEY_OLD" in world.fresh().last_error


def test_what_is_usual_is_learned_once_a_day(world: World) -> None:
    world.work()
    assert learn_due(now=world.now) == 1
    assert learn_due(now=world.now) == 0
    baseline = world.fresh().baseline
    assert baseline is not None
    world.later(timedelta(days=1))
    assert learn_due(now=world.now) == 1
    assert keys_of(world.fresh()) == {}
