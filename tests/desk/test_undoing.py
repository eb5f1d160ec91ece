"""What was done in passing is taken back with the button of the message that tells of it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from api_client import Program
from desk_people import make_thread
from django.http import HttpResponse
from django.test import Client

from kulanz.desk.models import Alert, AlertPolicy, Delivery, Issue, Member, Source, Thread
from kulanz.desk.queries.radar import RadarFilter, radar
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.services import issues, undoing
from kulanz.desk.services.taking import take_thread

pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'<button form="undo" formaction="([^"]+)" name="seen" value="(\d+)"')


@pytest.fixture
def bobs(members: dict[str, Member], client: Client) -> Client:
    client.force_login(members["bob"])
    return client


@pytest.fixture
def issue(alice: Actor, thread: Thread, other_thread: Thread, now: datetime) -> Issue:
    """Of two conversations, and Alice's."""
    issue = issues.open_issue(actor=alice, threads=[thread, other_thread], title="Dunning", now=now)
    return issues.take(actor=alice, issue=issue, seen=issue.version, now=now)


def raised(thread: Thread, now: datetime, verdict: str = "") -> Alert:
    policy, _ = AlertPolicy.objects.get_or_create(name="All")
    return Alert.objects.create(
        thread=thread, policy=policy, raised_at=now, score=0.9, stage="issue", reasons=[], verdict=verdict
    )


def pressed(client: Client, answer: HttpResponse) -> str:
    """Press the button of the message on the page that an answer leads to; return what the next page says."""
    page = client.get(answer["Location"]).content.decode()
    assert '<form id="undo" method="post">' in page
    found = BUTTON.search(page)
    assert found, page
    answer = client.post(found[1], {"seen": found[2], "next": "/?stage=issue"})
    assert answer["Location"] == "/?stage=issue"
    return client.get("/").content.decode()


def shown(now: datetime) -> list[str]:
    return [row.title for row in radar(RadarFilter(days=0), lang="en", now=now).rows]


def test_a_false_alarm_is_taken_back_with_the_verdict_on_its_alarms(
    bobs: Client, thread: Thread, now: datetime
) -> None:
    alert, judged = raised(thread, now), raised(thread, now, "wrong")
    answer = bobs.post(f"/threads/{thread.pk}/false-alarm", {"seen": 0, "reason": "a joke"})
    assert shown(now) == []
    assert "It is back on the radar." in pressed(bobs, answer)
    assert shown(now) == [thread.title]
    for each in (alert, judged):
        each.refresh_from_db()
    assert (alert.verdict, alert.judged_by, alert.why) == ("", None, "")
    assert judged.verdict == "wrong"


def test_not_now_is_taken_back(bobs: Client, thread: Thread, now: datetime) -> None:
    given = {"seen": 0, "reason": "later", "until": "7d"}
    assert "back on the radar" in pressed(bobs, bobs.post(f"/threads/{thread.pk}/snooze", given))
    assert shown(now) == [thread.title]


def test_taking_is_taken_back(bobs: Client, bob: Actor, thread: Thread, now: datetime) -> None:
    issues.open_issue(actor=bob, threads=[thread], now=now)
    page = pressed(bobs, bobs.post(f"/threads/{thread.pk}/take", {"next": "/"}))
    assert "Undone: the issue is open, and nobody has it." in page
    issue = Issue.objects.get()
    assert (issue.state, issue.owner) == ("open", None)


def test_taking_what_one_has_offers_nothing_to_undo(
    bobs: Client, bob: Actor, thread: Thread, now: datetime
) -> None:
    take_thread(actor=bob, thread=thread, now=now)
    page = bobs.post(f"/threads/{thread.pk}/take", {"next": "/"}, follow=True).content.decode()
    assert "It is yours" in page
    assert not BUTTON.search(page)


@pytest.mark.parametrize(
    ("deed", "given"),
    [
        ("close", {"outcome": "false_alarm", "reason": "a joke"}),
        ("snooze", {"until": "1d", "reason": "later"}),
        ("take", {}),
    ],
)
def test_an_issue_is_with_its_owner_again(
    bobs: Client, members: dict[str, Member], issue: Issue, deed: str, given: dict[str, str]
) -> None:
    raised(issue.links.earliest("pk").thread, issue.opened_at, "right")
    answer = bobs.post(f"/issues/{issue.pk}/{deed}", {"seen": issue.version, **given})
    assert "Undone: Alice Beispiel has it." in pressed(bobs, answer)
    issue.refresh_from_db()
    assert (issue.state, issue.owner, issue.outcome) == ("owned", members["alice"], "")
    assert (issue.closed_at, issue.snoozed_until) == (None, None)
    assert Alert.objects.get().verdict == "right"
    told = bobs.get(f"/issues/{issue.pk}").content.decode()
    assert "Bob Beispiel undid that: the issue is with its owner again." in told
    assert "Bob Beispiel undid that" in Delivery.objects.filter(member=members["alice"]).latest("pk").body


def test_only_ones_own_last_step_is_undone(
    alice: Actor, bob: Actor, forum: Source, issue: Issue, now: datetime
) -> None:
    with pytest.raises(RuleError, match="issue take, by Alice Beispiel"):
        undoing.undo(actor=bob, issue=issue, seen=issue.version, now=now)
    with pytest.raises(ConflictError):
        undoing.undo(actor=alice, issue=issue, seen=issue.version - 1, now=now)
    issues.add_threads(actor=alice, issue=issue, threads=[make_thread(forum, now, "more")], now=now)
    with pytest.raises(RuleError, match="add_threads, by Alice Beispiel"):
        undoing.undo(actor=alice, issue=issue, seen=issue.version, now=now)


def test_programs_undo_too(members: dict[str, Member], bob: Actor, thread: Thread, now: datetime) -> None:
    issue = take_thread(actor=bob, thread=thread, now=now)
    program = Program(members["bob"])
    answer = program.post(f"/issues/{issue.pk}/undo", {"seen": issue.version})
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert program.post(f"/issues/{issue.pk}/undo", {"seen": issue.version + 1}).status_code == 422
