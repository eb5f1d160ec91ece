"""Pages of customer data, what is at stake, standing and rates: what they show, and to whom."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import pytest
from customer_people import RATES, make_customer, make_matter, make_person, make_rates
from desk_people import logged_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from test_customers import TABLE

from kulanz.desk.models import (
    Account,
    AccountStanding,
    Case,
    Customer,
    CustomerImport,
    CustomerMatch,
    Event,
    Member,
    Source,
    Stake,
    StakeRates,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customer_tables import usual_columns
from kulanz.desk.rules.customers import Facts
from kulanz.desk.rules.rates import Rates
from kulanz.desk.services.customer_imports import take_due
from kulanz.desk.web.stake_words import FIELDS

pytestmark = pytest.mark.django_db


def client_of(member: Member) -> Client:
    return logged_in(member)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_column_that_is_named_as_the_page_names_it_is_recognised(language: str) -> None:
    with translation.override(language):
        labels = {field: str(label) for field, label in FIELDS.items()}
    assert usual_columns(tuple(labels.values())) == labels


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    return client_of(members["bob"])


@pytest.fixture
def lead(members: dict[str, Member]) -> Client:
    return client_of(members["alice"])


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_case_begins_with_its_stake_for_those_who_may_see_it(
    alice: Actor, bobs: Client, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    make_rates(alice, now)
    Thread.objects.filter(pk=thread.pk).update(views=13016)
    case = make_matter(make_person(now, number="KD-47119"), thread, now)
    make_customer(alice, now)
    for path in (f"/cases/{case.pk}", f"/issues/{case.issue_id}"):
        page = text_of(bobs, path)
        assert "The claim is 12.40 EUR. What was said in public has been read 13,016 times" in page
        assert page.index('id="stake"') < page.index('class="matter"')
        assert "5.95 EUR" in page or path.startswith("/issues")
    for name in ("carla", "frieda"):
        assert 'id="stake"' not in text_of(client_of(members[name]), f"/cases/{case.pk}")
    assert 'id="stake"' not in text_of(client_of(members["erik"]), f"/issues/{case.issue_id}")
    assert Event.objects.filter(noun="customer", action="open").count() == 1


def test_a_line_that_is_not_there_says_why(
    alice: Actor, lead: Client, bobs: Client, thread: Thread, now: datetime
) -> None:
    case = make_matter(make_person(now), thread, now)
    make_rates(alice, now, Rates(hours=Decimal(8), hourly=Decimal(45)))
    page = text_of(lead, f"/cases/{case.pk}")
    assert "No customer of billing or CRM is linked." in page
    assert "No source counts how often the conversation is read." in page
    assert "The company has set no rate for: Fees for collection." in page
    assert page.count('href="/setup/rates"') == 2  # readings and fees
    assert 'href="/setup/rates"' not in text_of(bobs, f"/cases/{case.pk}")


def test_the_address_that_billing_knows_is_offered_to_those_who_may_see_it(
    alice: Actor, bobs: Client, members: dict[str, Member], now: datetime
) -> None:
    person = make_person(now, number="KD-47119")
    case = make_matter(person, None, now)
    make_customer(alice, now)
    page = text_of(bobs, f"/cases/{case.pk}#reply")
    assert "Billing or CRM knows an address of the customer:" in page
    assert "No e-mail address of the customer is known" not in page
    [seen] = Event.objects.filter(noun="customer", action="open")
    assert seen.actor == members["bob"]
    for name in ("carla", "frieda"):
        assert "rolf@petersen.example" not in text_of(client_of(members[name]), f"/cases/{case.pk}")
    form = re.search(r'action="/cases/\d+/reply".*?</form>', page, re.DOTALL)
    assert form is not None
    # Enter in a field presses the first button: that must not be the one which changes the address
    assert form[0].index('value="keep"') < form[0].index('<button name="address"')
    [address] = re.findall(r'<button name="address" value="([^"]*)"', form[0])
    [seen_version] = re.findall(r'name="seen" value="(\d+)"', form[0])
    typed = {"seen": seen_version, "channel": "phone", "subject": "Your claim", "text": "Dear Mr Petersen,"}
    path = f"/cases/{case.pk}/reply"
    answer = bobs.post(path, {**typed, "address": address})
    assert answer.status_code == 200
    kept = (">Dear Mr Petersen,</textarea>", 'value="Your claim"', '<option value="phone" selected>')
    assert all(words in answer.content.decode() for words in kept)
    assert not case.replies.exists()
    late = bobs.post(path, {**typed, "address": address})
    assert late.status_code == 409
    assert ">Dear Mr Petersen,</textarea>" in late.content.decode()
    case.refresh_from_db()
    assert (case.email, case.title) == ("rolf@petersen.example", "12.40 EUR")
    assert "Billing or CRM knows" not in text_of(bobs, f"/cases/{case.pk}")
    Case.objects.update(email="other@petersen.example")
    assert "knows another address of the customer" in text_of(bobs, f"/cases/{case.pk}")


def test_a_number_is_corrected_on_the_page_and_words_are_kept_where_it_is_refused(
    alice: Actor, bobs: Client, now: datetime
) -> None:
    make_rates(alice, now)
    case = make_matter(make_person(now, number="KD-47119"), None, now)
    make_customer(alice, now)
    form = {
        "seen": "0", "line": "dispute", "reason": "much to do", "cost.hours": "2O", "was.cost.hours": "8",
        "cost.hourly": "45 EUR", "was.cost.hourly": "45 EUR", "cost.fees": "0 EUR", "was.cost.fees": "0 EUR",
    }  # fmt: skip
    answer = bobs.post(f"/cases/{case.pk}/stake", form)
    assert answer.status_code == 422
    assert 'value="2O"' in answer.content.decode()
    assert 'value="much to do"' in answer.content.decode()
    answer = bobs.post(f"/cases/{case.pk}/stake", {**form, "cost.hours": "20"})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}#stake")
    page = text_of(bobs, f"/cases/{case.pk}")
    assert "1,019.80 EUR" in page
    assert "corrected by Bob Beispiel" in page
    assert bobs.post(f"/cases/{case.pk}/stake", {**form, "cost.hours": "30"}).status_code == 409
    back = {"seen": "1", "line": "dispute", "back": "1", "reason": "a mistake"}
    assert bobs.post(f"/cases/{case.pk}/stake", back).status_code == 302
    assert "479.80 EUR" in text_of(bobs, f"/cases/{case.pk}")
    assert Stake.objects.get().version == 2


def test_a_table_is_brought_in_on_the_pages(alice: Actor, lead: Client, bobs: Client, now: datetime) -> None:
    assert bobs.get("/customers/imports").status_code == 403
    assert lead.post("/customers/imports/upload", {}).status_code == 422
    file = SimpleUploadedFile("crm.csv", TABLE.encode(), "text/csv")
    answer = lead.post("/customers/imports/upload", {"table": file})
    path = answer["Location"]
    page = text_of(lead, path)
    assert (
        "Revenue a month: expected a number, got &#x27;1.234&#x27;: are these thousands or decimals?" in page
    )
    assert "petersen" not in page
    assert "Revenue a month" in text_of(lead, f"{path}?show=made")
    columns = {"seen": "1", "number": "Kundennummer", "name": "Name"}
    assert lead.post(f"{path}/columns", columns)["Location"] == path
    assert lead.post(f"{path}/columns", {"seen": "2", "name": "Name"}).status_code == 422
    assert lead.post(f"{path}/begin", {"seen": "2"})["Location"] == path
    while take_due(now=timezone.now()):
        pass
    assert "Taken" in text_of(lead, path)
    assert "Line 5: Customer number: this row has none" in text_of(lead, path)
    assert Customer.objects.count() == 4
    assert lead.get("/customers/imports").status_code == 200
    assert lead.post(f"{path}/drop", {}).status_code == 302
    assert not CustomerImport.objects.exists()


def test_a_table_whose_numbers_are_in_no_known_column_asks_for_it(lead: Client) -> None:
    file = SimpleUploadedFile("crm.csv", b"Ref,Contact\nKD-1,Rolf\n")
    page = lead.post("/customers/imports/upload", {"table": file}, follow=True).content.decode()
    assert "Columns: say which one holds the customer number." in page
    assert "Take these rows" not in page


def test_doubtful_matches_are_decided_on_their_page(alice: Actor, bobs: Client, now: datetime) -> None:
    person = make_person(now, "Anna Klein", number="KD-1", email="anna@klein.example")
    customer = make_customer(alice, now, "KD-2", Facts(name="Anna Klein", email="anna@klein.example"), None)
    page = text_of(bobs, "/customers")
    assert "but another customer number" in page
    match = CustomerMatch.objects.get()
    assert bobs.post(f"/customers/matches/{match.pk}/tell-apart", {"seen": "1"}).status_code == 302
    assert "told apart by Bob" in text_of(bobs, "/customers?show=apart")
    bobs.post(f"/customers/matches/{match.pk}/again", {"seen": "2"})
    bobs.post(f"/customers/matches/{match.pk}/link", {"seen": str(customer.version)})
    customer.refresh_from_db()
    assert customer.person == person
    assert "by hand" in text_of(bobs, "/customers?show=linked")
    assert "KD-2" in text_of(bobs, f"/people/{person.pk}")
    bobs.post(f"/customers/{customer.pk}/unlink", {"seen": str(customer.version)})
    assert "KD-2" in text_of(bobs, "/customers?show=unlinked&words=KD")
    bobs.post(f"/people/{person.pk}/customer", {"number": "KD-2"})
    customer.refresh_from_db()
    assert customer.person == person


def test_lists_ask_as_much_for_three_as_for_thirty(alice: Actor, bobs: Client, now: datetime) -> None:
    def queries(path: str) -> int:
        Event.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert bobs.get(path).status_code == 200
        return len(asked)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            make_person(now, f"P{number}", f"K-{number}")
            make_customer(alice, now, f"K-{number}", Facts(name=f"P{number}"))
            make_person(now, f"D{number}", f"X-{number}", f"{number}@d.example")
            make_customer(alice, now, f"D-{number}", Facts(email=f"{number}@d.example"), None)

    fill(0, 3)
    paths = ("/customers", "/customers?show=linked", "/customers?show=unlinked")
    for path in paths:
        queries(path)
    few = [queries(path) for path in paths]
    fill(3, 30)
    assert [queries(path) for path in paths] == few


def test_a_case_and_a_profile_ask_as_much_for_three_as_for_thirty(
    alice: Actor, bobs: Client, thread: Thread, forum: Source, now: datetime
) -> None:
    make_rates(alice, now)
    person = make_person(now)
    case = make_matter(person, thread, now)

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            make_customer(alice, now, f"K-{number}")
            account = Account.objects.create(source=forum, key=f"a{number}", person=person, first_seen_at=now)
            AccountStanding.objects.create(account=account, contributions=b"\x80", counted_at=now)
        Customer.objects.update(person=person, linked_by="hand")

    def queries(path: str) -> int:
        Event.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            assert bobs.get(path).status_code == 200
        return len(asked)

    paths = (f"/cases/{case.pk}", f"/people/{person.pk}", f"/issues/{case.issue_id}")
    fill(0, 3)
    for path in paths:
        queries(path)
    few = [queries(path) for path in paths]
    fill(3, 30)
    assert [queries(path) for path in paths] == few


def test_rates_are_set_on_their_page(lead: Client, bobs: Client) -> None:
    assert bobs.get("/setup/rates").status_code == 403
    assert lead.get("/setup/rates").status_code == 200
    form = {
        "seen": "0", "currency": "eur", "price": "10", "audience": "0,5 bis 0,8", "spread": "1–3",
        "days": "30", "hours": "8", "hourly": "45,00", "fees": "119.80", "months": "48,5", "cohort": "",
    }  # fmt: skip
    assert lead.post("/setup/rates/save", {**form, "hourly": "much"}).status_code == 422
    assert lead.post("/setup/rates/save", {**form, "audience": "1 to 2"}).status_code == 422
    assert lead.post("/setup/rates/save", form).status_code == 302
    assert StakeRates.objects.get().values["hourly"] == "45.00"
    assert lead.post("/setup/rates/save", form).status_code == 409
    page = text_of(lead, "/setup/rates")
    assert re.search(r'name="audience" value="0.5 to 0.8"', page)
    assert RATES.currency == "EUR"
