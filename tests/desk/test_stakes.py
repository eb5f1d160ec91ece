"""What is at stake in a case and an issue, corrected by people; standing and reach, counted by the worker."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from customer_people import CLAIM, FACTS, RATES, make_customer, make_matter, make_person, make_rates
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.core.money import Money
from kulanz.core.posts import Post
from kulanz.core.stake import saying
from kulanz.desk.models import (
    Account,
    AccountStanding,
    Case,
    Customer,
    Event,
    IssueRole,
    Member,
    Person,
    Source,
    SourceCount,
    Stake,
    Thread,
    ThreadScore,
)
from kulanz.desk.queries.exposure import views_of
from kulanz.desk.queries.standing import standing_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts, Facts
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.rates import Rates
from kulanz.desk.services import issues, people, rates, stakes, standing
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.standing import EVERY, count_due
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def read_thread(thread: Thread) -> Thread:
    Thread.objects.filter(pk=thread.pk).update(views=13016)
    thread.refresh_from_db()
    return thread


def test_the_stake_of_a_case_says_what_the_claim_is_against_the_rest(
    alice: Actor, bob: Actor, read_thread: Thread, now: datetime
) -> None:
    make_rates(alice, now)
    case = make_matter(make_person(now, number="KD-47119"), read_thread, now)
    make_customer(alice, now)
    ThreadScore.objects.create(
        thread=read_thread, at=now - timedelta(days=8), score=0.5, stage="issue", views=12316
    )
    found = stakes.of_case(actor=bob, case=case, now=now)
    assert {line.code: (line.low.amount, line.high.amount) for line in found.drawn.lines} == {
        "claim": (Decimal("12.40"), Decimal("12.40")),
        "customer": (Decimal("202.00"), Decimal("202.00")),
        "exposure": (Decimal("65.08"), Decimal("384.38")),
        "dispute": (Decimal("479.80"), Decimal("479.80")),
    }
    assert saying(found.drawn, "en").startswith(
        "The claim is 12.40 EUR. What was said in public has been read 13,016 times"
    )
    assert "zu erwarten" in saying(found.drawn, "de")


def test_without_rates_and_data_nothing_is_made_up(
    alice: Actor, bob: Actor, thread: Thread, erik: Actor, now: datetime
) -> None:
    case = make_matter(make_person(now), thread, now)
    found = stakes.of_case(actor=bob, case=case, now=now)
    assert found.drawn.lines == ()
    assert saying(found.drawn, "en") == "What is at stake is not known."
    values = {"lifetime.revenue_per_month": "5,95 EUR", "lifetime.margin": "0,5", "lifetime.months": "10"}
    stakes.correct(actor=bob, about=case, seen=0, values=values, reason="his contract", now=now)
    by_hand = stakes.of_case(actor=bob, case=case, now=now)
    line = by_hand.drawn.line("customer")
    assert line is not None
    assert line.high == Money(Decimal("29.75"), "EUR")
    with pytest.raises(NotAllowedError):
        stakes.of_case(actor=erik, case=case, now=now)


def lacks(found: stakes.AtStake) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Why each line that is not there cannot be drawn."""
    return {
        each.code: [(lack.code, lack.names) for lack in each.lacks]
        for each in found.lines
        if each.line is None
    }


def test_a_line_that_cannot_be_drawn_says_why(
    alice: Actor, bob: Actor, thread: Thread, now: datetime
) -> None:
    def of(case: Case) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
        return lacks(stakes.of_case(actor=bob, case=case, now=now))

    alone = make_matter(make_person(now), None, now)
    rates = tuple(f"cost.{each}" for each in ("hours", "hourly", "fees"))
    assert of(alone) == {
        "claim": [("no_customer", ())],
        "customer": [("no_customer", ())],
        "exposure": [("no_conversation", ())],
        "dispute": [("no_rates", rates)],
    }
    case = make_matter(make_person(now, number="KD-1"), thread, now)
    make_customer(alice, now, "KD-1", Facts(name="Rolf", margin=Decimal("0.7")), None)
    readings = tuple(f"exposure.{each}" for each in ("days", "audience", "spread", "price"))
    assert of(case) == {
        "claim": [("no_claim", ("claim",))],
        "customer": [("no_facts", ("lifetime.revenue_per_month",)), ("no_rates", ("lifetime.months",))],
        "exposure": [("no_views", ("exposure.views", "exposure.views_per_day")), ("no_rates", readings)],
        "dispute": [("no_rates", rates)],
    }
    Thread.objects.update(views=5)
    make_rates(alice, now, Rates(hours=Decimal(8), price=Decimal(10)))
    assert of(case)["exposure"] == [("no_rates", readings[:-1])]
    assert of(case)["dispute"] == [("no_rates", rates[1:])]
    figures = {"cost.hourly": "45 USD", "cost.fees": "3 EUR"}
    stakes.correct(actor=bob, about=case, seen=0, values=figures, reason="said", now=now)
    assert of(case)["dispute"] == [("currencies", ())]


