"""What can be found in the record of an issue, and what others are not told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.money import Money
from kulanz.desk.rules.after_action import (
    Amount,
    Answer,
    DueAlarm,
    Label,
    Said,
    Sight,
    Step,
    calm,
    due_alarms,
    effects,
    first,
    onset,
    peak,
    seconds,
    tension,
)
from kulanz.desk.rules.alarms import Terms
from kulanz.desk.rules.issue_report import (
    AppealLine,
    Course,
    GestureLine,
    Happened,
    IssueReport,
    MeasureLine,
    PastCheck,
    PromiseLine,
    StakeLine,
    Summary,
    Work,
    for_others,
    magnitude,
)

BEGAN = datetime(2026, 6, 9, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOB = Label("staff", 1, "Bob Lindner")
WHERE = Label("conversation", 1, "Herr Petersen", 4711)
RULE = Label("policy", 1, "Petersen watch")
CASE = Label("case", 1, "Petersen")
NOBODY = Sight(None, None, None, None, None, None, None)


def steps(*tense: float, stage: str = "issue", score: float = 0.8) -> tuple[Step, ...]:
    return tuple(Step(BEGAN + HOUR * place, score, stage, value) for place, value in enumerate(tense))


def answer(place: int) -> Answer:
    return Answer(place, BEGAN + HOUR * place, BOB, ("apology",))


def euros(text: str) -> Amount:
    return Amount(Money(Decimal(text), "EUR"), Money(Decimal(text), "EUR"))


def test_one_angry_post_is_no_tension_yet() -> None:
    assert tension([1.0]) == [0.2]
    assert tension([None, 1.0, 1.0]) == [0.0, pytest.approx(1 / 3), pytest.approx(3 / 7)]


def test_it_became_an_issue_when_its_stage_was_first_that_grave() -> None:
    calm_first = (*steps(0, 0, stage="complaint"), Step(BEGAN + 5 * HOUR, 0.9, "escalated", 0.4))
    assert onset(calm_first) == BEGAN + 5 * HOUR
    assert onset(steps(0, stage="complaint")) is None


def test_calm_begins_where_the_tension_stays_below_half_its_peak() -> None:
    course = steps(0.1, 0.6, 0.5, 0.4, 0.2, 0.5, 0.2, 0.2, 0.1)
    found = calm(course, [answer(2), answer(5), answer(8)])
    assert found is not None
    assert found.at == BEGAN + 6 * HOUR
    assert found.after == answer(5)


def test_calm_needs_some_posts_that_say_so_and_something_to_calm() -> None:
    assert calm(steps(0.6, 0.6, 0.1, 0.1), []) is None
    assert calm(steps(0.1, 0.05, 0.0, 0.0, 0.0), []) is None
    assert peak(steps(0.1, 0.05)) is None
    assert calm((), []) is None
    found = calm(steps(0.6, 0.1, 0.1, 0.1), [])
    assert found is not None
    assert found.after is None


def test_an_answer_is_followed_by_ten_posts_or_by_too_few() -> None:
    course = steps(*[0.5] * 5, *[0.1] * 10)
    one, late = effects(course, [answer(4), answer(13)])
    assert one.before == 0.5
    assert one.after == 0.1
    assert one.change == pytest.approx(-0.4)
    assert late.after is None
    assert late.change is None
    assert [found.after for found in effects(course, [answer(11), answer(12)])] == [0.1, None]
    assert effects(course, [answer(0)])[0].before == 0.0


def test_todays_rules_rest_as_long_as_they_would_have() -> None:
    found = due_alarms(steps(*[0.5] * 30), WHERE, [(RULE, Terms(threshold=0.5, cool_down_h=24))])
    assert [each.at for each in found] == [BEGAN, BEGAN + 24 * HOUR]
    assert due_alarms(steps(0.5), WHERE, [(RULE, Terms(threshold=0.9))]) == ()
    assert found[0] == DueAlarm(BEGAN, WHERE, RULE, 0.8, "issue")


def test_how_late_it_was_seen_counts_from_what_todays_rules_raise() -> None:
    late = replace(NOBODY, due=BEGAN, seen=BEGAN + 5 * HOUR)
    assert late.late_s == 5 * 3600
    assert replace(late, seen=BEGAN - HOUR).late_s == -3600
    assert replace(late, due=None).late_s is None
    assert first([None, BEGAN + HOUR, BEGAN]) == BEGAN
    assert first([None]) is None


def test_moments_of_two_reports_are_not_compared() -> None:
    with pytest.raises(TypeError):
        seconds(BEGAN, HOUR)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_lies_between_the_powers_of_ten_that_are_told(amount: Decimal) -> None:
    found = magnitude(Money(amount, "EUR"))
    assert found.low.amount <= amount < found.high.amount
    assert found.high.amount >= 10


@pytest.mark.parametrize(
    ("amount", "low", "high"),
    [
        ("0", "0", "10"), ("9.99", "0", "10"), ("10", "10", "100"), ("999", "100", "1000"),
        ("-5", "-10", "0"), ("-999", "-1000", "-100"),
    ],
)  # fmt: skip
def test_orders_of_magnitude(amount: str, low: str, high: str) -> None:
    found = magnitude(Money(Decimal(amount), "EUR"))
    assert (found.low.amount, found.high.amount) == (Decimal(low), Decimal(high))


def test_others_are_told_no_name_no_word_no_time_and_no_amount() -> None:
    shared = for_others(report(), "What we learnt.")
    assert shared.shared
    assert "Petersen" not in repr(shared)
    assert "Bob" not in repr(shared)
    assert "2026" not in repr(shared)
    assert "12.4" not in repr(shared)
    assert "4711" not in repr(shared)
    assert shared.summary == Summary(2, Said("What we learnt."), None, None)
    assert shared.opened_at == 3 * HOUR
    assert shared.owner == Label("staff", 1, "")
    assert shared.courses[0].views == 10_000
    assert shared.courses[0].steps[1].at == HOUR
    assert shared.work is not None
    assert shared.work.promises[0].what == Said("")
    assert shared.work.promises[0].deadline == 5 * HOUR
    assert (shared.measures[0].code, shared.measures[0].why) == ("abuse", Said(""))
    assert shared.measures[0].appeals == (AppealLine("granted", HOUR, 2 * HOUR),)
    assert shared.stake == (
        StakeLine("claim", Amount(Money(Decimal(10), "EUR"), Money(Decimal(100), "EUR"))),
    )


def report() -> IssueReport:
    course = Course(
        label=WHERE, source=Label("source", 1, "Petersen forum"), posts=2, people=2, views=13_016,
        steps=steps(0.1, 0.2), turned=None, peak=None, calm=None,
        effects=effects(steps(0.1, 0.2), [answer(1)]),
    )  # fmt: skip
    promise = PromiseLine(
        case=CASE, by=BOB, what=Said("Call Petersen"), made_at=BEGAN, deadline=BEGAN + 5 * HOUR, state="kept",
        settled_at=BEGAN, late_s=None,
    )  # fmt: skip
    gesture = GestureLine(
        case=CASE,
        kind="waive",
        state="approved",
        proposed_at=BEGAN,
        cost=euros("12.40"),
        value=euros("12.40"),
    )
    measure = MeasureLine(
        where=WHERE,
        kind="hide",
        state="reversed",
        rule=Label("rule", 1, "petersen, 1"),
        code="abuse",
        why=Said("Petersen insults Bob."),
        done_at=BEGAN,
        over_at=BEGAN + 2 * HOUR,
        appeals=(AppealLine("granted", BEGAN + HOUR, BEGAN + 2 * HOUR),),
    )
    return IssueReport(
        title=Label("issue", 1, "Herr Petersen"), state="closed", outcome="resolved", severity="high",
        stage="issue", owner=BOB, opened_at=BEGAN + 3 * HOUR, closed_at=None,
        summary=Summary(2, Said("Petersen was right."), BOB, BEGAN),
        sight=replace(NOBODY, began=BEGAN, by=BOB), courses=(course,),
        happened=(Happened(BEGAN, "issue", "open", BOB, WHERE),), answers=(),
        work=Work((promise,), (gesture,), (euros("12.40"),), ()),
        stake=(StakeLine("claim", euros("12.40")),), measures=(measure,), due=(), raised=(),
        checks=(PastCheck(BEGAN, BOB, WHERE, ("canned",), approval=False),),
        cut=(),
    )  # fmt: skip
