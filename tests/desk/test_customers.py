"""Customer data: sealed, audited, linked without doubt or by hand, brought in by tables, erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from customer_people import CLAIM, FACTS, make_customer, make_person
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.money import Money
from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Account,
    Claim,
    Customer,
    CustomerImport,
    CustomerMatch,
    Event,
    Person,
    Retention,
    Source,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customer_tables import Refused, Told, read_rows, read_table, usual_columns
from kulanz.desk.rules.customers import Facts
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.figures import money_in, number_in, range_in, written
from kulanz.desk.services import customer_imports as imports
from kulanz.desk.services import erasing, matching, people, sealing
from kulanz.desk.services.customers import keep_customer
from kulanz.desk.services.opening import opened_of, read
from kulanz.desk.services.retention import remove_due

pytestmark = pytest.mark.django_db
TABLE = """\
Kundennummer;Name;E-Mail;Tarif;Kunde seit;Umsatz pro Monat;Marge;Rechnung;Offen;Fällig am;Mahnstufe;Posten
KD-1;Rolf Petersen;rolf@petersen.example;Premium;01.03.2022;5,95;70 %;R-1;12,40;01.05.2026;2;Beitrag
KD-2;Anna;anna@example.org;Basis;2024-01-15;1.234,50;0,2;;;;;
KD-3;Otto;otto@;Basis;;3,00;;;;;;
;Nobody;;;;;;;;;;
KD-4;Eva;;;;1.234;;;;;;
"""


def everything() -> str:
    rows = (repr(row) for model in apps.get_models() for row in model._default_manager.values_list())
    return "\n".join(rows)


def test_what_is_told_is_sealed_and_telling_it_again_changes_nothing(alice: Actor, now: datetime) -> None:
    customer = make_customer(alice, now)
    assert [
        secret for secret in ("petersen", "Premium", "5.95", "12.40", "reminder") if secret in everything()
    ] == []
    [opened] = read([customer])
    assert opened.facts == FACTS
    assert [claim.facts for claim in opened.claims] == [CLAIM]
    assert (make_customer(alice, now).version, Claim.objects.get().version) == (customer.version, 1)
    assert Event.objects.filter(noun="customer", action="make").count() == 1
    make_customer(alice, now, claim=None)
    assert Claim.objects.get().settled_at == now
    assert read([customer])[0].claims == ()


def test_only_leads_bring_data_in_and_only_who_may_opens_it(
    alice: Actor, bob: Actor, erik: Actor, adam: Actor, now: datetime
) -> None:
    rolf = make_person(now, number="kd-47119")
    customer = make_customer(alice, now)
    for actor in (bob, erik, adam):
        with pytest.raises(NotAllowedError):
            keep_customer(actor=actor, number="1", facts=FACTS, system="crm", claims=None, now=now)
    for actor in (erik, adam):
        with pytest.raises(NotAllowedError):
            opened_of(actor=actor, person=rolf, now=now)
    for minutes in (0, 30, 61):
        assert opened_of(actor=bob, person=rolf, now=now + timedelta(minutes=minutes))
    events = Event.objects.filter(noun="customer", action="open", noun_id=customer.pk, actor=bob.member_id)
    assert [event.at - now for event in events.order_by("at")] == [timedelta(0), timedelta(minutes=61)]


def test_a_number_links_and_so_does_an_email_that_nothing_speaks_against(alice: Actor, now: datetime) -> None:
    by_number = make_person(now, number="kd-47119", email="else@example.org")
    assert (make_customer(alice, now).person, Customer.objects.get().linked_by) == (by_number, "number")
    by_email = make_person(now, "Anna", email="Anna@Example.org")
    anna = make_customer(alice, now, "KD-2", Facts(name="A", email="anna@example.org"), None)
    assert (anna.person, anna.linked_by) == (by_email, "email")


def test_doubt_is_for_a_person_and_can_be_taken_back(
    alice: Actor, bob: Actor, forum: Source, now: datetime
) -> None:
    other = make_person(now, number="KD-1", email="rolf@petersen.example")
    Account.objects.create(source=forum, key="rolf@petersen.example", first_seen_at=now)
    customer = make_customer(alice, now)
    assert customer.person is None
    found = CustomerMatch.objects.order_by("account_id")
    assert {(row.person_id, tuple(row.grounds)) for row in found} == {
        (other.pk, ("email", "other_number")),
        (None, ("email",)),
    }
    linked = matching.link(actor=bob, customer=customer, seen=customer.version, person=other, now=now)
    assert (linked.person, linked.linked_by, linked.due_at) == (other, "hand", None)
    with pytest.raises(ConflictError):
        matching.unlink(actor=bob, customer=linked, seen=99, now=now)
    apart = matching.unlink(actor=bob, customer=linked, seen=linked.version, now=now)
    Person.objects.filter(pk=other.pk).update(customer_number="KD-47119")
    assert matching.match_due(now=now) == 1
    apart.refresh_from_db()
    assert apart.person is None
    row = CustomerMatch.objects.get(person=other)
    matching.propose_again(actor=bob, match=row, seen=row.version, now=now)
    matching.match_due(now=now + timedelta(days=1))
    apart.refresh_from_db()
    assert (apart.person, apart.linked_by) == (other, "number")


def test_a_profile_that_gets_its_number_finds_its_customer_at_once(
    alice: Actor, bob: Actor, now: datetime
) -> None:
    customer, rolf = make_customer(alice, now), make_person(now)
    people.edit(actor=bob, person=rolf, seen=1, now=now, customer_number="KD-47119")
    customer.refresh_from_db()
    assert customer.person == rolf
    gone = make_person(now, "R.", email="r@example.org")
    merged = people.merge(
        actor=bob, person=gone, seen=1, gone=rolf.__class__.objects.get(pk=rolf.pk), why="x", now=now
    )
    assert gone.customers.get() == customer
    people.undo(actor=bob, merge=merged, now=now)
    assert rolf.customers.get() == customer


def test_a_table_is_looked_at_before_it_is_taken(alice: Actor, bob: Actor, now: datetime) -> None:
    make_customer(alice, now, "KD-2", Facts(name="Anna", plan="Basis"), None)
    with pytest.raises(NotAllowedError):
        imports.upload(actor=bob, name="crm.csv", content=TABLE.encode(), now=now)
    uploaded = imports.upload(actor=alice, name="crm.csv", content=TABLE.encode("cp1252"), now=now)
    assert "petersen" not in everything()
    seen = imports.preview(actor=alice, uploaded=uploaded)
    assert [(row.line, row.became) for row in seen.rows] == [
        (2, "made"), (3, "changed"), (4, "refused"), (5, "refused"), (6, "refused"),
    ]  # fmt: skip
    assert seen.rows[1].fields == ("email", "since", "revenue_per_month", "margin")
    told = [str(row.error) for row in seen.rows if row.error]
    assert told[0].startswith("e-mail: expected an address")
    assert told[1] == "customer number: this row has none"
    assert told[2].endswith("Write 1234 or 1.2340")
    assert Customer.objects.count() == 1
    imports.begin(actor=alice, uploaded=uploaded, seen=uploaded.version, now=now)
    while imports.take_due(now=now):
        pass
    uploaded.refresh_from_db()
    assert {name: n for name, n in uploaded.told.items() if name != "lines"} == {
        "made": 1,
        "changed": 1,
        "refused": 3,
    }
    assert (bytes(uploaded.sealed), uploaded.done_at) == (b"", now)
    again = imports.upload(actor=alice, name="crm.csv", content=TABLE.encode(), now=now)
    assert imports.preview(actor=alice, uploaded=again).counts == {"same": 2, "refused": 3}
    other = imports.upload(actor=alice, name="crm.csv", content=TABLE.replace("12,40", "9").encode(), now=now)
    assert imports.preview(actor=alice, uploaded=other).rows[0].fields == ("claim_amount",)
    [rolf] = read(Customer.objects.filter(number="KD-1"))
    assert rolf.facts == Facts(
        name="Rolf Petersen", email="rolf@petersen.example", plan="Premium", since=date(2022, 3, 1),
        revenue_per_month=Money(Decimal("5.95"), "EUR"), margin=Decimal("0.7"),
    )  # fmt: skip
    assert (rolf.claims[0].facts.level, rolf.claims[0].facts.what, rolf.claims[0].row.key) == (
        2,
        "Beitrag",
        "R-1",
    )


def test_a_table_that_nobody_says_yes_to_is_forgotten(alice: Actor, now: datetime) -> None:
    imports.upload(actor=alice, name="crm.csv", content=TABLE.encode(), now=now)
    imports.take_due(now=now + timedelta(days=1, minutes=1))
    assert not CustomerImport.objects.exists()


def test_columns_are_chosen_by_hand_where_their_names_tell_nothing(alice: Actor, now: datetime) -> None:
    uploaded = imports.upload(actor=alice, name="x.csv", content=b"A,B\n1,Rolf\n", now=now)
    assert uploaded.columns == {}
    with pytest.raises(RuleError, match="which one holds the customer number"):
        imports.begin(actor=alice, uploaded=uploaded, seen=1, now=now)
    changed = imports.set_columns(
        actor=alice, uploaded=uploaded, seen=1, columns={"number": "A", "name": "B"}, now=now
    )
    assert imports.preview(actor=alice, uploaded=changed).counts == {"made": 1}


def test_erasing_takes_it_all_and_it_does_not_come_back(alice: Actor, now: datetime) -> None:
    rolf = make_person(now, "Rolf Petersen", number="KD-47119")
    make_customer(alice, now)
    imports.upload(actor=alice, name="crm.csv", content=TABLE.encode(), now=now)
    erasing.erase(actor=alice, person=rolf, seen=1, reason="asked", now=now)
    assert [model.objects.count() for model in (Customer, Claim, CustomerImport)] == [0, 0, 0]
    with pytest.raises(RuleError, match="was erased"):
        make_customer(alice, now)
    with pytest.raises(RuleError, match="was erased"):
        make_customer(alice, now, "KD-9", Facts(email="ROLF@petersen.example"))
    make_customer(alice, now, "KD-47118", Facts(name="Somebody"))


def test_customers_whom_no_system_tells_of_are_forgotten(alice: Actor, now: datetime) -> None:
    make_customer(alice, now)
    make_customer(alice, now + timedelta(days=300), "KD-2", Facts(name="New"))
    Retention.objects.create(data_class="customers", days=365)
    while remove_due(now=now + timedelta(days=366)):
        pass
    assert [row.number for row in Customer.objects.all()] == ["KD-2"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.40", "12.40"), ("12,40", "12.40"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"),
     ("0,125", "0.125"), ("1.234.567", "1234567"), ("7", "7"), ("1 234,5", "1234.5"), ("2004", "2004")],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert number_in(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "-1", "1e5", "1.234", "1,234", "12.40.1,", "٣", "NaN", "1..2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        number_in(text)


@given(st.decimals(0, 10**9, places=4))
def test_what_is_written_is_read_again(number: Decimal) -> None:
    assert number_in(written(number)) == number
    assert money_in(written(Money(number, "EUR"))) == Money(number, "EUR")
    assert range_in("0.05 – 0,5") == range_in("0,05 bis 0.5") == range_in("0.05-0.5")


@given(st.binary(max_size=200))
def test_any_file_is_a_table_or_refused(content: bytes) -> None:
    try:
        table = read_table(b"number,name\n" + content)
    except RuleError:
        return
    for row in read_rows(table, usual_columns(table.header), "EUR"):
        assert isinstance(row, Told | Refused)


def test_many_customers_are_sealed_anew_a_slice_at_a_time(
    alice: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        make_customer(alice, now, f"KD-{number}", claim=None)
    before, old = conf(), conf().secret_key
    monkeypatch.setattr(
        sealing, "conf", lambda: replace(before, secret_key="another" * 8, secret_key_old=old)
    )
    monkeypatch.setattr(sealing, "_AT_ONCE", 2)
    assert [sealing.reseal() for _ in range(4)] == [3, 2, 1, 0], "and the key of their names"
    monkeypatch.setattr(sealing, "conf", lambda: replace(before, secret_key="another" * 8))
    assert {each.facts for each in read(Customer.objects.all())} == {FACTS}


def test_what_no_key_opens_is_told_and_keeps_nobody_else_waiting(alice: Actor, now: datetime) -> None:
    lost = make_customer(alice, now, "KD-1", claim=None)
    Customer.objects.filter(pk=lost.pk).update(sealed=b"of no key")
    make_customer(alice, now, "KD-2", claim=None)
    Customer.objects.update(due_at=now)
    rolf = make_person(now, email=FACTS.email)
    assert matching.match_due(now=now) == 2
    assert Customer.objects.get(person=rolf).number == "KD-2"
    lost.refresh_from_db()
    assert "sealed with another key" in lost.last_error


def taken(actor: Actor, content: bytes, now: datetime) -> CustomerImport:
    uploaded = imports.upload(actor=actor, name="crm.csv", content=content, now=now)
    imports.preview(actor=actor, uploaded=uploaded)
    imports.begin(actor=actor, uploaded=uploaded, seen=uploaded.version, now=now)
    while imports.take_due(now=now):
        pass
    uploaded.refresh_from_db()
    return uploaded


def test_characters_that_no_database_keeps_are_left_out_of_a_table(alice: Actor, now: datetime) -> None:
    content = b"number;name;claim_amount;claim_number\nK\x001;a\x00b;4,00;r\x001\nK2;\x00;;\n"
    uploaded = taken(alice, content, now)
    assert (uploaded.told, uploaded.done_at) == ({"made": 2, "lines": []}, now)
    assert sorted(Customer.objects.values_list("number", flat=True)) == ["K1", "K2"]
    assert Claim.objects.get().key == "r1"


def test_what_refused_cells_say_is_not_kept(alice: Actor, now: datetime) -> None:
    rows = ("number;email;since;revenue", "K1;secret-4711;;", "K2;;secret-4712;", "K3;;;4.713.secret")
    uploaded = taken(alice, "\n".join(rows).encode(), now)
    assert uploaded.told["refused"] == 3
    assert "secret-" not in everything()
    assert ".713.s" not in everything()
    assert [line["line"] for line in uploaded.told["lines"]] == [2, 3, 4]
    assert uploaded.told["lines"][1]["values"] == {"text": "…", "field": "since"}


def test_what_became_of_a_table_is_forgotten_after_a_while(alice: Actor, now: datetime) -> None:
    uploaded = imports.upload(actor=alice, name="crm.csv", content=TABLE.encode(), now=now)
    imports.begin(actor=alice, uploaded=uploaded, seen=uploaded.version, now=now)
    imports.take_due(now=now)
    imports.take_due(now=now + imports.TOLD_FOR)
    assert bytes(CustomerImport.objects.get().sealed) == b""
    imports.take_due(now=now + imports.TOLD_FOR + timedelta(minutes=1))
    assert not CustomerImport.objects.exists()
    assert Event.objects.get(action="import").data["made"] == 2


def test_a_table_that_cannot_be_taken_ends(
    alice: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a cell")

    monkeypatch.setattr(imports, "_taken", broken)
    uploaded = imports.upload(actor=alice, name="crm.csv", content=TABLE.encode(), now=now)
    imports.begin(actor=alice, uploaded=uploaded, seen=uploaded.version, now=now)
    tries = sum(imports.take_due(now=now + timedelta(hours=hour)) for hour in range(30))
    uploaded.refresh_from_db()
    assert tries == imports.MOST_TRIES
    assert (uploaded.due_at, bytes(uploaded.sealed), uploaded.last_error) == (None, b"", "ValueError")
    assert uploaded.done_at is not None


def test_a_longer_table_asks_no_more_often_who_was_erased(alice: Actor, now: datetime) -> None:
    erasing.erase(actor=alice, person=make_person(now, number="KD-9"), seen=1, reason="asked", now=now)
    asked = []
    for rows in (5, 50):
        content = "number;name\n" + "".join(f"KD-{n};x\n" for n in range(rows))
        uploaded = imports.upload(actor=alice, name="crm.csv", content=content.encode(), now=now)
        with CaptureQueriesContext(connection) as queries:
            seen = imports.preview(actor=alice, uploaded=uploaded)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert seen.counts == {"made": 49, "refused": 1}
