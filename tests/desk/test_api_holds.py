"""Paused dunning by the API: holds and their way, what billing would do, letters, sums and rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from api_client import Program
from customer_people import make_customer, make_matter, make_person
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.core.money import Money
from kulanz.desk.models import BillingSystem, Case, Claim, Customer, DunningLetter, Event, Hold, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts
from kulanz.desk.services.customers import keep_claims
from kulanz.desk.services.holds import Plan, place_new

pytestmark = pytest.mark.django_db
END = {"next_step": "settled", "words": "he paid", "reason": "paid"}


@pytest.fixture
def case(alice: Actor, members: dict[str, Member]) -> Case:
    rolf = make_person(timezone.now(), number="KD-47119")
    make_customer(alice, timezone.now())
    return make_matter(rolf, None, timezone.now(), members["bob"])


@pytest.fixture
def drop(case: Case) -> BillingSystem:
    Claim.objects.update(system="books")
    return BillingSystem.objects.create(
        name="books", adapter="csv", hook_key="books", created_at=timezone.now()
    )


def wanted(**more: Any) -> dict[str, Any]:
    return {"claim": Claim.objects.get().pk, "reason": "he disputes it", **more}


def ahead(days: int) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def test_a_hold_goes_its_way(members: dict[str, Member], case: Case) -> None:
    bob, path = Program(members["bob"]), f"/cases/{case.pk}/holds"
    made = bob.post(path, wanted(note="call him", propose=True))
    assert made.status_code == 201
    hold = made.json()
    assert (hold["state"], hold["claim"]["key"], hold["customer"]["number"], hold["system"]) == (
        "proposed", "R-KD-47119", "KD-47119", None,
    )  # fmt: skip
    assert hold["amounts"] == [{"amount": "12.40", "currency": "EUR"}]
    assert (hold["reason"], hold["note"], hold["can"]) == (
        "he disputes it", "call him", ["decline", "edit", "place"],
    )  # fmt: skip
    path = f"/holds/{hold['id']}"
    assert bob.ask("PATCH", path, {"seen": 1, "note": ""}).json()["note"] == ""
    assert bob.post(f"{path}/place", {"seen": 1}).status_code == 409
    assert bob.post(f"{path}/place", {"seen": 2}).json()["state"] == "placing"
    by_hand = bob.post(f"{path}/by-hand", {"seen": 3, "proof": "Ms Roth"}).json()
    assert (by_hand["state"], by_hand["proof"]) == ("held", "Ms Roth")
    later = {"seen": 4, "reason": "not settled", "review_on": ahead(30)}
    assert bob.post(f"{path}/review", later).json()["review_on"] == ahead(30)
    ended = bob.post(f"{path}/release", {"seen": 5, **END}).json()
    assert (ended["state"], ended["next_step"], ended["next_words"]) == ("releasing", "settled", "he paid")
    Event.objects.filter(noun="hold", action="open").delete()
    [line] = bob.get("/holds").json()["items"]
    assert (line["id"], line["reason"], line["proof"]) == (hold["id"], None, None)
    assert not Event.objects.filter(noun="hold", action="open").exists()
    assert bob.post(f"{path}/by-hand", {"seen": 6, "proof": "Ms Roth"}).json()["state"] == "released"
    assert bob.get("/holds").json()["items"] == []
    assert [each["id"] for each in bob.get(f"/holds?state=released&case={case.pk}").json()["items"]] == [
        hold["id"]
    ]


def test_all_of_a_customers_claims_are_held_and_a_proposal_is_declined(
    members: dict[str, Member], case: Case
) -> None:
    bob, path = Program(members["bob"]), f"/cases/{case.pk}/holds"
    whole = {"customer": Customer.objects.get().pk, "reason": "all of it", "propose": True}
    hold = bob.post(path, whole).json()
    assert (hold["whole_customer"], hold["claim"]) == (True, None)
    assert bob.post(path, {**whole, "claim": Claim.objects.get().pk}).status_code == 422
    declined = bob.post(f"/holds/{hold['id']}/decline", {"seen": 1, "reason": "he paid"})
    assert declined.json()["state"] == "declined"


def test_billing_is_asked_what_it_would_do(
    members: dict[str, Member], case: Case, drop: BillingSystem
) -> None:
    bob = Program(members["bob"])
    said = bob.post(f"/cases/{case.pk}/holds/try", wanted())
    assert (said.status_code, said.json()["state"]) == (200, "unknown")
    assert not Hold.objects.exists()
    hold = bob.post(f"/cases/{case.pk}/holds", wanted()).json()
    assert (hold["state"], hold["system"]["name"]) == ("placing", "books")
    said = bob.post(f"/holds/{hold['id']}/try", {"act": "release"})
    assert (said.status_code, bool(said.json()["text"])) == (200, True)


def test_who_may_not_see_values_sees_that_a_hold_is_on(
    members: dict[str, Member], case: Case, drop: BillingSystem
) -> None:
    bob, carla = Program(members["bob"]), Program(members["carla"])
    hold = bob.post(f"/cases/{case.pk}/holds", wanted()).json()
    seen = carla.get(f"/holds/{hold['id']}").json()
    assert seen["state"] == "placing"
    assert [seen[name] for name in ("customer", "claim", "amounts", "can")] == [None, None, None, []]
    letter = DunningLetter.objects.create(
        system=drop, key="x", customer=Customer.objects.get(), claim=Claim.objects.get(), level=3,
        on=timezone.localdate(), told_at=timezone.now(), despite_id=hold["id"],
    )  # fmt: skip
    path = f"/cases/{case.pk}/dunning-letters"
    [told], [bare] = bob.get(path).json()["items"], carla.get(path).json()["items"]
    assert (told["claim"]["key"], told["despite"]) == ("R-KD-47119", hold["id"])
    assert (bare["id"], bare["claim"], bare["level"]) == (letter.pk, None, 3)
    assert len(bob.get("/holds?despite=true").json()["items"]) == 1
    assert bob.get("/holds?review=true").json()["items"] == []
    assert bob.get("/holds/sums").json() == {
        "amounts": [{"amount": "12.40", "currency": "EUR"}], "unconfirmed": 1, "review": 0, "despite": 1,
    }  # fmt: skip
    assert carla.get("/holds/sums").status_code == 403


def test_lists_ask_no_more_for_many(
    members: dict[str, Member], case: Case, drop: BillingSystem, bob: Actor
) -> None:
    program, customer = Program(members["bob"]), Customer.objects.get()

    def more(count: int) -> None:
        facts = ClaimFacts(amount=Money(Decimal(1), "EUR"))
        known = Claim.objects.count()
        claims = {f"M-{known + number}": facts for number in range(count)}
        keep_claims(customer=customer, system="books", claims=claims, whole=False, now=timezone.now())
        for each in Claim.objects.filter(key__in=claims):
            plan = Plan(customer=customer, claim=each, reason="odd")
            hold = place_new(actor=bob, case=case, plan=plan, now=timezone.now())
            DunningLetter.objects.create(
                system=drop, key=each.key, customer=customer, claim=each, level=3, despite=hold,
                on=timezone.localdate(), told_at=timezone.now(),
            )  # fmt: skip

    def asked() -> list[int]:
        found = []
        for path in ("/holds", "/holds?despite=true", "/holds/sums", f"/cases/{case.pk}/dunning-letters"):
            program.get(path)
            with CaptureQueriesContext(connection) as caught:
                assert program.get(path).status_code == 200
            found.append(len(caught))
        return found

    more(3)
    few = asked()
    more(27)
    assert asked() == few


def test_a_case_is_closed_with_its_holds(members: dict[str, Member], case: Case) -> None:
    bob = Program(members["bob"])
    hold = bob.post(f"/cases/{case.pk}/holds", wanted()).json()
    Case.objects.update(state="resolved")
    assert bob.post(f"/cases/{case.pk}/close", {"seen": 1}).status_code == 422
    end = {"next_step": "cancelled", "words": "our mistake"}
    assert bob.post(f"/cases/{case.pk}/close", {"seen": 1, **end}).json()["state"] == "closed"
    assert bob.get(f"/holds/{hold['id']}").json()["next_step"] == "cancelled"


def test_rules_are_set(members: dict[str, Member]) -> None:
    alice = Program(members["alice"])
    usual = alice.get("/hold-rules").json()
    assert usual == {
        "propose": True, "confirm_below": [], "review_days": 14, "unconfirmed_hours": 4, "check_hours": 1,
        "version": 0,
    }  # fmt: skip
    given: dict[str, Any] = {
        "seen": 0,
        "review_days": 7,
        "confirm_below": [{"amount": "20", "currency": "EUR"}],
    }
    told = alice.ask("PUT", "/hold-rules", given).json()
    assert (told["review_days"], told["confirm_below"][0]["amount"], told["version"]) == (7, "20", 1)
    assert alice.ask("PUT", "/hold-rules", given).status_code == 409
    twice = {**given, "seen": 1, "confirm_below": given["confirm_below"] * 2}
    assert alice.ask("PUT", "/hold-rules", twice).status_code == 422
