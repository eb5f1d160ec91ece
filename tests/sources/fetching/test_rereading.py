"""Which threads are read again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from seen import HOUR, MINUTE, START

from kulanz.sources.rereading import Candidate, cost, interval, overdue, plan

DAY = 24 * HOUR
moments = st.datetimes(timezones=st.just(START.tzinfo))
candidates = st.lists(
    st.builds(
        Candidate,
        thread_id=st.text(min_size=1, max_size=4),
        posts=st.integers(0, 5000),
        read_at=st.none() | moments,
        newest_at=st.none() | moments,
    ),
    max_size=40,
    unique_by=lambda each: each.thread_id,
)


def candidate(
    name: str = "t", *, posts: int = 5, idle: timedelta = DAY, unread: timedelta = DAY
) -> Candidate:
    return Candidate(thread_id=name, posts=posts, read_at=START - unread, newest_at=START - idle)


def test_the_pace_decays() -> None:
    waits = [
        interval(candidate(idle=idle), START) for idle in (HOUR, 16 * HOUR, 34 * HOUR, 30 * DAY, 9999 * DAY)
    ]
    assert waits == sorted(waits)
    assert waits[0] == 10 * MINUTE
    assert waits[-1] == 30 * DAY


def test_a_hot_thread_waits_less() -> None:
    assert interval(candidate(posts=121), START) < interval(candidate(posts=2), START)


def test_what_was_never_read_again_is_due() -> None:
    assert overdue(Candidate(thread_id="t", posts=1, read_at=None, newest_at=None), START) > 1


def test_what_was_just_read_is_not_due() -> None:
    chosen = plan([candidate(unread=MINUTE)], now=START, budget=100, random=Random(1))
    assert (chosen.thread_ids, chosen.due) == ((), 0)


def test_recent_threads_are_chosen_more_often_but_old_ones_are_not_left_out() -> None:
    young = [candidate(f"young{i}", idle=2 * HOUR, unread=10 * HOUR) for i in range(50)]
    old = [candidate(f"old{i}", idle=900 * DAY, unread=40 * DAY) for i in range(50)]
    drawn = [
        name
        for seed in range(40)
        for name in plan([*young, *old], now=START, budget=20, random=Random(seed)).thread_ids
    ]
    of_old = sum(name.startswith("old") for name in drawn)
    assert 0 < of_old < len(drawn) / 4


def test_the_same_seed_draws_the_same() -> None:
    many = [candidate(str(i)) for i in range(100)]
    one, other = (plan(many, now=START, budget=10, random=Random(7)) for _ in range(2))
    assert one == other


@given(candidates, st.integers(0, 60), moments, st.integers(0, 9))
def test_the_budget_holds_and_nothing_is_chosen_twice(
    given_threads: list[Candidate], budget: int, now: object, seed: int
) -> None:
    chosen = plan(given_threads, now=now, budget=budget, random=Random(seed))  # type: ignore[arg-type]
    by_id = {each.thread_id: each for each in given_threads}
    assert len(set(chosen.thread_ids)) == len(chosen.thread_ids) <= chosen.due
    assert sum(cost(by_id[name]) for name in chosen.thread_ids) == chosen.requests <= budget
