"""A desk with a source and seven people, each with one role: tests name them instead of making users up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from desk_people import NOW, PEOPLE, make_member, make_thread

from kulanz.core.posts import Post
from kulanz.desk.access import actor_of
from kulanz.desk.api import metrics, middleware
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Member, Person, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import cases, mail
from kulanz.sources import read
from smtp_site import SmtpSite, smtp_site


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def nobody_has_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members of all tests have the same few keys: what one test asks is not counted in the next."""
    for name in ("MEMBERS", "STRANGERS"):
        limit = getattr(middleware, name)
        monkeypatch.setattr(middleware, name, Limiter(rate=limit.rate, burst=limit.burst))


@pytest.fixture(autouse=True)
def nothing_was_measured() -> None:
    """What monitoring was told in one test is not told again in the next."""
    metrics.MEASURED.forget()
    metrics.COUNTED.forget()


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
