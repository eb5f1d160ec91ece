"""What programs are told of drafts, issues, cases, threads and people, as the pages tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from api_client import Program
from test_api import is_problem
from test_draft_checks import REVEALS

from kulanz.desk.models import (
    Account,
    Case,
    Issue,
    IssueRole,
    Member,
    Person,
    PrivateTopic,
    Promise,
    Reply,
    ShownFinding,
    Source,
    Thread,
    ThreadScore,
)
from kulanz.desk.queries.threads import READINGS_AT_MOST
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services import cases, issues, people, replies
from kulanz.desk.services.calendars import usual_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(members: dict[str, Member]) -> Program:
    return Program(members["bob"])


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], title="Dunning", now=now)


@pytest.fixture
def person(now: datetime) -> Person:
    return Person.objects.create(name="Rolf Petersen", created_at=now)


@pytest.fixture
def case(bob: Actor, issue: Issue, person: Person, now: datetime) -> Case:
    return cases.open_case(actor=bob, person=person, issue=issue, title="Late fee", now=now)


@pytest.fixture
def account(forum: Source, person: Person, issue: Issue, now: datetime) -> Account:
    made = Account.objects.create(source=forum, key="Rolf_P", person=person, first_seen_at=now)
    IssueRole.objects.create(issue=issue, account=made, role="complainant")
    return made


def good(answer: Any) -> Any:
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def items(program: Program, path: str) -> list[Any]:
    return list(good(program.get(path))["items"])


def test_a_kept_reply_is_checked_by_whoever_is_to_approve_it_and_judged_by_whoever_writes(
    agent: Program, bob: Actor, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    reply = replies.draft(actor=bob, case=None, thread=thread, channel="public", text=REVEALS, now=now)
    path, approver = f"/replies/{reply.pk}/check", Program(members["carla"])
    (found,) = [each for each in good(approver.post(path))["findings"] if each["blocks"]]
    assert found["passage"] in REVEALS
    assert not [each for each in good(approver.post(path, {"text": "Hello."}))["findings"] if each["blocks"]]
    verdict = {name: found[name] for name in ("code", "kind", "language", "mark")}
    is_problem(approver.post(f"{path}/verdict", verdict), 403)
    good(agent.post(f"{path}/verdict", verdict))
    assert good(approver.post(path))["may_be_sent"]
    good(agent.post(f"{path}/verdict", {**verdict, "wrong": False}))
    assert not good(approver.post(path))["may_be_sent"]
    is_problem(Program(members["erik"]).post(path), 403)
    is_problem(agent.post("/replies/999999/check"), 404)


def test_how_often_findings_were_wrong_is_for_those_who_set_policies(
    agent: Program, bob: Actor, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    said = replies.draft(actor=bob, case=None, thread=thread, channel="public", text="Hello", now=now)
    ShownFinding.objects.create(reply=said, code="iban", kind="found", language="en")
    assert good(Program(members["adam"]).get("/draft-findings")) == [
        {"code": "iban", "kind": "found", "language": "en", "shown": 1, "wrong": 0, "precision": 1.0}
    ]
    is_problem(agent.get("/draft-findings"), 403)


def test_who_watches_an_issue_is_told_to_everybody(
    agent: Program, alice: Actor, members: dict[str, Member], issue: Issue, now: datetime
) -> None:
    issues.watch(actor=alice, issue=issue, wanted=True, now=now)
    path = f"/issues/{issue.pk}/watchers"
    before = items(Program(members["erik"]), path)
    assert {"id": alice.member_id, "name": "Alice Beispiel"} in before
    issues.watch(actor=alice, issue=issue, wanted=False, now=now)
    assert len(items(agent, path)) == len(before) - 1


def test_a_thread_tells_its_latest_scores_and_views(agent: Program, thread: Thread, now: datetime) -> None:
    ThreadScore.objects.bulk_create(
        ThreadScore(
            thread=thread, at=now + timedelta(hours=n), score=n / 1000, stage="issue", views=n or None
        )
        for n in range(READINGS_AT_MOST + 1)
    )
    history = good(agent.get(f"/threads/{thread.pk}"))["history"]
    assert len(history) == READINGS_AT_MOST
    assert [each["views"] for each in history] == list(range(1, READINGS_AT_MOST + 1))
    assert (history[-1]["score"], history[-1]["stage"]) == (READINGS_AT_MOST / 1000, "issue")


def test_late_cases_are_those_with_a_broken_promise(
    agent: Program, bob: Actor, case: Case, person: Person, now: datetime
) -> None:
    cases.open_case(actor=bob, person=person, issue=None, title="On time", now=now)
    assert items(agent, "/cases?late=true") == []
    Promise.objects.create(
        case=case, by_id=bob.member_id, what="x", calendar=usual_calendar(now=now), state="broken",
        made_at=now, deadline=now,
    )  # fmt: skip
    assert [each["id"] for each in items(agent, "/cases?late=true")] == [case.pk]
    assert len(items(agent, "/cases")) == 2


def test_a_case_tells_which_private_talks_could_not_be_read(
    agent: Program, case: Case, account: Account, forum: Source
) -> None:
    PrivateTopic.objects.create(case=case, account=account, mark="K-1")
    assert good(agent.get(f"/cases/{case.pk}"))["unread_topics"] == []
    PrivateTopic.objects.update(last_error="403 Forbidden")
    assert good(agent.get(f"/cases/{case.pk}"))["unread_topics"] == [
        {
            "account": {"id": account.pk, "key": "Rolf_P"},
            "source": {"id": forum.pk, "name": forum.name},
            "last_error": "403 Forbidden",
        }
    ]


def test_an_issue_says_how_many_are_affected_wherever_it_is_shown(
    agent: Program, issue: Issue, account: Account, forum: Source, now: datetime
) -> None:
    calm = Account.objects.create(source=forum, key="calm", first_seen_at=now)
    IssueRole.objects.create(issue=issue, account=calm, role="calming")
    assert good(agent.get(f"/issues/{issue.pk}"))["affected"] == 1
    assert [each["affected"] for each in items(agent, "/issues")] == [1]
    assert good(agent.post(f"/issues/{issue.pk}/take", {"seen": issue.version}))["affected"] == 1


def test_an_issue_lists_replies_of_its_cases_and_threads(
    agent: Program,
    members: dict[str, Member],
    case: Case,
    thread: Thread,
    other_thread: Thread,
    now: datetime,
) -> None:
    given = {"author": members["bob"], "text": "Hello", "created_at": now}
    private = Reply.objects.create(case=case, state="discarded", **given)
    said = Reply.objects.create(thread=thread, channel="public", **given)
    Reply.objects.create(thread=other_thread, channel="public", **given)
    path = f"/issues/{case.issue_id}/replies"
    assert [each["id"] for each in items(agent, path)] == [said.pk, private.pk]
    is_problem(Program(members["erik"]).get(path), 403)
    is_problem(Program(members["bob"], Scope.READ).get(path), 403)


def test_a_person_has_issues_and_a_time_line(
    agent: Program, bob: Actor, person: Person, account: Account, issue: Issue, now: datetime
) -> None:
    people.edit(actor=bob, person=person, seen=person.version, name="Rolf P.", now=now)
    assert items(agent, f"/people/{person.pk}/issues") == [
        {
            "issue": {"id": issue.pk, "title": "Dunning", "state": "open"},
            "account": {"id": account.pk, "key": "Rolf_P"},
            "role": "complainant",
        }
    ]
    assert [each["action"] for each in items(agent, f"/people/{person.pk}/timeline")] == ["edit"]
