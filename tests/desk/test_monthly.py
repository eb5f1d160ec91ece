"""The monthly report: what counts in which month, how long people waited, and what may be published."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from api_client import Program
from desk_people import make_thread
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import (
    Account,
    Alert,
    Appeal,
    Case,
    Gesture,
    Hold,
    Issue,
    IssueThread,
    LogEntry,
    Measure,
    Member,
    Message,
    Person,
    Post,
    Promise,
    Source,
    StaffIdentity,
    Thread,
)
from kulanz.desk.queries.monthly import monthly_report
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.monthly import Month, Waits, as_file, of_file, part, published, shown
from kulanz.desk.services.calendars import usual_calendar

JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)
pytestmark = pytest.mark.django_db


def month(now: datetime, first: date = JUNE) -> Month:
    return monthly_report(first, public=False, now=now).month


def waits(now: datetime) -> Waits:
    return monthly_report(JUNE, public=False, now=now).waited


def opened(thread: Thread, at: datetime, **values: Any) -> Issue:
    issue = Issue.objects.create(title="Double charge", opened_at=at, **values)
    IssueThread.objects.create(issue=issue, thread=thread, at=at)
    return issue


def alarm(thread: Thread, at: datetime, verdict: str = "") -> Alert:
    return Alert.objects.create(thread=thread, raised_at=at, score=0.8, stage="issue", verdict=verdict)


@pytest.fixture
def case(thread: Thread, members: dict[str, Member], now: datetime) -> Case:
    person = Person.objects.create(name="Rolf Petersen", created_at=now)
    issue = opened(thread, now - timedelta(hours=10))
    return Case.objects.create(
        issue=issue, person=person, title="Rolf's claim", reply_key="k", opened_at=now, contact=members["bob"]
    )


def test_issues_count_in_the_month_in_which_they_were_opened_and_closed(
    thread: Thread, other_thread: Thread, now: datetime
) -> None:
    opened(thread, now - timedelta(days=20), state="closed", outcome="goodwill", closed_at=now)
    opened(other_thread, now, state="withdrawn")
    opened(other_thread, now, state="merged")
    june, may = month(now), month(now, MAY)
    assert (may.opened, sum(may.closed.values())) == (1, 0)
    assert (june.opened, june.closed["goodwill"], sum(june.closed.values())) == (0, 1, 1)


def test_months_are_those_of_the_companys_clock(thread: Thread, now: datetime) -> None:
    opened(thread, datetime(2026, 5, 31, 22, 30, tzinfo=UTC))
    assert (month(now).opened, month(now, MAY).opened) == (1, 0)


def test_missed_is_what_was_opened_without_an_alarm_before(
    thread: Thread, other_thread: Thread, forum: Source, now: datetime
) -> None:
    alarm(thread, now - timedelta(days=1))
    alarm(other_thread, now + timedelta(hours=1), "wrong")
    for each in (thread, other_thread):
        opened(each, now)
    none = make_thread(forum, now, "4713")
    opened(none, now, state="closed", outcome="false_alarm", closed_at=now)
    found = month(now)
    assert (found.opened, found.missed, found.alarms, found.false_alarms) == (3, 1, 2, 1)


def test_promises_are_broken_in_the_month_of_their_deadline(
    case: Case, members: dict[str, Member], now: datetime
) -> None:
    def promise(made: datetime, deadline: datetime, **values: Any) -> None:
        Promise.objects.create(
            case=case, by=members["bob"], what="An answer", calendar=usual_calendar(now=now), made_at=made,
            deadline=deadline, **values,
        )  # fmt: skip

    earlier = now - timedelta(days=20)
    promise(earlier, now, state="kept", settled_at=now - timedelta(hours=1))
    promise(earlier, earlier + timedelta(days=1), state="kept", settled_at=now)
    promise(now, now, state="broken")
    june, may = month(now), month(now, MAY)
    assert (june.promised, june.kept, june.broken) == (1, 1, 1)
    assert (may.promised, may.kept, may.broken) == (2, 0, 1)


def test_gestures_and_holds_count_with_their_cost(
    case: Case, members: dict[str, Member], now: datetime
) -> None:
    def gesture(state: str, **values: Any) -> None:
        Gesture.objects.create(
            case=case, kind="credit", value_minor=2000, cost_minor=1500, currency="EUR", state=state,
            proposed_by=members["bob"], proposed_at=now, **values,
        )  # fmt: skip

    gesture("proposed")
    gesture("approved", decided_at=now)
    gesture("carried_out", decided_at=now, carried_out_at=now)
    gesture("revoked", decided_at=now, carried_out_at=now)
    found = month(now)
    assert (found.proposed, found.approved, found.carried_out) == (4, 2, 1)
    assert [(str(each.amount), each.currency) for each in found.spent] == [("30.00", "EUR")]
    assert Hold.objects.count() == found.held == 0


def test_a_person_with_a_name_answers_in_private_or_in_public(
    case: Case, thread: Thread, other_thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    first = now - timedelta(hours=12)
    alarm(thread, first)
    said(thread, "1", "kontaktor_team", first + timedelta(hours=1))
    Message.objects.create(
        case=case, inbound=False, author=members["bob"], text="I am Bob.", at=first + timedelta(hours=3)
    )
    opened(other_thread, first)
    StaffIdentity.objects.create(
        kind="account", value="Bob_K", member=members["bob"], source=other_thread.source
    )
    said(other_thread, "2", "bob_k", first - timedelta(days=30))
    said(other_thread, "3", "Bob_K", first + timedelta(hours=30))
    found = waits(now + timedelta(days=2))
    assert (found.issues, found.answered, found.within_day) == (2, 2, 1)
    assert (found.median, found.slowest_tenth) == (timedelta(hours=16.5), timedelta(hours=30))


def said(thread: Thread, key: str, author: str, at: datetime) -> None:
    account, _new = Account.objects.get_or_create(
        source=thread.source, key=author, defaults={"first_seen_at": at}
    )
    Post.objects.create(
        thread=thread, source=thread.source, key=key, account=account, text="We look.", created_at=at,
        text_since=at, seen_at=at,
    )  # fmt: skip


def entered(kind: str, act: str, at: datetime, refers: LogEntry | None = None) -> LogEntry:
    leaf = f"{LogEntry.objects.count():064}"
    return LogEntry.objects.create(
        kind=kind, act=act, at=at, entered_at=at, body=b"", leaf=leaf, refers=refers
    )


def contested(thread: Thread, made: datetime, decided: datetime | None, state: str = "granted") -> LogEntry:
    """Return the entry of a measure that somebody appealed against."""
    entry, number = entered("measure", "hide", made), f"A{Appeal.objects.count()}"
    measure = Measure.objects.create(
        reference=number, thread=thread, kind="hide", scope="thread", state="done", at_source=True,
        proposed_at=made, done_at=made, entry=entry,
    )  # fmt: skip
    Appeal.objects.create(
        number=number, digest=number, measure=measure, side="author", state=state, made_at=made,
        due_at=made, heard_at=made, decided_at=decided,
    )  # fmt: skip
    return entry


def test_measures_reversals_and_silent_edits_are_those_of_the_public_log(
    thread: Thread, now: datetime
) -> None:
    earlier = now - timedelta(days=20)
    locked = entered("measure", "lock", earlier)
    entered("reversal", "reverse", now, locked)
    entered("reversal", "end", now, locked)
    upheld, too_late = contested(thread, earlier, now), contested(thread, earlier, now + timedelta(hours=1))
    for each in (upheld, too_late):
        entered("reversal", "reverse", now, each)
    entered("silent_edit", "edit", now)
    june, may = month(now), month(now, MAY)
    assert (may.measures["hide"], may.measures["lock"], june.measures["hide"]) == (2, 1, 0)
    assert (june.reversed, june.reversed_on_appeal, june.silent_edits) == (3, 1, 1)
    assert (may.reversed, may.silent_edits) == (0, 0)


def test_appeals_count_when_they_are_made_and_when_they_are_decided(thread: Thread, now: datetime) -> None:
    made = now - timedelta(days=20)
    for days, state in ((16, "granted"), (18, "rejected"), (17, "withdrawn")):
        contested(thread, made, made + timedelta(days=days), state)
    contested(thread, made, None, "open")
    june, may = month(now), month(now, MAY)
    assert (may.appeals, may.appeals_decided, may.decision_days) == (4, 0, None)
    assert (june.appeals, june.appeals_decided, june.appeals_granted) == (0, 2, 1)
    assert june.decision_days == 17.0


@pytest.mark.parametrize(("decided", "told"), [(4, None), (5, 2.5)])
def test_what_the_log_tells_is_exact_and_what_it_does_not_tell_is_not(
    decided: int, told: float | None, now: datetime
) -> None:
    counted = replace(
        month(now), measures={"hide": 1}, reversed=2, reversed_on_appeal=1, silent_edits=3, appeals=4,
        appeals_decided=decided, appeals_granted=1, decision_days=2.5,
    )  # fmt: skip
    found = published(counted, Waits.of(0, []))
    assert (found.measures, found.reversed, found.reversed_on_appeal) == ({"hide": 1}, 2, 1)
    assert (found.silent_edits, found.appeals, found.appeals_granted) == (3, None, None)
    assert found.decision_days == told
    assert of_file(as_file(found)) == found


def test_nine_of_ten_is_the_ninth_of_ten() -> None:
    hours = [timedelta(hours=number) for number in range(10, 0, -1)]
    found = Waits.of(12, hours)
    assert (found.answered, found.median, found.slowest_tenth) == (
        10,
        timedelta(hours=5.5),
        timedelta(hours=9),
    )
    assert Waits.of(3, []).median is None


@pytest.mark.parametrize(("count", "told"), [(0, None), (4, None), (5, 5)])
def test_small_counts_are_not_published(count: int, told: int | None) -> None:
    assert shown(count) == told


@pytest.mark.parametrize(
    ("count", "whole", "told"), [(20, 20, 20), (19, 20, None), (15, 20, 15), (4, 20, None), (0, 0, None)]
)
def test_a_part_does_not_tell_how_few_the_rest_are(count: int, whole: int, told: int | None) -> None:
    assert part(count, whole) == told


def test_what_is_published_has_no_amounts(now: datetime) -> None:
    report = monthly_report(MAY, public=True, now=now)
    assert "spent" not in asdict(published(report.month, report.waited))


@pytest.mark.parametrize(("first", "public"), [(JUNE, True), (date(2026, 7, 1), False)])
def test_a_month_that_is_not_over_is_not_published(first: date, public: bool, now: datetime) -> None:
    with pytest.raises(RuleError, match=r"^month: "):
        monthly_report(first, public=public, now=now)


@pytest.fixture
def busy(
    forum: Source, members: dict[str, Member], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Callable[[int, datetime], None]:
    """Add issues, each with a title that must not be published."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    def add(count: int, at: datetime) -> None:
        for number in range(count):
            thread = make_thread(forum, at, f"{at:%m}-{Thread.objects.count()}-{number}")
            opened(thread, at, state="closed", outcome="resolved", closed_at=at)

    return add


