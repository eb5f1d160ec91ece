"""What waits for somebody's decision: only what they may decide on, on one page, with its number."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import PEOPLE, logged_in, make_member, make_thread
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hold_people import make_dunned

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Case,
    Gesture,
    Member,
    Person,
    Post,
    Reply,
    Resemblance,
    Source,
    StaffIdentity,
    Thread,
)
from kulanz.desk.queries.parties import cases_with_party, parties
from kulanz.desk.queries.waiting import Waiting, count, waiting, waiting_stretch
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import assessing, cases, gestures, issues, replies
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gestures import Offer
from kulanz.desk.web import context

pytestmark = pytest.mark.django_db


@pytest.fixture
def carla(members: dict[str, Member]) -> Actor:
    return actor_of(members["carla"])


@pytest.fixture
def dora(members: dict[str, Member]) -> Actor:
    return actor_of(members["dora"])


def make_person(name: str, now: datetime) -> Person:
    return Person.objects.create(name=name, created_at=now)


def make_case(actor: Actor, now: datetime, title: str = "Dunning") -> Case:
    return cases.open_case(actor=actor, person=make_person(title, now), issue=None, title=title, now=now)


def asked(actor: Actor, now: datetime, case: Case | None, thread: Thread | None = None) -> Reply:
    channel = "email" if case else "public"
    reply = replies.draft(
        actor=actor, case=case, thread=thread, channel=channel, subject="Our answer", text="Sorry.", now=now
    )
    return replies.ask(actor=actor, reply=reply, seen=reply.version, now=now)


def proposed(actor: Actor, case: Case, now: datetime) -> Gesture:
    amount = Money.of_minor(1240, "EUR")
    offer = Offer(kind="waive", value=amount, cost=amount, why="it was our fault")
    return gestures.propose(actor=actor, case=case, offer=offer, now=now)


def suggested(now: datetime, score: float = 0.5) -> Resemblance:
    one, other = (make_person(name, now) for name in ("Rolf", "Rolf P."))
    return Resemblance.objects.create(person=one, other=other, score=score, grounds=["name"], found_at=now)


def of(actor: Actor, kind: str, now: datetime) -> list[Waiting]:
    found = waiting(actor, lambda _: 0, now=now)
    rows = list(found[kind].rows) if kind in found else []
    assert rows == list(waiting_stretch(actor, kind, now=now).rows)
    return rows


def client_of(member: Member) -> Client:
    return logged_in(member)


def test_an_answer_waits_for_eyes_that_had_no_hand_in_it(
    alice: Actor, bob: Actor, carla: Actor, thread: Thread, now: datetime
) -> None:
    case = make_case(bob, now)
    private, public = asked(bob, now, case), asked(alice, now - timedelta(hours=1), None, thread)
    replies.draft(actor=bob, case=case, text="Not asked for yet.", now=now)
    assert [(each.row, each.by, each.case, each.thread) for each in of(carla, "replies", now)] == [
        (public, public.author, None, thread),
        (private, private.author, case, None),
    ]
    assert [each.row for each in of(alice, "replies", now)] == [private]
    assert of(bob, "replies", now) == []
    draft = replies.reject(actor=carla, reply=private, seen=private.version, reason="ruder", now=now)
    edited = replies.edit(actor=alice, reply=draft, seen=draft.version, subject="", text="So?", now=now)
    later = now + timedelta(days=1)
    replies.ask(actor=bob, reply=edited, seen=edited.version, now=later)
    assert of(alice, "replies", now) == []
    assert [each.since for each in of(carla, "replies", now)][-1] == later


def test_a_gesture_waits_for_those_who_may_decide_on_it(
    alice: Actor, bob: Actor, carla: Actor, members: dict[str, Member], now: datetime
) -> None:
    case, other = make_case(bob, now), make_case(bob, now, "Parcel")
    mine, hers = proposed(bob, case, now), proposed(alice, other, now)
    assert [each.row for each in of(carla, "gestures", now)] == [mine, hers]
    assert [each.row for each in of(alice, "gestures", now)] == [mine]
    assert of(bob, "gestures", now) == []
    about_carla = Judgement(concerned=[members["carla"]])
    assessing.assess(actor=bob, case=case, seen=0, said=about_carla, now=now)
    assert [each.row for each in of(carla, "gestures", now)] == [hers]
    gestures.revoke(actor=alice, gesture=hers, seen=hers.version, reason="a mistake", now=now)
    assert count(carla, now=now) == 0


def wrote(thread: Thread, now: datetime, key: str, person: Person | None = None) -> None:
    account, _ = Account.objects.get_or_create(
        source=thread.source, key=key, defaults={"person": person, "first_seen_at": now}
    )
    Post.objects.create(
        thread=thread, source=thread.source, key=str(Post.objects.count()), account=account, created_at=now,
        text="Hello", text_since=now, seen_at=now,
    )  # fmt: skip


def test_a_list_knows_the_parties_of_a_dispute_as_a_case_does(
    bob: Actor, members: dict[str, Member], forum: Source, now: datetime
) -> None:
    """Who answered the customer with an account or by the desk, in the issue or before a case without one."""
    for name in ("carla", "alice"):
        StaffIdentity.objects.create(
            kind="account", value=f"Kontaktor_{name}", source=forum, member=members[name]
        )
    StaffIdentity.objects.create(kind="name", value="kontaktor xcarla", source=forum, member=members["alice"])
    said = {
        "carla": ("customer", "KONTAKTOR_CARLA"),
        "nobody": ("customer", "kontaktorXcarla"),
        "elsewhere": ("kontaktor_carla", "kontaktor_alice"),
        "desk": ("customer",),
        "own": ("customer", "mine"),
    }
    made = []
    for number, (key, accounts) in enumerate(said.items()):
        thread = make_thread(forum, now, key)
        in_issue, alone, late = (make_case(bob, now, f"{key} {each}") for each in range(3))
        issue = issues.open_issue(actor=bob, threads=[thread], now=now)
        Case.objects.filter(pk=in_issue.pk).update(issue=issue)
        Case.objects.filter(pk=late.pk).update(opened_at=now + timedelta(days=61))
        for case in (in_issue, alone, late):
            for account in accounts:
                customer = account in ("customer", "mine")
                wrote(
                    thread,
                    now,
                    f"{account}{case.pk}" if customer else account,
                    case.person if customer else None,
                )
        if key == "own":
            StaffIdentity.objects.create(
                kind="account", value=f"mine{alone.pk}", source=forum, member=members["bob"]
            )
        if key == "desk":
            Reply.objects.create(
                thread=thread, author=members["bob"], text="x", created_at=now, channel="public"
            )
        made += [in_issue, alone, late] if number else [in_issue, alone, late, make_case(bob, now, "Silent")]
    every = Case.objects.filter(pk__in=[case.pk for case in made])
    found = {member: set(cases_with_party(every, member.pk)) for member in members.values()}
    assert found == {
        member: {case for case in every if member.pk in parties(case)} for member in members.values()
    }
    assert len(found[members["carla"]]) == 2
    assert found[members["bob"]]


def test_holds_wait_from_their_day_of_review_on(bob: Actor, now: datetime) -> None:
    hold = make_dunned(bob, now).placed(bob, now)
    before, after = now + timedelta(days=13), now + timedelta(days=14)
    assert (of(bob, "holds", before), count(bob, now=before)) == ([], 0)
    assert [each.row for each in of(bob, "holds", after)] == [hold]
    assert count(bob, now=after) == 1


def test_merges_wait_for_those_who_may_merge(bob: Actor, carla: Actor, dora: Actor, now: datetime) -> None:
    less, likely = suggested(now, 0.4), suggested(now, 0.9)
    assert [each.row for each in of(dora, "merges", now)] == [likely, less]
    assert count(bob, now=now) == 2
    assert of(carla, "merges", now) == []


def test_the_page_and_the_number_beside_its_name(
    bob: Actor, members: dict[str, Member], now: datetime
) -> None:
    case = make_case(bob, now)
    reply, gesture = asked(bob, now, case), proposed(bob, case, now)
    merge = suggested(now)
    carla = client_of(members["carla"]).get("/waiting").content.decode()
    assert f'href="/cases/{case.pk}#reply-{reply.pk}"' in carla
    assert f'href="/cases/{case.pk}#gesture-{gesture.pk}"' in carla
    assert "worth 12.40 EUR, costs 12.40 EUR" in carla
    assert 'Waiting for you <span class="badge">2</span>' in carla
    dora = client_of(members["dora"])
    assert f'href="/people/suggestions#suggestion-{merge.pk}"' in dora.get("/waiting").content.decode()
    assert 'Waiting for you <span class="badge">1</span>' in dora.get("/").content.decode()


def test_the_number_beside_its_name_ends_somewhere(
    bob: Actor, members: dict[str, Member], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for score in (0.7, 0.8, 0.9):
        suggested(now, score)
    assert (count(bob, now=now, at_most=2), count(bob, now=now, at_most=3), count(bob, now=now)) == (2, 3, 3)
    with CaptureQueriesContext(connection) as asked:
        count(bob, now=now, at_most=2)
    counted = [each["sql"] for each in asked if "COUNT(*)" in each["sql"]]
    assert all("LIMIT 2" in sql and "ORDER BY" not in sql for sql in counted)
    assert len(counted) == 3
    dora = client_of(members["dora"])
    assert 'Waiting for you <span class="badge">3</span>' in dora.get("/").content.decode()
    monkeypatch.setattr(context, "MOST_COUNTED", 2)
    assert 'Waiting for you <span class="badge">2+</span>' in dora.get("/").content.decode()
    assert Program(members["dora"]).get("/waiting/count").json() == {"count": 3}


@pytest.mark.parametrize("name", PEOPLE)
def test_whoever_has_nothing_to_decide_is_told_where_to_go(members: dict[str, Member], name: str) -> None:
    page = client_of(members[name]).get("/waiting").content.decode()
    decides = name not in ("erik", "frieda", "adam")
    assert ("Nothing waits for your decision." in page) is decides
    assert ("With your roles there is nothing to decide here." in page) is not decides
    assert '<a href="/">See what needs somebody now</a>' in page
    assert ('<a href="/waiting"' in page) is decides
    assert 'Waiting for you <span class="badge">' not in page


def test_programs_read_the_same(bob: Actor, members: dict[str, Member], now: datetime) -> None:
    case = make_case(bob, now)
    reply, gesture = asked(bob, now, case), proposed(bob, case, now)
    carla = Program(members["carla"])
    [item] = carla.get("/waiting").json()["items"]
    assert (item["id"], item["title"], item["case"]["id"]) == (reply.pk, "Our answer", case.pk)
    assert item["by"]["name"] == "Bob Beispiel"
    assert [each["id"] for each in carla.get("/waiting?kind=gestures").json()["items"]] == [gesture.pk]
    assert carla.get("/waiting?kind=merges").json()["items"] == []
    assert carla.get("/waiting?kind=invoices").status_code == 422
    assert carla.get("/waiting/count").json() == {"count": 2}
    assert Program(members["erik"]).get("/waiting/count").json() == {"count": 0}


def test_as_many_questions_for_three_as_for_thirty(bob: Actor, forum: Source, now: datetime) -> None:
    root = make_member("root", *Role)
    client, program = client_of(root), Program(root)

    def more(times: int) -> None:
        for _ in range(times):
            case = make_case(bob, now)
            asked(bob, now, case)
            proposed(bob, case, now)
            suggested(now)
            asked(bob, now, None, make_thread(forum, now, f"t{case.pk}"))

    def questions() -> list[int]:
        found = []
        for path in (
            "/waiting",
            "/",
            "/waiting?kind=replies",
            "/waiting?kind=gestures",
            "/waiting?kind=merges",
        ):
            get = program.get if "kind" in path else client.get
            get(path)
            with CaptureQueriesContext(connection) as queries:
                assert get(path).status_code == 200
            found.append(len(queries))
        return found

    more(3)
    few = questions()
    more(27)
    assert questions() == few
    assert count(actor_of(root), now=now) == 120


def test_whoever_may_read_measures_and_silent_edits_is_led_there(members: dict[str, Member]) -> None:
    for name in ("adam", "bob", "erik"):
        assert '<a href="/measures">' in client_of(members[name]).get("/").content.decode()


@pytest.mark.parametrize(
    ("path", "top"),
    [
        ("/", "/"),
        ("/setup/teams", "/setup"),
        ("/holds", "/cases"),
        ("/defects", "/gestures"),
        ("/customers/imports", "/people"),
    ],
)
def test_the_navigation_shows_where_one_is(members: dict[str, Member], path: str, top: str) -> None:
    page = client_of(members["alice"]).get(path).content.decode()
    navigation = page[page.index("<nav") : page.index("</nav>")]
    assert navigation.count('aria-current="page"') == 1
    assert f'<a href="{top}" aria-current="page">' in navigation
