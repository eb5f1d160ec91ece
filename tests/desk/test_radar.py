"""The radar: issues and conversations in one ranked list, what needs a human most first."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from desk_people import logged_in, make_thread
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from test_thread_page import keep

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Issue, Member, Source, Thread, ThreadScore
from kulanz.desk.queries.radar import SPARK, RadarFilter, RadarRow, radar, radar_stretch, silent
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import attention, issues, teamwork
from kulanz.desk.services.taking import take_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(bob: Actor, thread: Thread, other_thread: Thread, now: datetime) -> Issue:
    """About an escalated conversation and a milder one."""
    return issues.open_issue(actor=bob, threads=[other_thread, thread], title="Dunning", now=now)


def shown(now: datetime, **wanted: object) -> list[RadarRow]:
    return list(radar(RadarFilter(**wanted), lang="en", now=now).rows)  # type: ignore[arg-type]


def titles(now: datetime, **wanted: object) -> list[str]:
    return [row.title for row in shown(now, **wanted)]


def test_an_issue_with_several_conversations_is_one_entry(
    issue: Issue, thread: Thread, forum: Source, now: datetime
) -> None:
    make_thread(forum, now, "alone", score=0.5)
    Thread.objects.filter(pk=thread.pk).update(views=100, company_answered_at=now - timedelta(hours=3))
    Thread.objects.filter(key="4712").update(views=20, company_answered_at=now - timedelta(hours=1))
    first, second = shown(now)
    assert (first.title, first.thread, first.issue, first.threads) == ("Dunning", thread, issue, 2)
    assert (first.views, first.answered_at) == (120, now - timedelta(hours=1))
    assert (second.title, second.issue, second.threads) == ("Thread alone", None, 1)


def test_programs_read_the_same_entries(issue: Issue, forum: Source, now: datetime) -> None:
    make_thread(forum, now, "alone", score=0.5)
    first = radar_stretch(RadarFilter(), lang="en", now=now, size=1)
    rest = radar_stretch(RadarFilter(), lang="en", now=now, after=first.following)
    assert [row.title for row in (*first.rows, *rest.rows)] == ["Dunning", "Thread alone"]


def test_the_spark_line_is_of_the_latest_scores(
    thread: Thread, other_thread: Thread, forum: Source, now: datetime
) -> None:
    make_thread(forum, now, "never analysed", score=0.1)
    for row, count in ((thread, SPARK + 20), (other_thread, 3)):
        ThreadScore.objects.filter(thread=row).delete()
        points = [(now + timedelta(minutes=i), i / 100) for i in range(count)]
        ThreadScore.objects.bulk_create(
            ThreadScore(thread=row, at=at, score=score, stage="issue") for at, score in points
        )
    sparks = [row.spark for row in shown(now)]
    assert sparks == [tuple(i / 100 for i in range(20, SPARK + 20)), (0.0, 0.01, 0.02), ()]


def test_as_many_are_affected_on_the_radar_as_on_the_page_of_the_issue(
    bob: Actor, forum: Source, sample_posts: list[CorePost], client: Client, now: datetime
) -> None:
    keep(forum, sample_posts, now)
    (before,) = shown(now)
    issue = take_thread(actor=bob, thread=before.thread, now=now)
    client.force_login(Member.objects.get(pk=bob.member_id))

    def told() -> tuple[int, str]:
        (row,) = shown(now)
        page = client.get(reverse("issue", args=[issue.pk])).content.decode()
        return row.affected, re.findall(r"<dt>Affected</dt><dd>([0-9]+)</dd>", page)[0]

    assert told() == (before.affected, str(before.affected))
    assert before.affected == Thread.objects.get().affected > 10
    annoyed = issue.roles.filter(role="affected")[0]
    teamwork.set_role(actor=bob, issue=issue, account=annoyed.account, seen=1, role="annoyed", now=now)
    assert told() == (before.affected - 1, str(before.affected - 1))


def test_a_filter_shows_the_strongest_that_fits(issue: Issue, now: datetime) -> None:
    (row,) = shown(now, stage="complaint")
    assert (row.thread.key, row.issue) == ("4712", issue)


def test_a_conversation_of_two_issues_hides_neither(
    bob: Actor, issue: Issue, other_thread: Thread, now: datetime
) -> None:
    other = issues.open_issue(actor=bob, threads=[other_thread], title="Another", now=now)
    assert [row.issue for row in shown(now)] == [issue, other]


def test_where_the_strongest_was_put_aside_the_next_stands_for_the_issue(
    bob: Actor, issue: Issue, thread: Thread, now: datetime
) -> None:
    attention.false_alarm(actor=bob, thread=thread, seen=0, reason="a joke", now=now)
    assert [row.thread.key for row in shown(now)] == ["4712"]


def test_a_closed_issue_comes_back_with_new_words_only(
    bob: Actor, issue: Issue, thread: Thread, now: datetime
) -> None:
    issues.close(actor=bob, issue=issue, seen=1, outcome="resolved", reason="paid back", now=now)
    assert shown(now) == []
    Thread.objects.filter(pk=thread.pk).update(last_post_at=now + timedelta(hours=1))
    assert [row.thread.key for row in shown(now)] == ["4711"]


def test_a_snoozed_issue_is_put_aside_as_a_whole(bob: Actor, issue: Issue, now: datetime) -> None:
    until = now + timedelta(days=1)
    issues.snooze(actor=bob, issue=issue, seen=1, until=until, reason="holiday", now=now)
    assert titles(now) == []
    assert {row.issue for row in shown(now, aside=True)} == {issue}


def test_whose_it_is_can_be_chosen(bob: Actor, issue: Issue, forum: Source, now: datetime) -> None:
    make_thread(forum, now, "alone", score=0.5)
    issues.take(actor=bob, issue=issue, seen=1, now=now)
    assert titles(now, owner=bob.member_id) == ["Dunning"]
    assert titles(now, unowned=True) == ["Thread alone"]


def test_the_page_links_issue_and_conversation_and_keeps_its_filter(
    issue: Issue, thread: Thread, forum: Source, members: dict[str, Member], now: datetime
) -> None:
    for number in range(51):
        make_thread(forum, now, f"more {number}", score=0.3)
    client = logged_in(members["bob"])
    page = client.get(reverse("radar"), {"words": "Thread", "days": "0"}).content.decode()
    assert f'href="/issues/{issue.pk}">Dunning</a>' in page
    assert f'href="/threads/{thread.pk}">Thread 4711</a>' in page
    assert f'action="/issues/{issue.pk}/snooze"' in page
    assert 'href="/?words=Thread&amp;days=0&amp;from=50"' in page


def silent_since(thread: Thread, moment: datetime) -> None:
    Thread.objects.filter(pk=thread.pk).update(last_post_at=moment)


def test_what_fell_silent_is_left_out_and_counted(thread: Thread, forum: Source, now: datetime) -> None:
    silent_since(make_thread(forum, now, "archived", score=0.95), now - timedelta(days=15))
    silent_since(make_thread(forum, now, "undated"), None)  # type: ignore[arg-type] # sources need not say when
    assert titles(now) == ["Thread 4711", "Thread undated"]
    assert silent(RadarFilter(), now=now) == 1
    assert titles(now, days=91)[0] == titles(now, days=0)[0] == "Thread archived"
    assert silent(RadarFilter(days=91), now=now) == silent(RadarFilter(days=0), now=now) == 0


def test_what_people_work_on_stays_however_silent(issue: Issue, thread: Thread, now: datetime) -> None:
    silent_since(thread, now - timedelta(days=400))
    assert titles(now) == ["Dunning"]
    assert silent(RadarFilter(), now=now) == 0


def test_the_page_says_who_put_it_aside_how_long_and_why(
    bob: Actor,
    thread: Thread,
    other_thread: Thread,
    members: dict[str, Member],
    client: Client,
    now: datetime,
) -> None:
    attention.false_alarm(actor=bob, thread=thread, seen=0, reason="a joke", now=now)
    until = timezone.now() + timedelta(days=1)
    attention.snooze(actor=bob, thread=other_thread, seen=0, until=until, reason="holiday", now=now)
    client.force_login(members["bob"])
    page = client.get(reverse("radar"), {"aside": "1", "days": "0"}).content.decode()
    assert "2 are put aside." in page
    assert "the most pressing first" not in page
    assert re.search(r"<p>false alarm, Bob Beispiel, [^<]+: a joke</p>", page)
    assert re.search(r"<p>until [^<]+, Bob Beispiel, [^<]+: holiday</p>", page)


def test_what_was_put_aside_comes_back_when_its_time_comes(bob: Actor, thread: Thread, now: datetime) -> None:
    until, then = now + timedelta(days=20), now + timedelta(days=21)
    attention.snooze(actor=bob, thread=thread, seen=0, until=until, reason="holiday", now=now)
    assert (titles(now), titles(then)) == ([], ["Thread 4711"])
    assert titles(until + timedelta(days=15)) == []


def test_the_page_says_how_many_older_ones_there_are(
    thread: Thread, members: dict[str, Member], client: Client
) -> None:
    client.force_login(members["bob"])
    silent_since(thread, timezone.now() - timedelta(days=15))
    page = client.get(reverse("radar"), {"stage": "escalated"}).content.decode()
    assert "1 older conversation is left out" in page
    assert 'href="/?stage=escalated&amp;days=0"' in page
    assert "Thread 4711" not in page
    assert "Thread 4711" in client.get(reverse("radar"), {"days": "91"}).content.decode()
    assert "Thread 4711" not in client.get(reverse("radar"), {"days": "nonsense"}).content.decode()


def test_as_many_questions_for_three_entries_as_for_thirty(bob: Actor, forum: Source, now: datetime) -> None:
    def asked(count: int) -> int:
        for number in range(count):
            pair = [make_thread(forum, now, f"{count} {number} {each}") for each in "ab"]
            issues.open_issue(actor=bob, threads=pair, now=now)
        with CaptureQueriesContext(connection) as queries:
            shown(now)
        return len(queries)

    assert asked(3) == asked(27)
