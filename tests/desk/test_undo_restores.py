"""Undoing brings back what was there before; what was opened by mistake is nowhere any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import make_thread
from django.test import Client
from django.utils import timezone

from kulanz.desk.models import (
    Account,
    Alert,
    AlertPolicy,
    Delivery,
    Issue,
    IssueRole,
    Member,
    Person,
    Playbook,
    PlaybookStep,
    Source,
    Task,
    Thread,
    WebhookTarget,
)
from kulanz.desk.queries import catalog, measures
from kulanz.desk.queries.catalog import At
from kulanz.desk.queries.issues import IssueFilter
from kulanz.desk.queries.issues import issues as listed
from kulanz.desk.queries.radar import RadarFilter, radar
from kulanz.desk.queries.threads import issues_with
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.services import attention, cases, issues, stakes, teamwork, undoing
from kulanz.desk.services.taking import take_thread

pytestmark = pytest.mark.django_db
LATER = timedelta(days=7)


@pytest.fixture
def hook(db: None) -> WebhookTarget:
    return WebhookTarget.objects.create(name="crm", url="https://example.org/hook", sealed_secret=b"")


@pytest.fixture
def withdrawn(bob: Actor, thread: Thread, now: datetime) -> Issue:
    taken = take_thread(actor=bob, thread=thread, now=now)
    return undoing.undo(actor=bob, issue=taken, seen=taken.version, now=now)


def raised(thread: Thread, now: datetime) -> Alert:
    policy = AlertPolicy.objects.create(name="All")
    return Alert.objects.create(
        thread=thread, policy=policy, raised_at=now, score=0.9, stage="issue", reasons=[]
    )


def owned(actor: Actor, thread: Thread, now: datetime) -> Issue:
    """An issue that somebody opened, and took later."""
    issue = issues.open_issue(actor=actor, threads=[thread], now=now - timedelta(hours=1))
    return issues.take(actor=actor, issue=issue, seen=issue.version, now=now)


def snoozed(actor: Actor, issue: Issue, now: datetime) -> Issue:
    return issues.snooze(
        actor=actor, issue=issue, seen=issue.version, until=now + LATER, reason="later", now=now
    )


def closed(actor: Actor, issue: Issue, now: datetime) -> Issue:
    return issues.close(
        actor=actor, issue=issue, seen=issue.version, outcome="resolved", reason="done", now=now
    )


def told(target: WebhookTarget) -> list[str]:
    return list(Delivery.objects.filter(target=target).order_by("pk").values_list("subject", flat=True))


def on_radar(now: datetime, *, aside: bool = False) -> list[int]:
    return [row.thread.pk for row in radar(RadarFilter(days=0, aside=aside), lang="en", now=now).rows]


def test_a_closed_issue_that_was_put_aside_is_put_aside_again(
    bob: Actor, thread: Thread, now: datetime
) -> None:
    issue = closed(bob, snoozed(bob, owned(bob, thread, now), now), now)
    undone = undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    assert (undone.state, undone.snoozed_until, undone.owner_id) == ("snoozed", now + LATER, bob.member_id)
    assert (undone.outcome, undone.closed_at) == ("", None)
    assert (on_radar(now), on_radar(now, aside=True)) == ([], [thread.pk])
    assert issues.wake_due(now=now + LATER) == 1
    undone.refresh_from_db()
    assert undone.state == "owned"


def test_one_closed_after_it_was_woken_is_not_put_aside(bob: Actor, thread: Thread, now: datetime) -> None:
    issue = snoozed(bob, owned(bob, thread, now), now)
    issue = closed(bob, issues.wake(actor=bob, issue=issue, seen=issue.version, now=now), now)
    assert undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now).state == "owned"


def test_a_false_alarm_that_was_put_aside_before_is_put_aside_as_before(
    members: dict[str, Member], alice: Actor, bob: Actor, thread: Thread, client: Client
) -> None:
    now = timezone.now()
    alert, before = raised(thread, now), now - timedelta(days=1)
    first = attention.snooze(
        actor=alice, thread=thread, seen=0, until=now + LATER, reason="on Monday", now=before
    )
    client.force_login(members["bob"])
    client.post(f"/threads/{thread.pk}/false-alarm", {"seen": first.version, "reason": "a joke"})
    client.post(f"/threads/{thread.pk}/undo", {"seen": first.version + 1})
    page = client.get("/?aside=1").content.decode()
    assert "Undone: it is put aside as before." in page
    first.refresh_from_db()
    assert (first.state, first.until, first.reason) == ("snoozed", now + LATER, "on Monday")
    assert (first.by, first.at) == (members["alice"], before)
    alert.refresh_from_db()
    assert alert.verdict == ""
    assert (on_radar(now), on_radar(now, aside=True)) == ([], [thread.pk])
    history = client.get(f"/threads/{thread.pk}").content.decode()
    assert "Bob Beispiel undid that: the conversation is put aside as before." in history
    with pytest.raises(RuleError, match="thread aside_again, by Bob Beispiel"):
        undoing.undo_decision(actor=bob, thread=Thread.objects.get(), seen=first.version, now=now)


def test_what_was_put_aside_until_a_time_that_is_over_is_back_on_the_radar(
    members: dict[str, Member], alice: Actor, thread: Thread, client: Client
) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    first = attention.snooze(
        actor=alice, thread=thread, seen=0, until=now - hour, reason="later", now=now - 2 * hour
    )
    client.force_login(members["bob"])
    client.post(f"/threads/{thread.pk}/false-alarm", {"seen": first.version, "reason": "a joke"})
    client.post(f"/threads/{thread.pk}/undo", {"seen": first.version + 1})
    assert "It is back on the radar." in client.get("/").content.decode()
    assert on_radar(timezone.now()) == [thread.pk]


def test_what_was_put_aside_again_and_again_comes_back_step_by_step(
    bob: Actor, thread: Thread, now: datetime
) -> None:
    until = [now + timedelta(days=day) for day in (1, 2)]
    first = attention.snooze(actor=bob, thread=thread, seen=0, until=until[0], reason="1", now=now)
    second = attention.snooze(
        actor=bob, thread=thread, seen=first.version, until=until[1], reason="2", now=now + timedelta(hours=1)
    )
    with pytest.raises(ConflictError):
        undoing.undo_decision(actor=bob, thread=thread, seen=second.version - 1, now=now)
    thread.refresh_from_db()
    undone = undoing.undo_decision(actor=bob, thread=thread, seen=second.version, now=now)
    assert (undone.state, undone.until) == ("snoozed", until[0])
    third = attention.false_alarm(
        actor=bob, thread=thread, seen=undone.version, reason="3", now=now + timedelta(hours=2)
    )
    undone = undoing.undo_decision(
        actor=bob, thread=Thread.objects.get(pk=thread.pk), seen=third.version, now=now
    )
    assert (undone.state, undone.until) == ("snoozed", until[0])


def test_programs_undo_a_decision_on_a_conversation(
    members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    program = Program(members["bob"])
    program.post(f"/threads/{thread.pk}/false-alarm", {"seen": 0, "reason": "a joke"})
    seen = program.get(f"/threads/{thread.pk}").json()["attention"]["version"]
    answer = program.post(f"/threads/{thread.pk}/undo", {"seen": seen})
    assert (answer.status_code, answer.json()["attention"]["state"]) == (200, "open")
    assert program.post(f"/threads/{thread.pk}/undo", {"seen": seen + 1}).status_code == 422


def test_what_was_opened_to_be_taken_is_taken_back(
    bob: Actor, alice: Actor, thread: Thread, hook: WebhookTarget, now: datetime
) -> None:
    alert = raised(thread, now)
    issue = take_thread(actor=bob, thread=thread, now=now)
    alert.refresh_from_db()
    assert alert.verdict == "right"
    undone = undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    assert (undone.state, undone.owner_id) == ("withdrawn", None)
    alert.refresh_from_db()
    assert (alert.verdict, alert.judged_by) == ("", None)
    assert on_radar(now) == [thread.pk]
    assert told(hook) == ["issue.opened", "issue.withdrawn"]
    again = take_thread(actor=alice, thread=thread, now=now)
    assert (again.pk != issue.pk, again.state, again.owner_id) == (True, "owned", alice.member_id)


@pytest.mark.parametrize("deed", ["note", "watch", "task", "open_case"])
def test_what_somebody_did_in_it_meanwhile_stands_in_the_way(
    deed: str, alice: Actor, bob: Actor, thread: Thread, now: datetime
) -> None:
    issue = take_thread(actor=bob, thread=thread, now=now)
    person = Person.objects.create(name="Rolf", created_at=now)
    deeds: dict[str, Callable[[], object]] = {
        "note": lambda: teamwork.write_note(actor=alice, about=issue, text="so", now=now),
        "watch": lambda: issues.watch(actor=alice, issue=issue, wanted=True, now=now),
        "task": lambda: teamwork.add_task(actor=alice, issue=issue, text="call", now=now),
        "open_case": lambda: cases.open_case(actor=alice, person=person, issue=issue, title="", now=now),
    }
    deeds[deed]()
    with pytest.raises(RuleError, match="by Alice Beispiel"):
        undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    issue.refresh_from_db()
    assert issue.state == "owned"


def test_a_refusal_says_which_step_by_whom_stands_in_the_way(
    members: dict[str, Member], alice: Actor, bob: Actor, thread: Thread, now: datetime, client: Client
) -> None:
    issue = take_thread(actor=bob, thread=thread, now=now)
    teamwork.write_note(actor=alice, about=issue, text="wait", now=now)
    client.force_login(members["bob"])
    page = client.post(f"/issues/{issue.pk}/undo", {"seen": issue.version}, follow=True).content.decode()
    assert "the last step here is another one: Alice Beispiel wrote an internal note." in page
    answer = Program(members["bob"]).post(f"/issues/{issue.pk}/undo", {"seen": issue.version})
    assert answer.status_code == 422
    assert "issue note, by Alice Beispiel" in answer.content.decode()


def test_a_step_in_a_case_is_named_to_those_who_may_see_cases(
    members: dict[str, Member], alice: Actor, bob: Actor, thread: Thread, now: datetime
) -> None:
    issue = take_thread(actor=bob, thread=thread, now=now)
    person = Person.objects.create(name="Rolf", created_at=now)
    cases.open_case(actor=alice, person=person, issue=issue, title="", now=now)
    without = Actor(bob.member_id, bob.name, bob.roles, token_id=None, scopes=frozenset({"read", "work"}))
    with pytest.raises(RuleError, match="case open, by Alice Beispiel"):
        undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    with pytest.raises(RuleError, match="cannot be undone"):
        undoing.undo(actor=without, issue=issue, seen=issue.version, now=now)


def test_nothing_goes_back_to_who_has_left(
    members: dict[str, Member], alice: Actor, bob: Actor, thread: Thread, now: datetime
) -> None:
    taken = issues.take(actor=bob, issue=(issue := owned(alice, thread, now)), seen=issue.version, now=now)
    Member.objects.filter(pk=alice.member_id).update(is_active=False)
    undone = undoing.undo(actor=bob, issue=taken, seen=taken.version, now=now)
    assert (undone.state, undone.owner_id) == ("open", None)


def test_nothing_goes_back_to_who_may_not_work_on_it_any_more(
    members: dict[str, Member], alice: Actor, bob: Actor, thread: Thread, now: datetime
) -> None:
    issue = closed(bob, snoozed(bob, owned(alice, thread, now), now), now)
    members["alice"].held_roles.update(role="reader")
    undone = undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    assert (undone.state, undone.owner_id) == ("snoozed", None)


def test_webhooks_tell_of_what_was_opened_again(
    bob: Actor, thread: Thread, hook: WebhookTarget, now: datetime
) -> None:
    issue = closed(bob, owned(bob, thread, now), now)
    issue = undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    issue = closed(bob, issue, now + timedelta(hours=1))
    issues.reopen(actor=bob, issue=issue, seen=issue.version, reason="not over", now=now)
    closing = ["issue.closed", "issue.reopened"]
    assert told(hook) == ["issue.opened", *closing, *closing]


def test_webhooks_are_told_nothing_of_other_steps_that_are_undone(
    alice: Actor, bob: Actor, thread: Thread, hook: WebhookTarget, now: datetime
) -> None:
    issue = issues.take(actor=bob, issue=(had := owned(alice, thread, now)), seen=had.version, now=now)
    issue = undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    assert (issue.owner_id, told(hook)) == (alice.member_id, ["issue.opened"])


def test_it_is_in_no_list_and_counts_nowhere(
    members: dict[str, Member], bob: Actor, forum: Source, thread: Thread, now: datetime, client: Client
) -> None:
    anna = Account.objects.create(
        source=forum, key="anna", first_seen_at=now, person=Person.objects.create(name="Anna", created_at=now)
    )
    Thread.objects.filter(pk=thread.pk).update(roles={"anna": "complainant"})
    issue = take_thread(actor=bob, thread=Thread.objects.get(pk=thread.pk), now=now)
    assert IssueRole.objects.get().account == anna
    assert ("issues", "owned", 1) in measures.totals().states
    undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    assert [each for each in measures.totals().states if each[0] == "issues"] == []
    for state in ("", *ISSUE.states):
        assert listed(IssueFilter(state=state)).total == 0
    assert catalog.issues(At()).rows == ()
    assert issues_with(thread) == []
    assert not IssueRole.objects.exists()
    program = Program(members["bob"])
    assert program.get("/issues").json()["items"] == []
    assert program.get("/issues?state=withdrawn").status_code == 422
    assert program.get(f"/threads/{thread.pk}").json()["issues"] == []
    assert program.get(f"/issues/{issue.pk}").json()["state"] == "withdrawn"


def test_it_is_not_found(members: dict[str, Member], bob: Actor, thread: Thread, now: datetime) -> None:
    program = Program(members["bob"])
    issue = take_thread(actor=bob, thread=thread, now=now)
    assert [hit["id"] for hit in program.get("/search?words=Thread&kind=issues").json()["items"]] == [
        issue.pk
    ]
    undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    assert program.get("/search?words=Thread&kind=issues").json()["items"] == []


def test_nothing_is_written_to_it(
    bob: Actor, alice: Actor, forum: Source, thread: Thread, now: datetime
) -> None:
    book = Playbook.objects.create(stage=thread.stage, name="All")
    PlaybookStep.objects.create(playbook=book, position=1, text="Call the customer")
    before = take_thread(actor=bob, thread=thread, now=now)
    stale = Issue.objects.get(pk=before.pk)
    issue = undoing.undo(actor=bob, issue=before, seen=before.version, now=now)
    anna = Account.objects.create(source=forum, key="anna", first_seen_at=now)
    person = Person.objects.create(name="Rolf", created_at=now)
    more, other = make_thread(forum, now, "more"), issues.open_issue(actor=alice, threads=[thread], now=now)
    deeds: list[Callable[[Issue], object]] = [
        lambda row: teamwork.write_note(actor=alice, about=row, text="so", now=now),
        lambda row: teamwork.add_task(actor=alice, issue=row, text="call", now=now),
        lambda row: teamwork.tick(actor=alice, task=row.tasks.get(), done=True, now=now),
        lambda row: teamwork.set_role(actor=alice, issue=row, account=anna, seen=0, role="affected", now=now),
        lambda row: issues.watch(actor=alice, issue=row, wanted=True, now=now),
        lambda row: issues.add_threads(actor=alice, issue=row, threads=[more], now=now),
        lambda row: issues.remove_thread(actor=alice, issue=row, thread=thread, reason="", now=now),
        lambda row: issues.take(actor=alice, issue=row, seen=row.version, now=now),
        lambda row: issues.reopen(actor=alice, issue=row, seen=row.version, reason="x", now=now),
        lambda row: issues.merge(
            actor=alice, issue=other, seen=other.version, into=row, reason="same", now=now
        ),
        lambda row: issues.merge(actor=alice, issue=row, seen=row.version, into=other, reason="x", now=now),
        lambda row: cases.open_case(actor=alice, person=person, issue=row, title="", now=now),
        lambda row: stakes.correct(actor=alice, about=row, seen=0, values={}, reason="x", now=now),
        lambda row: undoing.undo(actor=bob, issue=row, seen=row.version, now=now),
    ]
    happened = issue.events.count()
    for deed in deeds:
        for row in (Issue.objects.get(pk=issue.pk), stale):  # as it is, and as it was a moment before
            with pytest.raises((RuleError, ConflictError)):
                deed(row)
    assert issue.events.count() == happened
    assert not Task.objects.exclude(done_at=None).exists()


def test_its_page_says_so_and_offers_nothing(
    members: dict[str, Member], withdrawn: Issue, client: Client
) -> None:
    client.force_login(members["alice"])
    page = client.get(f"/issues/{withdrawn.pk}").content.decode()
    assert "This issue was opened by mistake and taken back" in page
    assert "Bob Beispiel undid that: the issue is taken back." in page
    assert f'action="/issues/{withdrawn.pk}' not in page
    assert "0 conversations" not in page
    choices = client.get("/issues").content.decode()
    assert '<option value="merged"' in choices
    assert "taken back" not in choices
