"""Two people cannot overwrite each other unseen: what is decided of conversations, alarms, roles, members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from api_client import Program
from desk_people import PASSWORD
from django.test import Client
from test_api import is_problem

from kulanz.desk.models import Account, Alert, Attention, Issue, IssueRole, Member, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import alerting, attention, following, issues, teamwork
from kulanz.desk.services import members as services
from kulanz.desk.services.changing import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], now=now)


@pytest.fixture
def account(forum: Source, now: datetime) -> Account:
    return Account.objects.create(source=forum, key="Rolf", first_seen_at=now)


@pytest.fixture
def alert(thread: Thread, now: datetime) -> Alert:
    return Alert.objects.create(thread=thread, raised_at=now, score=0.9, stage="escalated")


def browser(members: dict[str, Member], name: str) -> Client:
    client = Client()
    client.login(username=name, password=PASSWORD)
    return client


def test_a_row_that_is_older_than_what_was_seen_is_not_written(forum: Source) -> None:
    older = Source.objects.get(pk=forum.pk)
    change(forum, 1, name="new")
    with pytest.raises(ConflictError):
        change(older, 2, name="newer")
    assert change(forum, 2, name="newest").version == 3


# conversations


@pytest.mark.parametrize("late", ["false_alarm", "snooze", "restore"])
def test_whoever_decides_late_about_a_conversation_is_told(
    late: str, bob: Actor, alice: Actor, thread: Thread, now: datetime
) -> None:
    attention.snooze(
        actor=bob, thread=thread, seen=0, until=now.replace(year=2027), reason="holiday", now=now
    )
    given = {"actor": alice, "thread": thread, "seen": 0, "now": now}
    more = {
        "false_alarm": {"reason": "a joke"},
        "snooze": {"reason": "later", "until": now.replace(year=2028)},
        "restore": {},
    }
    deed: Callable[..., Attention] = getattr(attention, late)
    with pytest.raises(ConflictError):
        deed(**given, **more[late])
    assert Attention.objects.get().reason == "holiday"
    assert deed(**{**given, "seen": 1}, **more[late]).version == 2


def test_a_refused_false_alarm_judges_no_alarm(
    bob: Actor, alice: Actor, thread: Thread, alert: Alert, now: datetime
) -> None:
    attention.restore(actor=bob, thread=thread, seen=0, now=now)
    with pytest.raises(ConflictError):
        attention.false_alarm(actor=alice, thread=thread, seen=0, reason="a joke", now=now)
    alert.refresh_from_db()
    assert (alert.verdict, alert.version) == ("", 1)


def test_what_came_back_graver_is_not_put_aside_unseen(bob: Actor, thread: Thread, now: datetime) -> None:
    seen = attention.false_alarm(actor=bob, thread=thread, seen=0, reason="a joke", now=now).version
    attention.reopen(thread=thread, now=now)
    with pytest.raises(ConflictError):
        attention.false_alarm(actor=bob, thread=thread, seen=seen, reason="a joke", now=now)


def test_the_radar_says_that_somebody_was_faster_and_what_was_typed(
    bob: Actor, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    attention.false_alarm(actor=bob, thread=thread, seen=0, reason="a joke", now=now)
    words = {"until": "4h", "reason": "after lunch", "seen": "0", "next": "/"}
    page = browser(members, "alice").post(f"/threads/{thread.pk}/snooze", words, follow=True)
    told = page.content.decode()
    assert "Somebody else has changed this meanwhile" in told
    assert "after lunch" in told
    assert Attention.objects.get().state == "false_alarm"


def test_the_tag_of_a_thread_is_that_of_what_was_decided(thread: Thread, members: dict[str, Member]) -> None:
    lead, path = Program(members["alice"]), f"/threads/{thread.pk}"
    tag = lead.get(path)["ETag"]
    assert lead.post(f"{path}/false-alarm", {}, **{"If-Match": tag}).status_code == 200
    is_problem(lead.post(f"{path}/restore", {}, **{"If-Match": tag}), 412)
    is_problem(lead.post(f"{path}/restore", {}), 428)
    assert lead.post(f"{path}/restore", {}, **{"If-Match": lead.get(path)["ETag"]}).status_code == 200


# alarms


def test_whoever_judges_an_alarm_late_is_told(bob: Actor, alice: Actor, alert: Alert, now: datetime) -> None:
    other = Alert.objects.get(pk=alert.pk)
    alerting.judge(actor=bob, alert=alert, seen=1, verdict="wrong", why="a joke", now=now)
    with pytest.raises(ConflictError):
        alerting.judge(actor=alice, alert=other, seen=1, verdict="right", now=now)
    assert Alert.objects.get().verdict == "wrong"


def test_an_alarm_that_an_issue_confirmed_meanwhile_is_seen_first(
    bob: Actor, alice: Actor, alert: Alert, thread: Thread, now: datetime
) -> None:
    issues.open_issue(actor=bob, threads=[thread], now=now)
    with pytest.raises(ConflictError):
        alerting.judge(actor=alice, alert=alert, seen=1, verdict="wrong", now=now)


def test_programs_judge_what_they_saw(alert: Alert, members: dict[str, Member]) -> None:
    lead, path = Program(members["alice"]), f"/alerts/{alert.pk}"
    tag = lead.get(path)["ETag"]
    assert lead.post(f"{path}/judge", {"verdict": "right"}, **{"If-Match": tag}).status_code == 200
    is_problem(lead.post(f"{path}/judge", {"verdict": "wrong"}, **{"If-Match": tag}), 412)
    is_problem(lead.post(f"{path}/judge", {"verdict": "wrong"}), 428)


# roles in an issue


def test_whoever_sets_a_role_late_is_told(
    bob: Actor, alice: Actor, issue: Issue, account: Account, now: datetime
) -> None:
    given = {"issue": issue, "account": account, "now": now}
    teamwork.set_role(actor=bob, seen=0, role="annoyed", **given)
    with pytest.raises(ConflictError):
        teamwork.set_role(actor=alice, seen=0, role="calming", **given)
    assert teamwork.set_role(actor=alice, seen=1, role="calming", **given).version == 2


def test_a_suggestion_that_changed_is_seen_first(
    bob: Actor, thread: Thread, account: Account, now: datetime
) -> None:
    Thread.objects.filter(pk=thread.pk).update(roles={"Rolf": "annoyed"})
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    seen = IssueRole.objects.get().version
    Thread.objects.filter(pk=thread.pk).update(roles={"Rolf": "calming"})
    following.follow(thread=thread, now=now)
    assert IssueRole.objects.get().role == "calming"
    with pytest.raises(ConflictError):
        teamwork.set_role(actor=bob, issue=issue, account=account, seen=seen, role="defending", now=now)


def test_the_page_of_an_issue_says_that_a_role_was_set_meanwhile(
    bob: Actor, issue: Issue, account: Account, members: dict[str, Member], now: datetime
) -> None:
    teamwork.set_role(actor=bob, issue=issue, account=account, seen=0, role="annoyed", now=now)
    words = {"account": account.pk, "role": "calming", "seen": "0"}
    assert browser(members, "alice").post(f"/issues/{issue.pk}/role", words).status_code == 409
    lead, path = Program(members["alice"]), f"/issues/{issue.pk}/people/{account.pk}"
    tag = lead.get(path)["ETag"]
    assert lead.ask("PUT", path, {"role": "calming"}, **{"If-Match": tag}).json()["version"] == 2
    is_problem(lead.ask("PUT", path, {"role": "annoyed"}, **{"If-Match": tag}), 412)


# members


def test_two_admins_do_not_overwrite_a_member(adam: Actor, members: dict[str, Member], now: datetime) -> None:
    bob, same = members["bob"], Member.objects.get(pk=members["bob"].pk)
    named = {"display_name": "Bob B.", "email": "bob@kontaktor.example", "now": now}
    services.edit_member(actor=adam, member=bob, seen=1, roles=[Role.LEAD], **named)
    with pytest.raises(ConflictError):
        services.edit_member(actor=adam, member=same, seen=1, roles=[Role.READER], **named)
    with pytest.raises(ConflictError):
        services.deactivate(actor=adam, member=same, seen=1, reason="", now=now)
    with pytest.raises(ConflictError):
        services.reactivate(actor=adam, member=same, seen=1, now=now)
    same.refresh_from_db()
    assert ([held.role for held in same.held_roles.all()], same.is_active) == (["lead"], True)


def test_the_form_of_a_member_is_shown_again(adam: Actor, members: dict[str, Member], now: datetime) -> None:
    services.deactivate(actor=adam, member=members["bob"], seen=1, reason="left", now=now)
    words = {"display_name": "Bob Neu", "email": "bob@kontaktor.example", "roles": ["agent"], "seen": "1"}
    answer = browser(members, "adam").post(f"/setup/members/{members['bob'].pk}", words)
    assert answer.status_code == 409
    assert b"Bob Neu" in answer.content