def test_a_sum_that_cannot_be_drawn_says_why(alice: Actor, bob: Actor, thread: Thread, now: datetime) -> None:
    make_rates(alice, now)
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    found = lacks(stakes.of_issue(actor=bob, issue=issue, now=now))
    assert [found[code] for code in ("claim", "customer", "dispute")] == [[("no_case", ())]] * 3
    case = make_matter(make_person(now, number="KD-1"), None, now)
    Case.objects.filter(pk=case.pk).update(issue=issue)
    found = lacks(stakes.of_issue(actor=bob, issue=issue, now=now))
    assert [found[code] for code in ("claim", "customer")] == [[("no_customer", ())]] * 2
    assert "dispute" not in found
    for number, facts in (("KD-1", FACTS), ("KD-2", FACTS)):
        no_margin = msgspec.structs.replace(facts, margin=None)
        make_customer(alice, now, number, no_margin, None)
    Customer.objects.update(person=case.person)
    found = lacks(stakes.of_issue(actor=bob, issue=issue, now=now))
    assert found["claim"] == [("no_claim", ("claim",))]
    assert found["customer"] == [("no_facts", ("lifetime.margin",))]
    assert lacks(stakes.of_case(actor=bob, case=case, now=now))["customer"] == found["customer"]


def test_numbers_are_corrected_for_a_reason_and_by_one_at_a_time(
    alice: Actor, bob: Actor, erik: Actor, read_thread: Thread, now: datetime
) -> None:
    make_rates(alice, now)
    case = make_matter(make_person(now, number="KD-47119"), read_thread, now)
    make_customer(alice, now)
    kept = stakes.correct(
        actor=bob,
        about=case,
        seen=0,
        values={"claim": "7,00 EUR", "cost.hours": "20"},
        reason="the fee goes",
        now=now,
    )
    found = stakes.of_case(actor=bob, case=case, now=now)
    claim = found.drawn.line("claim")
    assert claim is not None
    assert (claim.high.amount, claim.inputs[0].corrected, found.version) == (Decimal("7.00"), True, 1)
    assert b"7.00" not in bytes(Stake.objects.get().sealed)
    event = Event.objects.get(action="correct")
    assert (event.reason, event.data, event.case_id) == (
        "the fee goes",
        {"numbers": ["claim", "cost.hours"]},
        case.pk,
    )
    with pytest.raises(ConflictError):
        stakes.correct(actor=bob, about=case, seen=0, values={"claim": ""}, reason="x", now=now)
    for values, reason in (({"claim": "1 EUR"}, " "), ({"claim": "x"}, "y"), ({"cost.sum": "1"}, "y"),
                           ({"lifetime.margin": "2"}, "y")):  # fmt: skip
        with pytest.raises(RuleError):
            stakes.correct(actor=bob, about=case, seen=kept.version, values=values, reason=reason, now=now)
    with pytest.raises(NotAllowedError):
        stakes.correct(actor=erik, about=case, seen=1, values={"claim": ""}, reason="x", now=now)
    stakes.correct(actor=bob, about=case, seen=1, values={"claim": ""}, reason="it stays", now=now)
    again = stakes.of_case(actor=bob, case=case, now=now).drawn.line("claim")
    assert again is not None
    assert again.high == CLAIM.amount


def test_an_issue_sums_its_cases_once_a_person_and_in_a_constant_number_of_queries(
    alice: Actor, bob: Actor, read_thread: Thread, now: datetime
) -> None:
    make_rates(alice, now)
    case = make_matter(make_person(now, number="KD-1"), read_thread, now)
    make_customer(alice, now, "KD-1")
    issue = case.issue
    assert issue is not None

    def queries() -> int:
        Event.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            stakes.of_issue(actor=bob, issue=issue, now=now)
        return len(asked)

    few = queries()
    for number in range(2, 31):
        other = make_matter(make_person(now, f"P{number}", f"KD-{number}"), None, now)
        other.issue = issue
        other.save()
        make_customer(alice, now, f"KD-{number}")
    assert queries() == few
    stakes.correct(actor=bob, about=case, seen=0, values={"claim": "0 EUR"}, reason="waived", now=now)
    found = stakes.of_issue(actor=bob, issue=issue, now=now)
    amounts = {line.code: line.high.amount for line in found.drawn.lines}
    assert [line.code for line in found.lines if line.corrected] == ["claim"]
    assert amounts["claim"] == 29 * CLAIM.amount.amount
    assert amounts["customer"] == 30 * Decimal("202.00")
    assert amounts["dispute"] == 30 * Decimal("479.80")


