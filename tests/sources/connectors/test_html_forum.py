"""Forums that have no interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from forum_pages import HTML, crawler_post, crawler_thread, entry, jsonld, listing, page, posting
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.connecting import HISTORY, LIVE
from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.structured.forumpage import read_page
from kulanz.sources.structured.forumposts import sightings
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading, exhaust
from kulanz.testing.recorded import RecordedServer, Reply, Route

DUNNING = "/t/dunning/1"
OPENING = crawler_post(1, "anna", "<p>Three reminders for 7 euros!</p>", comment=False)
SECOND = crawler_post(
    2, "bob", '<p>Same <a href="https://blog.example/x">here</a>.</p><blockquote>7 euros</blockquote>'
)
THIRD = crawler_post(3, "clerk", "<p>Please see our terms.</p>", modified="2026-02-04T10:00:00Z")
SIXTH = crawler_post(6, "bob", "More")
ROW = (DUNNING, "Dunning", "2026-02-03T10:00:00Z")
LIKES = {
    "@type": "InteractionCounter",
    "interactionType": "https://schema.org/LikeAction",
    "userInteractionCount": 27,
}
NESTED = posting(
    "DiscussionForumPosting", "carla", 5, "Account closed without a word", headline="Closed",
    url="/thread/closed.2/", interactionStatistic=LIKES,
    comment=[
        posting("Comment", "dora", 6, "Mine too", url="/thread/closed.2/post-8", comment=[
            posting("Comment", "carla", 7, "When?", url="/thread/closed.2/post-9")]),
        posting("Comment", "", 8, "", url="/thread/closed.2/post-10", creativeWorkStatus="Deleted"),
    ],
)  # fmt: skip
FAY = entry("/d/3#c1", "fay", 10, "Me <b>too</b>", kind="p-comment h-cite")
BLOG = entry("/d/3", "emil", 9, "<p>Charged twice</p>", [FAY])


def forum() -> dict[str, Route]:
    return {
        "/": listing(ROW, ("/thread/closed.2/", "Closed", "x"), following="/?page=2"),
        "/?page=2": listing(("/d/3?sid=abc", "Twice", "y"), ("/t/login/4", "In", "z"), following="/?page=3"),
        "/?page=3": listing(ROW),
        DUNNING: crawler_thread(DUNNING, "Dunning", OPENING + SECOND, following="/t/dunning/1?page=2"),
        f"{DUNNING}?page=2": crawler_thread(DUNNING, "Dunning", THIRD),
        "/thread/closed.2/": jsonld(NESTED),
        "/d/3": page(BLOG),
        "/t/login/4": Reply(b"log in", 403, HTML),
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"}),
    }  # fmt: skip


def reading(server: RecordedServer, path: str = "/") -> Reading:
    return Reading(make=connector_named("html_forum").make, address=server.url + path)


class TestHtmlForum(HttpConnectorSuite):
    name = "html_forum"
    path = "/"
    fewest_posts = 8

    def routes(self) -> Mapping[str, Route]:
        return forum()

    def unknown_thread(self, notes: Notebook) -> str:
        return notes.thread_ids[0] + "99999"


def test_posts_of_all_ways_to_describe_them() -> None:
    with RecordedServer(forum()) as server:
        notes = reading(server).read_all()
        found = {name.removeprefix(server.url): each for name, each in notes.posts.items()}
        threads = {name.removeprefix(server.url): each for name, each in notes.threads.items()}
    assert set(found) == {
        "/t/dunning/1#post_2", "/t/dunning/1#post_3", "/t/dunning/1", "/thread/closed.2/",
        "/thread/closed.2/post-8", "/thread/closed.2/post-9", "/thread/closed.2/post-10", "/d/3", "/d/3#c1",
    }  # fmt: skip
    second, third = found["/t/dunning/1#post_2"].post, found["/t/dunning/1#post_3"]
    assert (second.author_id, second.text, second.likes) == ("bob", "Same here.", 2)
    assert (second.links, second.quotes) == (("https://blog.example/x",), ("7 euros",))
    assert second.created_at == datetime(2026, 2, 2, 10, tzinfo=UTC)
    assert second.thread_title == "Dunning"
    assert third.edited_at == datetime(2026, 2, 4, 10, tzinfo=UTC)
    assert found["/thread/closed.2/"].post.likes == 27
    assert found["/thread/closed.2/post-9"].post.reply_to == found["/thread/closed.2/post-8"].post.post_id
    assert found["/thread/closed.2/post-8"].post.reply_to is None
    assert found["/thread/closed.2/post-10"].removed
    assert found["/d/3#c1"].post.text == "Me too"
    assert threads[DUNNING].place == "Billing"
    assert threads[DUNNING].present == frozenset(
        server.url + name for name in ("/t/dunning/1", "/t/dunning/1#post_2", "/t/dunning/1#post_3")
    )


def test_the_accepted_answer_of_a_question() -> None:
    question = posting(
        "Question", "anna", 1, "Where is my invoice?", name="Invoice", url="/q/1",
        suggestedAnswer=[posting("Answer", "bob", 3, "No idea.", url="/q/1#2")],
        acceptedAnswer=posting("Answer", "clerk", 2, "Here.", url="/q/1#3"),
    )  # fmt: skip
    with RecordedServer({"/q/1": jsonld({"@type": "QAPage", "mainEntity": question})}) as server:
        posts = reading(server, "/q/1").read_all().posts
    assert {each.post.author_id: each.post.accepted for each in posts.values()} == {
        "anna": None,
        "bob": False,
        "clerk": True,
    }


def test_an_unchanged_list_costs_two_requests_and_a_changed_row_its_thread() -> None:
    with RecordedServer(forum()) as server:
        read = reading(server)
        notes = read.read_all()
        server.requests.clear()
        exhaust(reading(server).pages(notes, LIVE))
        assert [each.target for each in server.requests] == ["/robots.txt", "/"]
        server.routes["/"] = listing(
            (DUNNING, "Dunning", "2026-02-05T10:00:00Z"), ("/thread/closed.2/", "Closed", "x")
        )
        server.routes[f"{DUNNING}?page=2"] = crawler_thread(
            DUNNING, "Dunning", THIRD + crawler_post(5, "bob", "Bye")
        )
        server.requests.clear()
        exhaust(reading(server).pages(notes, LIVE))
        assert [each.target for each in server.requests] == ["/robots.txt", "/", DUNNING, f"{DUNNING}?page=2"]
        assert notes.posts[f"{server.url}{DUNNING}#post_5"].post.text == "Bye"


def test_removal_shows_in_a_thread_that_was_read_whole_only() -> None:
    with RecordedServer(forum()) as server:
        notes = reading(server).read_all()
        short = crawler_thread(DUNNING, "Dunning", OPENING)
        server.routes[DUNNING] = short
        reading(server).reread(notes, [server.url + DUNNING])
        assert notes.threads[server.url + DUNNING].present == {server.url + DUNNING}
        server.routes[DUNNING] = replace(short, body=short.body.replace(b"</html>", b""))
        reading(server).reread(notes, [server.url + DUNNING])
        assert notes.threads[server.url + DUNNING].present is None


def test_a_single_thread_is_followed_from_its_last_page() -> None:
    with RecordedServer(forum()) as server:
        notes = Notebook()
        exhaust(reading(server, DUNNING).pages(notes, LIVE))
        exhaust(reading(server, DUNNING).pages(notes, HISTORY))
        assert len(notes.posts) == 3
        server.requests.clear()
        assert exhaust(reading(server, DUNNING).pages(notes, LIVE)) == 0
        assert [each.target for each in server.requests] == ["/robots.txt", f"{DUNNING}?page=2"]
        server.routes[f"{DUNNING}?page=2"] = crawler_thread(
            DUNNING, "Dunning", THIRD, following=f"{DUNNING}?page=3"
        )
        server.routes[f"{DUNNING}?page=3"] = crawler_thread(
            DUNNING, "Dunning", crawler_post(6, "bob", "More")
        )
        exhaust(reading(server, DUNNING).pages(notes, LIVE))
        assert len(notes.posts) == 4
        server.routes[f"{DUNNING}?page=3"] = Reply(b"", 404)
        server.routes[f"{DUNNING}?page=2"] = crawler_thread(DUNNING, "Dunning", THIRD + SIXTH)
        exhaust(reading(server, DUNNING).pages(notes, LIVE))
        assert notes.cursors[LIVE]["page"] == f"{server.url}{DUNNING}?page=2"
        server.routes.clear()
        with pytest.raises(PermanentError, match="no posts any more"):
            exhaust(reading(server, DUNNING).pages(notes, LIVE))


def test_links_that_look_like_threads_are_tried_where_a_list_says_nothing() -> None:
    routes = forum()
    routes["/"] = page(
        '<ul><li><a href="/t/dunning/1?sid=1">Dunning</a> <a href="/t/dunning/1?page=2">2</a></li>'
        '<li><a href="/t/empty/7">Empty</a></li><li><a href="https://other.example/t/9">x</a></li></ul>'
        '<a href="/about">About</a>'
    )
    routes["/t/empty/7"] = page("nothing")
    with RecordedServer(routes) as server:
        read, notes = reading(server), Notebook()
        exhaust(read.pages(notes, LIVE))
        assert notes.thread_ids == [server.url + DUNNING]
        assert "shows no posts" in str(read.problems.kept[0])
        server.requests.clear()
        assert exhaust(reading(server).pages(notes, LIVE)) == 0
        assert len(server.requests) == 2


def test_robots_txt_is_obeyed() -> None:
    routes = {
        **forum(),
        "/robots.txt": Reply(b"User-agent: Kulanz\nDisallow: /t/", headers={"Content-Type": "text/plain"}),
    }
    with RecordedServer(routes) as server:
        notes = reading(server).read_all()
        assert not any("/t/" in name for name in notes.posts)
        assert not any(each.target.startswith("/t/") for each in server.requests)
        server.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /")
        with pytest.raises(PermanentError, match=r"robots\.txt"):
            reading(server).read_all()


def test_a_page_without_anything_is_an_error_and_no_end() -> None:
    with (
        RecordedServer({"/": page("<h1>We will be back soon</h1>")}) as server,
        pytest.raises(TemporaryError),
    ):
        reading(server).read_all()


def test_lists_that_lead_in_a_circle_end() -> None:
    routes = {**forum(), "/?page=3": listing((DUNNING, "Dunning", "x"), following="/")}
    with RecordedServer(routes) as server:
        notes = Notebook()
        pages = reading(server).pages(notes, HISTORY)
        assert exhaust(pages) < 50


HOSTILE = (
    "<div itemscope itemprop='comment' itemtype='http://schema.org/Comment'>" * 3000,
    "<div itemscope itemtype='http://schema.org/Comment'>" + "<b itemprop=text>" * 2000 + "x" * 100_000,
    '<script type="application/ld+json">' + '{"@type":"Comment","comment":[' * 5000,
    '<script type="application/ld+json">' + '{"@type":"Comment","comment":[' * 500 + "]}" * 500 + "</script>",
    "<article class='h-entry'>" * 3000,
    "<a href='/t/1/" + "'></a><a href='/t/2/x" * 50_000 + "'>",
    "<base href='http://['><a href='http://[' rel=next>",
    "<ul>" + "<li>" * 2000 + "<a href=/t/5/x>",
)


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_pages_are_read_in_bounds(html: str) -> None:
    found = read_page(html, "https://forum.example/t/1")
    list(sightings(found, found.thread, found.title, lambda _reason, _remedy: None))


GOOD = [str(reply.body, "utf-8") for reply in forum().values() if isinstance(reply, Reply)]


@given(st.sampled_from(GOOD), st.data())
def test_damaged_pages_never_fail(html: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(html)))
    end = data.draw(st.integers(start, min(len(html), start + 200)))
    broken = html[:start] + data.draw(st.text(max_size=20)) + html[end:]
    found = read_page(broken, "https://forum.example/t/1")
    posts = list(sightings(found, found.thread, found.title, lambda _reason, _remedy: None))
    assert len({each.post.post_id for each in posts}) == len(posts)
