from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kulanz.sources.connecting import HISTORY, LIVE
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

ANSWERS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data/misago/answers.json").read_text())
COMPLAINT, CHARGED, MANUAL = "1", "2", "3"


def routes() -> dict[str, Route]:
    return {path: Reply.json(answer) for path, answer in ANSWERS.items()}


class TestMisago(HttpConnectorSuite):
    name = "misago"
    fewest_posts = 36

    def routes(self) -> Mapping[str, Route]:
        return routes()

    def test_it_says_who_wrote_edited_and_hid(self, reading: Reading) -> None:
        thread = by_thread(reading.read_all(), COMPLAINT)

        assert [each.post.author_id for each in thread] == ["Alice", "Bob", "Admin", "Bob", "Bob"]
        assert [each.post.role for each in thread] == [None, None, "staff", None, None]
        assert [each.version for each in thread] == [0, 0, 1, 1, 0]
        assert [each.edited_by for each in thread] == [None, None, "Admin", "Admin", None]
        assert [each.edited_at is not None for each in thread] == [False, False, True, True, False]
        assert [each.post.hidden for each in thread] == [False, False, False, False, True]
        assert thread[4].post.text == ""

    def test_without_a_best_answer_no_post_is_accepted(self, reading: Reading) -> None:
        assert {each.post.accepted for each in reading.read_all().posts.values()} == {False}

    def test_it_tells_of_threads_what_misago_tells(self, reading: Reading) -> None:
        pages = reading.pages(Notebook(), LIVE)
        threads = {each.thread_id: each for page in pages for each in page.threads}
        first, moved = threads[COMPLAINT], threads[MANUAL]

        assert first.closed
        assert first.title == "Export to CSV fails with large tables"
        assert [(act.kind, act.by) for act in first.acts] == [("locked", "Admin")]
        assert first.present == {"1", "2", "3", "4", "5"}
        assert (first.place, moved.place) == ("3", "4")
        assert [act.kind for act in moved.acts] == ["moved"]

    def test_a_thread_of_two_pages_is_complete_with_the_second(self, reading: Reading) -> None:
        notes = Notebook()
        pages = [each for each in reading.pages(notes, LIVE) if any(of(each, CHARGED))]

        assert [page.threads[0].present is None for page in pages] == [True, False]
        assert len(pages[1].threads[0].present or ()) == 30


def by_thread(notes: Notebook, thread_id: str) -> list[Any]:
    return [each for each in notes.posts.values() if each.post.thread_id == thread_id]


def of(page: Any, thread_id: str) -> list[Any]:
    return [each for each in page.posts if each.post.thread_id == thread_id]


def test_the_best_answer_is_accepted() -> None:
    path = f"/api/threads/{COMPLAINT}/posts/?page=1"
    with RecordedServer({**routes(), path: Reply.json({**ANSWERS[path], "best_answer": 2})}) as server:
        thread = by_thread(TestMisago().reading_of(server.url).read_all(), COMPLAINT)

    assert [each.post.accepted for each in thread] == [False, True, False, False, False]


class Growing:
    """The recorded thread of two pages, of which a test shows some posts only."""

    def __init__(self, shown: int) -> None:
        self.shown = shown
        self.hidden_ids: set[int] = set()
        self.last_post = 0
        pages = [ANSWERS[f"/api/threads/{CHARGED}/posts/?page={number}"] for number in (1, 2)]
        self.thread = pages[0]
        posts = {post["id"]: post for page in pages for post in page["post_set"]["results"]}
        self.posts = [posts[number] for number in sorted(posts)]

    def listed(self, _request: Request) -> Reply:
        posts = self._visible()
        item = next(each for each in ANSWERS["/api/threads/"]["results"] if str(each["id"]) == CHARGED)
        state = {"last_post": posts[-1]["id"], "replies": len(posts) - 1, "pages": -(-len(posts) // 10)}
        return Reply.json({"results": [{**item, **state}], "next": None})

    def page(self, request: Request) -> Reply:
        number, posts = int(request.query.removeprefix("page=")), self._visible()
        found = posts[10 * (number - 1) : 10 * number]
        if not found:
            return Reply.json({"detail": "Not found."}, 404)
        whole = {"results": found, "page": number, "pages": -(-len(posts) // 10), "count": len(posts)}
        return Reply.json({**self.thread, "post_set": whole})

    def _visible(self) -> list[Any]:
        return [post for post in self.posts[: self.shown] if post["id"] not in self.hidden_ids]

    def routes(self) -> dict[str, Route]:
        return {"/api/threads/": self.listed, f"/api/threads/{CHARGED}/posts/": self.page}


@pytest.fixture
def growing() -> Growing:
    return Growing(shown=25)


def read(growing: Growing, notes: Notebook) -> tuple[int, list[Any]]:
    """Read the live lane; return how many requests that took and its pages."""
    with RecordedServer(growing.routes()) as server:
        reading = TestMisago().reading_of(server.url)
        pages = list(reading.pages(notes, LIVE))
        return len(server.requests), pages


def test_an_idle_forum_costs_one_request_and_yields_nothing(growing: Growing):
    notes = Notebook()
    read(growing, notes)

    assert read(growing, notes) == (1, [])


def test_new_posts_of_a_long_thread_are_read_from_its_end(growing: Growing):
    notes = Notebook()
    read(growing, notes)
    growing.shown = 27

    requests, pages = read(growing, notes)

    assert requests == 2
    assert len(notes.posts) == 27
    assert len(pages[0].threads[0].present) == 27


def test_a_removal_among_new_posts_has_the_thread_read_whole(growing: Growing):
    notes = Notebook()
    read(growing, notes)
    growing.shown = 27
    removed = growing.posts[3]["id"]
    growing.hidden_ids.add(removed)

    _, pages = read(growing, notes)

    present = pages[-2].threads[0].present
    assert present is not None
    assert str(removed) not in present
    assert len(present) == 26


def test_history_and_live_find_the_same(growing: Growing):
    live, history = Notebook(), Notebook()
    read(growing, live)
    with RecordedServer(growing.routes()) as server:
        list(TestMisago().reading_of(server.url).pages(history, HISTORY))

    assert live.posts.keys() == history.posts.keys()
    assert live.marker(CHARGED) == history.marker(CHARGED)
