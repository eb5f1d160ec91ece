"""Alarms are raised by policies, told to whom they concern, and judged."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Alert, AlertPolicy, Attention, Delivery, Event, Member, Source, Team, Thread
from kulanz.desk.queries.alerts import policies, rated
from kulanz.desk.queries.backtest import backtest
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.alarms import Terms
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.services import alerting, attention, issues
from kulanz.desk.services.alarm_texts import alarm_text, read_link
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.notifying import address_of
from kulanz.desk.services.sealing import seal
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(members: dict[str, Member]) -> AlertPolicy:
    """Whoever leads, and the team of the agent, are told of issues anywhere."""
    made = AlertPolicy.objects.create(name="Everywhere", team=Team.objects.create(name="Care"))
    made.members.add(members["alice"])
    made.team.members.add(members["bob"], members["alice"])  # type: ignore[union-attr] # just made
    return made


def raised(thread: Thread, now: datetime) -> Alert:
    (alert,) = alerting.consider(thread=thread, now=now)
    return alert


def told() -> list[str]:
    return list(Delivery.objects.order_by("member__username").values_list("member__username", flat=True))


def test_an_alarm_tells_members_and_team_once_each(
    policy: AlertPolicy, thread: Thread, now: datetime
) -> None:
    alert = raised(thread, now)
    assert alerting.tell_due(now=now) == 1
    assert alerting.tell_due(now=now) == 0
    assert told() == ["alice", "bob"]
    assert (alert.policy, alert.stage, alert.score) == (policy, "escalated", 0.9)
    assert Event.objects.get(noun="alert").action == "raise"


def test_two_policies_are_one_message(
    policy: AlertPolicy, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    grave = AlertPolicy.objects.create(name="Grave", least_stage="escalated", threshold=0.8)
    grave.members.add(members["alice"], members["erik"])
    assert len(alerting.consider(thread=thread, now=now)) == 2
    alerting.tell_due(now=now)
    assert told() == ["alice", "bob", "erik"]


def test_a_new_desk_begins_with_a_policy_that_reaches_the_leads(
    members: dict[str, Member], thread: Thread, other_thread: Thread, now: datetime
) -> None:
    assert alerting.consider(thread=other_thread, now=now) == []
    raised(thread, now)
    alerting.tell_due(now=now)
    assert told() == ["alice"]
    AlertPolicy.objects.update(active=False)
    assert alerting.consider(thread=thread, now=now + timedelta(days=9)) == []
    assert AlertPolicy.objects.count() == 1


def test_a_channel_is_told_without_a_link_to_judge_by(
    members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    AlertPolicy.objects.create(name="Channel", sealed_apprise_url=seal(b"json://localhost:1/x"))
    raised(thread, now)
    alerting.tell_due(now=now)
    message = Delivery.objects.get()
    assert (message.kind, message.member, "/judge/" in message.body) == ("apprise", None, False)
    assert (message.address, address_of(message)) == ("", "json://localhost:1/x")


def test_a_source_with_a_policy_of_its_own_keeps_to_it(
    policy: AlertPolicy, forum: Source, thread: Thread, now: datetime
) -> None:
    own = AlertPolicy.objects.create(name="Forum", source=forum, threshold=0.95)
    assert alerting.consider(thread=thread, now=now) == []
    AlertPolicy.objects.filter(pk=own.pk).update(active=False)
    assert raised(thread, now).policy == policy


def test_an_archive_that_is_read_for_the_first_time_alarms_nobody(
    policy: AlertPolicy, thread: Thread, now: datetime
) -> None:
    thread.last_post_at = now - timedelta(days=15)
    assert alerting.consider(thread=thread, now=now) == []
    thread.last_post_at = now - timedelta(days=13)
    raised(thread, now)


def test_it_rests_and_rises(policy: AlertPolicy, thread: Thread, now: datetime) -> None:
    thread.score = 0.6
    raised(thread, now)
    thread.score = 0.8
    assert alerting.consider(thread=thread, now=now + timedelta(hours=1)) == []
    thread.score = 0.9
    raised(thread, now + timedelta(hours=2))
    raised(thread, now + timedelta(hours=26))


def test_quiet_hours_hold_the_message_and_not_the_record(
    policy: AlertPolicy, thread: Thread, now: datetime
) -> None:
    AlertPolicy.objects.update(quiet_from=time(11), quiet_to=time(13))  # it is 11:30 in Berlin
    alert = raised(thread, now)
    assert alert.raised_at == now
    assert alerting.tell_due(now=now + timedelta(minutes=89)) == 0
    assert alerting.tell_due(now=now + timedelta(minutes=90)) == 1
    assert told() == ["alice", "bob"]


def test_what_was_judged_in_quiet_hours_wakes_nobody(
    policy: AlertPolicy, thread: Thread, bob: Actor, now: datetime
) -> None:
    AlertPolicy.objects.update(quiet_from=time(11), quiet_to=time(13))
    alerting.judge(actor=bob, alert=raised(thread, now), seen=1, verdict="wrong", now=now)
    assert alerting.tell_due(now=now + timedelta(hours=3)) == 1
    assert told() == []


def test_a_false_alarm_raises_none_until_it_is_graver_and_comes_back_then(
    policy: AlertPolicy, thread: Thread, bob: Actor, now: datetime
) -> None:
    thread.stage = "issue"
    attention.false_alarm(actor=bob, thread=thread, seen=0, reason="irony", now=now)
    assert alerting.consider(thread=thread, now=now + timedelta(days=9)) == []
    thread.stage = "escalated"
    raised(thread, now + timedelta(days=10))
    assert Attention.objects.get(thread=thread).state == "open"
    assert Event.objects.filter(action="graver", actor=None).count() == 1


def test_an_issue_says_that_its_alarms_were_right(
    policy: AlertPolicy, thread: Thread, bob: Actor, now: datetime
) -> None:
    alert = raised(thread, now)
    issues.open_issue(actor=bob, threads=[thread], now=now)
    alert.refresh_from_db()
    assert (alert.verdict, alert.judged_by_id) == ("right", bob.member_id)


def test_readers_judge_nothing(policy: AlertPolicy, thread: Thread, erik: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        alerting.judge(actor=erik, alert=raised(thread, now), seen=1, verdict="wrong", now=now)


def test_verdicts_are_right_or_wrong(policy: AlertPolicy, thread: Thread, bob: Actor, now: datetime) -> None:
    with pytest.raises(RuleError, match="right or wrong"):
        alerting.judge(actor=bob, alert=raised(thread, now), seen=1, verdict="maybe", now=now)


def test_the_false_alarm_rate_counts_what_was_judged(
    policy: AlertPolicy, thread: Thread, bob: Actor, now: datetime
) -> None:
    for number, verdict in enumerate(("right", "wrong", "right", "right", "")):
        alert = raised(thread, now + timedelta(days=number))
        if verdict:
            alerting.judge(actor=bob, alert=alert, seen=1, verdict=verdict, now=now)
    (row,) = policies(now + timedelta(days=9)).rows
    assert row.raised == 5
    assert row.rate is not None
    assert (row.rate.wrong, row.rate.judged, row.rate.share) == (1, 4, 0.25)
    assert rated(now).rate == row.rate
    assert rated(now + timedelta(days=200)).rate is None


def test_the_link_in_the_mail_judges_without_a_login(
    policy: AlertPolicy, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    alert = raised(thread, now)
    subject, body = alarm_text(alert, members["bob"], now=now)
    assert "Thread 4711" in subject
    link = next(word for word in body.split() if "/judge/" in word)
    client = Client()
    shown = client.get(link)
    assert b"Thread 4711" in shown.content
    assert shown["Referrer-Policy"] == "no-referrer"
    alert.refresh_from_db()
    assert alert.verdict == ""  # a mail scanner that follows links judges nothing
    assert client.post(link, {"verdict": "wrong", "seen": 1}).status_code == 200
    alert.refresh_from_db()
    assert (alert.verdict, alert.judged_by) == ("wrong", members["bob"])
    late = client.post(link, {"verdict": "right", "why": "I know him", "seen": 1})
    assert late.status_code == 409
    assert b'value="I know him"' in late.content
    alert.refresh_from_db()
    assert alert.verdict == "wrong"


def test_a_link_dies_with_the_right_to_judge(
    policy: AlertPolicy, thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    alert = raised(thread, now)
    link = next(word for word in alarm_text(alert, members["bob"], now=now)[1].split() if "/judge/" in word)
    Member.objects.filter(pk=members["bob"].pk).update(is_active=False)
    assert Client().post(link, {"verdict": "wrong"}).status_code == 404
    broken = reverse("alert_by_link", kwargs={"token": "x" + link.rsplit("/", 1)[1]})
    assert Client().get(broken).status_code == 404
    with pytest.raises(RuleError, match="log in"):
        read_link("no token")


def test_the_great_case_would_have_raised_an_alarm_early(
    forum: Source, policy: AlertPolicy, sample_posts: list[CorePost], bob: Actor, now: datetime
) -> None:
    late = now + timedelta(days=20)
    sightings = tuple(Sighting(post=post) for post in sample_posts)
    keep_page(source=forum, page=Page(posts=sightings), lane=None, grace=timedelta(minutes=5), now=late)
    assert analyse_due(now=late + timedelta(seconds=5)) == 1
    thread = Thread.objects.get()
    assert Alert.objects.get().raised_at == late + timedelta(seconds=5)

    found = backtest(Terms(threshold=0.5, cool_down_h=10_000), source=None, now=late)
    assert (found.threads, found.right, found.wrong) == (1, 0, 0)
    assert found.unjudged == found.alarms
    first = found.examples[-1].reading
    opened = sample_posts[0].created_at
    assert opened is not None
    assert first.posts < 12
    assert first.at - opened < timedelta(days=1)

    issues.open_issue(actor=bob, threads=[thread], now=late)
    again = backtest(Terms(threshold=0.5, cool_down_h=10_000), source=forum.pk, now=late)
    assert (again.right, again.unjudged) == (found.alarms, 0)
    assert backtest(Terms(threshold=1.0), source=None, now=late).alarms == 0
    assert backtest(Terms(threshold=0.5), source=None, now=late + timedelta(days=60)).alarms == 0


def test_without_times_of_posts_the_kept_scores_are_replayed(thread: Thread, now: datetime) -> None:
    for hour, score, stage in (
        (0, 0.4, "complaint"),
        (1, 0.6, "issue"),
        (2, 0.7, "issue"),
        (40, 0.7, "issue"),
    ):
        thread.scores.create(at=now + timedelta(hours=hour), score=score, stage=stage)
    found = backtest(Terms(), source=None, now=now + timedelta(days=3))
    assert [each.reading.at for each in found.examples] == [
        now + timedelta(hours=40),
        now + timedelta(hours=1),
    ]


def test_a_general_policy_is_not_tried_on_sources_that_have_their_own(
    forum: Source, thread: Thread, now: datetime
) -> None:
    thread.scores.create(at=now, score=0.9, stage="issue")
    assert backtest(Terms(), source=None, now=now).alarms == 1
    AlertPolicy.objects.create(name="Forum", source=forum)
    assert backtest(Terms(), source=None, now=now).alarms == 0
    assert backtest(Terms(), source=forum.pk, now=now).alarms == 1
