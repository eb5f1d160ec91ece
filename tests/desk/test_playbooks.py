"""Checklists and teams of issues: what an issue begins with, what is added by hand, and who has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client

from kulanz.core.spoken import Lang
from kulanz.desk.demo.filling import _set_up
from kulanz.desk.demo.words import WORDS
from kulanz.desk.models import Event, Issue, Member, Playbook, Team, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services import issues, teamwork

pytestmark = pytest.mark.django_db


def book(name: str, *steps: str, stage: str = "", language: str = "en") -> Playbook:
    made = Playbook.objects.create(name=name, stage=stage, language=language)
    for position, text in enumerate(steps, start=1):
        made.steps.create(position=position, text=text)
    return made


def good(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()


def texts(issue: Issue) -> list[str]:
    return list(issue.tasks.order_by("position").values_list("text", flat=True))


@pytest.fixture
def press() -> Playbook:
    return book("Press", "Tell the press office", "Write down what is known")


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], now=now)


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    return logged_in(members["bob"])


def test_an_issue_begins_in_the_language_of_whoever_opens_it(
    alice: Actor, bob: Actor, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    book("Public", "Call", stage=thread.stage, language="en")
    book("Öffentlich", "Anrufen", stage=thread.stage, language="de")
    Member.objects.filter(pk=alice.member_id).update(language="de")
    assert texts(issues.open_issue(actor=bob, threads=[thread], now=now)) == ["Call"]
    assert texts(issues.open_issue(actor=alice, threads=[thread], now=now)) == ["Anrufen"]


def test_without_one_in_that_language_it_begins_with_any(bob: Actor, thread: Thread, now: datetime) -> None:
    book("Öffentlich", "Anrufen", stage=thread.stage, language="de")
    book("By hand", "Wait", language="en")
    assert texts(issues.open_issue(actor=bob, threads=[thread], now=now)) == ["Anrufen"]


def test_a_playbook_is_added_by_hand_and_not_doubled(
    bob: Actor, issue: Issue, press: Playbook, now: datetime
) -> None:
    teamwork.add_task(actor=bob, issue=issue, text="Tell the press office", now=now)
    added = teamwork.use_playbook(actor=bob, issue=issue, playbook=press, now=now)
    assert texts(issue) == ["Tell the press office", "Write down what is known"]
    assert teamwork.use_playbook(actor=bob, issue=issue, playbook=press, now=now) == []
    [event] = Event.objects.filter(action="use_playbook")
    assert event.data == {"playbook": press.pk, "tasks": [task.pk for task in added]}


def test_readers_add_no_playbook(erik: Actor, issue: Issue, press: Playbook, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        teamwork.use_playbook(actor=erik, issue=issue, playbook=press, now=now)
    assert texts(issue) == []


def test_the_page_of_an_issue_offers_playbooks(bobs: Client, issue: Issue, press: Playbook) -> None:
    page = bobs.get(f"/issues/{issue.pk}").content.decode()
    assert f'<option value="{press.pk}">Press</option>' in page
    answer = bobs.post(f"/issues/{issue.pk}/playbook", {"playbook": press.pk}, follow=True)
    assert texts(issue) == ["Tell the press office", "Write down what is known"]
    told = answer.content.decode()
    assert "The steps of “Press” are added." in told
    assert "Bob Beispiel added the steps of a playbook." in told
    answer = bobs.post(f"/issues/{issue.pk}/playbook", {"playbook": press.pk}, follow=True)
    assert "All steps of “Press” are here already." in answer.content.decode()
    assert bobs.post(f"/issues/{issue.pk}/playbook", {"playbook": 4711}).status_code == 404


def test_programs_of_agents_find_and_use_playbooks(
    members: dict[str, Member], issue: Issue, press: Playbook
) -> None:
    agent = Program(members["bob"], Scope.READ, Scope.WORK)
    assert [row["name"] for row in good(agent.get("/playbooks"))["items"]] == ["Press"]
    added = good(agent.post(f"/issues/{issue.pk}/playbook", {"playbook": press.pk}))
    assert [task["text"] for task in added] == ["Tell the press office", "Write down what is known"]
    assert agent.post("/playbooks", {"name": "x", "steps": ["y"]}).status_code == 403


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_playbooks_of_the_demonstration_are_in_its_language(lang: Lang) -> None:
    _set_up(WORDS[lang], lang)
    assert set(Playbook.objects.values_list("language", flat=True)) == {lang}


def test_an_issue_is_given_to_a_team_and_taken_from_it(bobs: Client, issue: Issue) -> None:
    team = Team.objects.create(name="Billing")
    form = {"title": "Dunning", "severity": "high", "stage": "", "seen": 1}
    assert bobs.post(f"/issues/{issue.pk}/edit", form | {"team": team.pk}).status_code == 302
    page = bobs.get(f"/issues/{issue.pk}").content.decode()
    assert "<dt>Team</dt><dd>Billing</dd>" in page
    assert f'<option value="{team.pk}" selected>Billing</option>' in page
    told = Event.objects.get(action="edit").data
    assert (told["before"]["team"], told["after"]["team"]) == ("None", "Billing")
    assert bobs.post(f"/issues/{issue.pk}/edit", form | {"seen": 2}).status_code == 302
    issue.refresh_from_db()
    assert issue.team == team
    assert bobs.post(f"/issues/{issue.pk}/edit", form | {"seen": 3, "team": ""}).status_code == 302
    issue.refresh_from_db()
    assert issue.team is None


def test_programs_give_an_issue_to_a_team(members: dict[str, Member], issue: Issue) -> None:
    agent, team = Program(members["bob"], Scope.READ, Scope.WORK), Team.objects.create(name="Billing")
    path = f"/issues/{issue.pk}"
    assert [row["name"] for row in good(agent.get("/teams"))["items"]] == ["Billing"]
    given = good(agent.ask("PATCH", path, {"seen": 1, "team": team.pk}))
    assert given["team"] == {"id": team.pk, "name": "Billing"}
    assert good(agent.ask("PATCH", path, {"seen": 2, "severity": "high"}))["team"] == given["team"]
    assert good(agent.ask("PATCH", path, {"seen": 3, "team": None}))["team"] is None
    assert agent.ask("PATCH", path, {"seen": 4, "team": 4711}).status_code == 404
