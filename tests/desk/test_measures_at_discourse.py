"""Measures where the forum takes private messages: carried out by the worker, and the author told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from measure_people import make_rule, order
from outside_people import outside_by

from discourse_moderation import STAFF_SECRETS, ModeratedSite
from discourse_site import SiteServer, community
from kulanz.desk.access import actor_of
from kulanz.desk.models import Measure, MeasureNotice, Member, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import carrying_out, measure_notices, moderating, sources
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.outside import Outside

pytestmark = pytest.mark.django_db


class World:
    """A forum and a desk that moderates it as staff."""

    def __init__(self, site: ModeratedSite, server: SiteServer, adam: Actor) -> None:
        self.site, self.now = site, site.now + timedelta(minutes=10)
        wanted = sources.Wanted(name="Forum", connector="discourse", address=server.url, keys=STAFF_SECRETS)
        sources.add(actor=adam, wanted=wanted, now=self.now, world=self.outside())
        Source.objects.update(due_at=self.now)
        while fetch_due(now=self.now, world=self.outside()):
            pass
        self.thread = Thread.objects.get(key="1")

    def outside(self) -> Outside:
        return outside_by(lambda: self.now)

    def later(self) -> datetime:
        self.now += timedelta(minutes=11)
        return self.now


@pytest.fixture
def world(members: dict[str, Member], adam: Actor) -> Iterator[World]:
    site = ModeratedSite()
    community(topics=1, posts=4, site=site)
    site.accounts |= {post.author for post in site.posts.values()}
    with SiteServer(site) as server:
        yield World(site, server, adam)


def test_an_edit_is_made_told_and_taken_back_as_it_was_typed(
    world: World, members: dict[str, Member]
) -> None:
    dora, carla = actor_of(members["dora"]), actor_of(members["carla"])
    post = world.thread.posts.select_related("account").order_by("pk")[1]
    there = world.site.posts[int(post.key)]
    typed = there.raw
    edit = moderating.propose(
        actor=dora, thread=world.thread, post=post, rule=make_rule(world.now).pk,
        order=order("edit", text="Calmer words, and the question stays."), now=world.now,
    )  # fmt: skip
    if edit.asks:
        moderating.approve(actor=carla, measure=edit, seen=edit.version, now=world.now)
    world.site.lost = 1
    for _ in range(3):
        carrying_out.act_due(now=world.later(), world=world.outside())
    edit = Measure.objects.select_related("thread__source").get()
    assert (edit.state, there.raw, world.site.changed) == ("done", "Calmer words, and the question stays.", 1)
    for _ in range(3):
        measure_notices.send_due(now=world.later(), world=world.outside())
    notice = MeasureNotice.objects.get()
    private = [topic for topic in world.site.topics.values() if topic.private]
    assert (notice.way, len(private)) == ("private", 1)
    assert edit.reference in private[0].posts[0].raw
    moderating.reverse(actor=carla, measure=edit, seen=edit.version, reason="It was fair.", now=world.now)
    carrying_out.act_due(now=world.later(), world=world.outside())
    assert (Measure.objects.get().state, " ".join(there.raw.split())) == ("reversed", " ".join(typed.split()))


def test_what_a_source_refuses_is_left_to_people(world: World, members: dict[str, Member]) -> None:
    dora, carla = actor_of(members["dora"]), actor_of(members["carla"])
    move = moderating.propose(
        actor=dora, thread=world.thread, rule=make_rule(world.now).pk, order=order("move", place="Offers"),
        now=world.now,
    )  # fmt: skip
    if move.asks:
        moderating.approve(actor=carla, measure=move, seen=move.version, now=world.now)
    carrying_out.act_due(now=world.later(), world=world.outside())
    failed = Measure.objects.select_related("thread__source").get()
    assert (failed.state, failed.due_at, "expected a number" in failed.last_error) == ("failed", None, True)
    done = moderating.confirm_by_hand(actor=dora, measure=failed, seen=failed.version, now=world.now)
    assert (done.state, done.by_hand) == ("done", True)


def test_a_topic_does_not_go_with_its_first_post_past_the_close_guard(
    world: World, members: dict[str, Member]
) -> None:
    dora, rule = actor_of(members["dora"]), make_rule(world.now).pk
    first, second = world.thread.posts.order_by("created_at", "pk")[:2]
    for kind in ("remove", "move"):
        wanted = order(kind, place="2" if kind == "move" else "")
        with pytest.raises(RuleError, match="first post"):
            moderating.propose(
                actor=dora, thread=world.thread, post=first, rule=rule, order=wanted, now=world.now
            )
    moderating.propose(
        actor=dora, thread=world.thread, post=second, rule=rule, order=order("remove"), now=world.now
    )


def test_a_post_is_moved_and_comes_back_to_its_topic(world: World, members: dict[str, Member]) -> None:
    dora, carla = actor_of(members["dora"]), actor_of(members["carla"])
    other = world.site.open("All about charges", "kunde_2", "Here it belongs.")
    post = world.thread.posts.order_by("created_at", "pk")[1]
    there = world.site.posts[int(post.key)]
    move = moderating.propose(
        actor=dora, thread=world.thread, post=post, rule=make_rule(world.now).pk,
        order=order("move", place=str(other.id)), now=world.now,
    )  # fmt: skip
    if move.asks:
        moderating.approve(actor=carla, measure=move, seen=move.version, now=world.now)
    carrying_out.act_due(now=world.later(), world=world.outside())
    assert there.topic is other
    done = Measure.objects.select_related("thread__source").get(pk=move.pk)
    moderating.reverse(actor=carla, measure=done, seen=done.version, reason="It was fair.", now=world.now)
    carrying_out.act_due(now=world.later(), world=world.outside())
    assert (Measure.objects.get().state, str(there.topic.id)) == ("reversed", world.thread.key)