def test_claims_in_two_currencies_are_not_added(alice: Actor, bob: Actor, now: datetime) -> None:
    case = make_matter(make_person(now, number="KD-1"), None, now)
    make_customer(alice, now, "KD-1")
    make_customer(alice, now, "KD-2", FACTS, ClaimFacts(amount=Money(Decimal(9), "USD")))
    person = case.person
    person.customers.model.objects.update(person=person)
    found = stakes.of_case(actor=bob, case=case, now=now)
    claim = found.drawn.line("claim")
    assert claim is not None
    assert (claim.high, found.other_currencies) == (CLAIM.amount, 1)


@pytest.mark.parametrize(
    "rate", [{"price": Decimal(-1)}, {"currency": "XXX"}, {"cohort": (3, 5)}, {"days": 99999}]
)
def test_rates_that_make_no_sense_are_refused(
    alice: Actor, bob: Actor, now: datetime, rate: dict[str, object]
) -> None:
    with pytest.raises(RuleError):
        rates.set_rates(actor=alice, rates=Rates(**rate), seen=0, now=now)  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError):
        rates.set_rates(actor=bob, rates=RATES, seen=0, now=now)
    make_rates(alice, now)
    with pytest.raises(ConflictError):
        make_rates(alice, now)


def test_an_issue_without_a_claim_or_a_case_is_no_dispute(
    alice: Actor, bob: Actor, read_thread: Thread, now: datetime
) -> None:
    make_rates(alice, now)
    issue = issues.open_issue(actor=bob, threads=[read_thread], now=now)
    found = stakes.of_issue(actor=alice, issue=issue, now=now)
    assert [line.code for line in found.drawn.lines] == ["exposure"]
    stakes.correct(actor=alice, about=issue, seen=0, values={"claim": "12.40 EUR"}, reason="said", now=now)
    found = stakes.of_issue(actor=alice, issue=issue, now=now)
    assert [line.code for line in found.drawn.lines] == ["claim", "exposure", "dispute"]


def test_views_a_day_are_those_of_the_last_week(thread: Thread, forum: Source, now: datetime) -> None:
    rows = Thread.objects.filter(pk=thread.pk)
    assert views_of(rows, now) is None
    rows.update(views=700, first_post_at=now - timedelta(days=70))
    for minutes in (0, 5):
        found = views_of(rows, now + timedelta(minutes=minutes))
        assert found is not None
        assert (found.total, found.per_day) == (700, Decimal("10.0"))
    twin = {"views": 700, "first_post_at": now - timedelta(days=70), "seen_at": now}
    other = Thread.objects.create(source=forum, key="twin", **twin)
    found = views_of(Thread.objects.all(), now)
    assert found is not None
    assert (found.total, found.per_day) == (1400, Decimal("20.0"))
    other.delete()
    ThreadScore.objects.create(thread=thread, at=now - timedelta(days=20), score=0, stage="calm", views=700)
    found = views_of(rows, now)
    assert found is not None
    assert found.per_day == 0


def talk(
    forum: Source, now: datetime, *said: tuple[str, str, str | None], accepted: bool | None = None
) -> None:
    posts = tuple(
        Sighting(
            post=Post(
                thread_id="t",
                post_id=f"p{number}",
                author_id=author,
                text=text,
                reply_to=answered,
                likes=2,
                accepted=accepted,
                created_at=now - timedelta(days=40 - number),
            )
        )
        for number, (author, text, answered) in enumerate(said)
    )
    keep_page(source=forum, page=Page(posts=posts), lane=None, grace=timedelta(0), now=now)


def numbers(person: Person, now: datetime) -> dict[str, float]:
    known = standing_of(person, now=now)
    assert known is not None
    return {part.code: part.number for part in known.standing.parts}


def count_all(now: datetime) -> None:
    while count_due(now=now):
        pass


def test_standing_and_reach_are_counted_by_the_worker_and_hold_no_names(
    bob: Actor, forum: Source, now: datetime
) -> None:
    talk(forum, now, ("Rolf", "Who knows?", None), ("Anna", "I do.", "p0"), ("Otto", "She does.", "p1"))
    rolf = people.person_of(actor=bob, account=Account.objects.get(key="Rolf"), now=now)
    assert standing_of(rolf, now=now) is None
    count_all(now)
    known = standing_of(rolf, now=now)
    assert known is not None
    assert known.standing.role == "newcomer"
    assert [part.number for part in known.standing.parts if part.code in ("liked", "drawn")] == [2, 2]
    [reached] = known.reached
    assert reached.reach is not None
    assert (reached.reach.within, reached.reach.accounts, reached.reach.error) == ((1, 2, 2, 2), 3, 0)
    assert AccountStanding.objects.count() == 1
    row = AccountStanding.objects.get()
    assert not any(name in repr((bytes(row.contributions), row.reach)) for name in ("Anna", "Otto"))
    later = known.standing.value
    aged = standing_of(rolf, now=now + timedelta(days=365))
    assert aged is not None
    assert aged.standing.value < later


