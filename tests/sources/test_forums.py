"""The walk over a forum's list, on a forum in memory that changes while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.connecting import HISTORY, LIVE
from kulanz.sources.errors import PermanentError
from kulanz.sources.forum_threads import PagedThread, PostsPage
from kulanz.sources.forums import ForumWalk, Listed, Listing, Part, reread
from kulanz.sources.sightings import Raw, Sighting, ThreadSighting
from kulanz.testing.reading import Notebook

THREADS_A_PAGE: Final = 3
POSTS_A_PAGE: Final = 2
NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
RAW: Final = Raw(url="memory:", media_type="text/plain", body=b"", fetched_at=NOW)


class MemoryForum:
    """Threads of posts that are numbered over the whole forum, as Misago's are."""

    def __init__(self, notes: Notebook) -> None:
        self.notes = notes
        self.threads: dict[str, list[int]] = {}
        self.last = 0
        self.fetched = 0

    def write(self, thread_id: str) -> None:
        self.last += 1
        self.threads.setdefault(thread_id, []).append(self.last)

    def remove(self, thread_id: str) -> None:
        """Take the first post of a thread away; the last one stays."""
        if len(self.threads.get(thread_id, ())) > 1:
            del self.threads[thread_id][0]

    def listing(self, at: Any) -> Listing:
        newest = sorted(self.threads.items(), key=lambda each: each[1][-1], reverse=True)
        found = [each for each in newest if at is None or each[1][-1] <= at]
        after = found[THREADS_A_PAGE][1][-1] if len(found) > THREADS_A_PAGE else None
        return Listing(threads=[self._listed(*each) for each in found[:THREADS_A_PAGE]], after=after)

    def thread(self, thread_id: str, listed: Listed | None, at: Any) -> Iterator[Part]:
        fetch = PagedThread(thread_id, lambda number: self._page(thread_id, number), self.notes)
        return fetch.parts(listed, at)

    def _listed(self, thread_id: str, posts: list[int]) -> Listed:
        return Listed(
            seen=ThreadSighting(thread_id=thread_id), marker=f"{posts[-1]} {len(posts)}", activity=posts[-1]
        )

    def _page(self, thread_id: str, number: int) -> PostsPage | None:
        self.fetched += 1
        posts = self.threads.get(thread_id, [])
        found = posts[POSTS_A_PAGE * (number - 1) : POSTS_A_PAGE * number]
        return (
            PostsPage(
                number=number,
                pages=-(-len(posts) // POSTS_A_PAGE),
                count=len(posts),
                posts=tuple(sighting(thread_id, each) for each in found),
                thread=ThreadSighting(thread_id=thread_id),
                raw=RAW,
            )
            if found
            else None
        )

    @property
    def posts(self) -> set[str]:
        return {str(each) for posts in self.threads.values() for each in posts}


def sighting(thread_id: str, number: int) -> Sighting:
    post = Post(thread_id=thread_id, post_id=str(number), author_id=None, created_at=NOW, text="")
    return Sighting(post=post)


class Keeper:
    """Keeps what a walk yields, and takes out what is not present any more."""

    def __init__(self) -> None:
        self.notes = Notebook()
        self.forum = MemoryForum(self.notes)

    def read(self, lane: str, most: int | None = None) -> int:
        """Read some pages of a lane, or all of them, and stop there as if killed."""
        count = 0
        for page in ForumWalk(self.forum, self.notes).pages(lane, self.notes.cursors.get(lane)):
            self.notes.keep(lane, page)
            for thread in page.threads:
                self._drop(thread)
            count += 1
            if count == most:
                break
        return count

    def _drop(self, thread: ThreadSighting) -> None:
        if thread.present is not None:
            for post_id in self.notes.post_ids(thread.thread_id) - thread.present:
                del self.notes.posts[post_id]


THREAD = st.sampled_from("abcdefghijklmnop")
STEP = st.one_of(
    st.tuples(st.just("write"), THREAD),
    st.tuples(st.just("remove"), THREAD),
    st.tuples(st.just(LIVE), st.integers(1, 4)),
    st.tuples(st.just(HISTORY), st.integers(1, 4)),
)


@given(st.lists(STEP, max_size=60))
def test_whatever_happens_between_kills_is_found_in_the_end(steps: list[tuple[str, Any]]):
    keeper = Keeper()
    for act, what in steps:
        if act in (LIVE, HISTORY):
            keeper.read(act, most=what)
        else:
            getattr(keeper.forum, act)(what)

    for _ in range(2):
        keeper.read(HISTORY)
        keeper.read(LIVE)

    assert keeper.forum.posts <= keeper.notes.posts.keys()


@given(st.lists(THREAD, min_size=1, max_size=30), st.integers(1, 3))
def test_a_forum_read_a_page_at_a_time_is_read_whole(writes: list[str], most: int):
    keeper = Keeper()
    for thread_id in writes:
        keeper.forum.write(thread_id)
    while keeper.read(HISTORY, most):
        pass

    assert keeper.notes.posts.keys() == keeper.forum.posts


def test_a_removal_in_a_thread_that_grew_is_found():
    keeper = Keeper()
    for _ in range(7):
        keeper.forum.write("a")
    keeper.read(LIVE)
    keeper.forum.remove("a")
    keeper.forum.write("a")
    keeper.read(LIVE)

    assert keeper.notes.posts.keys() == keeper.forum.posts


def test_new_posts_of_a_long_thread_cost_two_pages():
    keeper = Keeper()
    for _ in range(21):
        keeper.forum.write("a")
    keeper.read(LIVE)
    keeper.forum.fetched = 0
    keeper.forum.write("a")
    keeper.read(LIVE)

    assert keeper.forum.fetched == 2


def test_both_lanes_side_by_side_read_no_thread_twice():
    keeper = Keeper()
    for thread_id in "abcdefgh":
        keeper.forum.write(thread_id)
    walk = ForumWalk(keeper.forum, keeper.notes)
    lanes = [walk.pages(LIVE, None), walk.pages(HISTORY, None)]
    while lanes:
        for lane in tuple(lanes):
            page = next(lane, None)
            if page is None:
                lanes.remove(lane)
            else:
                keeper.notes.keep("", page)

    assert keeper.forum.fetched == 8


def test_a_thread_that_is_not_shown_is_gone():
    keeper = Keeper()
    (page,) = reread(keeper.forum, ["nowhere"])

    assert page.threads[0].gone
    assert page.cursor is None


def test_a_strange_cursor_is_told():
    keeper = Keeper()

    with pytest.raises(PermanentError, match="start the lane anew"):
        list(ForumWalk(keeper.forum, keeper.notes).pages(LIVE, {"until": "yesterday"}))
