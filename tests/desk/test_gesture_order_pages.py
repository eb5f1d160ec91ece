"""Gestures at billing on pages and by the API, and who opened what is said of gestures."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from api_client import Program
from customer_people import make_customer, make_matter, make_person
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import BillingSystem, Case, Claim, Event, Gesture, GestureLimit, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts, packed
from kulanz.desk.services import (
    assessing,
    billing_adapters,
    billing_reading,
    billing_systems,
    gesture_orders,
    gestures,
)
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gesture_words import words_of
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.sealing import seal
from kulanz.sources.web.standard_webhooks import signed_headers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untracked")]


@pytest.fixture
def case(alice: Actor, members: dict[str, Member]) -> Case:
    """Rolf's, who owes 12.40 EUR to a system with a folder of tables."""
    rolf = make_person(timezone.now(), number="KD-47119")
    make_customer(alice, timezone.now())
    Claim.objects.update(system="books")
    BillingSystem.objects.create(name="books", adapter="csv", hook_key="books", created_at=timezone.now())
    GestureLimit.objects.create(
        role="agent", currency="EUR", alone_minor=10_000, each_minor=10_000, month_minor=10_000_000
    )
    return make_matter(rolf, None, timezone.now(), members["bob"])


def granted(bob: Actor, case: Case, kind: str = "waive", minor: int = 1240) -> Gesture:
    money, now = Money.of_minor(minor, "EUR"), timezone.now()
    offer = Offer(kind=kind, name="as promised", value=money, cost=money, why="our mistake")
    made = gestures.propose(actor=bob, case=case, offer=offer, now=now)
    return gestures.grant(actor=bob, gesture=made, seen=made.version, now=now)


def claim() -> int:
    return Claim.objects.get().pk


def order_due() -> None:
    gesture_orders.order_due(adapters=billing_adapters.adapter_for, now=timezone.now())


def test_billing_is_asked_first_and_then_told_with_a_form(
    client: Client, members: dict[str, Member], bob: Actor, case: Case
) -> None:
    gesture = granted(bob, case)
    client.force_login(members["bob"])
    page = client.get(f"/cases/{case.pk}").content.decode()
    assert "Claim R-KD-47119 at books: 12.40" in page
    form = {"claim": claim(), "reason": "wrong <address>", "seen": gesture.version}
    tried = client.post(f"/gestures/{gesture.pk}/order", {**form, "do": "try"})
    words = tried.content.decode()
    assert (tried.status_code, "billing would be told to give it" in words) == (200, True)
    assert 'value="wrong &lt;address&gt;"' in words
    assert Gesture.objects.get().state == "approved"
    answer = client.post(f"/gestures/{gesture.pk}/order", {**form, "do": "order"}, follow=True)
    page = answer.content.decode()
    assert "It is carried out once billing says so." in page
    assert "The order is on its way to billing" in page
    assert not re.search(rf"/gestures/{gesture.pk}/(order|revoke|refuse|withdraw)", page)
    order_due()
    page = client.get(f"/cases/{case.pk}").content.decode()
    assert "billing has not answered" in page
    assert "The order is on its way to billing" not in page
    client.force_login(members["alice"])
    assert f"/gestures/{gesture.pk}/withdraw" in client.get(f"/cases/{case.pk}").content.decode()
    gesture = Gesture.objects.get()
    back = {"seen": gesture.version, "reason": "torn up"}
    answer = client.post(f"/gestures/{gesture.pk}/withdraw", back, follow=True)
    assert "Billing did not carry it out: torn up" in answer.content.decode()
    assert Gesture.objects.get().state == "approved"


def test_a_claim_of_the_same_amount_comes_first(
    client: Client, members: dict[str, Member], bob: Actor, case: Case
) -> None:
    waiver, first = granted(bob, case), Claim.objects.get()
    facts = ClaimFacts(amount=Money.of_minor(9900, "EUR"))
    Claim.objects.create(
        customer=first.customer, system="books", key="R-99", sealed=seal(packed(facts)), told_at=first.told_at
    )
    client.force_login(members["bob"])
    page = client.get(f"/cases/{case.pk}").content.decode()
    form = page[page.index(f"/gestures/{waiver.pk}/order") :]
    assert form.index("Claim R-KD-47119 at books") < form.index("Claim R-99 at books")


def test_what_billing_cannot_do_is_offered_by_hand_alone(
    client: Client, members: dict[str, Member], bob: Actor, case: Case
) -> None:
    gift, waiver, refund = (granted(bob, case, kind) for kind in ("gift", "waive", "refund"))
    client.force_login(members["bob"])

    def offered() -> set[int]:
        page = client.get(f"/cases/{case.pk}").content.decode()
        return {int(pk) for pk in re.findall(r"/gestures/(\d+)/order", page)}

    assert offered() == {waiver.pk, refund.pk}
    Claim.objects.update(settled_at=timezone.now())
    assert offered() == {refund.pk}
    assert "Claim R-KD-47119 at books: settled" in client.get(f"/cases/{case.pk}").content.decode()
    BillingSystem.objects.update(adapter="odoo")
    assert offered() == set()
    form = {"claim": claim(), "seen": gift.version, "do": "order"}
    refused = client.post(f"/gestures/{gift.pk}/order", form)
    assert refused.status_code == 422
    assert "do it by hand" in refused.content.decode()


