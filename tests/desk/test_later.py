"""Putting aside until a time of one's own: by the clock of whoever asks, without a script."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from desk_people import logged_in
from django.test import Client
from django.utils import timezone

from kulanz.desk.models import Attention, Issue, Member, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import issues

pytestmark = pytest.mark.django_db
TOKYO = "Asia/Tokyo"


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    Member.objects.filter(pk=members["bob"].pk).update(time_zone=TOKYO)
    return logged_in(members["bob"])


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], now=now)


def next_week() -> datetime:
    """Nine o'clock in a week, by a clock in Tokyo."""
    day = timezone.now().astimezone(ZoneInfo(TOKYO)) + timedelta(days=7)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def typed(moment: datetime, **more: object) -> dict[str, object]:
    return {"until": "4h", "at": f"{moment:%Y-%m-%dT%H:%M}", "reason": "holiday", "seen": 0, **more}


def test_a_conversation_waits_until_the_time_that_was_typed(bobs: Client, thread: Thread) -> None:
    assert bobs.post(f"/threads/{thread.pk}/snooze", typed(next_week())).status_code == 302
    assert Attention.objects.get().until == next_week().astimezone(UTC)


def test_an_issue_waits_until_the_time_that_was_typed(bobs: Client, issue: Issue) -> None:
    assert bobs.post(f"/issues/{issue.pk}/snooze", typed(next_week(), seen=1)).status_code == 302
    issue.refresh_from_db()
    assert issue.snoozed_until == next_week().astimezone(UTC)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T09:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_what_is_no_time_is_refused_and_kept(bobs: Client, issue: Issue, text: str) -> None:
    told = {"until": "1d", "at": text, "reason": "holiday", "seen": 1}
    answer = bobs.post(f"/issues/{issue.pk}/snooze", told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "expected a date and a time" in page
    assert f'type="datetime-local" value="{text}"' in page


def test_a_time_that_is_over_is_refused(bobs: Client, thread: Thread, issue: Issue) -> None:
    past = next_week() - timedelta(days=8)
    assert bobs.post(f"/issues/{issue.pk}/snooze", typed(past, seen=1)).status_code == 422
    bobs.post(f"/threads/{thread.pk}/snooze", typed(past))
    assert not Attention.objects.exists()


def test_every_form_has_the_field_and_names_the_zone(bobs: Client, thread: Thread, issue: Issue) -> None:
    Thread.objects.filter(pk=thread.pk).update(last_post_at=timezone.now())
    for path in ("/", f"/threads/{thread.pk}", f"/issues/{issue.pk}"):
        page = bobs.get(path).content.decode()
        (field,) = re.findall(r'<input id="(at-[a-z0-9]+)" name="at" type="datetime-local"', page)
        assert f'<label for="{field}">or until a time of your own ({TOKYO})</label>' in page
