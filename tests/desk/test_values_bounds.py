"""What customers are worth: who is told it, also by repetition, and how large it may be."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from api_client import Program, Visitor
from customer_people import RATES, make_customer, make_matter, make_person, make_rates

from kulanz.billing.claims import Claim as Told
from kulanz.core.money import Money
from kulanz.core.stake import Range
from kulanz.desk.access import actor_of
from kulanz.desk.models import Case, Claim, Customer, Event, IdempotencyKey, Member, MemberRole, Thread
from kulanz.desk.queries.timeline import case_timeline, issue_timeline
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.rates import Rates
from kulanz.desk.services import customer_imports, stakes
from kulanz.desk.services.billed import take_claims
from kulanz.desk.services.rates import set_rates

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "4711"}


@pytest.fixture
def case(alice: Actor, thread: Thread, now: datetime) -> Case:
    """Rolf's, whose claim is 12.40 EUR."""
    found = make_matter(make_person(now, number="KD-47119"), thread, now)
    make_customer(alice, now)
    return found


def kept() -> bytes:
    return b"".join(bytes(row.body or b"") for row in IdempotencyKey.objects.all())


def test_an_answer_with_values_is_not_kept_and_its_repetition_tells_the_version(
    members: dict[str, Member], case: Case
) -> None:
    bob, body = Program(members["bob"]), {"seen": 0, "values": {"cost.hours": "3"}, "reason": "r"}
    first = bob.ask("PATCH", f"/cases/{case.pk}/stake", body, **KEY)
    assert (first.status_code, b"12.40" in first.content) == (200, True)
    again = bob.ask("PATCH", f"/cases/{case.pk}/stake", body, **KEY)
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (200, {"version": 1}, "true")
    assert kept() == b'{"version": 1}'
    assert Event.objects.filter(action="correct").count() == 1


def test_a_refusal_of_values_is_kept_without_its_words(members: dict[str, Member]) -> None:
    alice = Program(members["alice"])
    body = {"system": "crm", "revenue_per_month": {"amount": "1", "currency": "EUR"}, "email": "rolf at home"}
    for _ in range(2):
        answer = alice.ask("PUT", "/customers/by-number/1", body, **KEY)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert b"rolf" not in kept()
    assert answer.json()["title"] == "Refused"


def test_whoever_lost_the_right_gets_no_repetition(members: dict[str, Member], case: Case) -> None:
    bob, path = Program(members["bob"]), f"/issues/{case.issue_id}/tasks"
    assert bob.post(path, {"text": "Call Rolf"}, **KEY).status_code == 201
    MemberRole.objects.filter(member=members["bob"]).update(role="reader")
    refused = bob.post(path, {"text": "Call Rolf"}, **KEY)
    assert (refused.status_code, b"Rolf" in refused.content) == (403, False)


@pytest.mark.parametrize("name", ["price", "hours", "hourly", "fees", "months"])
@pytest.mark.parametrize("value", ["1e19", "1000000001", "1e-40", "-1", "NaN", "Infinity"])
def test_rates_are_bounded(alice: Actor, now: datetime, name: str, value: str) -> None:
    with pytest.raises(RuleError):
        set_rates(actor=alice, rates=Rates(**{name: Decimal(value)}), seen=0, now=now)  # type: ignore[arg-type]


def test_the_largest_rates_and_claims_can_be_shown(
    alice: Actor, members: dict[str, Member], case: Case, now: datetime
) -> None:
    most = Decimal(10) ** 9
    largest = dict.fromkeys(("price", "hours", "hourly", "fees", "months"), most)
    spread = Range(Decimal(1), most)
    rates = Rates(**largest, audience=RATES.audience, spread=spread, days=3650)  # type: ignore[arg-type]
    make_rates(alice, now, rates)
    Thread.objects.update(views=10**9)
    program, visitor = Program(members["alice"]), Visitor(members["alice"])
    amount = {"amount": "1000000000000", "currency": "EUR"}
    for number in ("KD-1", "KD-2"):
        claims = [{"key": f"{number}-{each}", "amount": amount} for each in range(20)]
        body = {"system": "crm", "revenue_per_month": amount, "margin": "1", "claims": claims}
        assert program.ask("PUT", f"/customers/by-number/{number}", body).status_code == 200
    Customer.objects.update(person=case.person)
    for place in (f"/cases/{case.pk}", f"/issues/{case.issue_id}"):
        assert program.get(f"{place}/stake").status_code == 200
        assert visitor._client.get(place).status_code == 200


