"""Goodwill by the API: gestures and their way, limits and budgets, defects, and what the lists say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from api_client import Program

from kulanz.desk.models import Case, Defect, Event, Gesture, Member, Person, Team
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import cases

pytestmark = pytest.mark.django_db
EUR = {"currency": "EUR"}
WANTED = {"kind": "waive", "value": {"amount": "12.40", **EUR}, "why": "the second letter was ours"}


@pytest.fixture
def case(bob: Actor) -> Case:
    rolf = Person.objects.create(name="Rolf Petersen", created_at=datetime.now(UTC))
    return cases.open_case(actor=bob, person=rolf, issue=None, title="Dunning", now=datetime.now(UTC))


def limit(**more: str) -> dict[str, Any]:
    amounts = {"alone": "10", "each": "50", "month": "100", **more}
    return {
        "role": "approver",
        **{name: {"amount": each, "currency": "EUR"} for name, each in amounts.items()},
    }


def test_a_gesture_goes_its_way(members: dict[str, Member], case: Case) -> None:
    alice, bob, carla = (Program(members[name]) for name in ("alice", "bob", "carla"))
    made = alice.post("/gesture-limits", limit())
    assert (made.status_code, made.json()["each"]) == (201, {"amount": "50.00", "currency": "EUR"})
    answer = bob.post(f"/cases/{case.pk}/gestures", WANTED)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["cost"], shown["state"]) == ({"amount": "12.40", "currency": "EUR"}, "proposed")
    path = f"/gestures/{shown['id']}"
    assert bob.post(f"{path}/grant", {"seen": 1}).status_code == 422
    assert bob.post(f"{path}/approve", {"seen": 1}).status_code == 403
    assert carla.post(f"{path}/approve", {"seen": 1}).json()["state"] == "approved"
    assert bob.post(f"{path}/carry-out", {"seen": 1, "proof": "x"}).status_code == 409
    assert bob.post(f"{path}/carry-out", {"seen": 2, "proof": "x"}).json()["proof"] == "x"
    assert bob.post(f"{path}/accept", {"seen": 3, "answer": "fine"}).json()["state"] == "accepted"
    assert len(bob.get(f"{path}/effect").json()) == 12
    assert bob.get(f"{path}/alike").json() == []
    assert bob.get("/gestures").json()["items"] == []
    assert [each["id"] for each in bob.get("/gestures?state=accepted").json()["items"]] == [shown["id"]]
    spending = bob.get("/gestures/spending").json()
    assert spending["spent"][0]["quiet"] == {"amount": "12.40", "currency": "EUR"}
    assert (len(spending["months"]), spending["quiet"]) == (12, {"cases": 1, "helped": 1})


def test_words_opened_to_change_them_are_on_record(members: dict[str, Member], case: Case) -> None:
    bob = Program(members["bob"])
    made = bob.post(f"/cases/{case.pk}/gestures", WANTED).json()
    Event.objects.all().delete()
    assert bob.ask("PATCH", f"/gestures/{made['id']}", {"seen": 7}).status_code == 409
    assert Event.objects.filter(noun="gesture", action="open", noun_id=made["id"]).count() == 1


def test_limits_are_in_one_currency(members: dict[str, Member]) -> None:
    mixed = {**limit(), "each": {"amount": "50", "currency": "USD"}}
    assert Program(members["alice"]).post("/gesture-limits", mixed).status_code == 422


def test_a_proposal_is_changed_declined_refused_and_taken_back(
    members: dict[str, Member], case: Case
) -> None:
    bob, carla = Program(members["bob"]), Program(members["carla"])
    free = {**WANTED, "kind": "apology", "value": {"amount": "0", **EUR}}
    ids = [bob.post(f"/cases/{case.pk}/gestures", free).json()["id"] for _ in range(3)]
    changed = bob.ask("PATCH", f"/gestures/{ids[0]}", {"seen": 1, "name": "by hand"})
    assert (changed.json()["name"], changed.json()["kind"]) == ("by hand", "apology")
    assert (
        carla.post(f"/gestures/{ids[0]}/decline", {"seen": 2, "reason": "no"}).json()["state"] == "declined"
    )
    assert bob.post(f"/gestures/{ids[1]}/grant", {"seen": 1}).json()["state"] == "approved"
    assert bob.post(f"/gestures/{ids[1]}/refuse", {"seen": 2}).json()["state"] == "refused"
    assert bob.post(f"/gestures/{ids[2]}/revoke", {"seen": 1, "reason": "typo"}).json()["state"] == "revoked"
    other = Person.objects.create(name="Silke", created_at=datetime.now(UTC))
    same = bob.post(f"/gestures/{ids[0]}/same", {"person": other.pk})
    assert (same.status_code, Gesture.objects.get(pk=same.json()["id"]).case.person) == (201, other)


@pytest.mark.parametrize("amount", ["-1", "12.345", "1e20"])
def test_what_cannot_be_paid_is_refused(members: dict[str, Member], case: Case, amount: str) -> None:
    wanted = {**WANTED, "value": {"amount": amount, "currency": "EUR"}}
    assert Program(members["bob"]).post(f"/cases/{case.pk}/gestures", wanted).status_code == 422
    unknown = {**WANTED, "value": {"amount": "1", "currency": "XYZ"}}
    assert Program(members["bob"]).post(f"/cases/{case.pk}/gestures", unknown).status_code == 422


def test_an_assessment_is_said_and_links_a_defect(members: dict[str, Member], case: Case) -> None:
    bob, alice = Program(members["bob"]), Program(members["alice"])
    path = f"/cases/{case.pk}/assessment"
    assert bob.get(path).json() == {
        "fault": "unclear", "why": "", "concerned": [], "defect": None, "version": 0,
    }  # fmt: skip
    said = {"seen": 0, "fault": "ours", "defect": "letter 2", "concerned": [members["carla"].pk]}
    told = bob.ask("PUT", path, said).json()
    assert (told["fault"], told["defect"]["name"], told["concerned"][0]["id"]) == (
        "ours", "letter 2", members["carla"].pk,
    )  # fmt: skip
    fits = {each["kind"]: each["fits"] for each in bob.get(f"/cases/{case.pk}/fitting-gestures").json()}
    assert fits == {
        "apology": True, "refund": True, "credit": True, "waive": False, "gift": False, "extension": False,
    }  # fmt: skip
    defect = Defect.objects.get()
    path = f"/defects/{defect.pk}"
    assert [each["id"] for each in bob.get("/defects").json()["items"]] == [defect.pk]
    assert [each["id"] for each in bob.get(f"{path}/cases").json()["items"]] == [case.pk]
    assert sum(bob.get(f"{path}/months").json()["cases"]) == 1
    assert (
        bob.ask("PATCH", path, {"seen": 1, "what": "the sum is wrong"}).json()["what"] == "the sum is wrong"
    )
    owner = {"seen": 2, "owner": members["bob"].pk}
    assert alice.post(f"{path}/assign", owner).json()["owner"]["id"] == members["bob"].pk
    assert bob.post(f"{path}/fix", {"seen": 3, "reason": "new text"}).json()["state"] == "fixed"
    assert bob.get(f"{path}/months").json()["around"] == {"days": 0, "before": 0, "after": 0}
    assert bob.post(f"{path}/reopen", {"seen": 4, "reason": "again"}).json()["fixed_at"] is None


def test_limits_and_budgets_are_kept_in_order(members: dict[str, Member]) -> None:
    alice, team = Program(members["alice"]), Team.objects.create(name="Care")
    assert alice.post("/gesture-limits", limit(alone="60")).status_code == 422
    row = alice.post("/gesture-limits", limit()).json()
    path = f"/gesture-limits/{row['id']}"
    assert alice.ask("PUT", path, {"seen": 1, **limit(alone="5")}).json()["alone"]["amount"] == "5.00"
    assert [each["id"] for each in alice.get("/gesture-limits").json()["items"]] == [row["id"]]
    assert alice.ask("DELETE", path).status_code == 204
    budget = alice.post("/team-budgets", {"team": team.pk, "month": {"amount": "500", **EUR}}).json()
    path = f"/team-budgets/{budget['id']}"
    changed = {"seen": 1, "team": team.pk, "month": {"amount": "400", **EUR}}
    assert alice.ask("PUT", path, changed).json()["month"]["amount"] == "400.00"
    assert alice.get(path).json()["team"]["name"] == "Care"
    assert alice.get("/team-budgets").json()["items"][0]["id"] == budget["id"]
    assert alice.ask("DELETE", path).status_code == 204
