"""Files of billing that were read: those that name somebody who was erased go, others stay."""

from __future__ import annotations

from datetime import datetime

import pytest

from kulanz.desk.models import BillingSystem, Person
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import erasing, sweeping
from kulanz.desk.services.billing_adapters import inbox_path
from kulanz.desk.services.forgetting_files import forget_files

pytestmark = pytest.mark.django_db(transaction=True)
NAMING = {
    "done/claims/number.csv": b"claim;customer\r\nR-1;10123;5.00\r\nR-2;10999;5.00\r\n",
    "done/events/name.csv": b'text\n"letter to ROLF\nPETERSEN"\n',
    "rejected/claims/address.csv": b"rolf@petersen.example",
}
OTHERS = {
    "done/claims/other.csv": b"R-3;101234;5.00\nRolf Petersenow\n",
    "done/claims/latin.csv": "R-4;Jürgen;5,00".encode("latin-1"),
    "in/claims/waiting.csv": b"R-5;10123;5.00",
}


def test_an_erasure_takes_the_files_that_name_the_person(alice: Actor, now: datetime) -> None:
    system = BillingSystem.objects.create(name="Files", adapter="csv", hook_key="f", created_at=now)
    for name, content in (NAMING | OTHERS).items():
        path = inbox_path(system) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (inbox_path(system) / "done/link.csv").symlink_to(inbox_path(system) / "in/claims/waiting.csv")
    rolf = Person.objects.create(
        name="Rolf Petersen", email="rolf@petersen.example", customer_number="10123", created_at=now
    )
    erasing.erase(actor=alice, person=rolf, seen=rolf.version, reason="asked by letter", now=now)
    sweeping.finish_due(now=now)
    left = {path.relative_to(inbox_path(system)).as_posix() for path in inbox_path(system).rglob("*.csv")}
    assert left == {*OTHERS, "done/link.csv"}


def test_words_that_anybody_writes_take_no_files(now: datetime) -> None:
    system = BillingSystem.objects.create(name="Files", adapter="csv", hook_key="f", created_at=now)
    path = inbox_path(system) / "done/claims/others.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"R-1;1;Rolf;die Mahnung")
    forget_files(["Rolf", "die Mahnung", ""])
    assert path.exists()
