"""Statements of reasons on their way to the transparency database: at once, once, and after a failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from measure_people import Forum, make_forum

from dsa_site import TOKEN, TransparencyDatabase
from kulanz.desk.conf import conf
from kulanz.desk.models import Measure, Member, Source, Statement
from kulanz.desk.services import moderating, statements
from kulanz.desk.services.outside import Outside
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import decode

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(forum: Source, members: dict[str, Member], now: datetime) -> Forum:
    return make_forum(forum, members, now)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[TransparencyDatabase]:
    with TransparencyDatabase() as site:
        changed = replace(conf(), statements_url=f"{site.url}/api/v2", statements_token=TOKEN)
        monkeypatch.setattr(statements, "conf", lambda: changed)
        yield site


def push(now: datetime) -> int:
    policy = AddressPolicy(allowed=("127.0.0.1",))
    world = Outside(clock=lambda: now, policy=policy, pacing=Pacing(interval=0, attempts=1))
    return statements.push_due(now=now, world=world)


def done(here: Forum, kind: str = "hide") -> Measure:
    measure = here.propose(kind, here.kind)
    return moderating.confirm_by_hand(actor=here.dora, measure=measure, seen=measure.version, now=here.now)


def test_a_measure_has_its_statement_and_the_log_names_it(here: Forum) -> None:
    made = Statement.objects.get(measure=done(here))
    entry = decode(bytes(made.measure.entry.body))
    assert entry.digests["statement"] == sha256(canonical(made.body)).hexdigest()
    assert made.body["puid"] == made.measure.reference
    assert "mila_k" not in str(made.body)
    assert push(here.now) == 0, "nothing is sent before somebody sets an address"


def test_they_are_sent_at_once_and_once(here: Forum, database: TransparencyDatabase) -> None:
    for kind in ("hide", "remove", "suspend"):
        done(here, kind)
    assert push(here.now) == 3
    assert push(here.now + timedelta(days=1)) == 0
    assert database.posts == [3]
    assert set(Statement.objects.values_list("uuid", flat=True)) == {
        each["uuid"] for each in database.kept.values()
    }


def test_a_lost_answer_leads_to_no_second_statement(here: Forum, database: TransparencyDatabase) -> None:
    done(here)
    database.lost = 1
    push(here.now)
    assert Statement.objects.get().sent_at is None
    done(here, "remove")
    push(here.now + timedelta(hours=1))
    assert not Statement.objects.filter(sent_at=None).exists()
    assert len(database.kept) == 2
    assert database.posts == [1, 2, 1]


def test_one_that_is_refused_keeps_no_other_back(here: Forum, database: TransparencyDatabase) -> None:
    wrong, right = done(here), done(here, "remove")
    Statement.objects.filter(measure=wrong).update(body={"puid": wrong.reference})
    push(here.now)
    assert "refused" in Statement.objects.get(measure=wrong).last_error
    assert Statement.objects.get(measure=right).sent_at == here.now
    assert Statement.objects.get(measure=wrong).due_at > here.now
