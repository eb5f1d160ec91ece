"""Who may be the same person: found by the worker, decided by people, and remembered."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from api_client import Program
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kulanz.desk.demo.filling import BLOGGERS
from kulanz.desk.models import Account, Event, Member, Merge, Person, Resemblance, Source
from kulanz.desk.queries import people as queries
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError
from kulanz.desk.services import comparing, people
from kulanz.sources import read

pytestmark = pytest.mark.django_db


def person(name: str, now: datetime, email: str = "") -> Person:
    return Person.objects.create(name=name, email=email, created_at=now)


@pytest.fixture
def rolf(now: datetime) -> Person:
    return person("Rolf Petersen", now, "rolf@mauer.example")


@pytest.fixture
def other(now: datetime) -> Person:
    return person("Petersen, R.", now, "Rolf@Mauer.example")


@pytest.fixture
def row(rolf: Person, other: Person, now: datetime) -> Resemblance:
    comparing.compare_due(now=now)
    return Resemblance.objects.get()


@pytest.fixture
def program(members: dict[str, Member]) -> Program:
    return Program(members["bob"])


@pytest.fixture
def client(members: dict[str, Member]) -> Client:
    return logged_in(members["bob"])


def page(client: Client, **query: str) -> str:
    return str(client.get(reverse("suggestions"), query).content.decode())


def test_the_worker_compares_everybody_once_and_keeps_what_it_finds(
    row: Resemblance, rolf: Person, other: Person, now: datetime
) -> None:
    assert (row.person, row.other, row.grounds) == (rolf, other, ["email", "name"])
    assert comparing.compare_due(now=now + timedelta(hours=1)) == 0
    assert comparing.compare_due(now=now + timedelta(days=1)) == 2
    assert Resemblance.objects.get() == row


def test_who_was_changed_is_compared_anew_and_what_faded_goes(
    bob: Actor, row: Resemblance, other: Person, now: datetime
) -> None:
    other.refresh_from_db()
    wanted = {"name": "Anna Blum", "email": "anna@blum.example"}
    people.edit(actor=bob, person=other, seen=other.version, now=now, **wanted)
    assert comparing.compare_due(now=now) == 1
    assert not Resemblance.objects.exists()


def test_an_account_of_the_same_name_elsewhere_is_found(
    bob: Actor, rolf: Person, forum: Source, now: datetime
) -> None:
    blog = Source.objects.create(
        name="Blog", connector="feed", address="b", hook_key="blog-hook", created_at=now
    )
    Account.objects.create(source=forum, key="Rolf_P", person=rolf, first_seen_at=now)
    account = Account.objects.create(source=blog, key="rolf_p", first_seen_at=now)
    comparing.compare_due(now=now)
    assert [each.account for each in queries.resemblances().rows] == [account]
    people.attach(actor=bob, person=rolf, account=account, now=now)
    assert queries.resemblances().rows == ()


def test_what_was_told_apart_is_remembered_and_can_be_taken_back(
    bob: Actor, row: Resemblance, rolf: Person, now: datetime
) -> None:
    comparing.tell_apart(actor=bob, resemblance=row, seen=row.version, now=now)
    comparing.compare_due(now=now + timedelta(days=2))
    assert not queries.resemblances().rows
    assert not queries.suggestions(rolf)
    (apart,) = queries.resemblances(dismissed=True).rows
    assert Event.objects.filter(noun="person", action="tell_apart").count() == 2
    comparing.suggest_again(actor=bob, resemblance=apart, seen=apart.version, now=now)
    assert [each.kept for each in queries.suggestions(rolf)] == [row]


def test_two_do_not_decide_over_each_other_and_readers_not_at_all(
    bob: Actor, erik: Actor, row: Resemblance, now: datetime
) -> None:
    seen = row.version
    with pytest.raises(NotAllowedError):
        comparing.tell_apart(actor=erik, resemblance=row, seen=seen, now=now)
    comparing.tell_apart(actor=bob, resemblance=row, seen=seen, now=now)
    with pytest.raises(ConflictError):
        comparing.tell_apart(actor=bob, resemblance=row, seen=seen, now=now)


def test_the_sample_has_two_who_write_in_the_forum_and_in_blogs(sample: Path) -> None:
    """The demonstration shows them as suggestions."""
    for part in ("threads", "blogs.atom"):
        assert set(BLOGGERS) <= {post.author_id for post in read([sample / part])}


def test_the_page_merges_and_takes_it_back(client: Client, row: Resemblance, rolf: Person) -> None:
    shown = page(client)
    assert all(words in shown for words in ("same e-mail address", "rolf@mauer.example", "Petersen, R."))
    rolf.refresh_from_db()
    here = f"{reverse('suggestions')}?"
    form = {"gone": row.other_id, "seen": rolf.version, "why": "same e-mail address", "next": here}
    assert client.post(reverse("person_merge", args=[rolf.pk]), form)["Location"] == here
    assert "Nobody seems to have two profiles" in page(client)
    assert "Petersen, R." in page(client, show="merged")
    client.post(reverse("merge_undo", args=[Merge.objects.get().pk]), {"next": here})
    assert "Petersen, R." in page(client)


def test_the_page_tells_apart_and_takes_it_back(client: Client, row: Resemblance) -> None:
    client.post(reverse("tell_apart", args=[row.pk]), {"seen": row.version})
    assert "Nobody seems to have two profiles" in page(client)
    assert "told apart by Bob Beispiel" in page(client, show="apart")
    late = client.post(reverse("tell_apart", args=[row.pk]), {"seen": row.version})
    assert (late.status_code, "Somebody else has changed this" in late.content.decode()) == (409, True)
    client.post(reverse("suggest_again", args=[row.pk]), {"seen": row.version + 1})
    assert "Petersen, R." in page(client)


def test_people_lead_to_it_with_how_many_there_are(client: Client, row: Resemblance) -> None:
    found = client.get(reverse("people")).content.decode()
    assert f'href="{reverse("suggestions")}"' in found
    assert '<span class="badge">1</span>' in found


def test_programs_decide_as_people_do(program: Program, row: Resemblance) -> None:
    (first,) = program.get("/suggestions").json()["items"]
    assert (first["person_id"], first["other_id"]) == (row.person_id, row.other_id)
    path = f"/suggestions/{row.pk}"
    assert program.post(f"{path}/tell-apart", {"seen": first["version"]}).json()["dismissed_at"]
    assert program.get("/suggestions").json()["items"] == []
    (apart,) = program.get("/suggestions?dismissed=true").json()["items"]
    assert program.post(f"{path}/again", {"seen": apart["version"]}).json()["dismissed_at"] is None
    assert program.get("/merges").json()["items"] == []


def test_as_many_questions_for_three_suggestions_as_for_thirty(client: Client, now: datetime) -> None:
    def asked(count: int) -> int:
        for number in range(count):
            for name in ("Rolf", "R."):
                person(name, now, f"{count}-{number}@mauer.example")
        while comparing.compare_due(now=now):
            pass
        with CaptureQueriesContext(connection) as found:
            page(client)
        return len(found)

    asked(1)
    assert asked(3) == asked(27)
