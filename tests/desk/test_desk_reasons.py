"""How long a question has been open is counted when somebody looks, wherever reasons are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import make_thread
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from test_thread_page import keep

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Alert, Member, Source, Thread
from kulanz.desk.queries.alerts import alerts
from kulanz.desk.queries.radar import RadarFilter, radar
from kulanz.desk.rules.reasons import as_of, sentences
from kulanz.desk.services.alarm_texts import alarm_text
from kulanz.desk.services.analysing import analyse_due

pytestmark = pytest.mark.django_db

OPEN = {"code": "unanswered", "posts": ["1", "2"], "en": "old words", "de": "alte Worte"}
WEEK = timedelta(days=7)


@pytest.fixture
def asked(forum: Source, now: datetime) -> Thread:
    """A conversation with an open question that was asked a week ago, as the page of today shows it."""
    thread = make_thread(forum, now, "open")
    thread.reasons = [{**OPEN, "since": (timezone.now() - WEEK).isoformat()}]
    thread.last_post_at = timezone.now() - WEEK
    thread.save()
    return thread


def test_the_moment_of_the_oldest_open_question_is_kept(
    forum: Source, sample_posts: list[CorePost], now: datetime
) -> None:
    thread = keep(forum, sample_posts[:6], now)
    Thread.objects.filter(pk=thread.pk).update(due_at=now, stale_since=now)
    analyse_due(now=now)
    (kept,) = [each for each in Thread.objects.get(pk=thread.pk).reasons if "since" in each]
    times = {post.post_id: post.created_at for post in sample_posts}
    assert kept["code"] in ("unanswered", "waiting")
    assert datetime.fromisoformat(kept["since"]) == times[kept["posts"][0]]


def test_an_age_is_counted_up_to_the_look(now: datetime) -> None:
    stored = [{**OPEN, "since": now.isoformat()}]
    early, later = now + timedelta(minutes=20), now + timedelta(days=3)
    assert sentences(stored, "en", now=early) == ("2 questions or complaints have no human answer",)
    assert sentences(stored, "en", now=later) == (
        "2 questions or complaints have no human answer, the oldest for 3 days",
    )
    assert sentences(stored, "de", now=later) == (
        "2 Fragen oder Beschwerden sind ohne persönliche Antwort, die älteste seit 3 Tagen",
    )
    assert [each["code"] for each in (*as_of(stored, early), *as_of(stored, later))] == [
        "unanswered",
        "waiting",
    ]


def test_what_has_no_age_stays_as_it_was_stored(now: datetime) -> None:
    assert as_of([OPEN], now) == [OPEN]
    assert sentences([OPEN], "de", now=now) == ("alte Worte",)


def test_radar_page_and_programs_count_now(asked: Thread, members: dict[str, Member], client: Client) -> None:
    words = "the oldest for 7 days"
    (row,) = radar(RadarFilter(), lang="en", now=timezone.now()).rows
    assert row.reasons[0].endswith(words)
    (row,) = radar(RadarFilter(days=0), lang="en", now=timezone.now() + WEEK).rows
    assert row.reasons[0].endswith("the oldest for 2 weeks")
    client.force_login(members["bob"])
    for address in (reverse("radar"), reverse("thread", args=[asked.pk])):
        assert words in client.get(address).content.decode()
    told = Program(members["bob"]).get(f"/threads/{asked.pk}").json()
    assert (told["reasons"][0]["code"], told["reasons"][0]["en"].endswith(words)) == ("waiting", True)


def test_an_alarm_counts_up_to_its_moment_and_its_message_up_to_its_own(
    asked: Thread, members: dict[str, Member], client: Client
) -> None:
    raised = timezone.now() - timedelta(days=2)
    alert = Alert.objects.create(
        thread=asked, raised_at=raised, score=0.6, stage="issue", reasons=asked.reasons
    )
    assert alerts(lang="en").rows[0].reasons[0].endswith("for 5 days")
    told = Program(members["bob"]).get(f"/alerts/{alert.pk}").json()
    assert told["reasons"][0]["en"].endswith("for 5 days")
    assert "the oldest for 6 days" in alarm_text(alert, None, now=raised + timedelta(days=1))[1]
