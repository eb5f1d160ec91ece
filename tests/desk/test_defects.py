"""Defects: several cases of one kind, an owner, and whether mending it helped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from desk_people import NOW
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kulanz.desk.models import Assessment, Case, Defect, Delivery, Event, Member, Person
from kulanz.desk.queries import defects as queries
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.defects import around
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.months import last_months
from kulanz.desk.services import assessing, cases, defects
from kulanz.desk.services.assessing import Judgement

LETTER = "text of dunning letter 2"
DAY = timedelta(days=1)


def opened(bob: Actor, days_ago: int = 0, now: datetime = NOW) -> Case:
    person = Person.objects.create(name="Rolf", created_at=now)
    at = now - timedelta(days=days_ago)
    return cases.open_case(actor=bob, person=person, issue=None, title="Dunning", now=at)


def linked(bob: Actor, name: str = LETTER, days_ago: int = 0, now: datetime = NOW) -> Case:
    case = opened(bob, days_ago, now)
    assessing.assess(actor=bob, case=case, seen=0, said=Judgement(defect=name), now=now)
    return case


@pytest.mark.django_db
def test_three_cases_of_one_thing_need_an_owner(alice: Actor, bob: Actor, members: dict[str, Member]) -> None:
    linked(bob)
    linked(bob, name=" Text of  Dunning Letter 2")
    defect = Defect.objects.get()
    assert (defect.name, defect.state) == (LETTER, "watched")
    assert not Delivery.objects.filter(key__startswith="defect").exists()
    linked(bob)
    defect.refresh_from_db()
    assert defect.state == "open"
    told = Delivery.objects.get(key__startswith="defect")
    assert (told.member, told.subject) == (members["alice"], f"A defect needs an owner: {LETTER}")
    defects.assign(actor=alice, defect=defect, seen=defect.version, owner=members["bob"], now=NOW)
    assert Delivery.objects.filter(member=members["bob"], key__startswith="defect").exists()
    actions = Event.objects.filter(noun="defect").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["make", "link", "link", "link", "many", "assign"]


@pytest.mark.django_db
def test_saying_it_again_links_no_case_twice(bob: Actor) -> None:
    case = linked(bob)
    for seen in (1, 2, 3):
        said = Judgement(fault="ours", defect=LETTER)
        assessing.assess(actor=bob, case=case, seen=seen, said=said, now=NOW)
    assert Defect.objects.get().state == "watched"
    assert Event.objects.filter(action="link").count() == 1
    assessing.assess(actor=bob, case=case, seen=4, said=Judgement(fault="ours"), now=NOW)
    assert Assessment.objects.get().defect is None


@pytest.mark.django_db
def test_the_owner_or_a_lead_says_that_it_is_mended(
    alice: Actor, bob: Actor, members: dict[str, Member]
) -> None:
    for days in (20, 15, 12, 9, 3):
        linked(bob, days_ago=days)
    defect = Defect.objects.get()
    with pytest.raises(NotAllowedError, match="owner"):
        defects.fix(actor=bob, defect=defect, seen=defect.version, what="new text", since=NOW, now=NOW)
    defects.assign(actor=alice, defect=defect, seen=defect.version, owner=members["bob"], now=NOW)
    with pytest.raises(RuleError, match="past"):
        defects.fix(actor=bob, defect=defect, seen=defect.version, what="x", since=NOW + DAY, now=NOW)
    since = NOW - 10 * DAY
    defects.fix(actor=bob, defect=defect, seen=defect.version, what="new text", since=since, now=NOW)
    helped = queries.helped(defect, NOW)
    assert helped is not None
    assert (helped.days, helped.before, helped.after) == (10, 3, 2)
    defects.reopen(actor=alice, defect=defect, seen=defect.version, reason="it came back", now=NOW)
    assert (defect.state, queries.helped(defect, NOW)) == ("open", None)


@pytest.mark.django_db
def test_months_hold_every_case_of_two_years(bob: Actor) -> None:
    for days in (0, 40, 400, 900):
        linked(bob, days_ago=days)
    months = queries.months_of(Defect.objects.get(), NOW)
    assert (len(months.months), sum(months.cases), months.cases[-1]) == (24, 3, 1)
    assert (months.months[0], months.months[-1]) == (date(2024, 7, 1), date(2026, 6, 1))


@pytest.mark.django_db
def test_the_page_shows_the_course_and_does_not_ask_more_for_many_cases(
    client: Client, members: dict[str, Member], bob: Actor
) -> None:
    now = datetime.now(UTC)
    for days in (1, 2, 40):
        linked(bob, days_ago=days, now=now)
    defect = Defect.objects.get()
    client.force_login(members["alice"])
    form = {"seen": defect.version, "reason": "new <i>text</i>", "since": now.date().isoformat()}
    assert client.post(f"/defects/{defect.pk}/fix", form).status_code == 302
    page = client.get(f"/defects/{defect.pk}").content.decode()
    assert "new &lt;i&gt;text" in page
    assert '<svg viewBox="0 0 400' in page
    assert "3 cases in the last 24 months." in page
    assert LETTER in client.get("/defects?state=fixed").content.decode()
    assert LETTER not in client.get("/defects").content.decode()
    wrong = client.post(f"/defects/{defect.pk}/fix", {"seen": 1, "reason": "x", "since": "2026-02-31"})
    assert wrong.status_code == 422


days = st.integers(-1000, 1000).map(lambda number: NOW + number * DAY)


@given(st.lists(days), days, st.integers(0, 900))
def test_the_time_before_is_as_long_as_the_time_after(
    times: list[datetime], moment: datetime, passed: int
) -> None:
    found = around(times, moment, moment + passed * DAY)
    assert found.days == min(passed, 365)
    span = found.days * DAY
    assert found.before == sum(-span <= at - moment < timedelta() for at in times)
    assert found.after == sum(timedelta() <= at - moment <= span for at in times)


@given(days, st.integers(1, 23))
def test_the_last_months_are_one_after_the_other(now: datetime, count: int) -> None:
    months = last_months(now, "UTC", count)
    assert len(months) == count
    assert months[-1] == now.date().replace(day=1)
    steps = {(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(months)}
    assert steps <= {1}
