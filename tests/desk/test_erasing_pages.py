"""Erasing a person by the page and by the API: what goes is shown first, and only leads come so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from api_client import Program
from django.test import Client

from kulanz.desk.models import Case, LogEntry, Member, Message, Person
from kulanz.desk.services import erasure_receipts

pytestmark = pytest.mark.django_db


@pytest.fixture
def rolf(now: datetime) -> Person:
    return Person.objects.create(name="Rolf Petersen", email="rolf@mauer.example", created_at=now)


@pytest.fixture
def case(rolf: Person, now: datetime) -> Case:
    case = Case.objects.create(
        person=rolf, title="Two reminders", state="closed", reply_key="r", opened_at=now
    )
    Message.objects.create(case=case, inbound=True, text="My words.", at=now)
    return case


@pytest.fixture
def lead(members: dict[str, Member], client: Client) -> Client:
    client.force_login(members["alice"])
    return client


def test_the_page_shows_what_goes_and_stays_and_then_does_it(lead: Client, case: Case) -> None:
    path = f"/people/{case.person_id}"
    assert f"{path}/erasing" in lead.get(path).content.decode()
    page = lead.get(f"{path}/erasing").content.decode()
    assert "Private messages" in page
    assert "Erase for good" in page
    refused = lead.post(f"{path}/erase", {"seen": "1", "reason": ""})
    assert refused.status_code == 422
    assert "say why" in refused.content.decode()
    done = lead.post(f"{path}/erase", {"seen": "1", "reason": "asked by letter"}, follow=True)
    page = done.content.decode()
    assert done.redirect_chain[-1][0] == path
    assert "This person was erased" in page
    assert "Rolf" not in page
    assert "Erase this person" not in page
    assert Person.objects.get().name not in lead.get("/people").content.decode()


def test_an_open_case_comes_first(lead: Client, case: Case) -> None:
    Case.objects.update(state="open")
    page = lead.get(f"/people/{case.person_id}/erasing").content.decode()
    assert "1 case is not closed yet" in page
    assert "Erase for good" not in page


def test_programs_erase_too(members: dict[str, Member], case: Case) -> None:
    program = Program(members["alice"])
    plan = program.get(f"/people/{case.person_id}/erasure").json()
    assert plan["goes"][1] == {"what": "messages", "count": 1}
    assert plan["stays"][2] == {"what": "cases", "count": 1}
    assert plan["open_cases"] == 0
    answer = program.post(f"/people/{case.person_id}/erase", {"seen": 1, "reason": "asked by letter"})
    assert answer.status_code == 200
    assert answer.json()["name"].startswith("erased-")
    assert answer.json()["erased_at"]
    assert not Message.objects.exists()
    assert program.get("/people").json()["items"] == []


def test_a_receipt_of_an_erasure_leads_to_its_entry(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = replace(erasure_receipts.conf(), public_pages=True, url="https://desk.example")
    monkeypatch.setattr(erasure_receipts, "conf", lambda: opened)
    told = erasure_receipts.receipt(pseudonym="erased-1", now=now)
    assert told.endswith(f"page: https://desk.example/record/{LogEntry.objects.latest('pk').leaf}")
