"""Tables of customers, brought in by programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from api_client import Program
from customer_people import make_customer
from django.utils import timezone

from kulanz.desk.models import Customer, CustomerImport, Event, Member
from kulanz.desk.rules import customer_tables
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import Facts
from kulanz.desk.services import customer_imports

pytestmark = pytest.mark.django_db
TABLE = (
    "Kundennummer;Name;E-Mail;Tarif\nKD-1;Rolf Müller;rolf@mueller.example;Premium\nKD-2;Anna;;\n;Emil;;\n"
)
PATH = "/customer-imports"


@pytest.fixture
def alices(members: dict[str, Member]) -> Program:
    return Program(members["alice"])


def brought(program: Program, table: str | bytes = TABLE, name: str = "crm.csv", **headers: str) -> Any:
    content = table.encode() if isinstance(table, str) else table
    return program.ask("POST", f"{PATH}?name={name}", content, **headers)


def taken() -> None:
    while customer_imports.take_due(now=timezone.now()):
        pass


def test_a_table_is_brought_in_looked_at_and_taken(alices: Program, alice: Actor, now: datetime) -> None:
    make_customer(alice, now, "KD-2", Facts(name="Anna", plan="Basis"), None)
    made = brought(alices, TABLE.encode("cp1252"))
    assert made.status_code == 201
    table = made.json()
    assert (table["name"], table["state"], table["version"]) == ("crm.csv", "waiting", 1)
    assert table["columns"] == {"number": "Kundennummer", "name": "Name", "email": "E-Mail", "plan": "Tarif"}
    path = f"{PATH}/{table['id']}"
    seen = alices.get(f"{path}/preview").json()
    assert seen["header"] == ["Kundennummer", "Name", "E-Mail", "Tarif"]
    assert seen["counts"] == {"made": 1, "changed": 1, "same": 0, "refused": 1}
    assert [(row["line"], row["became"], row["fields"]) for row in seen["items"]] == [
        (2, "made", ["name", "email", "plan"]), (3, "changed", ["plan"]), (4, "refused", []),
    ]  # fmt: skip
    assert seen["items"][2]["problem"] == "customer number: this row has none"
    assert Customer.objects.count() == 1
    assert alices.post(f"{path}/begin").status_code == 428
    assert alices.post(f"{path}/begin", {"seen": 7}).status_code == 409
    assert alices.post(f"{path}/begin", {"seen": 1}).json()["state"] == "taking"
    wrong = {"columns": {"number": "Name"}, "seen": 2}
    assert alices.ask("PUT", f"{path}/columns", wrong).status_code == 422
    taken()
    found = alices.get(path).json()
    assert (found["state"], found["counts"]) == ("ended", seen["counts"])
    assert found["refused"] == [{"line": 4, "problem": "customer number: this row has none"}]
    assert alices.get(f"{path}/preview").status_code == 422
    [rolf] = Customer.objects.filter(number="KD-1")
    assert alices.get(f"/customers/by-number/{rolf.number}").json()["facts"]["name"] == "Rolf Müller"
    actions = Event.objects.filter(noun="customerimport").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["upload", "begin", "import"]


def test_columns_are_chosen_where_their_names_tell_nothing(alices: Program) -> None:
    table = brought(alices, "A,B\n1,Rolf\n").json()
    path = f"{PATH}/{table['id']}"
    assert alices.get(f"{path}/preview").json()["items"] == []
    for wrong in ({"name": "B"}, {"number": "C"}, {"number": "A", "shoe": "B"}, {"number": "A", "name": "A"}):
        answer = alices.ask("PUT", f"{path}/columns", {"columns": wrong, "seen": 1})
        assert answer.status_code == 422, wrong
    chosen = {"columns": {"number": "A", "name": "B"}}
    tag = alices.get(path)["ETag"]
    assert alices.ask("PUT", f"{path}/columns", chosen, **{"If-Match": tag}).json()["version"] == 2
    assert alices.ask("PUT", f"{path}/columns", chosen, **{"If-Match": tag}).status_code == 412
    assert alices.get(f"{path}/preview").json()["counts"]["made"] == 1


def test_rows_are_read_in_stretches(alices: Program) -> None:
    lines = "".join(f"KD-{number},Rolf\n" for number in range(5))
    table = brought(alices, f"number,name\n{lines},Emil\n").json()
    path = f"{PATH}/{table['id']}"
    first = alices.get(f"{path}/preview?limit=2&became=made").json()
    assert [row["line"] for row in first["items"]] == [2, 3]
    rest = alices.get(f"{path}/preview?limit=3&became=made&cursor={first['next']}").json()
    assert ([row["line"] for row in rest["items"]], rest["next"]) == ([4, 5, 6], None)
    assert rest["counts"]["refused"] == 1
    other = f"{PATH}/{brought(alices).json()['id']}"
    assert alices.get(f"{other}/preview?cursor={first['next']}").status_code == 422


def test_limits_are_those_of_the_page(alices: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_tables, "MOST_ROWS", 2)
    for wrong in (b"", TABLE, b"x" * (customer_tables.MOST_BYTES + 1)):
        assert brought(alices, wrong).status_code == 422
    assert alices.ask("POST", f"{PATH}?name={'x' * 201}", b"number\n1\n").status_code == 422
    assert not CustomerImport.objects.exists()


def test_a_table_is_listed_and_forgotten(members: dict[str, Member], alices: Program) -> None:
    for _ in range(2):
        answer = brought(alices, **{"Idempotency-Key": "once"})
    assert answer.json() == {"id": CustomerImport.objects.get().pk, "version": 1}
    [listed] = alices.get(PATH).json()["items"]
    assert (listed["by"]["name"], listed["refused"]) == ("Alice Beispiel", [])
    for name in ("bob", "frieda", "adam"):
        other = Program(members[name])
        assert brought(other).status_code == other.get(PATH).status_code == 403
        assert other.get(f"{PATH}/{listed['id']}/preview").status_code == 403
    assert alices.ask("DELETE", f"{PATH}/{listed['id']}").status_code == 204
    assert alices.get(f"{PATH}/{listed['id']}").status_code == 404
