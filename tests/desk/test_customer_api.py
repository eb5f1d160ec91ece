"""The API of customers, stakes, standing and rates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from api_client import Program
from customer_people import make_customer, make_matter, make_person

from kulanz.desk.models import Account, Claim, Customer, CustomerMatch, Event, Member, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import Facts
from kulanz.desk.rules.roles import Role
from kulanz.desk.rules.scopes import Scope, usable
from kulanz.desk.services.billed import take_claims
from kulanz.desk.services.standing import count_due

pytestmark = pytest.mark.django_db
ROLF: dict[str, Any] = {
    "system": "crm", "name": "Rolf Petersen", "email": "rolf@petersen.example", "plan": "Premium",
    "since": "2022-03-01", "revenue_per_month": {"amount": "5.95", "currency": "EUR"}, "margin": "0.7",
    "claims": [
        {"key": "R-1", "amount": {"amount": "12.40", "currency": "EUR"}, "due": "2026-05-01", "level": 2,
         "what": "Fee"},
    ],
}  # fmt: skip
RATES: dict[str, Any] = {
    "seen": 0, "price": "10", "audience": {"low": "0.5", "high": "0.8"}, "spread": {"low": "1", "high": "3"},
    "days": 30, "hours": "8", "hourly": "45", "fees": "119.80", "months": "48.5",
}  # fmt: skip


@pytest.fixture
def alices(members: dict[str, Member]) -> Program:
    return Program(members["alice"])


@pytest.fixture
def bobs(members: dict[str, Member]) -> Program:
    return Program(members["bob"])


def test_a_customer_is_told_of_by_number_and_twice_is_once(alices: Program, bobs: Program) -> None:
    first = alices.ask("PUT", "/customers/by-number/KD/47-119", ROLF)
    assert (first.status_code, first.json()["number"], first.json()["version"]) == (200, "KD/47-119", 1)
    assert alices.ask("PUT", "/customers/by-number/KD/47-119", ROLF).json()["version"] == 1
    assert (
        alices.ask("PUT", "/customers/by-number/KD/47-119", {**ROLF, "plan": "Basis"}).json()["version"] == 2
    )
    found = bobs.get("/customers/by-number/KD/47-119").json()
    assert found["facts"] == {
        "name": "Rolf Petersen", "email": "rolf@petersen.example", "plan": "Basis", "since": "2022-03-01",
        "revenue_per_month": {"amount": "5.95", "currency": "EUR"}, "margin": "0.7",
    }  # fmt: skip
    assert [(claim["amount"]["amount"], claim["what"]) for claim in found["claims"]] == [("12.40", "Fee")]
    assert Event.objects.filter(noun="customer", action="open", token__isnull=False).count() == 1
    assert alices.ask("PUT", "/customers/by-number/KD/47-119", {**ROLF, "claims": []}).status_code == 200
    assert Claim.objects.filter(settled_at=None).count() == 0
    wrong = {**ROLF, "revenue_per_month": {"amount": "5", "currency": "XXX"}}
    for body in (wrong, {**ROLF, "email": "x"}, {**ROLF, "margin": 2}, {**ROLF, "worth": 1}):
        assert alices.ask("PUT", "/customers/by-number/1", body).status_code == 422
    assert bobs.ask("PUT", "/customers/by-number/1", ROLF).status_code == 403
    assert alices.get("/customers?linked=false").json()["items"][0]["number"] == "KD/47-119"
    assert alices.ask("DELETE", "/customers/by-number/KD/47-119").status_code == 204
    assert not Customer.objects.exists()


def test_only_the_scope_for_it_opens_values(members: dict[str, Member], alices: Program) -> None:
    alices.ask("PUT", "/customers/by-number/1", ROLF)
    for scope in (each for each in Scope if usable(each, {Role.LEAD})):
        program = Program(members["alice"], scope)
        wanted = 200 if scope == Scope.CUSTOMERS else 403
        assert program.get("/customers/by-number/1").status_code == wanted, scope


def test_links_are_made_taken_back_and_told_apart(
    alice: Actor, alices: Program, bobs: Program, now: datetime
) -> None:
    person = make_person(now, number="KD-1", email="rolf@petersen.example")
    customer = make_customer(alice, now)
    [match] = bobs.get("/customer-matches").json()["items"]
    assert (match["person_id"], match["grounds"]) == (person.pk, ["email", "other_number"])
    path = f"/customer-matches/{match['id']}"
    assert bobs.post(f"{path}/tell-apart", {"seen": 1}).json()["version"] == 2
    assert bobs.post(f"{path}/again", {"seen": 2}).json()["dismissed_at"] is None
    linked = bobs.post(f"/customers/{customer.pk}/link", {"person": person.pk, "seen": customer.version})
    assert linked.json()["linked_by"] == "hand"
    assert bobs.post(f"/customers/{customer.pk}/unlink", {"seen": 99}).status_code == 409
    seen = linked.json()["version"]
    assert bobs.post(f"/customers/{customer.pk}/unlink", {"seen": seen}).json()["person_id"] is None
    assert CustomerMatch.objects.get().dismissed_at is not None


def test_what_is_at_stake_is_read_and_corrected(
    alice: Actor, alices: Program, bobs: Program, thread: Thread, now: datetime
) -> None:
    assert alices.get("/rates").json()["version"] == 0
    assert alices.ask("PUT", "/rates", RATES).json()["audience"] == {"low": "0.5", "high": "0.8"}
    assert alices.ask("PUT", "/rates", RATES).status_code == 409
    assert alices.ask("PUT", "/rates", {**RATES, "seen": 1, "price": "-1"}).status_code == 422
    Thread.objects.filter(pk=thread.pk).update(views=13016)
    case = make_matter(make_person(now, number="KD-47119"), thread, now)
    make_customer(alice, now)
    found = bobs.get(f"/cases/{case.pk}/stake").json()
    assert [line["code"] for line in found["lines"]] == ["claim", "customer", "exposure", "dispute"]
    assert found["lines"][0]["high"] == {"amount": "12.40", "currency": "EUR"}
    assert found["says_de"].startswith("Die Forderung beträgt 12,40 EUR.")
    body = {"values": {"cost.hours": "20"}, "reason": "much to do", "seen": 0}
    corrected = bobs.ask("PATCH", f"/cases/{case.pk}/stake", body).json()
    assert corrected["lines"][3]["numbers"][0] | {"corrected_at": None} == {
        "name": "cost.hours", "value": "20", "reckoned": "8", "corrected_by": "Bob Beispiel",
        "corrected_at": None,
    }  # fmt: skip
    assert bobs.ask("PATCH", f"/cases/{case.pk}/stake", body).status_code == 409
    issue = bobs.get(f"/issues/{case.issue_id}/stake").json()
    assert issue["lines"][0]["parts"] == [
        {"name": case.title, "amount": {"amount": "12.40", "currency": "EUR"}}
    ]
    body = {"values": {"exposure.views": "20000"}, "reason": "counted at the blog", "seen": 0}
    assert bobs.ask("PATCH", f"/issues/{case.issue_id}/stake", body).json()["version"] == 1
    again = bobs.get(f"/cases/{case.pk}/stake").json()
    assert again["lines"][2]["numbers"][0]["value"] == "20000"


def test_standing_is_told_once_it_is_counted(bobs: Program, forum: Source, now: datetime) -> None:
    person = make_person(now)
    assert bobs.get(f"/people/{person.pk}/standing").status_code == 404
    Account.objects.create(source=forum, key="Rolf", person=person, first_seen_at=now)
    while count_due(now=now):
        pass
    found = bobs.get(f"/people/{person.pk}/standing").json()
    assert (found["value"], found["roles"], found["reach"]) == (0, ["occasional"], [])


def test_claims_of_a_billing_system_are_kept(alice: Actor, now: datetime) -> None:
    from kulanz.billing.claims import Claim as Told  # noqa: PLC0415
    from kulanz.core.money import Money  # noqa: PLC0415

    make_customer(alice, now, "KD-1", Facts(name="Rolf"), None)
    told = [
        Told(claim_id=f"T-{n}", customer=f"KD-{n}", amount=Money.of("12.40", "EUR"), level=2) for n in (1, 2)
    ]
    assert take_claims(system="tryton", told=told, now=now) == {}
    assert take_claims(system="tryton", told=told, now=now) == {}
    assert {row.customer.number for row in Claim.objects.filter(settled_at=None)} == {"KD-1", "KD-2"}
    paid = Told(claim_id="T-1", customer="KD-1", amount=Money.of("0", "EUR"), settled=True)
    moved = Told(claim_id="T-2", customer="KD-1", amount=Money.of("1", "EUR"))
    assert list(take_claims(system="tryton", told=[paid, moved], now=now)) == ["T-2"]
    assert [row.key for row in Claim.objects.filter(settled_at=None)] == ["T-2"]