def test_more_time_to_pay_asks_for_a_day(
    client: Client, members: dict[str, Member], bob: Actor, case: Case
) -> None:
    gesture = granted(bob, case, "extension", 0)
    client.force_login(members["bob"])
    form = {"claim": claim(), "seen": gesture.version, "do": "order", "until": "soon"}
    assert client.post(f"/gestures/{gesture.pk}/order", form).status_code == 422
    day = timezone.localdate() + timedelta(days=30)
    assert client.post(f"/gestures/{gesture.pk}/order", {**form, "until": str(day)}).status_code == 302
    assert Gesture.objects.get().until == day


def test_the_page_of_a_case_asks_no_more_for_many_that_can_be_ordered(
    client: Client, members: dict[str, Member], bob: Actor, case: Case
) -> None:
    client.force_login(members["bob"])

    def asked(count: int) -> int:
        for _ in range(count):
            granted(bob, case)
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/cases/{case.pk}")
        return len(caught)

    asked(1)
    assert asked(2) == asked(27)


def test_an_order_goes_its_way_by_program(members: dict[str, Member], bob: Actor, case: Case) -> None:
    agent, lead, reader = (Program(members[name]) for name in ("bob", "alice", "carla"))
    gesture = granted(bob, case)
    path, wanted = f"/gestures/{gesture.pk}", {"claim": claim(), "reason": "wrong address"}
    said = agent.post(f"{path}/order/try", {**wanted, "seen": gesture.version}).json()
    assert said == {"state": "unknown", "text": "dry run: billing would be told to give it"}
    assert agent.post(f"{path}/order", {**wanted, "seen": 1}).status_code == 409
    made = agent.post(f"{path}/order", {**wanted, "seen": gesture.version})
    assert made.status_code == 200
    told = made.json()
    assert (told["state"], told["claim"]["key"], told["system"]["name"]) == ("ordered", "R-KD-47119", "books")
    assert reader.get(path).json()["claim"] is None, "whoever may not see values sees no number of a claim"
    order_due()
    assert agent.get(path).json()["said"] == "billing has not answered"
    assert agent.post(f"{path}/revoke", {"seen": 3, "reason": "no"}).status_code in {409, 422}
    seen = agent.get(path).json()["version"]
    assert agent.post(f"{path}/withdraw", {"seen": seen, "reason": "no"}).status_code == 403
    assert lead.post(f"{path}/withdraw", {"seen": seen, "reason": "no"}).json()["state"] == "approved"
    assert agent.get("/gestures?state=ordered").json()["items"] == []


def test_a_webhook_says_that_it_is_given_as_often_as_it_likes(
    bob: Actor, members: dict[str, Member], case: Case
) -> None:
    admin, now = actor_of(members["adam"]), timezone.now()
    BillingSystem.objects.all().delete()
    asked = billing_systems.Wanted(name="books", adapter="webhook", config={"url": "https://b.example"})
    system, secrets = billing_systems.add(actor=admin, wanted=asked, now=now)
    gesture = granted(bob, case)
    wanted = gesture_orders.Wanted(claim=Claim.objects.select_related("customer").get())
    gesture = gesture_orders.order(actor=bob, gesture=gesture, seen=gesture.version, wanted=wanted, now=now)
    Gesture.objects.update(told_at=now, due_at=now + timedelta(hours=1))
    said = {"type": "billing.gesture", "data": {"key": gesture.key, "state": "given", "text": "note 7"}}
    body = json.dumps(said).encode()
    for message in ("m1", "m1", "m2"):
        headers = signed_headers(message, body, secrets["their_secret"], now)
        receipt = billing_reading.receive(system=system, headers=headers, body=body, now=now)
        assert receipt.status == 204
        gesture_orders.order_due(adapters=billing_adapters.adapter_for, now=now)
    done = Gesture.objects.get()
    assert (done.state, words_of(done).proof) == ("carried_out", "books: note 7")
    assert Event.objects.filter(noun="gesture", action="given").count() == 1


def test_who_opened_what_is_said_is_on_record_once_an_hour(
    client: Client, members: dict[str, Member], bob: Actor, case: Case
) -> None:
    gesture = granted(bob, case)
    said = Judgement(fault="ours", why="we lost his letter")
    assessing.assess(actor=bob, case=case, seen=0, said=said, now=timezone.now())
    client.force_login(members["carla"])

    def opened(noun: str) -> list[Any]:
        rows = Event.objects.filter(noun=noun, action="open", actor=members["carla"])
        return list(rows.values_list("noun_id", flat=True))

    for path in ("/gestures?state=approved", f"/cases/{case.pk}", f"/gestures/{gesture.pk}"):
        page = client.get(path).content.decode()
        assert "as promised" in page
    assert "we lost his letter" in client.get(f"/cases/{case.pk}").content.decode()
    assert (opened("gesture"), len(opened("assessment"))) == ([gesture.pk], 1)
    Event.objects.update(at=timezone.now() - timedelta(hours=2))
    Program(members["carla"]).get("/gestures?state=approved")
    assert opened("gesture") == [gesture.pk] * 2


def test_the_database_does_not_tell_why(bob: Actor, case: Case) -> None:
    gesture = granted(bob, case)
    assessing.assess(
        actor=bob, case=case, seen=0, said=Judgement(why="we lost his letter"), now=timezone.now()
    )
    gestures.carry_out(actor=bob, gesture=gesture, seen=gesture.version, proof="book 9", now=timezone.now())
    with connection.cursor() as cursor:
        for table in ("desk_gesture", "desk_assessment", "desk_event"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
            rows = repr(cursor.fetchall())
            assert not re.search("our mistake|as promised|lost his letter|book 9", rows), table
