"""A desk with a source and seven people, each with one role: tests name them instead of making users up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from desk_people import NOW, PEOPLE, make_member, make_thread
from django.conf import LazySettings
from django.core.cache import cache, caches
from django.db import connection
from hold_people import Books, Dunned, make_dunned

from kulanz.core.posts import Post
from kulanz.desk.access import actor_of
from kulanz.desk.api import metrics, middleware
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Member, Person, Source, Thread
from kulanz.desk.operating import starting
from kulanz.desk.public import appeals, hooks, my_data, receipts, status_pages
from kulanz.desk.public.limiting import PerMinute
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import cases, mail
from kulanz.sources import read
from smtp_site import SmtpSite, smtp_site


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def nobody_has_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests have the same few keys and addresses: what one asks is not counted in the next."""
    for name in ("MEMBERS", "STRANGERS"):
        limit = getattr(middleware, name)
        monkeypatch.setattr(middleware, name, Limiter(rate=limit.rate, burst=limit.burst))
    for door in (appeals, hooks, my_data, receipts, status_pages):
        monkeypatch.setattr(door, "LIMITS", PerMinute())
    caches["local"].clear()
    if connection.vendor == "sqlite":  # elsewhere it is in the database, which every test has anew
        cache.clear()


@pytest.fixture(autouse=True)
def nothing_was_measured() -> None:
    """What monitoring was told in one test is not told again in the next."""
    metrics.MEASURED.forget()
    metrics.COUNTED.forget()


@pytest.fixture
def untracked(settings: LazySettings) -> None:
    """When somebody was last seen is written now and then: not while queries are counted."""
    settings.USERSESSIONS_TRACK_ACTIVITY = False


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk of the tests runs already: a command finds it."""
    monkeypatch.setattr(starting, "start", lambda: None)
    monkeypatch.setattr(starting, "need_ready", lambda: None)


@pytest.fixture
def members(db: None) -> dict[str, Member]:
    """Alice leads, Bob is agent, Carla approves, Dora moderates, Erik reads, Frieda audits, Adam is admin."""
    return {name: make_member(name, role) for name, role in PEOPLE.items()}


@pytest.fixture
def alice(members: dict[str, Member]) -> Actor:
    return actor_of(members["alice"])


@pytest.fixture
def bob(members: dict[str, Member]) -> Actor:
    return actor_of(members["bob"])


@pytest.fixture
def erik(members: dict[str, Member]) -> Actor:
    return actor_of(members["erik"])


@pytest.fixture
def adam(members: dict[str, Member]) -> Actor:
    return actor_of(members["adam"])


@pytest.fixture
def forum(db: None, now: datetime) -> Source:
    return Source.objects.create(
        name="Kontaktor forum", connector="push", address="kontaktor", hook_key="forum-hook", created_at=now
    )


@pytest.fixture
def sample_posts(sample: Path) -> list[Post]:
    """The great case of the sample community, in order."""
    return list(read(sample / "threads" / "4711.jsonl"))


@pytest.fixture
def thread(forum: Source, now: datetime) -> Thread:
    """An escalated conversation."""
    return make_thread(forum, now, "4711", "escalated", 0.9)


@pytest.fixture
def other_thread(forum: Source, now: datetime) -> Thread:
    """A milder one about the same."""
    return make_thread(forum, now, "4712", "complaint", 0.4)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpSite]:
    """A mail server, and a desk that sends by it."""
    with smtp_site() as running:
        changed = replace(conf(), mail_url=running.url, mail_from="kulanz@kontaktor.example")
        monkeypatch.setattr(mail, "conf", lambda: changed)
        yield running


@pytest.fixture
def case(bob: Actor, now: datetime) -> Case:
    """The case of a customer who can be written to."""
    person = Person.objects.create(name="Rolf", email="rolf@mauer.example", created_at=now)
    return cases.open_case(actor=bob, person=person, issue=None, title="Dunning", now=now)


@pytest.fixture
def rolf(bob: Actor, now: datetime) -> Dunned:
    """A customer who was dunned, with his case, his claim, and the billing system that it comes from."""
    return make_dunned(bob, now)


@pytest.fixture
def books() -> Books:
    """Billing that answers from memory."""
    return Books()
