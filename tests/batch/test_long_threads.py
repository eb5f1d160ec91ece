from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from fake_analyser import FakeAnalyser, seen
from hypothesis import given
from hypothesis import strategies as st

from kulanz.batch import distinct, long_threads
from kulanz.batch.distinct import Distinct
from kulanz.batch.long_threads import LongThread, reports
from kulanz.core.errors import OrderError
from kulanz.core.measures.baseline import Baseline
from kulanz.core.posts import Post
from kulanz.core.report import ThreadReport

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_threads, "MOST_POSTS", 5)
    monkeypatch.setattr(long_threads, "MOST_BYTES", 1000)


def post(number: int, thread_id: str = "t", minute: int | None = None, **fields: object) -> Post:
    given: dict[str, object] = {"author_id": f"a{number % 4}", "text": "t"} | fields
    time = BEGAN + timedelta(minutes=number if minute is None else minute)
    return Post(thread_id=thread_id, post_id=str(number), created_at=time, **given)  # type: ignore[arg-type]


def reported(posts: Iterable[Post]) -> list[ThreadReport]:
    return list(reports(posts, FakeAnalyser(Baseline())))


def test_opening_and_last_posts_are_analysed_and_the_whole_is_counted() -> None:
    facts: dict[int, dict[str, Any]] = {
        3: {"thread_views": 9},
        4: {"thread_closed_at": BEGAN},
        5: {"author_id": None},
    }
    (report,) = reported(post(n, **facts.get(n, {})) for n in range(40))
    assert seen([report]) == {"t": ("0", "36", "37", "38", "39")}
    assert (report.posts, report.analysed_posts, report.participants) == (40, 5, 5)
    assert (report.views, report.closed_at) == (9, BEGAN)


def test_a_thread_that_just_fits_is_not_touched() -> None:
    (report,) = reported(map(post, range(5)))
    assert (report.posts, report.analysed_posts) == (5, None)


def test_long_texts_count_as_many_posts_and_the_last_is_always_read() -> None:
    (report,) = reported(post(n, text="x" * 350) for n in range(5))
    assert seen([report]) == {"t": ("0", "3", "4")}
    (report,) = reported(post(n, text="x" * 2000) for n in range(3))
    assert (seen([report]), report.analysed_posts) == ({"t": ("0", "2")}, 2)


def test_threads_beside_a_long_one_are_whole() -> None:
    long = [post(n, "m") for n in range(30)]
    found = reported(chain([post(1, "a"), post(2, "a")], long, [post(3, "z")]))
    assert [(each.thread_id, each.posts, each.analysed_posts) for each in found] == [
        ("a", 2, None), ("m", 30, 5), ("z", 1, None),
    ]  # fmt: skip


def test_time_that_runs_backwards_is_an_error_wherever_it_does() -> None:
    with pytest.raises(OrderError, match="expected posts in order of created_at"):
        reported([*map(post, range(20)), post(20, minute=3)])


posts_of_a_thread = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 9) | st.none(), st.sampled_from([0, 90, 700, 1500])),
    unique_by=lambda each: each[0],
    min_size=1,
    max_size=40,
)


@given(posts_of_a_thread, st.randoms(use_true_random=False))
def test_what_is_kept_does_not_depend_on_the_order_of_the_posts(
    given_posts: list[tuple[int, int | None, int]], chance: object
) -> None:
    places = list(enumerate(post(n, minute=m or 0, text="x" * size) for n, m, size in given_posts))
    first, second = LongThread(), LongThread()
    for place, each in places:
        first.add(each, place)
    chance.shuffle(places)  # type: ignore[attr-defined]
    for place, each in places:
        second.add(each, place)
    assert first.posts() == second.posts()
    assert first.count == second.count == len(given_posts)


def test_names_are_counted_exactly_and_beyond_that_nearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "MOST_EXACT", 4096)
    few, many = Distinct(), Distinct()
    for number in range(60_000):
        few.add(str(number % 4000))
        many.add(str(number % 30_000))
    assert len(few) == 4000
    assert len(many) == pytest.approx(30_000, rel=0.05)
