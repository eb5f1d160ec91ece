from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import PermanentError
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading, exhaust
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

DATA = Path(__file__).parents[2] / "data" / "wordpress"
POSTS, COMMENTS = (
    json.loads((DATA / "posts.json").read_text()),
    json.loads((DATA / "comments.json").read_text()),
)
TRACKBACK = json.loads((DATA / "trackback.json").read_text())
HTML = {"Content-Type": "text/html"}


def listed(items: list[Any], per_page: int = 100, page: int = 1) -> Reply:
    pages = max(1, -(-len(items) // per_page))
    counts = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": str(pages)}
    return Reply.json(items[(page - 1) * per_page : page * per_page], headers=counts)


def home() -> Reply:
    return Reply((DATA / "home.html").read_bytes(), headers=HTML)


class TestWordPress(HttpConnectorSuite):
    name = "wordpress"
    recorded_at = "http://127.0.0.1:8960"
    fewest_posts = 9

    def routes(self) -> Mapping[str, Route]:
        return {
            "/": home(),
            "/wp-json/wp/v2/posts": listed(POSTS),
            "/wp-json/wp/v2/pages": listed([]),
            "/wp-json/wp/v2/comments": listed(COMMENTS),
            f"/wp-json/wp/v2/comments/{TRACKBACK['id']}": Reply.json(TRACKBACK),
            "/comments/feed/": Reply((DATA / "comments.rss").read_bytes()),
        }


class Blog:
    """Answers for comments on one article by page and order, as WordPress does."""

    def __init__(self, count: int) -> None:
        self.comments = [self.comment(number) for number in range(1, count + 1)]

    def comment(self, number: int, text: str = "text") -> dict[str, Any]:
        return {
            **COMMENTS[0],
            "id": number,
            "post": POSTS[0]["id"],
            "parent": 0,
            "content": {"rendered": text},
        }

    def __call__(self, request: Request) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(request.query).items()}
        newest_first = asked.get("order", "desc") == "desc"
        found = sorted(self.comments, key=lambda each: each["id"], reverse=newest_first)
        return listed(found, int(asked["per_page"]), int(asked.get("page", "1")))

    def routes(self) -> dict[str, Route]:
        article = listed(POSTS[:1])
        return {"/": home(), "/wp-json/wp/v2/posts": article, "/wp-json/wp/v2/comments": self}


def reading(server: RecordedServer) -> Reading:
    return Reading(make=connector_named("wordpress").make, address=server.url)


def served(blog: Blog) -> RecordedServer:
    return RecordedServer(blog.routes(), recorded_at="http://127.0.0.1:8960")


def test_many_comments_are_read_in_hundreds_and_completed() -> None:
    with served(Blog(250)) as server:
        notes = Notebook()
        exhaust(reading(server).pages(notes, "live"))
        (thread,) = notes.threads.values()
        assert thread.present is not None
        assert len(thread.present) == 251
        assert len(notes.posts) == 251


def test_more_new_comments_than_one_list_holds() -> None:
    blog = Blog(10)
    with served(blog) as server:
        notes = Notebook()
        exhaust(reading(server).pages(notes, "live"))
        blog.comments += [blog.comment(number) for number in range(11, 331)]
        exhaust(reading(server).pages(notes, "live"))
        assert len(notes.posts) == 331
        before = len(server.requests)
        assert exhaust(reading(server).pages(notes, "live")) == 0
        assert len(server.requests) - before == 3


def test_a_known_thread_is_not_read_whole_for_one_new_comment() -> None:
    blog = Blog(500)
    with served(blog) as server:
        notes = Notebook()
        exhaust(reading(server).pages(notes, "live"))
        blog.comments.append(blog.comment(501))
        before = len(server.requests)
        exhaust(reading(server).pages(notes, "live"))
        assert len(notes.posts) == 502
        assert len(server.requests) - before == 4


def test_a_comment_without_a_time_is_a_problem_and_the_rest_is_read() -> None:
    blog = Blog(3)
    blog.comments[1]["date_gmt"] = "never"
    with served(blog) as server:
        source, notes = reading(server), Notebook()
        exhaust(source.pages(notes, "live"))
        assert len(notes.posts) == 3
        assert source.problems.total


def test_a_site_without_the_api_is_told_what_to_do() -> None:
    told = pytest.raises(PermanentError, match="read the site's feed with feed:ADDRESS")
    with RecordedServer({"/": Reply(b"<html></html>", headers=HTML)}) as server, told:
        exhaust(reading(server).pages(Notebook(), "live"))
