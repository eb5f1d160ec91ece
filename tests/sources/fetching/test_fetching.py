"""The driver: lanes in turn, errors and budgets, nothing lost or doubled whatever a source sends."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seen import HOUR, START, Script, sighting

from kulanz.sources.errors import BudgetSpentError, PermanentError, Problems, TemporaryError
from kulanz.sources.fetching import Fetch, Outcome
from kulanz.sources.sightings import Page, ThreadSighting
from kulanz.sources.store import SourceStore, Store


@pytest.fixture
def source(tmp_path: Path) -> Iterator[SourceStore]:
    with Store(tmp_path) as store:
        yield store.source("script:x")


def fetch(
    source: SourceStore,
    script: Script,
    *,
    reread_budget: int | None = None,
    now: Callable[[], datetime] = lambda: START + HOUR,
) -> Outcome:
    return Fetch(
        store=source,
        connector=script,
        http=script,
        now=now,
        random=Random(1),
        problems=Problems(),
        reread_budget=reread_budget,
    ).run()


def page(*post_ids: str, thread_id: str = "t") -> Page:
    return Page(posts=tuple(sighting(post_id=each, thread_id=thread_id) for each in post_ids))


def test_lanes_take_turns(source: SourceStore) -> None:
    heard: list[str] = []
    live, history = ([page(f"{name}{i}") for i in range(3)] for name in "lh")
    script = Script({"live": live, "history": history})
    kept = source.keep

    def noting(each: Page, **more: object) -> object:
        heard.append(each.posts[0].post.post_id)
        return kept(each, **more)  # type: ignore[arg-type]

    source.keep = noting  # type: ignore[method-assign, assignment]
    assert fetch(source, script).new_posts == 6
    assert heard == ["l0", "h0", "l1", "h1", "l2", "h2"]


def test_the_next_run_goes_on(source: SourceStore) -> None:
    script = Script({"live": [page("1"), TemporaryError("busy"), page("3")]})
    assert isinstance(fetch(source, script).error, TemporaryError)
    outcome = fetch(source, Script({"live": [page("1"), page("2"), page("3")]}))
    assert (outcome.new_posts, outcome.pages, outcome.error) == (2, 2, None)


def test_a_lane_that_fails_does_not_keep_the_others(source: SourceStore) -> None:
    script = Script({"live": [page("1"), page("2")], "history": [TemporaryError("one bad page")]})
    outcome = fetch(source, script)
    assert outcome.new_posts == 2
    assert isinstance(outcome.error, TemporaryError)
    assert source.health.errors == 1
    assert source.health.last_success == START + HOUR


def test_a_source_that_asks_to_wait_is_left_alone(source: SourceStore) -> None:
    script = Script({"live": [TemporaryError("wait", retry_after=90)], "history": [page("1")]})
    assert fetch(source, script).new_posts == 0
    assert source.health.not_before == START + HOUR + timedelta(seconds=90)


def test_a_permanent_error_stops_the_source(source: SourceStore) -> None:
    outcome = fetch(source, Script({"live": [page("1"), PermanentError("the key is wrong")]}))
    assert outcome.new_posts == 1
    assert (source.health.state, source.health.reason) == ("stopped", "the key is wrong")


def test_a_spent_budget_is_no_failure(source: SourceStore) -> None:
    outcome = fetch(source, Script({"live": [page("1"), BudgetSpentError("9 are used")]}))
    assert isinstance(outcome.error, BudgetSpentError)
    health = source.health
    assert (health.errors, health.not_before, health.state) == (0, None, "active")


def test_the_way_back_is_gone_once(source: SourceStore) -> None:
    script = Script({"live": [page("1")], "history": [page("0")]})
    fetch(source, script)
    fetch(source, script)
    assert script.asked == ["live", "history", "live"]


def test_requests_are_counted(source: SourceStore) -> None:
    fetch(source, Script({"live": [page("1"), page("2")]}))
    fetch(source, Script({"live": [page("1"), page("2"), page("3")]}))
    assert (source.health.requests, source.health.last_requests) == (3, 1)


def test_threads_are_read_again_within_their_budget(source: SourceStore) -> None:
    many = Page(posts=tuple(sighting(post_id=str(i), thread_id=f"t{i}") for i in range(50)))
    fetch(source, Script({"live": [many]}))
    edited = Page(posts=(sighting("other words", post_id="3", thread_id="t3"),))
    script = Script(again=[edited])
    outcome = fetch(source, script, reread_budget=7)
    assert outcome.plan is not None
    assert (outcome.plan.due, outcome.plan.budget, outcome.reread) == (50, 7, 7)
    assert outcome.revisions == {"edited_silently": 1}
    assert len([name for name in script.asked if name not in {"live", "history"}]) == 7


def test_what_a_run_saw_first_it_does_not_read_again(source: SourceStore) -> None:
    script = Script({"live": [page("1"), page("2")]})
    assert fetch(source, script, reread_budget=5).reread == 0
    assert set(script.asked) == {"live", "history"}


def test_a_thread_just_read_again_is_not_due(source: SourceStore) -> None:
    fetch(source, Script({"live": [page("1")]}))
    assert fetch(source, Script(), reread_budget=5).reread == 1
    assert fetch(source, Script(), reread_budget=5).reread == 0


# Whatever a source sends, in whatever order, with whatever clock: nothing is lost, nothing is doubled.
posts = st.builds(
    lambda number, thread, text, reply, shown: sighting(
        text, post_id=str(number), thread_id=thread, reply_to=None if reply is None else str(reply), **shown
    ),
    st.integers(0, 5),
    st.sampled_from(["t", "u"]),
    st.sampled_from(["a", "b"]),
    st.none() | st.integers(0, 5),
    st.sampled_from([{}, {}, {"hidden": True}, {"removed": True}]),
)
threads = st.builds(
    lambda thread, present, gone, closed: ThreadSighting(
        thread_id=thread, present=present, gone=gone, closed=closed
    ),
    st.sampled_from(["t", "u"]),
    st.none() | st.frozensets(st.integers(0, 5).map(str)),
    st.booleans(),
    st.none() | st.booleans(),
)
pages = st.builds(
    lambda seen, told: Page(posts=tuple(seen), threads=tuple(told)),
    st.lists(posts, max_size=4),
    st.lists(threads, max_size=2),
)
# A list of a thread's posts counts only for posts of earlier runs, so runs without any are compared.
unlisted = st.builds(lambda seen: Page(posts=tuple(seen)), st.lists(posts, max_size=4))
clocks = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=10)


@settings(max_examples=40)
@given(st.lists(pages, max_size=6), st.lists(pages, max_size=4), clocks)
def test_hostile_pages_lose_nothing(live: list[Page], history: list[Page], jumps: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        source = store.source("script:x")
        now = _jumping(jumps)
        fetch(source, Script({"live": live, "history": history}, again=history), reread_budget=3, now=now)
        sent = [each for one in (*live, *history) for each in one.posts]
        for each in sent:
            assert source.thread_of(each.post.post_id) in {"t", "u"}
        assert store.export() <= len({each.post.post_id for each in sent})


@settings(max_examples=40)
@given(st.lists(unlisted, min_size=1, max_size=6), st.integers(0, 5), clocks)
def test_a_run_that_breaks_off_anywhere_ends_like_one_that_does_not(
    live: list[Page], broken_at: int, jumps: list[int]
) -> None:
    broken: list[Page | Exception] = [*live]
    broken.insert(min(broken_at, len(live)), TemporaryError("half a page"))
    assert _ends([live], jumps) == _ends([broken, live], jumps)


def _ends(runs: Sequence[Sequence[Page | Exception]], jumps: list[int]) -> list[object]:
    """Return what is kept in the end, but for the times at which it was seen."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        source = store.source("script:x")
        for run in runs:
            fetch(source, Script({"live": run}, lanes=("live",)), now=_jumping(jumps))
        store.export()
        return [store.posts_file.read_bytes(), source.cursor("live")]


def _jumping(jumps: Sequence[int]) -> Callable[[], datetime]:
    """A clock that goes forward and back by days."""
    turn = iter(range(10**9))
    return lambda: START + timedelta(days=jumps[next(turn) % len(jumps)])