def test_rates_too_large_are_refused_by_the_api(members: dict[str, Member]) -> None:
    alice = Program(members["alice"])
    for values in ({"hourly": "1e19"}, {"fees": "1e-40"}, {"cohort": [10**20]}, {"days": 10**20}):
        assert alice.ask("PUT", "/rates", {"seen": 0, **values}).status_code == 422


@pytest.mark.parametrize("amount", ["-50", "-0.01", "1000000000000.01", "999999999999999999"])
def test_claims_and_revenues_are_bounded_however_they_come(
    alice: Actor, members: dict[str, Member], now: datetime, amount: str
) -> None:
    money: dict[str, Any] = {"amount": amount, "currency": "EUR"}
    program = Program(members["alice"])
    for values in ({"claims": [{"key": "a", "amount": money}]}, {"revenue_per_month": money}):
        assert program.ask("PUT", "/customers/by-number/1", {"system": "crm", **values}).status_code == 422
    told = Told(claim_id="a", customer="1", amount=Money.of(amount, "EUR"))
    assert list(take_claims(system="tryton", told=[told], now=now)) == ["a"]
    table = f"number;claim_number;claim_amount\n1;a;{amount.replace('.', ',')}\n".encode()
    uploaded = customer_imports.upload(actor=alice, name="x.csv", content=table, now=now)
    assert customer_imports.preview(actor=alice, uploaded=uploaded).counts["refused"] == 1
    assert not Claim.objects.exists()


def test_corrections_are_bounded(alice: Actor, case: Case, now: datetime) -> None:
    for name in ("claim", "cost.fees", "lifetime.revenue_per_month"):
        values = {name: "999999999999999999.999 EUR"}
        with pytest.raises(RuleError):
            stakes.correct(actor=alice, about=case, seen=0, values=values, reason="r", now=now)


def test_why_a_number_was_corrected_is_told_to_those_who_see_values(
    alice: Actor, erik: Actor, members: dict[str, Member], case: Case, now: datetime
) -> None:
    assert case.issue is not None
    for about, values in ((case.issue, {"exposure.views": "9"}), (case, {"cost.hours": "9"})):
        stakes.correct(actor=alice, about=about, seen=0, values=values, reason="pays 5000 EUR", now=now)

    def told(actor: Actor) -> set[str]:
        assert case.issue is not None
        return {each.text for each in issue_timeline(actor, case.issue).entries if each.action == "correct"}

    carla = actor_of(members["carla"])
    assert (told(alice), told(erik), told(carla)) == ({"pays 5000 EUR"}, {""}, {""})
    assert "pays 5000 EUR" in {each.text for each in case_timeline(alice, case).entries}
    assert "pays 5000 EUR" not in {each.text for each in case_timeline(carla, case).entries}
    path = f"/issues/{case.issue_id}/timeline"
    assert b"5000 EUR" in Program(members["alice"]).get(path).content
    assert b"5000 EUR" not in Program(members["erik"]).get(path).content
    assert b"5000 EUR" not in Visitor(members["erik"])._client.get(f"/issues/{case.issue_id}").content


@pytest.mark.parametrize("path", ["/gestures?case=", "/gestures?person=", "/cases?person=", "/cases?issue="])
def test_a_key_that_no_row_can_have_is_refused(members: dict[str, Member], path: str) -> None:
    assert Program(members["bob"]).get(f"{path}9223372036854775808").status_code == 422
    assert Program(members["bob"]).get(f"{path}9223372036854775807").status_code == 200
