"""A forum that really answers over HTTP, and a desk that reads and answers there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outside_people import outside_by

from discourse_private import DESK, SECRETS, PrivateSite
from discourse_site import SiteServer, SiteTopic, community
from kulanz.desk.models import Reply, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import posting, replies, sources
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.outside import Outside

FIRST = "Good morning, I look after your matter myself and write again on Friday."


@dataclass
class World:
    """A forum with a conversation, a desk that reads and answers there, and a clock that both go by."""

    server: SiteServer
    site: PrivateSite
    now: datetime
    bob: Actor
    topic: SiteTopic = field(init=False)
    thread: Thread = field(init=False)

    def outside(self) -> Outside:
        return outside_by(lambda: self.now)

    def draft(self, text: str = FIRST) -> Reply:
        return replies.draft(
            actor=self.bob, case=None, thread=self.thread, channel="public", text=text, now=self.now
        )

    def send(self, text: str = FIRST, **given: object) -> Reply:
        reply = self.draft(text)
        return replies.send(actor=self.bob, reply=reply, seen=reply.version, now=self.now, **given)

    def work(self) -> int:
        return posting.send_due(now=self.now, world=self.outside())

    def read(self) -> None:
        Source.objects.update(due_at=self.now)
        while fetch_due(now=self.now, world=self.outside()):
            pass

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.site.later(timedelta(**span))

    def ours(self) -> list[str]:
        return [post.raw for post in self.topic.posts if post.author == DESK]


@contextmanager
def answering(adam: Actor, bob: Actor) -> Iterator[World]:
    """A source that Adam has added with its key, where Bob answers."""
    site = PrivateSite()
    community(topics=2, posts=6, site=site)
    with SiteServer(site) as server:
        made = World(server=server, site=site, now=site.now + timedelta(minutes=10), bob=bob)
        wanted = sources.Wanted(name="Forum", connector="discourse", address=server.url, keys=SECRETS)
        sources.add(actor=adam, wanted=wanted, now=made.now, world=made.outside())
        made.read()
        made.topic = site.topics[1]
        made.thread = Thread.objects.get(key="1")
        yield made
