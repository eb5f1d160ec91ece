"""State machines, roles and business time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.machine import Machine
from kulanz.desk.rules.machines import ISSUE, MACHINES, PROMISE
from kulanz.desk.rules.roles import RIGHTS, Right, Role, may
from kulanz.desk.rules.worktime import WorkCalendar, deadline, worktime_between

BAVARIA = WorkCalendar(
    subdivision="BY",
    hours=dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(17)))),
    closed={date(2026, 12, 31)},
)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.noun)
def test_every_state_can_be_reached_and_left_unless_it_is_final(machine: Machine) -> None:
    reached = {machine.initial} | machine.found | {row.target for row in machine.transitions if row.target}
    left = {state for row in machine.transitions if row.target for state in row.sources}
    assert reached == set(machine.states)
    assert set(machine.states) - left <= machine.final


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.noun)
def test_an_action_leads_to_one_state_only(machine: Machine) -> None:
    pairs = [(row.action, state) for row in machine.transitions for state in row.sources]
    assert len(pairs) == len(set(pairs))


def test_a_reason_is_asked_for_where_the_table_says_so() -> None:
    with pytest.raises(RuleError, match="say why"):
        ISSUE.after("open", "close", roles={Role.AGENT}, reason=" ")
    assert ISSUE.after("open", "close", roles={Role.AGENT}, reason="solved") == "closed"


def test_what_a_state_does_not_know_names_what_it_does() -> None:
    with pytest.raises(RuleError, match="possible: give_back, reopen, snooze_again, undo"):
        ISSUE.after("closed", "take", roles={Role.AGENT})


def test_a_role_without_the_right_is_refused() -> None:
    with pytest.raises(NotAllowedError, match="lead_issues"):
        ISSUE.after("open", "merge", roles={Role.AGENT}, reason="same")


def test_nobody_breaks_a_promise_by_hand_and_the_worker_keeps_none() -> None:
    with pytest.raises(NotAllowedError):
        PROMISE.after("running", "break", roles=set(Role))
    assert PROMISE.by_itself("running", "break") == "broken"
    with pytest.raises(RuleError):
        PROMISE.by_itself("running", "keep")


def test_the_buttons_are_what_the_table_allows() -> None:
    of_closed = [row.action for row in ISSUE.actions("closed", {Role.AGENT})]
    assert of_closed == ["reopen", "undo", "give_back", "snooze_again"]
    assert ISSUE.actions("withdrawn", set(Role)) == ()
    assert ISSUE.actions("open", {Role.READER}) == ()


def test_readers_and_admins_see_no_case() -> None:
    assert not may({Role.READER, Role.ADMIN, Role.MODERATOR}, Right.SEE_CASES)
    assert set(RIGHTS) == set(Right)


def test_auditors_change_nothing_but_their_own_preferences() -> None:
    assert {right for right in Right if may({Role.AUDITOR}, right)} == {
        Right.SEE_RADAR,
        Right.SEE_PEOPLE,
        Right.SEE_CASES,
        Right.SEE_AUDIT,
        Right.SET_OWN,
    }


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-06-11T09:00", 2, "2026-06-11T11:00"),
        ("2026-06-11T11:00", 2, "2026-06-11T14:00"),  # over the midday break
        ("2026-06-12T16:00", 2, "2026-06-15T10:00"),  # over a weekend
        ("2026-06-03T16:00", 2, "2026-06-05T10:00"),  # Corpus Christi is a holiday in Bavaria
        ("2026-12-30T16:00", 2, "2027-01-04T10:00"),  # a day off of our own, New Year and a weekend
        ("2026-06-11T22:00", 1, "2026-06-12T10:00"),
        ("2026-06-11T16:00", 1, "2026-06-11T17:00"),  # the last minute of a day is of that day
    ],
)
def test_deadlines_in_business_time(start: str, hours: int, end: str) -> None:
    berlin = timedelta(hours=1 if start.startswith("2026-12") else 2)
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC) - berlin
    expected = datetime.fromisoformat(end).replace(tzinfo=UTC) - berlin
    assert deadline(begin, timedelta(hours=hours), BAVARIA) == expected


def test_corpus_christi_is_a_working_day_in_berlin() -> None:
    start = datetime(2026, 6, 3, 14, 0, tzinfo=UTC)
    assert deadline(start, timedelta(hours=2), WorkCalendar(subdivision="BE")).date() == date(2026, 6, 4)


def test_a_calendar_without_hours_says_so() -> None:
    with pytest.raises(RuleError, match="opening hours"):
        deadline(datetime(2026, 6, 3, tzinfo=UTC), timedelta(hours=1), WorkCalendar(hours={}))


_MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_MOMENTS, st.integers(1, 60 * 80))
def test_a_deadline_is_as_much_worktime_away_as_was_given(start: datetime, minutes: int) -> None:
    given_time = timedelta(minutes=minutes)
    end = deadline(start, given_time, BAVARIA)
    assert worktime_between(start, end, BAVARIA) == given_time


@given(_MOMENTS, st.integers(1, 60 * 40), st.integers(1, 60 * 40))
def test_more_worktime_never_ends_earlier(start: datetime, one: int, more: int) -> None:
    first = deadline(start, timedelta(minutes=one), BAVARIA)
    assert deadline(start, timedelta(minutes=one + more), BAVARIA) > first
