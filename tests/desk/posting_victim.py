"""Answers in public of whose posting a worker dies; prints what came of each as a line of JSON.

With ``planned`` they were planned, and workers also die before they are on their way.
The forum outlives the workers; for every place at which one can die there is a conversation of its own.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from django.core.management import call_command

import kulanz.desk.project.wsgi  # noqa: F401 - the models below are ready once this has set them up

# isort: split
from desk_people import make_member
from outside_people import outside_by
from worker_deaths import AFTER_THE_LEASE, apart, die

from discourse_private import DESK, SECRETS, PrivateSite
from discourse_site import SiteServer, community
from kulanz.desk.access import actor_of
from kulanz.desk.models import Event, Reply, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import posting, replies, scheduling, sources
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.outside import Outside
from kulanz.sources.connectors.discourse.answers import TopicAnswers

DEATHS = (
    ("before it has looked", TopicAnswers, "_latest"),
    ("before it has asked", TopicAnswers, "_posted"),
    ("before it has read the answer", TopicAnswers, "_kept"),
    ("before it has noted it", posting, "_note_posted"),
    ("while it notes it", posting, "want"),
)
PLANNED = (
    ("before it has checked it", scheduling, "_changed"),
    ("before it is on its way", scheduling, "send"),
    ("while it goes on its way", replies, "record_reply"),
    ("before it has read the answer", TopicAnswers, "_kept"),
    ("before it has noted it", posting, "_note_posted"),
)
IN_AN_HOUR = timedelta(hours=1)


def outside(now: datetime) -> Outside:
    return outside_by(lambda: now)


def work(now: datetime) -> None:
    scheduling.send_planned(now=now)
    posting.send_due(now=now, world=outside(now))


def begin(bob: Actor, made: Reply, now: datetime, *, planned: bool) -> datetime:
    """Have an answer posted, at once or planned; return when it is due."""
    if not planned:
        replies.send(actor=bob, reply=made, seen=made.version, now=now)
        return now
    at = now + IN_AN_HOUR
    replies.schedule(actor=bob, reply=made, seen=made.version, at=at, now=now)
    return at


def story(
    bob: Actor, thread: Thread, place: object, name: str, now: datetime, *, planned: bool
) -> dict[str, object]:
    """An answer whose first worker dies; others go on."""
    text = f"Good morning, I look after your matter number {thread.key} myself."
    made = replies.draft(actor=bob, case=None, thread=thread, channel="public", text=text, now=now)
    moment = now = begin(bob, made, now, planned=planned)
    ended = apart(lambda: (setattr(place, name, die), work(moment)))
    for _ in range(3):
        now += AFTER_THE_LEASE
        moment = now
        apart(lambda: work(moment))  # noqa: B023 - it is over before the next one
    made = Reply.objects.get(pk=made.pk)
    events = Event.objects.filter(noun="reply", noun_id=made.pk).order_by("pk")
    return {"ended": ended, "state": made.state, "events": list(events.values_list("action", flat=True))}


if __name__ == "__main__":
    planned = sys.argv[1:] == ["planned"]
    deaths = PLANNED if planned else DEATHS
    call_command("migrate", verbosity=0)
    bob = actor_of(make_member("bob", Role.AGENT))
    adam = actor_of(make_member("adam", Role.ADMIN))
    site = PrivateSite()
    community(topics=len(deaths), posts=3, site=site)
    with SiteServer(site) as server:
        begun = site.now + timedelta(minutes=10)
        wanted = sources.Wanted(name="Forum", connector="discourse", address=server.url, keys=SECRETS)
        sources.add(actor=adam, wanted=wanted, now=begun, world=outside(begun))
        while fetch_due(now=begun, world=outside(begun)):
            pass
        for (at, place, name), thread in zip(deaths, Thread.objects.order_by("key"), strict=True):
            end = story(bob, thread, place, name, begun, planned=planned)
            ours = [post.raw for post in site.topics[int(thread.key)].posts if post.author == DESK]
            sys.stdout.write(json.dumps({"at": at, "posts": len(ours), **end}) + "\n")