def test_an_issue_shows_the_standing_of_its_people_to_whoever_may_see_values(
    client: Client, members: dict[str, Member], bob: Actor, forum: Source, now: datetime
) -> None:
    talk(forum, now, ("Rolf", "Who knows?", None), ("Anna", "I do.", "p0"))
    issue = issues.open_issue(actor=bob, threads=list(Thread.objects.all()), now=now)
    client.force_login(members["bob"])
    client.get(f"/issues/{issue.pk}")
    asked = []
    for name in ("Rolf", "Anna"):
        account = Account.objects.get(key=name)
        whose = people.person_of(actor=bob, account=account, now=now)
        IssueRole.objects.update_or_create(issue=issue, account=account, defaults={"role": "affected"})
        count_all(now + 2 * EVERY * len(asked))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/issues/{issue.pk}").content.decode()
        asked.append(len(queries))
        assert page.count('data-head="Standing">') == IssueRole.objects.filter(issue=issue).count()
    assert asked[1] <= asked[0]
    assert re.search(r'data-head="Standing">\d+\.\d <span class="small muted">\w+', page)
    profile = client.get(f"/people/{whose.pk}").content.decode()
    part = re.compile(r'<td data-head="Number"[^>]*>[^<]+</td><td data-head="Points".+')
    assert part.findall(profile)
    assert set(part.findall(profile)) <= set(part.findall(page))
    client.force_login(members["dora"])
    assert "Standing" not in client.get(f"/issues/{issue.pk}").content.decode()


def test_accepted_answers_are_a_part_of_the_standing(bob: Actor, forum: Source, now: datetime) -> None:
    asked = (("Rolf", "How do I cancel?", None), ("Anna", "In the settings.", "p0"))
    talk(forum, now, *asked, accepted=True)
    anna = people.person_of(actor=bob, account=Account.objects.get(key="Anna"), now=now)
    count_all(now)
    assert numbers(anna, now)["accepted"] == 1
    talk(forum, now + timedelta(days=1), *asked, accepted=False)
    count_all(now + timedelta(days=1))
    assert numbers(anna, now + timedelta(days=1))["accepted"] == 0


@pytest.mark.parametrize("role", ["press", "partner"])
def test_what_a_profile_says_of_press_and_partners_is_in_the_standing(
    bob: Actor, forum: Source, now: datetime, role: str
) -> None:
    talk(forum, now, ("Rolf", "I write about this.", None))
    rolf = people.person_of(actor=bob, account=Account.objects.get(key="Rolf"), now=now)
    count_all(now)
    people.edit(actor=bob, person=rolf, seen=rolf.version, now=now, role=role)
    known = standing_of(rolf, now=now)
    assert known is not None
    assert known.standing.roles == (role, "newcomer")


def test_a_source_is_counted_once_a_day_in_turns_and_begun_anew_where_a_worker_died(
    bob: Actor, forum: Source, now: datetime
) -> None:
    talk(forum, now, ("Rolf", "Who knows?", None), ("Anna", "I do.", "p0"))
    rolf = people.person_of(actor=bob, account=Account.objects.get(key="Rolf"), now=now)
    assert count_due(now=now) == 1
    standing._PASSES.clear()
    assert count_due(now=now) == 0
    count_all(now + timedelta(minutes=11))
    assert SourceCount.objects.get().posts == 2
    assert count_due(now=now + timedelta(hours=2)) == 0
    anna = people.person_of(actor=bob, account=Account.objects.get(key="Anna"), now=now)
    count_all(now + timedelta(hours=2))
    assert standing_of(anna, now=now) is not None
    people.detach(actor=bob, person=rolf, account=Account.objects.get(key="Rolf"), reason="x", now=now)
    count_all(now + timedelta(hours=27))
    assert AccountStanding.objects.get().account.key == "Anna"


def test_two_workers_do_not_count_the_same(bob: Actor, forum: Source, now: datetime) -> None:
    talk(forum, now, ("Rolf", "Who knows?", None))
    assert count_due(now=now) == 1
    mine = dict(standing._PASSES)
    SourceCount.objects.update(due_at=now + timedelta(hours=1))
    assert count_due(now=now) == 0
    assert mine
    assert standing._PASSES == {}
