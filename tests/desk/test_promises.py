"""Cases and promises: a named contact, a deadline in working time, warned of, kept or broken."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from desk_people import NOW

from kulanz.desk.models import Calendar, Case, Delivery, Event, LogEntry, Member, Person, Promise, Team
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.services import cases, issues, promises
from kulanz.desk.services.calendars import usual_calendar
from kulanz.tlog.entries import decode

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=8)


@pytest.fixture
def calendar(db: None) -> Calendar:
    return usual_calendar(now=NOW)


@pytest.fixture
def case(bob: Actor, now: datetime) -> Case:
    rolf = Person.objects.create(name="Rolf Petersen", email="rolf@mauer.example", created_at=now)
    return cases.open_case(actor=bob, person=rolf, issue=None, title="Dunning", now=now)


@pytest.fixture
def promise(bob: Actor, case: Case, calendar: Calendar, members: dict[str, Member], now: datetime) -> Promise:
    """Bob promises on Thursday at 11:30 to answer within eight working hours: Friday at 11:30."""
    return promises.make(
        actor=bob, case=case, by=members["bob"], what="an answer", worktime=DAY, calendar=calendar, now=now
    )


def settle(now: datetime) -> None:
    assert promises.settle_due(now=now) == 1


def test_who_opens_a_case_is_its_contact(case: Case, bob: Actor) -> None:
    assert (case.contact_id, case.email, case.state) == (bob.member_id, "rolf@mauer.example", "open")
    assert len(case.reply_key) == 20


def test_readers_and_admins_open_none(erik: Actor, adam: Actor, case: Case, now: datetime) -> None:
    for actor in (erik, adam):
        with pytest.raises(NotAllowedError):
            cases.open_case(actor=actor, person=case.person, issue=None, title="", now=now)


def test_a_wrong_address_is_refused(bob: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(RuleError, match=r"name@example\.org"):
        cases.edit(actor=bob, case=case, seen=case.version, title="", email="rolf at mauer", now=now)


def test_a_promise_is_warned_of_broken_and_escalated(
    promise: Promise, members: dict[str, Member], now: datetime
) -> None:
    assert promise.deadline == now + timedelta(days=1)
    lead = Member.objects.create_user("lena", "lena@kontaktor.example", display_name="Lena", language="de")
    team = Team.objects.create(name="Care", lead=lead)
    team.members.add(members["bob"])

    assert promises.settle_due(now=now) == 0
    settle(promise.deadline - timedelta(hours=1))
    promise.refresh_from_db()
    assert (promise.state, promise.warned_at is not None) == ("running", True)
    assert told() == ["bob"]
    assert "12 Jun 2026, 11:30 (Europe/Berlin)" in Delivery.objects.get().body

    settle(promise.deadline)
    promise.refresh_from_db()
    assert promise.state == "broken"
    assert told() == ["bob", "bob", "lena"]
    subjects = Delivery.objects.filter(member=members["bob"]).order_by("id").values_list("subject", flat=True)
    assert [each.partition(":")[0] for each in subjects] == ["Promise soon due", "Promise broken"]
    assert "gebrochen" in Delivery.objects.get(member=lead).subject
    assert "12. Juni 2026, 11:30 (Europe/Berlin)" in Delivery.objects.get(member=lead).body

    settle(promise.deadline + timedelta(days=4))
    assert told() == ["bob", "bob", "lena", "bob", "alice"]
    assert promises.settle_due(now=promise.deadline + timedelta(days=90)) == 0
    actions = Event.objects.filter(noun="promise").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["make", "break"]


def told() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("member__username", flat=True))


def test_a_promise_that_is_kept_in_time_tells_nobody(bob: Actor, promise: Promise, now: datetime) -> None:
    promises.keep(actor=bob, promise=promise, seen=promise.version, now=now)
    assert promises.settle_due(now=promise.deadline + timedelta(days=9)) == 0
    assert (promise.state, promise.settled_at) == ("kept", now)
    assert not Delivery.objects.exists()


def test_the_clock_stands_still_while_it_is_paused(bob: Actor, promise: Promise, now: datetime) -> None:
    later = now + timedelta(hours=2)
    promises.pause(actor=bob, promise=promise, seen=promise.version, reason="waits for the bank", now=later)
    assert promise.left_s == 6 * 3600
    assert promises.settle_due(now=now + timedelta(days=30)) == 0
    monday = now + timedelta(days=4)
    promises.resume(actor=bob, promise=promise, seen=promise.version, now=monday)
    assert promise.deadline == monday + timedelta(days=1) - timedelta(hours=2)


def test_only_a_lead_withdraws_and_says_why(
    alice: Actor, bob: Actor, promise: Promise, now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        promises.withdraw(actor=bob, promise=promise, seen=promise.version, reason="x", now=now)
    with pytest.raises(RuleError, match="say why"):
        promises.withdraw(actor=alice, promise=promise, seen=promise.version, reason="", now=now)
    promises.withdraw(actor=alice, promise=promise, seen=promise.version, reason="customer left", now=now)
    assert promise.state == "withdrawn"


def test_neither_case_nor_issue_ends_while_a_promise_runs(
    bob: Actor, thread: object, promise: Promise, now: datetime
) -> None:
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)  # type: ignore[list-item]
    case = promise.case
    Case.objects.filter(pk=case.pk).update(issue=issue)
    with pytest.raises(RuleError, match="promise"):
        cases.resolve(actor=bob, case=case, seen=case.version, outcome="done", now=now)
    with pytest.raises(RuleError, match="promise"):
        issues.close(actor=bob, issue=issue, seen=issue.version, outcome="resolved", reason="x", now=now)


def test_two_workers_warn_once(promise: Promise, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = promise.deadline - timedelta(hours=1)
    tries = count()
    settle_one = promises._settle

    def meanwhile(row: Promise, at: datetime) -> None:
        if next(tries) == 0:
            assert promises.settle_due(now=soon) == 0
        settle_one(row, at)

    monkeypatch.setattr(promises, "_settle", meanwhile)
    settle(soon)
    assert told() == ["bob"]


def test_who_keeps_a_promise_while_a_worker_breaks_it_is_faster(
    bob: Actor, promise: Promise, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = promises.claim

    def meanwhile(*given: Any, **more: Any) -> list[Any]:
        claimed = claim(*given, **more)
        mine = Promise.objects.get(pk=promise.pk)
        promises.keep(actor=bob, promise=mine, seen=mine.version, now=promise.deadline - timedelta(minutes=1))
        return claimed

    monkeypatch.setattr(promises, "claim", meanwhile)
    settle(promise.deadline)
    promise.refresh_from_db()
    assert (promise.state, promise.due_at) == ("kept", None)


def test_kept_too_late_is_on_record_though_no_worker_came_by(
    bob: Actor, promise: Promise, now: datetime
) -> None:
    late = promise.deadline + timedelta(minutes=1)
    with pytest.raises(RuleError, match="time is over"):
        promises.pause(actor=bob, promise=promise, seen=promise.version, reason="waits", now=late)
    promises.keep(actor=bob, promise=promise, seen=promise.version, now=late)
    assert promise.state == "kept"
    told = Event.objects.filter(noun="promise").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["make", "break", "keep"]


def test_the_public_log_tells_what_was_kept_and_broken_and_of_whom_nothing(
    bob: Actor, case: Case, promise: Promise, now: datetime
) -> None:
    late = promise.deadline + timedelta(minutes=5)
    promises.keep(actor=bob, promise=promise, seen=promise.version, now=late)
    entries = [decode(bytes(row.body)) for row in LogEntry.objects.order_by("pk")]
    assert [(each.kind, each.act, each.until < each.at) for each in entries] == [
        ("promise", "break", True),
        ("promise", "keep", True),
    ]
    assert {row.case for row in LogEntry.objects.all()} == {case}
    assert all(each.source == each.note == "" and list(each.subjects) == ["promise"] for each in entries)
