"""Issues: opened, owned, put aside, merged, split and closed by named people."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from desk_people import make_thread

from kulanz.desk import access
from kulanz.desk.models import (
    Account,
    Alert,
    Delivery,
    Event,
    Issue,
    IssueRole,
    Member,
    Playbook,
    PlaybookStep,
    Source,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import alerting, following, issues, teamwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], now=now)


def actions(issue: Issue) -> list[str]:
    return list(Event.objects.filter(issue=issue).order_by("id").values_list("action", flat=True))


def test_an_issue_begins_with_the_stage_and_checklist_of_its_gravest_thread(
    bob: Actor, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    book = Playbook.objects.create(name="Escalated", stage="escalated")
    PlaybookStep.objects.create(playbook=book, position=1, text="Call the customer")
    issue = issues.open_issue(actor=bob, threads=[other_thread, thread], now=now)
    assert (issue.stage, issue.state, issue.title) == ("escalated", "open", "Thread 4712")
    assert [task.text for task in issue.tasks.all()] == ["Call the customer"]
    assert actions(issue) == ["open"]


def test_readers_open_nothing(erik: Actor, thread: Thread, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        issues.open_issue(actor=erik, threads=[thread], now=now)
    assert not Issue.objects.exists()


def test_who_takes_it_owns_it(bob: Actor, issue: Issue, now: datetime) -> None:
    issues.take(actor=bob, issue=issue, seen=issue.version, now=now)
    assert (issue.state, issue.owner_id) == ("owned", bob.member_id)
    assert Event.objects.last().data["before"] == {"state": "open", "owner_id": "None"}


def test_two_people_cannot_overwrite_each_other(
    alice: Actor, bob: Actor, issue: Issue, now: datetime
) -> None:
    seen = issue.version
    mine = Issue.objects.get(pk=issue.pk)
    issues.take(actor=bob, issue=issue, seen=seen, now=now)
    with pytest.raises(ConflictError):
        issues.edit(actor=alice, issue=mine, seen=seen, title="Other", now=now)
    assert Issue.objects.get().title == "Thread 4711"


def test_only_a_lead_gives_it_to_others(
    alice: Actor, bob: Actor, issue: Issue, members: dict[str, Member], now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        issues.assign(actor=bob, issue=issue, seen=issue.version, owner=members["alice"], now=now)
    issues.assign(actor=alice, issue=issue, seen=issue.version, owner=members["bob"], now=now)
    assert issue.owner == members["bob"]
    assert issue.watches.filter(member=members["bob"]).exists()


def test_what_is_put_aside_comes_back_to_its_owner(bob: Actor, issue: Issue, now: datetime) -> None:
    issues.take(actor=bob, issue=issue, seen=issue.version, now=now)
    tomorrow = now + timedelta(days=1)
    issues.snooze(actor=bob, issue=issue, seen=issue.version, until=tomorrow, reason="waits", now=now)
    assert issues.wake_due(now=now) == 0
    assert issues.wake_due(now=tomorrow) == 1
    issue.refresh_from_db()
    assert (issue.state, issue.owner_id, issue.snoozed_until) == ("owned", bob.member_id, None)


def test_what_is_taken_up_again_by_hand_has_an_owner(
    alice: Actor, bob: Actor, issue: Issue, now: datetime
) -> None:
    tomorrow = now + timedelta(days=1)
    issues.snooze(actor=bob, issue=issue, seen=issue.version, until=tomorrow, reason="waits", now=now)
    issues.wake(actor=bob, issue=issue, seen=issue.version, now=now)
    assert (issue.state, issue.owner_id, issue.snoozed_until) == ("owned", bob.member_id, None)
    issues.snooze(actor=alice, issue=issue, seen=issue.version, until=tomorrow, reason="waits", now=now)
    issues.wake(actor=alice, issue=issue, seen=issue.version, now=now)
    assert (issue.state, issue.owner_id) == ("owned", bob.member_id)


def test_a_stage_set_by_hand_stays(bob: Actor, issue: Issue, thread: Thread, now: datetime) -> None:
    issues.edit(actor=bob, issue=issue, seen=issue.version, stage="complaint", now=now)
    following.refresh_stage(issue=issue)
    issue.refresh_from_db()
    assert (issue.stage, issue.stage_by_hand) == ("complaint", True)
    issues.edit(actor=bob, issue=issue, seen=issue.version, stage="", now=now)
    assert (issue.stage, issue.stage_by_hand) == ("escalated", False)


def test_a_merge_can_be_undone(
    alice: Actor, bob: Actor, issue: Issue, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    other = issues.open_issue(actor=bob, threads=[other_thread], now=now)
    issues.merge(actor=alice, issue=other, seen=other.version, into=issue, reason="the same", now=now)
    assert (other.state, other.merged_into) == ("merged", issue)
    assert set(issue.links.values_list("thread_id", flat=True)) == {thread.pk, other_thread.pk}
    issues.unmerge(actor=alice, issue=other, seen=other.version, now=now)
    assert (other.state, other.merged_into, other.owner_id) == ("owned", None, alice.member_id)
    assert set(issue.links.values_list("thread_id", flat=True)) == {thread.pk}
    assert set(other.links.values_list("thread_id", flat=True)) == {other_thread.pk}


def test_a_split_leaves_a_thread_behind(
    alice: Actor, issue: Issue, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    issues.add_threads(actor=alice, issue=issue, threads=[other_thread], now=now)
    with pytest.raises(RuleError, match="some to stay"):
        issues.split(
            actor=alice, issue=issue, threads=[thread, other_thread], title="", reason="two", now=now
        )
    new = issues.split(actor=alice, issue=issue, threads=[thread], title="Dunning", reason="two", now=now)
    assert (new.title, new.stage) == ("Dunning", "escalated")
    issue.refresh_from_db()
    assert issue.stage == "complaint"


def test_the_last_thread_cannot_be_taken_out(bob: Actor, issue: Issue, thread: Thread, now: datetime) -> None:
    with pytest.raises(RuleError, match="last one"):
        issues.remove_thread(actor=bob, issue=issue, thread=thread, reason="", now=now)


def test_closing_asks_for_outcome_and_reason(bob: Actor, issue: Issue, now: datetime) -> None:
    with pytest.raises(RuleError, match="outcome"):
        issues.close(actor=bob, issue=issue, seen=issue.version, outcome="fine", reason="x", now=now)
    with pytest.raises(RuleError, match="say why"):
        issues.close(actor=bob, issue=issue, seen=issue.version, outcome="resolved", reason="", now=now)
    issues.close(actor=bob, issue=issue, seen=issue.version, outcome="resolved", reason="paid back", now=now)
    assert (issue.state, issue.outcome, issue.closed_at) == ("closed", "resolved", now)
    issues.reopen(actor=bob, issue=issue, seen=issue.version, reason="again", now=now)
    assert (issue.state, issue.outcome, issue.closed_at) == ("open", "", None)


def test_a_role_said_by_hand_is_marked_so(bob: Actor, issue: Issue, forum: Source, now: datetime) -> None:
    account = Account.objects.create(source=forum, key="Rolf", first_seen_at=now)
    teamwork.set_role(actor=bob, issue=issue, account=account, seen=0, role="complainant", now=now)
    assert IssueRole.objects.get().by_hand
    with pytest.raises(RuleError, match="expected one of"):
        teamwork.set_role(actor=bob, issue=issue, account=account, seen=1, role="villain", now=now)


def test_a_note_tells_whom_it_names(
    bob: Actor, issue: Issue, members: dict[str, Member], now: datetime
) -> None:
    text = "@alice please look; write to someone@erik.example"
    note = teamwork.write_note(actor=bob, about=issue, text=text, now=now)
    assert [member.username for member in note.mentions.all()] == ["alice"]


def test_tasks_are_ticked_and_unticked(alice: Actor, bob: Actor, issue: Issue, now: datetime) -> None:
    task = teamwork.add_task(actor=bob, issue=issue, text="Call", now=now)
    teamwork.tick(actor=bob, task=task, done=True, now=now)
    assert (task.done_at, task.done_by_id) == (now, bob.member_id)
    assert teamwork.tick(actor=alice, task=task, done=True, now=now).done_by_id == bob.member_id
    teamwork.tick(actor=bob, task=task, done=False, now=now)
    assert (task.done_at, task.done_by_id) == (None, None)
    assert actions(issue) == ["open", "add_task", "tick", "untick"]


def told(issue: Issue) -> list[tuple[str, str]]:
    """Whom a message about an issue goes to, and its first line."""
    rows = Delivery.objects.filter(key__startswith=f"news-{issue.pk}-").order_by("pk")
    return [(row.member.username, row.body.split("\n")[0]) for row in rows if row.member]


def test_who_watches_is_told_of_what_others_do(
    alice: Actor, bob: Actor, erik: Actor, issue: Issue, now: datetime
) -> None:
    for _ in range(2):
        issues.watch(actor=erik, issue=issue, wanted=True, now=now)
    assert actions(issue).count("watch") == 1
    issues.take(actor=bob, issue=issue, seen=issue.version, now=now)
    teamwork.write_note(actor=alice, about=issue, text="Call him", now=now)
    assert sorted(told(issue)) == [
        ("bob", "Alice Beispiel wrote an internal note."),
        ("erik", "Alice Beispiel wrote an internal note."),
        ("erik", "Bob Beispiel took the issue."),
    ]


def test_an_issue_that_becomes_graver_is_put_aside_no_more(
    bob: Actor, other_thread: Thread, now: datetime
) -> None:
    issue = issues.open_issue(actor=bob, threads=[other_thread], now=now)
    until = now + timedelta(days=7)
    issues.snooze(actor=bob, issue=issue, seen=issue.version, until=until, reason="calm", now=now)
    following.follow(thread=other_thread, now=now)
    assert Issue.objects.get().state == "snoozed"
    Thread.objects.filter(pk=other_thread.pk).update(stage="escalated")
    following.follow(thread=other_thread, now=now)
    assert Issue.objects.get().state == "open"
    assert actions(issue) == ["open", "snooze", "graver", "wake_due"]
    assert ("bob", "The issue has become graver.") in told(issue)


def test_an_issue_that_was_a_false_alarm_counts_as_one(
    bob: Actor, alice: Actor, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    judged, silent = (
        Alert.objects.create(thread=each, raised_at=now, score=0.9, stage="issue")
        for each in (thread, other_thread)
    )
    issue = issues.open_issue(actor=bob, threads=[thread, other_thread], now=now)
    judged.refresh_from_db()
    alerting.judge(actor=alice, alert=judged, seen=2, verdict="right", why="I know him", now=now)
    issues.close(actor=bob, issue=issue, seen=1, outcome="false_alarm", reason="a joke", now=now)
    assert [Alert.objects.get(pk=each.pk).verdict for each in (judged, silent)] == ["right", "wrong"]


def test_a_merge_is_undone_from_its_end(
    alice: Actor, bob: Actor, issue: Issue, other_thread: Thread, forum: Source, now: datetime
) -> None:
    middle = issues.open_issue(actor=bob, threads=[other_thread], now=now)
    first = issues.open_issue(actor=bob, threads=[make_thread(forum, now, "4713")], now=now)
    issues.merge(actor=alice, issue=first, seen=1, into=middle, reason="the same", now=now)
    with pytest.raises(RuleError, match="another issue that is open"):
        issues.merge(actor=alice, issue=middle, seen=1, into=first, reason="a ring", now=now)
    issues.merge(actor=alice, issue=middle, seen=1, into=issue, reason="the same", now=now)
    with pytest.raises(RuleError, match="first"):
        issues.unmerge(actor=alice, issue=first, seen=2, now=now)


def test_work_is_given_to_those_who_may_do_it(alice: Actor, members: dict[str, Member]) -> None:
    assert access.colleague(alice, members["bob"].pk, Right.WORK_CASES) == members["bob"]
    with pytest.raises(RuleError, match="Erik Beispiel has no role for this"):
        access.colleague(alice, members["erik"].pk, Right.WORK_ISSUES)
