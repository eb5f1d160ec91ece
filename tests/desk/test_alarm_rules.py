"""When a thread raises an alarm, when its messages go out, and how a false-alarm rate is told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.decision import Policy, decide
from kulanz.core.report import STAGES
from kulanz.desk.rules.alarms import (
    RISE,
    PutAside,
    Quiet,
    Reading,
    Terms,
    false_rate,
    goes_out,
    raises,
    replay,
    rests,
)

NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
NIGHT = Quiet(time(22), time(7), "Europe/Berlin")


def reading(hours: float = 0.0, score: float = 0.6, stage: str = "issue", posts: int = 9) -> Reading:
    return Reading(NOW + timedelta(hours=hours), score, stage, posts)


def test_threshold_stage_and_posts_must_all_be_reached() -> None:
    terms = Terms(least_stage="issue", threshold=0.5, least_posts=3)
    assert raises(terms, reading(), None)
    assert raises(terms, reading(stage="escalated"), None)
    assert not raises(terms, reading(score=0.49), None)
    assert not raises(terms, reading(stage="complaint"), None)
    assert not raises(terms, reading(posts=2), None)


def test_it_rests_after_an_alarm_unless_the_score_rose_by_a_quarter() -> None:
    terms = Terms(cool_down_h=24)
    last = reading(score=0.6)
    assert not raises(terms, reading(23.9, 0.84), last)
    assert raises(terms, reading(1, 0.85), last)
    assert raises(terms, reading(24, 0.6), last)


def test_what_was_put_aside_raises_none_unless_it_is_graver() -> None:
    false_alarm = PutAside("issue")
    assert not raises(Terms(), reading(score=0.99), None, false_alarm)
    assert raises(Terms(), reading(stage="escalated"), None, false_alarm)
    later = PutAside("issue", NOW + timedelta(hours=4))
    assert not raises(Terms(), reading(3.9), None, later)
    assert raises(Terms(), reading(4), None, later)


def test_quiet_hours_pass_midnight() -> None:
    assert goes_out(NOW, None) == goes_out(NOW, NIGHT) == NOW
    late, early = datetime(2026, 6, 11, 21, 0, tzinfo=UTC), datetime(2026, 6, 12, 3, 0, tzinfo=UTC)
    morning = datetime(2026, 6, 12, 5, 0, tzinfo=UTC)  # seven in Berlin
    assert goes_out(late, NIGHT) == goes_out(early, NIGHT) == morning


def test_quiet_hours_hold_from_their_first_minute_to_their_last() -> None:
    noon = Quiet(time(12), time(14), "UTC")
    begin, end = (datetime(2026, 6, 11, hour, tzinfo=UTC) for hour in (12, 14))
    assert goes_out(begin, noon) == goes_out(end, noon) == end
    before = begin - timedelta(minutes=1)
    assert goes_out(before, noon) == before


def test_quiet_hours_follow_the_clock_when_it_changes() -> None:
    before = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)  # the clock is set back in this night
    assert goes_out(before, NIGHT) == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)


@given(st.integers(0, 20 * 366 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
       st.times(), st.times())  # fmt: skip
def test_messages_never_go_out_before_the_alarm_nor_a_day_later(at: datetime, begin: time, end: time) -> None:
    quiet = Quiet(begin, end, "Europe/Berlin")
    assert at <= goes_out(at, quiet) <= at + timedelta(hours=25)


points = st.tuples(st.floats(0, 1), st.floats(0, 30))


@given(st.lists(points, max_size=12), st.floats(0.05, 1), st.integers(1, 48))
def test_a_replay_decides_as_the_core_does(
    told: list[tuple[float, float]], threshold: float, rest: int
) -> None:
    hours = [sum(gap for _, gap in told[: number + 1]) for number in range(len(told))]
    scores = [score for score, _ in told]
    policy = Policy(threshold=threshold, min_posts=0, defer_posts=0, defer_hours=0, cool_down_hours=rest)
    reference = decide(policy, scores, hours, [1] * len(told))
    expected = [number for number, each in enumerate(reference) if each.verdict == "alert"]
    terms = Terms("calm", threshold, rest, 0)
    readings = [reading(hour, score) for hour, score in zip(hours, scores, strict=True)]
    # times are kept by the microsecond: a gap that is just the rest may be rounded to either side
    gaps = [
        abs((each.at - other.at).total_seconds() - rest * 3600) for each in readings for other in readings
    ]
    if all(gap > 1e-3 for gap in gaps):
        assert [readings.index(each) for each in replay(terms, readings)] == expected


@given(st.sampled_from(STAGES), st.sampled_from(STAGES))
def test_a_false_alarm_rests_while_it_is_no_graver(then: str, now: str) -> None:
    graver = STAGES.index(now) > STAGES.index(then)  # type: ignore[arg-type]
    assert rests(PutAside(then), reading(stage=now)) is not graver


def test_a_rate_comes_with_its_interval() -> None:
    assert false_rate(0, 0) is None
    found = false_rate(5, 14)
    assert found is not None
    # by hand from Wilson's formula: (0.3571 + 1.9207 / 14 ± …) / (1 + 3.8415 / 14)
    assert isclose(found.share, 5 / 14)
    assert (round(found.low, 3), round(found.high, 3)) == (0.163, 0.612)


@given(st.integers(1, 500).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged))))
def test_the_interval_holds_the_share(told: tuple[int, int]) -> None:
    found = false_rate(*told)
    assert found is not None
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 1


def test_the_rise_is_that_of_the_core() -> None:
    assert Policy().rise == RISE
