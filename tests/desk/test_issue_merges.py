"""Merges and splits of issues: what moves, what comes back, and who is told."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import Account, Case, Delivery, Event, Issue, IssueRole, Person, Post, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import cases, issues, teamwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], title="One", now=now)


@pytest.fixture
def two(alice: Actor, other_thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=alice, threads=[other_thread], title="Two", now=now)


@pytest.fixture
def both(alice: Actor, one: Issue, other_thread: Thread, now: datetime) -> Issue:
    """One issue with two conversations."""
    return issues.add_threads(actor=alice, issue=one, threads=[other_thread], now=now)


def writer(key: str, now: datetime, *threads: Thread) -> Account:
    """Somebody with a profile who wrote in some conversations."""
    source = threads[0].source
    person = Person.objects.create(name=key, created_at=now)
    account = Account.objects.create(source=source, key=key, person=person, first_seen_at=now)
    for thread in threads:
        name = f"{key} {thread.key}"
        Post.objects.create(
            thread=thread, source=source, key=name, account=account, text="x", text_since=now, seen_at=now
        )
    return account


def say(actor: Actor, issue: Issue, account: Account, role: str, now: datetime, seen: int = 0) -> None:
    teamwork.set_role(actor=actor, issue=issue, account=account, seen=seen, role=role, now=now)


def said(issue: Issue) -> dict[str, str]:
    rows = IssueRole.objects.filter(issue=issue, by_hand=True)
    return dict(rows.values_list("account__key", "role"))


def watching(issue: Issue) -> set[str]:
    return set(issue.watches.values_list("member__username", flat=True))


def merge(actor: Actor, issue: Issue, into: Issue, now: datetime) -> None:
    issues.merge(actor=actor, issue=issue, seen=issue.version, into=into, reason="the same", now=now)


def unmerge(actor: Actor, issue: Issue, now: datetime) -> None:
    issues.unmerge(actor=actor, issue=issue, seen=issue.version, now=now)


def news(issue: Issue) -> set[tuple[str, str]]:
    """Whom news of an issue go to, and what they say."""
    rows = Delivery.objects.filter(key__startswith=f"news-{issue.pk}-")
    return {(row.member.username, row.body.split("\n")[0]) for row in rows if row.member}


def test_roles_set_by_hand_are_merged_and_come_back(
    alice: Actor, one: Issue, two: Issue, other_thread: Thread, now: datetime
) -> None:
    rolf, moni, heinz = (writer(key, now, other_thread) for key in ("Rolf", "Moni", "Heinz"))
    for account in (rolf, moni, heinz):
        say(alice, two, account, "complainant", now)
    say(alice, one, moni, "calming", now)
    merge(alice, two, one, now)
    assert said(one) == {"Rolf": "complainant", "Moni": "calming", "Heinz": "complainant"}
    assert one.roles.get(account=rolf).posts == 1
    seen = one.roles.get(account=heinz).version
    say(alice, one, heinz, "annoyed", now, seen)
    unmerge(alice, two, now)
    assert said(one) == {"Moni": "calming", "Heinz": "annoyed"}
    assert said(two) == {"Rolf": "complainant", "Moni": "complainant", "Heinz": "complainant"}


def test_a_suggestion_gives_way_to_what_was_said_and_comes_back(
    alice: Actor, one: Issue, two: Issue, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    rolf = writer("Rolf", now, thread, other_thread)
    Thread.objects.filter(pk=thread.pk).update(roles={"Rolf": "annoyed"})
    IssueRole.objects.create(issue=one, account=rolf, role="annoyed")
    say(alice, two, rolf, "complainant", now)
    merge(alice, two, one, now)
    assert said(one) == {"Rolf": "complainant"}
    unmerge(alice, two, now)
    held = one.roles.get(account=rolf)
    assert (held.role, held.by_hand) == ("annoyed", False)


def test_watchers_of_a_merge_go_again_unless_they_own_the_issue_now(
    alice: Actor, bob: Actor, erik: Actor, one: Issue, two: Issue, now: datetime
) -> None:
    issues.watch(actor=erik, issue=two, wanted=True, now=now)
    issues.watch(actor=bob, issue=two, wanted=True, now=now)
    merge(alice, two, one, now)
    assert watching(one) == {"alice", "bob", "erik"}
    one.refresh_from_db()
    issues.take(actor=alice, issue=one, seen=one.version, now=now)
    unmerge(alice, two, now)
    assert watching(one) == {"alice", "bob"}
    assert watching(two) == {"alice", "bob", "erik"}


def test_who_watches_again_after_a_merge_goes_on_watching(
    alice: Actor, erik: Actor, one: Issue, two: Issue, now: datetime
) -> None:
    issues.watch(actor=erik, issue=two, wanted=True, now=now)
    merge(alice, two, one, now)
    for wanted in (False, True):
        issues.watch(actor=erik, issue=one, wanted=wanted, now=now)
    unmerge(alice, two, now)
    assert watching(one) == {"bob", "erik"}


def test_a_split_takes_along_roles_and_cases_of_who_wrote_there(
    alice: Actor, both: Issue, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    stays, moves = writer("Stays", now, thread), writer("Moves", now, other_thread)
    between = writer("Between", now, thread, other_thread)
    for account in (stays, moves, between):
        say(alice, both, account, "affected", now)
        person = Person.objects.get(name=account.key)
        cases.open_case(actor=alice, person=person, issue=both, title=account.key, now=now)
    new = issues.split(actor=alice, issue=both, threads=[other_thread], title="", reason="two", now=now)
    assert said(both) == {"Stays": "affected", "Between": "affected"}
    assert said(new) == {"Moves": "affected", "Between": "affected"}
    assert new.roles.get(account=moves).posts == 1
    assert set(both.cases.values_list("title", flat=True)) == {"Stays", "Between"}
    moved = Case.objects.get(issue=new)
    assert moved.title == "Moves"
    told = Event.objects.get(action="split").data
    assert (told["cases"], told["roles"]) == ([moved.pk], [[moves.pk, "affected"]])
    merge(alice, new, both, now)
    assert set(said(both)) == {"Stays", "Moves", "Between"}
    assert both.cases.count() == 3


def test_what_others_have_merged_meanwhile_is_neither_split_nor_taken_apart(
    alice: Actor, both: Issue, two: Issue, other_thread: Thread, now: datetime
) -> None:
    three = issues.open_issue(actor=alice, threads=[other_thread], title="Three", now=now)
    page = Issue.objects.get(pk=both.pk)
    merge(alice, both, two, now)
    with pytest.raises(RuleError):
        issues.split(actor=alice, issue=page, threads=[other_thread], title="", reason="two", now=now)
    page = Issue.objects.select_related("merged_into").get(pk=both.pk)
    two.refresh_from_db()
    merge(alice, two, three, now)
    with pytest.raises(RuleError, match="undo the merge of 'Two' first"):
        unmerge(alice, page, now)


def test_both_issues_of_a_merge_tell_those_who_watch_and_everybody_once(
    alice: Actor, bob: Actor, erik: Actor, one: Issue, two: Issue, now: datetime
) -> None:
    issues.watch(actor=erik, issue=two, wanted=True, now=now)
    merge(alice, two, one, now)
    assert news(one) == {("bob", "Alice Beispiel merged another issue into this one.")}
    assert news(two) == {("erik", "Alice Beispiel made the issue part of another one.")}
    Delivery.objects.all().delete()
    unmerge(alice, two, now)
    assert news(one) == {("bob", "Alice Beispiel took a merged issue out again.")}
    assert news(two) == {("erik", "Alice Beispiel undid the merge.")}


def test_who_watches_is_told_of_a_split_and_of_what_is_taken_up_again(
    alice: Actor, both: Issue, other_thread: Thread, now: datetime
) -> None:
    issues.split(actor=alice, issue=both, threads=[other_thread], title="", reason="two", now=now)
    until = now.replace(year=now.year + 1)
    issues.snooze(actor=alice, issue=both, seen=both.version, until=until, reason="waits", now=now)
    issues.wake(actor=alice, issue=both, seen=both.version, now=now)
    assert news(both) == {
        ("bob", "Alice Beispiel split conversations off into a new issue."),
        ("bob", "Alice Beispiel put the issue aside."),
        ("bob", "Alice Beispiel took the issue up again."),
    }


def test_no_issue_is_left_without_conversations_but_where_their_source_went(
    alice: Actor, one: Issue, two: Issue, thread: Thread, now: datetime
) -> None:
    merge(alice, two, one, now)
    issues.remove_thread(actor=alice, issue=one, thread=thread, reason="no", now=now)
    with pytest.raises(RuleError, match="left without a conversation"):
        unmerge(alice, two, now)
    assert one.links.count() == 1
    issues.add_threads(actor=alice, issue=one, threads=[thread], now=now)
    thread.delete()
    two.refresh_from_db()
    unmerge(alice, two, now)
    assert (one.links.count(), two.links.count()) == (0, 1)


def test_what_is_open_in_an_issue_is_looked_for_while_its_cases_are_held(
    alice: Actor, one: Issue, now: datetime
) -> None:
    depth = len(connection.savepoint_ids)
    with CaptureQueriesContext(connection) as asked:
        issues.close(actor=alice, issue=one, seen=one.version, outcome="resolved", reason="x", now=now)
    said = [query["sql"] for query in asked.captured_queries]
    assert len(connection.savepoint_ids) == depth
    assert said[0].startswith("SAVEPOINT")
    looked = next(number for number, sql in enumerate(said) if "desk_promise" in sql)
    held = [sql for sql in said[:looked] if 'FROM "desk_case"' in sql or 'FROM "desk_issue"' in sql]
    assert len(held) == 2
