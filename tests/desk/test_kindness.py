"""Equal kindness: who has the same problem and did not shout; what came after a gesture; on whom is spent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from desk_people import NOW, make_thread
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kulanz.billing import Claim as ToldClaim
from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    BillingSystem,
    Case,
    Claim,
    Customer,
    DunningLetter,
    Event,
    Gesture,
    GestureLimit,
    Member,
    Message,
    Person,
    Post,
    Source,
    StaffIdentity,
    Thread,
    ThreadScore,
)
from kulanz.desk.queries.effects import effect_of
from kulanz.desk.queries.loudness import report
from kulanz.desk.queries.problems import quiet_problems
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts, packed
from kulanz.desk.rules.errors import NotAllowedError
from kulanz.desk.rules.kindness import kind_of_claim, letter, similarities
from kulanz.desk.services import assessing, billed, cases, gestures, issues, kindness
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gestures import Offer
from kulanz.desk.services.sealing import seal

DUNNED = "You dunned me although I had paid. The second letter with the fee came after my transfer."
OTHERS = (
    "How do I change the colour of my profile page?", "The search finds nothing in the marketplace.",
    "Thank you for the lovely summer party.", "When does the app come for my telephone?",
    "My password does not work on the new server.", "Who plays chess in Hamburg on Thursdays?",
)  # fmt: skip
DAY = timedelta(days=1)


def person(name: str) -> Person:
    return Person.objects.create(name=name, created_at=NOW)


def case_of(bob: Actor, name: str, text: str, at: datetime = NOW) -> Case:
    case = cases.open_case(actor=bob, person=person(name), issue=None, title="A question", now=at)
    Message.objects.create(case=case, inbound=True, sender="x@y.example", text=text, at=at)
    return case


def said(thread: Thread, account: Account, key: str, text: str, at: datetime = NOW) -> Post:
    return Post.objects.create(
        thread=thread, source=thread.source, key=key, account=account, created_at=at, text=text,
        text_since=at, seen_at=at,
    )  # fmt: skip


def account(forum: Source, key: str, who: Person | None = None) -> Account:
    return Account.objects.create(source=forum, key=key, person=who, first_seen_at=NOW)


def proposed(bob: Actor, case: Case, cost: int = 0, now: datetime = NOW) -> Gesture:
    money = Money.of_minor(cost, "EUR")
    offer = Offer(kind="apology", value=money, cost=money, why="a letter too many")
    return gestures.propose(actor=bob, case=case, offer=offer, now=now)


@pytest.fixture
def gesture(bob: Actor) -> Gesture:
    return proposed(bob, case_of(bob, "Rolf", DUNNED))


@pytest.mark.django_db
def test_a_quiet_customer_with_the_same_problem_is_found(bob: Actor, forum: Source, gesture: Gesture) -> None:
    quiet = case_of(bob, "Quirin", "I paid, and then your second dunning letter with a fee came.")
    for number, text in enumerate(OTHERS):
        case_of(bob, f"Other {number}", text)
    calm = make_thread(forum, NOW, "77", "calm", 0.1)
    said(
        calm,
        account(forum, "ursula"),
        "1",
        "Dunned with a fee after my transfer: I had paid, the letter says no.",
    )
    loud = make_thread(forum, NOW, "78", "escalated", 0.9)
    said(loud, account(forum, "hans"), "2", DUNNED)
    found = kindness.alike(actor=bob, gesture=gesture, now=NOW)
    assert {each.case for each in found} - {None} == {quiet}
    assert {each.thread for each in found} - {None} == {calm}
    assert all(each.grounds == ("words",) and each.likeness >= 0.35 for each in found)


@pytest.mark.django_db
def test_whoever_got_something_or_shares_nothing_is_left_out(bob: Actor, gesture: Gesture) -> None:
    helped = case_of(bob, "Hilde", DUNNED)
    proposed(bob, helped)
    old = case_of(bob, "Otto", DUNNED, NOW - 400 * DAY)
    for number, text in enumerate(OTHERS):
        case_of(bob, f"Other {number}", text)
    found = kindness.alike(actor=bob, gesture=gesture, now=NOW)
    assert not {helped, old} & {each.case for each in found}


@pytest.mark.django_db
def test_the_same_defect_counts_whatever_the_words(bob: Actor, gesture: Gesture) -> None:
    other = case_of(bob, "Jens", "…")
    for case in (gesture.case, other):
        assessing.assess(actor=bob, case=case, seen=0, said=Judgement(defect="letter 2"), now=NOW)
    found = kindness.alike(actor=bob, gesture=Gesture.objects.get(pk=gesture.pk), now=NOW)
    assert [(each.case, each.grounds) for each in found] == [(other, ("defect",))]


@pytest.mark.django_db
def test_the_same_dunning_letter_finds_who_said_nothing_and_is_on_record(
    members: dict[str, Member], bob: Actor, gesture: Gesture
) -> None:
    silent, elsewhere = person("Silke"), person("Emil")
    letters = ("Dear Rolf, pay 12.40 EUR by 1 June.", "Dear  Rolf, pay 9.10 EUR by 15 June.", "Other words.")
    for number, (who, text) in enumerate(zip((gesture.case.person, silent, elsewhere), letters, strict=True)):
        customer = Customer.objects.create(number=f"K{number}", person=who, told_by="csv", told_at=NOW)
        facts = ClaimFacts(amount=Money.of_minor(1240, "EUR"), text=text)
        Claim.objects.create(
            customer=customer, system="csv", key=str(number), sealed=seal(packed(facts)), told_at=NOW
        )
    found = kindness.alike(actor=bob, gesture=gesture, now=NOW)
    assert [(each.person, each.grounds) for each in found] == [(silent, ("letter",))]
    opened = Event.objects.filter(noun="customer", noun_id=Customer.objects.get(person=silent).pk)
    assert opened.exists()
    assert not Event.objects.filter(
        noun="customer", noun_id=Customer.objects.get(person=elsewhere).pk
    ).exists()


@pytest.mark.django_db
def test_who_is_found_by_their_letter_keeps_the_case_they_have(bob: Actor, gesture: Gesture) -> None:
    silke = case_of(bob, "Silke", "When do you open?")
    for number, who in enumerate((gesture.case.person, silke.person)):
        customer = Customer.objects.create(number=f"K{number}", person=who, told_by="csv", told_at=NOW)
        facts = ClaimFacts(amount=Money.of_minor(1240, "EUR"), text="Dear customer, pay 12.40 EUR.")
        Claim.objects.create(
            customer=customer, system="csv", key=str(number), sealed=seal(packed(facts)), told_at=NOW
        )
    (found,) = kindness.alike(actor=bob, gesture=gesture, now=NOW)
    assert (found.grounds, found.case) == (("letter",), silke)
    same = kindness.propose_same(
        actor=bob, gesture=gesture, case=None, account=None, person=silke.person, now=NOW
    )
    assert same.case == silke


@pytest.mark.django_db
def test_what_billing_tells_finds_the_same_letter_and_the_same_kind_of_claim(
    bob: Actor, gesture: Gesture
) -> None:
    system = BillingSystem.objects.create(name="books", adapter="csv", hook_key="books", created_at=NOW)
    told = {
        gesture.case.person: ("Membership 2026/04", 2, "2nd reminder"),
        person("Lara"): ("Training of 3 June", 2, "2nd  Reminder"),
        person("Moritz"): ("Membership 2026/05", 1, "1st reminder"),
        person("Nora"): ("INV-2026-17", 3, "3rd reminder"),
    }
    for who, (what, level, words) in told.items():
        customer = Customer.objects.create(number=who.name, person=who, told_by="books", told_at=NOW)
        claim = ToldClaim(
            claim_id=who.name, customer=who.name, amount=Money(Decimal("12.40"), "EUR"), text=what
        )
        assert billed.take_claims(system="books", told=[claim], now=NOW) == {}
        DunningLetter.objects.create(
            system=system, key=who.name, customer=customer, claim=customer.claims.get(), level=level,
            on=NOW.date(), sealed=seal(words.encode()), told_at=NOW,
        )  # fmt: skip
    found = kindness.alike(actor=bob, gesture=gesture, now=NOW)
    assert [(each.person.name, each.grounds) for each in found if each.person] == [
        ("Lara", ("letter",)),
        ("Moritz", ("claim",)),
    ]


@pytest.mark.django_db
def test_the_last_letter_is_that_of_the_latest_day_whatever_its_level(bob: Actor, gesture: Gesture) -> None:
    """Billing has begun anew: the reminder of today is the last, not the graver one of May."""
    system = BillingSystem.objects.create(name="books", adapter="csv", hook_key="books", created_at=NOW)
    letters = {
        gesture.case.person: (("Final demand", 3, 30), ("A reminder", 1, 1)),
        person("Lara"): (("A reminder", 1, 1),),
        person("Nora"): (("Final demand", 3, 30),),
    }
    for who, sent in letters.items():
        customer = Customer.objects.create(number=who.name, person=who, told_by="books", told_at=NOW)
        for words, level, days in sent:
            DunningLetter.objects.create(
                system=system, key=f"{who.name} {level}", customer=customer, level=level,
                on=(NOW - timedelta(days=days)).date(), sealed=seal(words.encode()), told_at=NOW,
            )  # fmt: skip
    found = kindness.alike(actor=bob, gesture=gesture, now=NOW)
    assert [(each.person.name, each.grounds) for each in found if each.person] == [("Lara", ("letter",))]


@pytest.mark.parametrize("what", ["", "INV-2026-17", "Re. 17", "RE/2026/00012"])
def test_a_number_is_no_kind_of_claim(what: str) -> None:
    assert kind_of_claim(what) == ""


@pytest.mark.django_db
def test_the_same_is_proposed_and_nothing_more(
    client: Client, members: dict[str, Member], bob: Actor, forum: Source, gesture: Gesture
) -> None:
    writer = account(forum, "ursula")
    client.force_login(members["bob"])
    answer = client.post(f"/gestures/{gesture.pk}/same", {"account": writer.pk})
    made = Gesture.objects.exclude(pk=gesture.pk).get()
    assert answer["Location"] == f"/cases/{made.case_id}#gestures"
    assert (made.state, made.kind, made.case.person.name) == ("proposed", "apology", "ursula")
    assert made.proposed_by == members["bob"]
    client.post(f"/gestures/{gesture.pk}/same", {"case": made.case_id})
    assert Gesture.objects.filter(case=made.case).count() == 2
    assert client.post(f"/gestures/{gesture.pk}/same", {}, follow=True).status_code == 422


@pytest.mark.django_db
def test_an_approver_sees_no_people_in_it(
    client: Client, members: dict[str, Member], gesture: Gesture
) -> None:
    client.force_login(members["carla"])
    page = client.get(f"/gestures/{gesture.pk}").content.decode()
    assert "Equal kindness" not in page
    assert "not carried out yet" in page


@pytest.mark.django_db
def test_nobody_found_by_their_letter_alone_is_said_to_have_been_silent(
    client: Client, members: dict[str, Member], gesture: Gesture, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = person("Olena Kovalenko")
    found = kindness.Alike(
        person=olena, account=None, case=None, thread=None, grounds=("letter",), likeness=0.0
    )
    monkeypatch.setattr("kulanz.desk.web.gestures.alike", lambda **_: (found,))
    client.force_login(members["bob"])
    page = client.get(f"/gestures/{gesture.pk}").content.decode()
    assert "Olena Kovalenko</a>\n" in page
    assert "same dunning letter" in page
    assert "said nothing" not in page
    assert "did not shout" not in page


@pytest.mark.django_db
def test_sixty_days_before_and_after(
    client: Client, members: dict[str, Member], bob: Actor, forum: Source, gesture: Gesture
) -> None:
    thread = make_thread(forum, NOW, "4711", "escalated", 0.9)
    rolf = account(forum, "rolf", gesture.case.person)
    Case.objects.filter(pk=gesture.case_id).update(opened_at=NOW - 5 * DAY)
    for days in (-61, -60, -6, 59, 61):
        said(thread, rolf, f"rolf {days}", "words", NOW + days * DAY)
    said(thread, account(forum, "anna"), "anna", "words", NOW + 5 * DAY)
    ThreadScore.objects.create(thread=thread, at=NOW - DAY, score=0.9, stage="escalated")
    ThreadScore.objects.create(thread=thread, at=NOW - 2 * DAY, score=0.4, stage="complaint")
    Gesture.objects.update(state="carried_out", carried_out_at=NOW)
    spans = effect_of(Gesture.objects.get(), NOW + 20 * DAY)
    assert [span.day for span in spans] == list(range(-60, 60, 10))
    assert [span.posts for span in spans] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert [span.conversation for span in spans] == [1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1]
    assert [span.score for span in spans][5:7] == [0.9, None]
    assert [span.over for span in spans] == [True] * 8 + [False] * 4
    client.force_login(members["bob"])
    page = client.get(f"/gestures/{gesture.pk}").content.decode()
    assert "2 posts in the 60 days before, 1 in the 60 days after." in page
    assert "did not have to come from it" in page


@pytest.mark.django_db
def test_what_is_spent_on_loud_and_on_quiet_customers(
    client: Client, members: dict[str, Member], bob: Actor, forum: Source
) -> None:
    now = datetime.now(UTC)
    GestureLimit.objects.create(
        role="agent", currency="EUR", alone_minor=9000, each_minor=9000, month_minor=90_000
    )
    loud = case_of(bob, "Lena", DUNNED, now)
    begun, quiet = make_thread(forum, now, "1", "issue"), case_of(bob, "Quirin", DUNNED, now)
    Thread.objects.filter(pk=begun.pk).update(first_post_at=now)
    said(begun, account(forum, "lena", loud.person), "1", DUNNED, now)
    said(begun, account(forum, "quirin", quiet.person), "2", "Me too.", now + timedelta(minutes=1))
    for case, cost in ((loud, 5000), (quiet, 700)):
        given_to = proposed(bob, case, cost, now)
        gestures.grant(actor=bob, gesture=given_to, seen=given_to.version, now=now)
    case_of(bob, "Nobody", DUNNED, now)
    found = report(now)
    assert (found.loud.cases, found.loud.helped, found.quiet.cases, found.quiet.helped) == (1, 1, 2, 1)
    spent = found.spent[0]
    assert (str(spent.loud), str(spent.quiet)) == ("50.00 EUR", "7.00 EUR")
    assert (str(spent.loud_months[-1]), len(spent.loud_months)) == ("50.00 EUR", 12)
    issue = issues.open_issue(actor=bob, threads=[begun], now=now)
    issue.roles.update_or_create(account=Account.objects.get(key="quirin"), defaults={"role": "amplifier"})
    assert (report(now).loud.cases, report(now).quiet.cases) == (2, 1)
    issue.roles.all().delete()
    client.force_login(members["frieda"])
    page = client.get("/gestures/spending").content.decode()
    assert "50.00 EUR for loud customers, 7.00 EUR for quiet ones" in page


@pytest.mark.django_db
def test_readers_of_cases_alone_look_for_nobody(members: dict[str, Member], gesture: Gesture) -> None:
    with pytest.raises(NotAllowedError, match="lacks the right"):
        kindness.alike(actor=actor_of(members["carla"]), gesture=gesture, now=NOW)


@given(st.lists(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3), min_size=1, max_size=12))
def test_likeness_is_a_cosine_and_unreadable_texts_are_like_nothing(rows: list[list[float]]) -> None:
    vectors = np.array([*rows, [0, 0, 0]], np.float32)
    found = similarities(vectors, 0, [False] * len(vectors))
    assert np.isfinite(found).all()
    assert (np.abs(found) <= 1 + 1e-4).all()
    assert found[-1] == 0


def test_many_with_the_same_problem_do_not_hide_it() -> None:
    """What is usual is learnt from conversations: a hundred complaints of one kind stay alike."""
    chance = np.random.default_rng(7)
    talk = chance.normal(size=(40, 16)) + 1
    problem = chance.normal(size=16) + 1
    complaints = problem + chance.normal(scale=0.2, size=(100, 16))
    vectors = np.vstack([complaints, talk]).astype(np.float32)
    found = similarities(vectors, 0, [False] * 100 + [True] * 40)
    assert found[:100].min() > 0.8
    assert np.median(found[100:]) < 0.3


def test_letters_differ_by_more_than_numbers() -> None:
    assert letter("Pay 12,40 EUR\n by 1.6.") == letter("pay 9,1 eur by 15.12.")
    assert letter("Pay now") != letter("Pay soon")


@pytest.mark.django_db
def test_more_letters_are_read_at_once(members: dict[str, Member], gesture: Gesture) -> None:
    asked = []
    for rows in (3, 30):
        Customer.objects.all().delete()
        for n in range(rows):
            whose = person(f"{rows}-{n}") if n else gesture.case.person
            row = Customer.objects.create(
                number=f"{rows}-{n}", person=whose, sealed=b"", told_by="crm", told_at=NOW
            )
            facts = ClaimFacts(amount=Money(Decimal(1), "EUR"), text="Last reminder.")
            Claim.objects.create(
                customer=row, system="crm", key=row.number, sealed=seal(packed(facts)), told_at=NOW
            )
        actor = actor_of(members["alice"])
        with CaptureQueriesContext(connection) as queries:
            found = kindness._by_values(actor, Case.objects.get(pk=gesture.case_id), NOW)
        asked.append(len(queries))
        assert len(found) == rows - 1
    assert asked[0] == asked[1]


@pytest.mark.django_db
def test_the_company_itself_has_no_quiet_problem(forum: Source, gesture: Gesture) -> None:
    calm = make_thread(forum, NOW, "77", "calm", 0.1)
    said(calm, account(forum, "ursula"), "1", DUNNED)
    assert [each.thread for each in quiet_problems(gesture.case, NOW)] == [calm]
    StaffIdentity.objects.create(kind="account", value="Ursula", source=forum)
    assert quiet_problems(gesture.case, NOW) == []


@pytest.mark.django_db
def test_a_closed_case_is_not_offered(bob: Actor, gesture: Gesture) -> None:
    quiet = case_of(bob, "Quirin", DUNNED)
    assert [each.case for each in quiet_problems(gesture.case, NOW)] == [quiet]
    Case.objects.filter(pk=quiet.pk).update(state="closed")
    assert quiet_problems(gesture.case, NOW) == []


@pytest.mark.django_db
def test_words_that_are_taken_over_were_opened(bob: Actor, gesture: Gesture) -> None:
    kindness.propose_same(
        actor=bob, gesture=gesture, case=case_of(bob, "Quirin", DUNNED), account=None, person=None, now=NOW
    )
    assert Event.objects.filter(noun="gesture", noun_id=gesture.pk, action="open").count() == 1