def page(client: Client, member: Member, query: str = "") -> str:
    client.force_login(member)
    answer = client.get(f"/monthly{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_tells_of_this_month_and_the_public_one_of_the_last(
    busy: Callable[[int, datetime], None], members: dict[str, Member], client: Client, now: datetime
) -> None:
    busy(7, now - timedelta(days=20))
    busy(3, now)
    inside, outside = page(client, members["alice"]), page(client, members["alice"], "?public=1")
    assert "Kulanz report, Jun 2026" in inside
    assert "half of them within" in inside
    assert "Kulanz report, May 2026" in outside
    assert "below 5" in outside
    assert "half of them within" not in outside
    assert "issues in twelve months" not in outside, "a sum over months would tell of small ones"
    assert "Bars stand where a month has 5 or more." in outside
    assert "10 issues in twelve months, 10 of them without an alarm before." in inside
    assert 'href="/monthly"' in client.get("/issues").content.decode()
    assert client.get("/monthly?month=2026").status_code == 400
    assert client.get("/monthly?public=1&month=2026-06").status_code == 400


def test_the_same_can_be_had_by_programs(
    busy: Callable[[int, datetime], None], members: dict[str, Member], now: datetime
) -> None:
    busy(7, now - timedelta(days=20))
    program = Program(members["alice"])
    inside = program.get("/monthly-report?month=2026-05").json()
    assert (inside["months"][-1]["opened"], inside["waits"][-1]["median"]) == (7, None)
    outside = program.get("/monthly-report/public").json()
    assert outside["months"][-1]["closed"]["resolved"] == 7
    assert outside["months"][-1]["alarms"] is None
    lines = list(csv.DictReader(StringIO(program.get("/monthly-report.csv?month=2026-05").content.decode())))
    assert {"month": "2026-05", "figure": "closed:resolved", "value": "7"} in lines
    few = list(csv.DictReader(StringIO(program.get("/monthly-report/public.csv").content.decode())))
    assert {"month": "2026-05", "figure": "kept", "value": ""} in few


def test_a_busy_month_asks_the_database_as_often_as_a_quiet_one(
    busy: Callable[[int, datetime], None], now: datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            monthly_report(JUNE, public=False, now=now)
        return len(queries)

    busy(2, now)
    few = asked()
    busy(20, now)
    assert asked() == few
