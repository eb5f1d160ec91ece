"""Cases: for whom and where one is opened, and when it may end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from django.urls import reverse

from kulanz.desk.models import Account, Case, Issue, IssueRole, Member, Person, Promise, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import cases, issues, promises
from kulanz.desk.services.calendars import usual_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], title="Dunning", now=now)


@pytest.fixture
def merged(alice: Actor, issue: Issue, other_thread: Thread, now: datetime) -> Issue:
    gone = issues.open_issue(actor=alice, threads=[other_thread], now=now)
    return issues.merge(actor=alice, issue=gone, seen=1, into=issue, reason="the same", now=now)


@pytest.fixture
def rolf(now: datetime) -> Person:
    return Person.objects.create(name="Rolf Petersen", created_at=now)


@pytest.fixture
def case(bob: Actor, rolf: Person, issue: Issue, now: datetime) -> Case:
    return cases.open_case(actor=bob, person=rolf, issue=issue, title="", now=now)


@pytest.fixture
def program(members: dict[str, Member]) -> Program:
    return Program(members["bob"])


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    return logged_in(members["bob"])


def promise(case: Case, by: Actor, members: dict[str, Member], now: datetime) -> Promise:
    return promises.make(
        actor=by,
        case=case,
        by=members["bob"],
        what="an answer",
        worktime=timedelta(hours=8),
        calendar=usual_calendar(now=now),
        now=now,
    )


def settle(case: Case, actor: Actor, now: datetime) -> None:
    cases.resolve(actor=actor, case=case, seen=case.version, outcome="paid back", now=now)


def test_no_case_closes_while_a_promise_runs(
    bob: Actor, case: Case, members: dict[str, Member], program: Program, now: datetime
) -> None:
    settle(case, bob, now)
    promise(case, bob, members, now)
    with pytest.raises(RuleError, match="a promise is still running"):
        cases.close(actor=bob, case=case, seen=case.version, now=now)
    assert program.post(f"/cases/{case.pk}/close", {"seen": case.version}).status_code == 422
    case.refresh_from_db()
    assert case.state == "resolved"


def test_nothing_is_promised_in_a_closed_case(
    bob: Actor, case: Case, members: dict[str, Member], program: Program, bobs: Client, now: datetime
) -> None:
    stale = Case.objects.get(pk=case.pk)
    settle(case, bob, now)
    cases.close(actor=bob, case=case, seen=case.version, now=now)
    with pytest.raises(RuleError, match="the case is closed"):
        promise(stale, bob, members, now)
    assert program.post(f"/cases/{case.pk}/promises", {"what": "more", "hours": 8}).status_code == 422
    calendar = usual_calendar(now=now).pk
    form = {"what": "more", "hours": 8, "by": bob.member_id, "calendar": calendar}
    assert bobs.post(reverse("case_promise", args=[case.pk]), form).status_code == 422
    assert not Promise.objects.exists()


def test_a_case_goes_on_when_its_issue_is_closed(
    bob: Actor, case: Case, issue: Issue, members: dict[str, Member], now: datetime
) -> None:
    issues.close(actor=bob, issue=issue, seen=issue.version, outcome="resolved", reason="calm", now=now)
    made = promise(case, bob, members, now)
    promises.keep(actor=bob, promise=made, seen=made.version, now=now)
    settle(case, bob, now)
    assert case.state == "resolved"


def test_no_case_is_opened_in_a_merged_issue(
    bob: Actor, merged: Issue, rolf: Person, program: Program, now: datetime
) -> None:
    merged.state = "open"  # as it was when the page was made
    with pytest.raises(RuleError, match="merged into another one"):
        cases.open_case(actor=bob, person=rolf, issue=merged, title="", now=now)
    assert program.post("/cases", {"person": rolf.pk, "issue": merged.pk}).status_code == 422
    assert not Case.objects.exists()


def test_staff_are_no_customers(
    bob: Actor, issue: Issue, rolf: Person, program: Program, bobs: Client, now: datetime
) -> None:
    page = reverse("person", args=[rolf.pk])
    assert "Open a case" in bobs.get(page).content.decode()
    Person.objects.filter(pk=rolf.pk).update(role="staff")
    with pytest.raises(RuleError, match="'Rolf Petersen' is staff"):
        cases.open_case(actor=bob, person=rolf, issue=None, title="", now=now)
    assert program.post("/cases", {"person": rolf.pk}).status_code == 422
    assert "Open a case" not in bobs.get(page).content.decode()


def test_what_people_said_of_somebody_goes_before_what_the_source_says(
    bob: Actor, issue: Issue, rolf: Person, forum: Source, now: datetime
) -> None:
    account = Account.objects.create(
        source=forum, key="rolf", person=rolf, source_role="staff", first_seen_at=now
    )
    IssueRole.objects.create(issue=issue, account=account, role="staff")
    with pytest.raises(RuleError, match="is staff"):
        cases.open_case(actor=bob, person=rolf, issue=issue, title="", now=now)
    assert cases.open_case(actor=bob, person=rolf, issue=None, title="", now=now).pk


def test_no_button_opens_a_case_for_staff(
    bobs: Client, issue: Issue, rolf: Person, forum: Source, now: datetime
) -> None:
    account = Account.objects.create(source=forum, key="rolf", person=rolf, first_seen_at=now)
    IssueRole.objects.create(issue=issue, account=account, role="calming")
    page, form = reverse("issue", args=[issue.pk]), reverse("issue_case", args=[issue.pk])
    assert form in bobs.get(page).content.decode()
    Person.objects.filter(pk=rolf.pk).update(role="staff")
    assert form not in bobs.get(page).content.decode()


def test_a_refused_case_leaves_no_profile(bobs: Client, issue: Issue, forum: Source, now: datetime) -> None:
    account = Account.objects.create(source=forum, key="desk", source_role="staff", first_seen_at=now)
    answer = bobs.post(reverse("issue_case", args=[issue.pk]), {"account": account.pk})
    assert answer.status_code == 422
    assert not Person.objects.exists()
