"""Goodwill on the pages: the block of a case, the list, limits and budgets."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from desk_people import NOW, PEOPLE
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import Assessment, Case, Gesture, GestureLimit, Member, Person, Team, TeamBudget
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.desk.services import cases, gestures
from kulanz.desk.services.gestures import Offer
from kulanz.desk.templatetags.values import fold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untracked")]


@pytest.fixture
def case(bob: Actor, now: datetime) -> Case:
    rolf = Person.objects.create(name="Rolf Petersen", created_at=now)
    return cases.open_case(actor=bob, person=rolf, issue=None, title="Dunning", now=now)


@pytest.fixture
def limited(db: None) -> None:
    for role in ("agent", "lead", "approver"):
        GestureLimit.objects.create(
            role=role, currency="EUR", alone_minor=1000, each_minor=5000, month_minor=9000
        )


def proposed(actor: Actor, case: Case, now: datetime, cost: int = 1240) -> Gesture:
    money = Money.of_minor(cost, "EUR")
    wanted = Offer(kind="waive", value=money, cost=money, why="a second letter")
    return gestures.propose(actor=actor, case=case, offer=wanted, now=now)


def body(client: Client, member: Member, path: str) -> str:
    client.force_login(member)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_any_limit_the_page_leads_to_where_one_is_set(
    client: Client, bob: Actor, members: dict[str, Member], case: Case, now: datetime
) -> None:
    proposed(bob, case, now)
    agents, leads = (body(client, members[name], f"/cases/{case.pk}") for name in ("bob", "alice"))
    said = "No limit is set yet in EUR: a lead or an administrator sets it"
    assert said in agents
    assert "/setup/limits" not in agents
    assert f'{said} <a href="/setup/limits">' in leads


def test_a_gesture_is_proposed_and_goes_its_way_with_forms(
    client: Client, members: dict[str, Member], limited: None, case: Case
) -> None:
    client.force_login(members["bob"])
    form = {"kind": "waive", "value": "12,40", "currency": "eur", "why": "a second letter"}
    answer = client.post(f"/cases/{case.pk}/gesture", form)
    assert answer["Location"] == f"/cases/{case.pk}#gestures"
    gesture = Gesture.objects.get()
    assert (gesture.value_minor, gesture.cost_minor, gesture.currency) == (1240, 1240, "EUR")
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "more than you may decide alone (10.00 EUR)" in page
    assert f"/gestures/{gesture.pk}/approve" not in page
    assert f"/gestures/{gesture.pk}/approve" in body(client, members["carla"], f"/cases/{case.pk}")
    leads_on = f'<p><a href="/cases/{case.pk}#gesture-{gesture.pk}">See the case</a></p>'
    assert leads_on in body(client, members["carla"], f"/gestures/{gesture.pk}")
    for path, name, more in (
        ("approve", "carla", {}),
        ("carry-out", "bob", {"proof": "https://shop.example/4711"}),
        ("accept", "bob", {"answer": "fine"}),
    ):
        client.force_login(members[name])
        gesture.refresh_from_db()
        answer = client.post(f"/gestures/{gesture.pk}/{path}", {"seen": gesture.version, **more})
        assert answer.status_code == 302, path
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "accepted by the customer" in page
    assert 'href="https://shop.example/4711"' in page


def test_what_was_typed_into_a_refused_form_stays(
    client: Client, members: dict[str, Member], case: Case
) -> None:
    client.force_login(members["bob"])
    form = {"kind": "credit", "value": "twelve", "currency": "EUR", "why": "he <b>waited</b>"}
    answer = client.post(f"/cases/{case.pk}/gesture", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "xpected a number such as 12.40" in page
    assert 'value="twelve"' in page
    assert "he &lt;b&gt;waited&lt;/b&gt;" in page
    assert '<option value="credit" selected>' in page


def test_whose_fault_it_was_is_said_once_and_not_overwritten_unseen(
    client: Client, members: dict[str, Member], case: Case
) -> None:
    client.force_login(members["bob"])
    form = {"fault": "ours", "why": "wrong account", "concerned": members["carla"].pk, "seen": 0}
    assert client.post(f"/cases/{case.pk}/assess", form).status_code == 302
    held = Assessment.objects.get()
    assert (held.fault, list(held.concerned.all())) == ("ours", [members["carla"]])
    again = client.post(f"/cases/{case.pk}/assess", {**form, "fault": "theirs"})
    assert again.status_code == 409
    assert "ours: wrong account" in again.content.decode()


@pytest.mark.parametrize("name", PEOPLE)
def test_every_role_sees_the_buttons_that_it_may_use(
    client: Client,
    members: dict[str, Member],
    limited: None,
    case: Case,
    name: str,
) -> None:
    role = PEOPLE[name]
    gesture = proposed(actor_of(members["bob"]), case, NOW, cost=900)
    client.force_login(members[name])
    answer = client.get(f"/cases/{case.pk}")
    if role not in RIGHTS[Right.SEE_CASES]:
        assert answer.status_code == 403
        return
    offered = set(re.findall(rf"/gestures/{gesture.pk}/([a-z-]+)", answer.content.decode()))
    wanted = {
        "bob": {"grant", "edit", "revoke"}, "alice": {"approve", "decline", "revoke"},
        "carla": {"approve", "decline"},
    }  # fmt: skip
    assert offered == wanted.get(name, set())


def test_the_page_of_a_case_asks_no_more_for_many_gestures(
    client: Client, members: dict[str, Member], limited: None, bob: Actor, case: Case, now: datetime
) -> None:
    client.force_login(members["carla"])
    client.get(f"/cases/{case.pk}")

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/cases/{case.pk}")
        return len(caught)

    for _ in range(3):
        proposed(bob, case, now)
    few = asked()
    for _ in range(27):
        proposed(bob, case, now)
    assert asked() == few


def test_the_list_shows_what_is_not_settled_with_the_same_queries_for_many(
    client: Client, members: dict[str, Member], bob: Actor, case: Case, now: datetime
) -> None:
    gone = proposed(bob, case, now)
    gestures.revoke(actor=bob, gesture=gone, seen=gone.version, reason="typo", now=now)
    proposed(bob, case, now)
    client.force_login(members["carla"])
    with CaptureQueriesContext(connection) as few:
        page = client.get("/gestures").content.decode()
    assert page.count("Claim waived") == 1
    assert client.get("/gestures?state=revoked").content.decode().count("Claim waived") == 1
    for _ in range(29):
        proposed(bob, case, now)
    with CaptureQueriesContext(connection) as many:
        client.get("/gestures")
    assert len(many) == len(few)


def test_limits_and_budgets_are_set_on_pages(client: Client, members: dict[str, Member]) -> None:
    team = Team.objects.create(name="Care")
    client.force_login(members["alice"])
    limit = {"role": "agent", "currency": "eur", "alone": "10", "each": "20,50", "month": "1.000,00"}
    assert client.post("/setup/limits/new", limit).status_code == 302
    row = GestureLimit.objects.get()
    assert (row.alone_minor, row.each_minor, row.month_minor) == (1000, 2050, 100_000)
    assert "1,000.00" in client.get("/setup/limits").content.decode()
    wrong = client.post(f"/setup/limits/{row.pk}", {**limit, "alone": "30", "seen": 1})
    assert wrong.status_code == 422
    assert "expected 0 &lt;= alone" in wrong.content.decode()
    assert client.post("/setup/limits/new", {**limit, "currency": "XXX"}).status_code == 422
    assert (
        client.post("/setup/budgets/new", {"team": team.pk, "currency": "EUR", "month": "500"}).status_code
        == 302
    )
    assert TeamBudget.objects.get().month == Money.of_minor(50_000, "EUR")
    assert "500.00" in client.get("/setup/budgets").content.decode()
    assert 'value="500.00"' in client.get(f"/setup/budgets/{TeamBudget.objects.get().pk}").content.decode()


def test_what_fits_is_explained_and_fills_the_form(
    client: Client, members: dict[str, Member], case: Case
) -> None:
    Case.objects.update(opened_at=timezone.now())
    client.force_login(members["bob"])
    assert "Say whose fault it was, above." in client.get(f"/cases/{case.pk}").content.decode()
    client.post(f"/cases/{case.pk}/assess", {"fault": "ours", "seen": 0})
    page = client.get(f"/cases/{case.pk}").content.decode()
    assert "The fault was ours." in page
    assert "There is no open claim." in page
    begun = client.get(f"/cases/{case.pk}?propose=apology").content.decode()
    assert '<option value="apology" selected>' in begun
    assert '<details open id="propose">' in begun
    assert not Gesture.objects.exists()
    client.force_login(members["carla"])
    assert "What would fit?" not in client.get(f"/cases/{case.pk}").content.decode()


@pytest.mark.parametrize(("lang", "said"), [("en", "1,100"), ("de", "1.100")])
def test_how_much_is_at_stake_is_no_more_exact_than_it_is_known(lang: str, said: str) -> None:
    with translation.override(lang):
        assert fold(Decimal("1143.2")) == said
