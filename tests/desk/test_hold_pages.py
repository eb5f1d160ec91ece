"""Paused dunning on the pages: the block of a case, the list with its table, and the rules."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from api_client import Program
from customer_people import make_customer, make_matter, make_person
from desk_people import PEOPLE
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.core.money import Money
from kulanz.desk.models import (
    BillingSystem,
    Case,
    Claim,
    Customer,
    DunningLetter,
    Event,
    Hold,
    HoldRules,
    Member,
)
from kulanz.desk.queries.paging import PAGE
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts
from kulanz.desk.rules.holds import Rules, rules_in
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.desk.services import holds
from kulanz.desk.services.customers import keep_claims
from kulanz.desk.services.holds import Plan
from kulanz.desk.services.sealing import seal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("untracked")]
AHEAD = timedelta(days=14)
END = {"next_step": "dunning_goes_on", "words": "he knows"}


@pytest.fixture
def case(alice: Actor, members: dict[str, Member]) -> Case:
    """Rolf's, who owes 12.40 EUR and was dunned twice."""
    rolf = make_person(timezone.now(), number="KD-47119")
    make_customer(alice, timezone.now())
    return make_matter(rolf, None, timezone.now(), members["bob"])


@pytest.fixture
def drop(db: None) -> BillingSystem:
    """Billing with a folder of tables; that is where Rolf's claim comes from."""
    Claim.objects.update(system="books")
    return BillingSystem.objects.create(
        name="books", adapter="csv", hook_key="books", created_at=timezone.now()
    )


def claim() -> Claim:
    return Claim.objects.order_by("pk")[0]


def placed(actor: Actor, case: Case, about: Claim, reason: str = "he disputes it") -> Hold:
    plan = Plan(customer=about.customer, claim=about, reason=reason)
    return holds.place_new(actor=actor, case=case, plan=plan, now=timezone.now())


def more(case: Case, count: int) -> list[Claim]:
    """More claims against Rolf."""
    facts = ClaimFacts(amount=Money(Decimal("1.10"), "EUR"), level=1)
    known = Claim.objects.count()
    claims = {f"M-{known + number}": facts for number in range(count)}
    customer = Customer.objects.get(person=case.person)
    keep_claims(customer=customer, system="crm", claims=claims, whole=False, now=timezone.now())
    return list(Claim.objects.filter(key__in=claims))


def despite(hold: Hold, system: BillingSystem) -> DunningLetter:
    return DunningLetter.objects.create(
        system=system,
        key=f"letter-{hold.pk}",
        customer=hold.customer,
        claim=hold.claim,
        level=3,
        on=timezone.localdate(),
        told_at=timezone.now(),
        despite=hold,
    )


def body(client: Client, member: Member, path: str) -> str:
    client.force_login(member)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def form(do: str, **more: str) -> dict[str, str]:
    ahead = str(timezone.localdate() + AHEAD)
    return {"what": f"claim-{claim().pk}", "reason": "he disputes it", "review_on": ahead, "do": do, **more}


def acted(client: Client, hold: Hold, act: str, **fields: Any) -> Hold:
    hold.refresh_from_db()
    answer = client.post(f"/holds/{hold.pk}/{act}", {"seen": hold.version, **fields})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == f"/cases/{hold.case_id}#hold-{hold.pk}"
    hold.refresh_from_db()
    return hold


