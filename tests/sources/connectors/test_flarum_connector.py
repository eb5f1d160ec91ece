from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from kulanz.sources.connecting import HISTORY, LIVE
from kulanz.sources.sightings import Page, ThreadSighting
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

DATA = Path(__file__).parents[2] / "data/flarum"
BETA: dict[str, Any] = json.loads((DATA / "answers-beta7.json").read_text())
TIME = "2026-11-22T07:{:02}:{:02}+00:00"


class TestFlarumBeta(HttpConnectorSuite):
    """Recorded from a beta: ``startTime``, ``editTime``, ``commentsCount``."""

    name = "flarum"
    fewest_posts = 2

    def routes(self) -> Mapping[str, Route]:
        return {path: Reply.json(answer) for path, answer in BETA.items()}

    def test_it_reads_edit_editor_role_and_lock(self, reading: Reading) -> None:
        notes = Notebook()
        pages = list(reading.pages(notes, LIVE))
        first, second = notes.posts["7"], notes.posts["8"]
        thread = pages[0].threads[0]

        assert first.post.role == "staff"
        assert (first.edited_at, second.edited_by) == (None, "admin")
        assert second.edited_at is not None
        assert second.post.text == "Same here with 4.2.1 (edited)"
        assert [(act.kind, act.by) for act in thread.acts] == [("locked", "admin")]
        assert thread.closed
        assert thread.place == "1"
        assert thread.present == {"7", "8", "10"}


@pytest.mark.parametrize(
    ("told", "related", "accepted"),
    [
        ({}, {}, [None, None]),
        ({"hasBestAnswer": False}, {}, [False, False]),
        ({"hasBestAnswer": 8}, {}, [False, True]),
        ({"hasBestAnswer": True}, {"bestAnswerPost": {"data": {"type": "posts", "id": "8"}}}, [False, True]),
    ],
)
def test_the_extension_for_answers_tells_which_is_best(
    told: dict[str, Any], related: dict[str, Any], accepted: list[bool | None]
):
    path = next(path for path in BETA if path.startswith("/api/discussions/"))
    answer = copy.deepcopy(BETA[path])
    answer["data"]["attributes"] |= told
    answer["data"]["relationships"] |= related
    with RecordedServer({**TestFlarumBeta().routes(), path: Reply.json(answer)}) as server:
        posts = TestFlarumBeta().reading_of(server.url).read_all().posts

    assert [posts[number].post.accepted for number in ("7", "8")] == accepted


class Forum:
    """A Flarum 1.x after its public description: discussions of so many posts each."""

    def __init__(self, sizes: list[int]) -> None:
        self.threads = [
            [f"{number}{post:03}" for post in range(size)] for number, size in enumerate(sizes, start=1)
        ]

    def routes(self) -> dict[str, Route]:
        shown = {f"/api/discussions/{number}": self._discussion for number in range(1, len(self.threads) + 1)}
        return {"/api/discussions": self._list, "/api/posts": self._some, **shown}

    def _list(self, request: Request) -> Reply:
        offset, limit = window(request)
        found = [
            self._resource(number) for number in range(len(self.threads), 0, -1) if self.threads[number - 1]
        ]
        more = {"next": "http://elsewhere.example/"} if offset + limit < len(found) else {}
        return Reply.json({"data": found[offset : offset + limit], "links": more})

    def _discussion(self, request: Request) -> Reply:
        number = int(request.path.rpartition("/")[2])
        posts = self.threads[number - 1]
        if not posts:
            return Reply.json({"errors": []}, 404)
        links = {"posts": {"data": [{"type": "posts", "id": each} for each in posts]}}
        included = [post(each) for each in posts[:50]]
        return Reply.json({"data": {**self._resource(number), "relationships": links}, "included": included})

    def _some(self, request: Request) -> Reply:
        wanted = parse_qs(request.query)["filter[id]"][0].split(",")
        return Reply.json({"data": [post(each) for each in wanted]})

    def _resource(self, number: int) -> dict[str, Any]:
        attributes = {
            "title": f"Discussion {number}",
            "commentCount": len(self.threads[number - 1]),
            "lastPostNumber": int(max(self.threads[number - 1], default="0")),
            "lastPostedAt": TIME.format(number // 60, number % 60),
        }
        return {"type": "discussions", "id": str(number), "attributes": attributes}


def window(request: Request) -> tuple[int, int]:
    query = parse_qs(request.query)
    return int(query["page[offset]"][0]), int(query["page[limit]"][0])


def post(post_id: str) -> dict[str, Any]:
    attributes = {
        "number": 1,
        "createdAt": TIME.format(0, 1),
        "contentType": "comment",
        "contentHtml": f"<p>Post {post_id}</p>",
        "editedAt": TIME.format(0, 2),
    }
    people = {"user": {"data": {"type": "users", "id": "2"}}, "editedUser": {"data": None}}
    return {"type": "posts", "id": post_id, "attributes": attributes, "relationships": people}


class TestFlarum1(HttpConnectorSuite):
    """Written after Flarum's public source: ``createdAt``, ``editedAt``, ``commentCount``."""

    name = "flarum"
    fewest_posts = 125

    def routes(self) -> Mapping[str, Route]:
        return Forum([3, 120, 2]).routes()

    def test_a_long_discussion_comes_in_batches(self, reading: Reading) -> None:
        notes = Notebook()
        pages = [
            page for page in reading.pages(notes, LIVE) if any(each.thread_id == "2" for each in page.threads)
        ]

        assert [len(page.posts) for page in pages] == [50, 50, 20]
        assert [told(page).present is not None for page in pages] == [False, False, True]
        assert reading.http.requests == 6


def told(page: Page) -> ThreadSighting:
    return page.threads[0]


def test_only_new_posts_of_a_known_discussion_are_asked_for():
    forum, notes = Forum([120]), Notebook()
    with RecordedServer(forum.routes()) as server:
        reading = TestFlarum1().reading_of(server.url)
        list(reading.pages(notes, LIVE))
        forum.threads[0] += ["1900"]
        del forum.threads[0][70]
        before = len(server.requests)
        pages = list(reading.pages(notes, LIVE))

    assert len(server.requests) - before == 3
    assert "1900" in notes.posts
    present = pages[-2].threads[0].present
    assert present is not None
    assert "1070" not in present
    assert len(present) == 120


@pytest.mark.parametrize("vanishing", [0, 3, 5])
def test_discussions_that_vanish_during_a_walk_hide_no_other(vanishing: int):
    forum, notes = Forum([1] * 120), Notebook()
    with RecordedServer(forum.routes()) as server:
        reading = TestFlarum1().reading_of(server.url)
        for count, _ in enumerate(reading.pages(notes, HISTORY)):
            if count == 45:
                for number in range(vanishing):
                    forum.threads[-1 - number] = []

    assert {f"{number}" for number in range(1, 121 - vanishing)} <= notes.threads.keys()
