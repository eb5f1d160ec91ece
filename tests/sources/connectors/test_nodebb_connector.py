from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kulanz.sources.connecting import HISTORY, LIVE
from kulanz.sources.sightings import ThreadSighting
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

DATA = Path(__file__).parents[2] / "data/nodebb"
OLD: dict[str, Any] = json.loads((DATA / "answers-1.4.json").read_text())
NEW: dict[str, Any] = json.loads((DATA / "answers-4.15.json").read_text())


class TestNodebb2016(HttpConnectorSuite):
    """Version 1.4: numbers are strings."""

    name = "nodebb"
    recorded_at = "http://127.0.0.1:4567"
    fewest_posts = 37

    def routes(self) -> Mapping[str, Route]:
        return {path: Reply.json(answer) for path, answer in OLD.items()}

    def test_it_says_who_wrote_edited_and_what_was_deleted(self, reading: Reading) -> None:
        notes = reading.read_all()
        thread = [each for each in notes.posts.values() if each.post.thread_id == "2"]

        assert [each.post.author_id for each in thread] == ["alice", "bob", "admin", "bob", "bob"]
        assert [each.edited_by for each in thread] == [None, "bob", None, "admin", None]
        assert [each.removed for each in thread] == [False, False, False, False, True]
        assert thread[4].post.text == ""
        assert thread[0].post.thread_title == "Export to CSV fails & hangs"

    def test_it_tells_what_a_topic_is(self, reading: Reading) -> None:
        threads = seen(reading, LIVE)

        assert threads["2"].closed
        assert not threads["3"].closed
        assert (threads["2"].place, threads["4"].place) == ("2", "4")
        assert threads["2"].present == {"2", "3", "4", "5"}
        assert len(threads["3"].present or ()) == 30

    def test_history_goes_through_the_categories(self, reading: Reading) -> None:
        assert seen(reading, HISTORY).keys() == {"1", "2", "3", "4"}


class TestNodebb4(HttpConnectorSuite):
    """Version 4.15: numbers are numbers, and acts on a topic are events at its posts."""

    name = "nodebb"
    recorded_at = "http://127.0.0.1:4567"
    fewest_posts = 4

    def routes(self) -> Mapping[str, Route]:
        return {path: Reply.json(answer) for path, answer in NEW.items()}

    def test_it_reads_edits_answers_tombstones_and_staff(self, reading: Reading) -> None:
        thread = list(reading.read_all().posts.values())

        assert [each.edited_by for each in thread] == [None, "bob", None, None]
        assert [each.removed for each in thread] == [False, False, False, True]
        assert [each.post.reply_to for each in thread] == [None, None, "3", None]
        assert [each.post.role for each in thread] == [None, None, "staff", None]

    def test_it_tells_when_and_by_whom_a_topic_was_locked(self, reading: Reading) -> None:
        (act,) = seen(reading, LIVE)["2"].acts

        assert (act.kind, act.by, act.at.year) == ("locked", "admin", 2026)


def seen(reading: Reading, lane: str) -> dict[str, ThreadSighting]:
    """What the pages of a lane say of threads, each thread's last word."""
    pages = reading.pages(Notebook(), lane)
    return {each.thread_id: each for page in pages for each in page.threads}


@pytest.mark.parametrize(
    ("plugin", "accepted"),
    [
        ({}, [None] * 4),
        ({"isQuestion": 1, "isSolved": 0, "solvedPid": 0}, [False] * 4),
        ({"isQuestion": "1", "isSolved": "1", "solvedPid": "4"}, [False, False, True, False]),
    ],
)
def test_the_plugin_for_questions_tells_what_solved_one(plugin: dict[str, Any], accepted: list[bool | None]):
    routes = TestNodebb4().routes()
    path = next(path for path in NEW if path.startswith("/api/topic/2"))
    with RecordedServer({**routes, path: Reply.json({**NEW[path], **plugin})}) as server:
        thread = list(TestNodebb4().reading_of(server.url).read_all().posts.values())

    assert [each.post.accepted for each in thread] == accepted


class Category:
    """A category of so many topics, two on a page, from which topics can vanish."""

    def __init__(self, topics: int) -> None:
        self.tids = [str(number) for number in range(topics, 0, -1)]

    def routes(self) -> dict[str, Route]:
        return {
            "/api/recent": lambda _: self._page(self.tids, 1),
            "/api/categories": Reply.json({"categories": [{"cid": "7", "children": []}]}),
            "/api/category/7": lambda request: self._page(self.tids, int(request.query.split("=")[1])),
            **{f"/api/topic/{tid}": self._topic for tid in self.tids},
        }

    def _page(self, tids: list[str], number: int) -> Reply:
        found = [self._listed(tid) for tid in tids[2 * (number - 1) : 2 * number]]
        pages = {"pageCount": -(-len(tids) // 2)}
        return Reply.json({"topics": found, "pagination": pages, "topic_count": str(len(tids))})

    def _listed(self, tid: str) -> dict[str, Any]:
        topic = next(each for each in OLD["/api/recent?page=1"]["topics"] if each["tid"] == "2")
        return {**topic, "tid": tid, "lastposttime": f"17953476{int(tid):05}"}

    def _topic(self, request: Request) -> Reply:
        tid = request.path.rpartition("/")[2]
        topic = OLD["/api/topic/2?page=1"]
        posts = [{**topic["posts"][0], "pid": tid, "tid": tid}]
        return Reply.json({**topic, "tid": tid, "postcount": "1", "posts": posts})


@pytest.mark.parametrize("vanishing", [0, 1, 2, 5])
def test_topics_that_vanish_during_a_walk_hide_no_other(vanishing: int):
    category, notes = Category(topics=12), Notebook()
    with RecordedServer(category.routes()) as server:
        reading = TestNodebb2016().reading_of(server.url)
        for count, _ in enumerate(reading.pages(notes, HISTORY)):
            if count == 6:
                del category.tids[:vanishing]

    assert {f"{number}" for number in range(1, 13 - vanishing)} <= notes.posts.keys()