def test_dunning_is_paused_reviewed_and_ended_with_forms(
    client: Client, members: dict[str, Member], case: Case
) -> None:
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "Claim R-KD-47119: 12.40 EUR, dunning level 2" in page
    answer = client.post(f"/cases/{case.pk}/hold", form("propose"))
    hold = Hold.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}#hold-{hold.pk}"
    assert "Dunning goes on until somebody places it." in body(client, members["bob"], f"/cases/{case.pk}")
    assert acted(client, hold, "place").state == "placing"
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "The desk cannot tell billing: have it paused there by hand" in page
    assert "Claim R-KD-47119: 12.40 EUR" not in page  # what is paused is not offered again
    assert acted(client, hold, "by-hand", proof="Ms Roth, ledger").state == "held"
    assert "Ms Roth, ledger" in body(client, members["bob"], f"/cases/{case.pk}")
    acted(
        client, hold, "edit", reason="he disputes it", note="call him", review_on=timezone.localdate() + AHEAD
    )
    assert "call him" in body(client, members["bob"], f"/cases/{case.pk}")
    assert f"/holds/{hold.pk}/review" not in body(client, members["bob"], f"/cases/{case.pk}")
    Hold.objects.update(review_on=timezone.localdate())
    assert "The day of review has come." in body(client, members["bob"], f"/cases/{case.pk}")
    later = timezone.localdate() + AHEAD
    assert acted(client, hold, "review", review_on=later, reason="not settled").review_on == later
    ended = acted(client, hold, "release", reason="settled", **END)
    assert (ended.state, ended.next_step) == ("releasing", "dunning_goes_on")
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "dunning goes on: he knows" in page
    assert acted(client, hold, "by-hand", proof="Ms Roth").state == "released"
    assert "Claim R-KD-47119: 12.40 EUR" in body(client, members["bob"], f"/cases/{case.pk}")


def test_a_proposal_is_declined(client: Client, members: dict[str, Member], case: Case) -> None:
    client.force_login(members["bob"])
    client.post(f"/cases/{case.pk}/hold", form("propose"))
    assert acted(client, Hold.objects.get(), "decline", reason="he paid").state == "declined"
    assert "he paid" in body(client, members["bob"], f"/cases/{case.pk}")


def test_billing_says_what_it_would_do_and_nothing_is_kept(
    client: Client, members: dict[str, Member], case: Case, drop: BillingSystem
) -> None:
    client.force_login(members["bob"])
    answer = client.post(f"/cases/{case.pk}/hold", form("try", note="keep my words"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Billing was asked, and nothing was changed." in page
    assert "keep my words" in page
    assert not Hold.objects.exists()
    assert not Event.objects.filter(noun="hold").exists()
    hold = holds.propose(
        actor=Actor(members["bob"].pk, "Bob", frozenset(PEOPLE[each] for each in ["bob"])),
        case=case,
        plan=Plan(customer=claim().customer, claim=claim(), reason="odd"),
        now=timezone.now(),
    )
    told = client.post(f"/holds/{hold.pk}/try", follow=True).content.decode()
    assert "Billing was asked, and nothing was changed." in told
    assert Hold.objects.get().state == "proposed"


def test_where_billing_cannot_hold_the_page_says_that_it_is_done_by_hand(
    client: Client, members: dict[str, Member], case: Case, drop: BillingSystem
) -> None:
    asks, option = "What would billing do?", "dunning level 2</option>"
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert asks in page
    assert option in page
    assert "All claims of customer KD-47119</option>" in page
    BillingSystem.objects.update(adapter="lago")
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert asks not in page
    assert "dunning level 2, by hand</option>" in page
    assert "All claims of customer KD-47119, by hand</option>" in page
    client.post(f"/cases/{case.pk}/hold", form("propose"))
    assert (
        asks
        not in body(client, members["bob"], f"/cases/{case.pk}")
        .partition("<article")[2]
        .partition("</article")[0]
    )
    told = client.post(f"/cases/{case.pk}/hold", form("try", what=f"customer-{claim().customer_id}"))
    assert "billing is told by hand" in told.content.decode()
    assert acted(client, Hold.objects.get(), "place").due_at is None
    assert "The desk cannot tell billing" in body(client, members["bob"], f"/cases/{case.pk}")


def test_why_billing_says_nothing_is_told_in_words_and_the_technical_ones_after_them(
    client: Client, members: dict[str, Member], case: Case, drop: BillingSystem
) -> None:
    at = {"url": "https://127.0.0.1", "database": "books", "login": "kulanz"}
    BillingSystem.objects.update(adapter="odoo", config=at, sealed_keys=seal(b'{"key": "of Odoo"}'))
    client.force_login(members["bob"])
    page = client.post(f"/cases/{case.pk}/hold", form("try")).content.decode()
    assert "Billing: it would refuse, or may not be asked" in page
    assert "KULANZ_ALLOW_PRIVATE" in page
    client.post(f"/cases/{case.pk}/hold", form("place"))
    Hold.objects.update(last_error="nobody answered at 127.0.0.1")
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "Billing could not be asked the last time; it is tried again by itself." in page
    assert "nobody answered at 127.0.0.1" in page


def test_a_hold_of_which_billing_says_nothing_any_more_is_marked(
    client: Client, members: dict[str, Member], case: Case, drop: BillingSystem
) -> None:
    client.force_login(members["bob"])
    client.post(f"/cases/{case.pk}/hold", form("place"))
    Hold.objects.update(state="held", checked_at=timezone.now())
    silent = "Billing does not say whether it is still on"
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert ("Last seen paused" in page, silent in page) == (True, False)
    Hold.objects.update(alarmed_at=timezone.now())
    assert silent in body(client, members["bob"], f"/cases/{case.pk}")
    assert "not confirmed in time" in body(client, members["bob"], "/holds?needs=unconfirmed")
    assert "1 not confirmed by billing" in body(client, members["bob"], "/")
    told = client.get("/api/v1/holds?unconfirmed=true").json()["items"]
    assert [(row["late"], row["checked_at"] is not None) for row in told] == [(True, True)]


def test_what_was_typed_into_a_refused_form_stays(
    client: Client, members: dict[str, Member], case: Case
) -> None:
    client.force_login(members["bob"])
    answer = client.post(f"/cases/{case.pk}/hold", form("place", review_on="soon", note="<b>him</b>"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "2026-12-24" in page
    assert "&lt;b&gt;him&lt;/b&gt;" in page
    assert not Hold.objects.exists()


def test_closing_the_case_asks_what_happens_next(
    client: Client, members: dict[str, Member], case: Case, bob: Actor
) -> None:
    hold = placed(bob, case, claim())
    Case.objects.update(state="resolved")
    assert "say what happens next" in body(client, members["bob"], f"/cases/{case.pk}")
    seen = {"seen": case.version}
    refused = client.post(f"/cases/{case.pk}/close", seen)
    assert refused.status_code == 422
    assert "R-KD-47119" in refused.content.decode()
    assert client.post(f"/cases/{case.pk}/close", {**seen, **END}).status_code == 302
    hold.refresh_from_db()
    case.refresh_from_db()
    assert (case.state, hold.state) == ("closed", "releasing")


@pytest.mark.parametrize("name", PEOPLE)
def test_every_role_sees_what_it_may(
    client: Client, members: dict[str, Member], case: Case, bob: Actor, name: str
) -> None:
    role, hold = PEOPLE[name], placed(bob, case, claim())
    client.force_login(members[name])
    for path in (f"/cases/{case.pk}", "/holds"):
        answer = client.get(path)
        if role not in RIGHTS[Right.SEE_CASES]:
            assert answer.status_code == 403
            continue
        page = answer.content.decode()
        assert "ordered, not confirmed" in page
        for secret in ("Amount<", "R-KD-47119", "KD-47119"):
            assert secret not in page or role in RIGHTS[Right.SEE_VALUES]
        offered = set(re.findall(rf"/holds/{hold.pk}/([a-z-]+)", page))
        works = role in RIGHTS[Right.WORK_CASES] and path != "/holds"
        assert offered == ({"edit", "release", "by-hand"} if works else set())
    assert bool(Event.objects.filter(noun="customer", action="open", actor=members[name])) == (
        role in RIGHTS[Right.SEE_VALUES]
    )


def test_who_opened_the_words_is_on_record_once_an_hour(
    client: Client, members: dict[str, Member], case: Case, bob: Actor
) -> None:
    hold = placed(bob, case, claim())
    opens = Event.objects.filter(noun="hold", action="open", noun_id=hold.pk, actor=members["carla"])
    for _ in range(2):
        assert "he disputes it" in body(client, members["carla"], f"/cases/{case.pk}")
    assert opens.count() == 1
    Event.objects.update(at=timezone.now() - timedelta(hours=2))
    Program(members["carla"]).get(f"/holds/{hold.pk}")
    assert opens.count() == 2
    Event.objects.all().delete()
    agent = Program(members["bob"])
    assert agent.ask("PATCH", f"/holds/{hold.pk}", {"seen": 7, "note": "call"}).status_code == 409
    assert Event.objects.filter(noun="hold", action="open", actor=members["bob"]).count() == 1
    Event.objects.all().delete()
    for path in ("/holds.csv", "/holds"):
        assert "he disputes it" not in body(client, members["bob"], path)
    assert not Event.objects.filter(noun="hold", action="open").exists()


def test_a_letter_that_went_out_all_the_same_is_seen_everywhere(
    client: Client, members: dict[str, Member], case: Case, bob: Actor, drop: BillingSystem
) -> None:
    despite(placed(bob, case, claim()), drop)
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "A letter went out on" in page
    assert "although dunning was to be paused" in page
    assert "1 letter went out" in body(client, members["bob"], "/holds?needs=despite")
    assert "a letter went out nevertheless" in body(client, members["bob"], "/cases")
    radar = body(client, members["carla"], "/")
    assert "1 with a letter that went out nevertheless" in radar
    assert "1 not confirmed by billing" in radar
    assert "Paused dunning" not in body(client, members["erik"], "/")


def test_the_letters_are_open_though_the_one_that_went_out_all_the_same_is_on_another_page(
    client: Client, members: dict[str, Member], case: Case, bob: Actor, drop: BillingSystem
) -> None:
    hold = placed(bob, case, claim())
    day, told_at = timezone.localdate(), timezone.now()
    DunningLetter.objects.bulk_create(
        DunningLetter(system=drop, key=str(n), customer=hold.customer, level=1, on=day, told_at=told_at)
        for n in range(PAGE)
    )
    late = despite(hold, drop)
    closed = re.compile(r"<details><summary>\d+ dunning letters went out")
    DunningLetter.objects.filter(pk=late.pk).update(on=day - AHEAD)
    assert not closed.search(body(client, members["bob"], f"/cases/{case.pk}"))
    late.delete()
    assert closed.search(body(client, members["bob"], f"/cases/{case.pk}"))


def test_what_is_to_decide_waits_for_the_contact(
    client: Client, members: dict[str, Member], case: Case, bob: Actor
) -> None:
    for member, waits in (("bob", False), ("alice", False)):
        assert ("Paused dunning to decide on" in body(client, members[member], "/waiting")) is waits
    hold = placed(bob, case, claim())
    for state, review_on in (
        ("proposed", timezone.localdate() + AHEAD),
        ("refused", timezone.localdate() + AHEAD),
        ("held", timezone.localdate()),
    ):
        Hold.objects.update(state=state, review_on=review_on)
        assert f"/cases/{case.pk}#hold-{hold.pk}" in body(client, members["bob"], "/waiting"), state
        assert f"#hold-{hold.pk}" not in body(client, members["alice"], "/waiting")
    Hold.objects.update(review_on=timezone.localdate() + AHEAD)
    assert f"#hold-{hold.pk}" not in body(client, members["bob"], "/waiting")


def test_what_is_kept_of_paused_dunning_is_listed(
    client: Client, members: dict[str, Member], case: Case, bob: Actor, drop: BillingSystem
) -> None:
    hold = placed(bob, case, claim())
    despite(hold, drop)
    page = body(client, members["alice"], f"/people/{case.person_id}")
    assert "Paused dunning with its reasons, sealed" in page
    assert "Dunning letters that went out, sealed" in page
    plan = body(client, members["alice"], f"/people/{case.person_id}/erasing")
    assert "Paused dunning with its reasons, sealed" in plan


def test_the_list_is_filtered_and_summed(
    client: Client, members: dict[str, Member], case: Case, bob: Actor, drop: BillingSystem
) -> None:
    first = placed(bob, case, claim())
    second = placed(bob, case, more(case, 1)[0])
    whole = holds.propose(
        actor=bob, case=case, plan=Plan(customer=claim().customer, reason="all"), now=timezone.now()
    )
    page = body(client, members["bob"], "/holds")
    assert "13.50 EUR" in re.sub(r"<[^>]+>", " ", page)  # each claim once, though all are held, too
    assert page.count("<tr id=") == 3
    Hold.objects.filter(pk=second.pk).update(state="held", review_on=timezone.localdate())
    everything = {first, second, whole}
    shown = {
        "?needs=unconfirmed": {first}, "?needs=review": {second}, "?state=proposed": {whole},
        f"?system={drop.pk}": {first}, "?needs=despite": set(), "?needs=x&state=x": everything,
    }  # fmt: skip
    for query, wanted in shown.items():
        found = re.findall(r'<tr id="hold-(\d+)"', body(client, members["bob"], f"/holds{query}"))
        assert set(map(int, found)) == {each.pk for each in wanted}, query


def test_the_table_to_take_along_has_pseudonyms(
    client: Client, members: dict[str, Member], case: Case, bob: Actor
) -> None:
    Claim.objects.update(key="=1+1")
    plan = Plan(customer=claim().customer, claim=claim(), reason="he disputes it")
    holds.place_new(actor=bob, case=case, plan=plan, now=timezone.now())
    text = body(client, members["bob"], "/holds.csv")
    [row] = csv.DictReader(StringIO(text))
    assert (row["amount"], row["currency"], row["state"]) == ("12.40", "EUR", "placing")
    assert not {"KD-47119", "Rolf", "=1+1", "disputes"} & set(re.split(r"[,\s]", text))
    assert re.fullmatch("[0-9a-f]{12}", row["customer"])
    assert text == body(client, members["bob"], "/holds.csv")
    [named] = csv.DictReader(StringIO(body(client, members["bob"], "/holds.csv?names=1")))
    assert (named["customer"], named["person"], named["claim"]) == ("KD-47119", "Rolf", "'=1+1")
    assert [each.data["names"] for each in Event.objects.filter(action="export").order_by("pk")] == [
        False, False, True,
    ]  # fmt: skip
    [bare] = csv.DictReader(StringIO(body(client, members["frieda"], "/holds.csv")))
    assert bare["amount"] == ""
    client.force_login(members["frieda"])
    assert client.get("/holds.csv?names=1").status_code in {400, 403}


def test_pages_ask_no_more_for_many_holds(
    client: Client, members: dict[str, Member], case: Case, bob: Actor, drop: BillingSystem
) -> None:
    paths = (f"/cases/{case.pk}", "/holds", "/holds.csv", "/cases", "/waiting")
    client.force_login(members["bob"])

    def asked() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as caught:
                client.get(path)
            found.append(len(caught))
        return found

    for each in more(case, 3):
        despite(placed(bob, case, each), drop)
    Hold.objects.update(review_on=timezone.localdate())
    few = asked()
    for each in more(case, 27):
        despite(placed(bob, case, each), drop)
    Hold.objects.update(review_on=timezone.localdate())
    assert asked() == few


def test_rules_are_set_on_a_page(client: Client, members: dict[str, Member]) -> None:
    page = body(client, members["alice"], "/setup/hold-rules")
    assert 'value="14"' in page
    given = {
        "seen": "0", "confirm_below": "20,00 EUR\n2500 JPY", "review_days": "7", "unconfirmed_hours": "2",
        "check_hours": "1",
    }  # fmt: skip
    assert client.post("/setup/hold-rules/save", given).status_code == 302
    wanted = Rules(
        propose=False,
        confirm_below=(Money(Decimal("20.00"), "EUR"), Money(Decimal(2500), "JPY")),
        review_days=7,
        unconfirmed_hours=2,
    )
    assert rules_in(HoldRules.objects.get().values) == wanted
    assert "20.00 EUR" in body(client, members["alice"], "/setup/hold-rules")
    clash = client.post("/setup/hold-rules/save", given)
    assert clash.status_code == 409
    wrong = client.post("/setup/hold-rules/save", {**given, "seen": "1", "confirm_below": "plenty"})
    assert (wrong.status_code, "plenty" in wrong.content.decode()) == (422, True)
