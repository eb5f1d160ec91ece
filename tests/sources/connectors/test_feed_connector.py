from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.connectors import connector_named
from kulanz.sources.connectors.feed.window import Seen, withdrawn
from kulanz.sources.errors import PermanentError, Problems, SourceError, TemporaryError
from kulanz.sources.jsonfeed import is_json_feed, read_json_feed
from kulanz.sources.pagelinks import feed_addresses
from kulanz.sources.store import Store
from kulanz.testing.connectors import ConnectorSuite, HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

DATA = Path(__file__).parents[2] / "data" / "feed"
ATOM = {"Content-Type": "application/atom+xml"}
PAGE = b"""<html><head><title>Shop blog</title>
<link rel="alternate" type="application/rss+xml" title="Blog RSS 2.0" href="/posts.rss">
<link rel="alternate" type="application/atom+xml" title="Blog Atom" href="/posts.atom">
<link rel="alternate" type="application/atom+xml" title="Blog comments" href="comments.atom">
<link rel="alternate" type="application/json" href="/api"></head></html>"""


def atom(*entries: str, links: str = "") -> Reply:
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
    return Reply(f"{head}<title>Blog</title>{links}{''.join(entries)}</feed>".encode(), headers=ATOM)


def entry(number: int, text: str = "text", *, updated: str = "", more: str = "") -> str:
    when = f"2026-06-{number:02d}T10:00:00Z"
    return (
        f"<entry><id>urn:{number}</id><title>Entry {number}</title><published>{when}</published>"
        f"<updated>{updated or when}</updated><content>{text}</content>{more}</entry>"
    )


def replies(path: str, count: int) -> str:
    return f'<link rel="replies" type="application/atom+xml" href="{path}" thr:count="{count}"/>'


def older(path: str, rel: str = "next") -> str:
    return f'<link rel="{rel}" href="{path}"/>'


def reading(server: RecordedServer, path: str = "/feed") -> Reading:
    return Reading(make=connector_named("feed").make, address=server.url + path)


class TestFeed(HttpConnectorSuite):
    name = "feed"
    recorded_at = "http://127.0.0.1:8960"
    fewest_posts = 5
    complete = False

    def routes(self) -> Mapping[str, Route]:
        return {
            "/": Reply(PAGE, headers={"Content-Type": "text/html"}),
            "/posts.rss": Reply((DATA / "wordpress_posts.atom").read_bytes(), headers=ATOM),
            "/comments.atom": Reply((DATA / "wordpress_comments.atom").read_bytes(), headers=ATOM),
            "/export-of-large-tables/feed/atom/": Reply(
                (DATA / "wordpress_post_comments.rss").read_bytes(), headers=ATOM
            ),
        }


class TestPagedFeed(ConnectorSuite):
    name = "feed"
    fewest_posts = 6

    @contextmanager
    def serving(self) -> Iterator[str]:
        routes = {
            "/feed": atom(entry(9, more=replies("/c9", 2)), entry(8), links=older("/p2")),
            "/p2": atom(entry(7), entry(6), links=older("/p3")),
            "/p3": atom(entry(5), links=older("/p2")),
            "/c9": atom(entry(20, "agreed"), entry(21, "no")),
        }
        with RecordedServer(routes) as server:
            yield f"{server.url}/feed"


def test_a_feed_that_did_not_change_costs_one_request_and_no_page() -> None:
    def conditional(request: Request) -> Reply:
        known = request.headers.get("if-none-match") == '"a"'
        return Reply(status=304) if known else Reply(atom(entry(1)).body, headers={**ATOM, "ETag": '"a"'})

    with RecordedServer({"/feed": conditional}) as server:
        notes, source = Notebook(), reading(server)
        assert len(list(source.pages(notes, "live"))) == 1
        before = source.http.requests
        assert list(source.pages(notes, "live")) == []
        assert source.http.requests - before == 1


def test_entries_that_came_between_two_reads_are_fetched_from_older_documents() -> None:
    first = atom(entry(2), entry(1))
    later = atom(entry(9), entry(8), links=older("/p2"))
    routes = {"/feed": [first, first, later], "/p2": atom(entry(7), entry(2), links=older("/p3"))}
    with RecordedServer(routes) as server:
        notes, source = Notebook(), reading(server)
        for _ in range(2):
            list(source.pages(notes, "live"))
        assert notes.posts.keys() == {"urn:1", "urn:2", "urn:7", "urn:8", "urn:9"}


def test_history_follows_archives_and_ends_in_a_circle() -> None:
    archives = {
        f"/a{number}": atom(entry(number), links=older(f"/a{(number + 1) % 7}", "prev-archive"))
        for number in range(1, 7)
    }
    archives["/a0"] = atom(links=older("/a3", "prev-archive"))
    with RecordedServer({**archives, "/feed": atom(links=older("/a1", "prev-archive"))}) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "history"))
        assert notes.posts.keys() == {f"urn:{number}" for number in range(1, 7)}
        assert source.http.requests < 30


def test_comments_are_read_when_their_number_changes_and_tell_who_is_gone() -> None:
    routes: dict[str, Route] = {
        "/feed": [atom(entry(1, more=replies("/c1", count))) for count in (2, 2, 2, 1, 0)],
        "/c1": [atom(entry(3, "three"), entry(4, "four")), atom(entry(4, "four"))],
    }
    with RecordedServer(routes) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "live"))
        list(source.pages(notes, "live"))
        assert {post.post.thread_id for post in notes.posts.values()} == {"urn:1"}
        assert [request.path for request in server.requests].count("/c1") == 1
        list(source.pages(notes, "live"))
        assert notes.threads["urn:1"].present == {"urn:1", "urn:4"}
        list(source.pages(notes, "live"))
        assert notes.threads["urn:1"].present == {"urn:1"}
        assert [request.path for request in server.requests].count("/c1") == 2


def test_an_entry_taken_out_of_the_middle_was_removed_and_one_at_the_end_was_not() -> None:
    routes = {"/feed": [atom(*map(entry, ids)) for ids in ((5, 4, 3, 2), (5, 4, 3, 2), (6, 5, 3))]}
    with RecordedServer(routes) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "live"))
        list(source.pages(notes, "live"))
        assert {key: seen.removed for key, seen in notes.posts.items() if seen.removed} == {"urn:4": True}


def test_a_feed_that_was_cut_off_removes_nothing() -> None:
    whole = atom(*map(entry, (1, 2, 3, 4)))
    cut = Reply(whole.body[: whole.body.index(b"<entry><id>urn:3")], headers=ATOM)
    with RecordedServer({"/feed": [whole, whole, cut]}) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "live"))
        list(source.pages(notes, "live"))
    assert len(server.requests) == 3
    assert not any(seen.removed for seen in notes.posts.values())


def test_a_page_in_place_of_the_feed_is_no_success() -> None:
    busy = Reply(b"<html><title>We are busy</title></html>", headers={"Content-Type": "text/html"})
    with RecordedServer({"/feed": [atom(entry(1))] * 2 + [busy]}) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "live"))
        with pytest.raises(TemporaryError, match="answered with text/html, expected a feed"):
            list(source.pages(notes, "live"))


def test_the_time_of_an_edit_is_what_the_feed_says() -> None:
    edited = atom(entry(1, "new", updated="2026-06-02T08:00:00Z"))
    with RecordedServer({"/feed": edited}) as server:
        (page,) = reading(server).pages(Notebook(), "live")
    assert str(page.posts[0].edited_at) == "2026-06-02 08:00:00+00:00"
    assert str(page.posts[0].post.created_at) == "2026-06-01 10:00:00+00:00"


def test_an_entry_is_gone_where_neither_its_comments_nor_the_feed_are_there() -> None:
    commented = entry(1, more=replies("/c1", 2))
    served = [atom(entry(2), commented)] * 4 + [atom(entry(2))]
    with RecordedServer({"/feed": served, "/c1": [atom(entry(3)), Reply(status=404)]}) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "live"))
        source.reread(notes, ["urn:1"])
        assert not notes.threads["urn:1"].gone
        source.reread(notes, ["urn:1"])
        assert notes.threads["urn:1"].gone


def test_comments_that_were_switched_off_are_no_change(tmp_path: Path) -> None:
    routes = {
        "/feed": atom(entry(2), entry(1, more=replies("/c1", 1))),
        "/c1": [atom(entry(3)), Reply(status=404)],
    }
    with RecordedServer(routes) as server, Store(tmp_path) as store:
        source, kept = reading(server), store.source("feed")
        for day in range(0, 90, 30):
            assert source.fetch(kept, days=day).error is None
        assert [request.path for request in server.requests].count("/c1") > 1
        assert kept.revisions() == []


def test_threads_without_comments_are_looked_up_in_the_feed() -> None:
    with RecordedServer({"/feed": [atom(entry(1, "old"))] * 2 + [atom(entry(1, "new"))]}) as server:
        notes, source = Notebook(), reading(server)
        list(source.pages(notes, "live"))
        source.reread(notes, ["urn:1"])
        source.reread(notes, ["urn:1"])
        assert notes.posts["urn:1"].post.text == "new"


def test_a_page_without_feeds_says_what_to_do() -> None:
    page = Reply(b"<html></html>", headers={"Content-Type": "text/html"})
    told = pytest.raises(PermanentError, match=r"got text/html from .* give the address of the feed")
    with RecordedServer({"/feed": page}) as server, told:
        list(reading(server).pages(Notebook(), "live"))


def test_feeds_of_a_page_each_once() -> None:
    assert feed_addresses(PAGE, "https://shop.example/blog/") == (
        "https://shop.example/posts.rss",
        "https://shop.example/blog/comments.atom",
    )


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Shop",
        "next_url": "/feed?page=2",
        "items": [
            {
                "id": 7,
                "url": "https://shop.example/7",
                "title": "Prices",
                "content_html": "<p>Up <a href='https://x.example/'>again</a></p>",
                "date_published": "2026-06-01T10:00:00+02:00",
                "date_modified": "2026-06-02T10:00:00+02:00",
                "authors": [{"name": "Eva"}],
            },
            {"id": "8", "content_text": "undated"},
            "nonsense",
        ],
    }
    problems, data = Problems(), msgspec.json.encode(feed)
    assert is_json_feed(data)
    document = read_json_feed(data, "f", problems)
    (item,) = document.entries
    assert (item.post.post_id, item.post.author_id, item.post.text) == ("7", "Eva", "Up again")
    assert item.post.links == ("https://x.example/",)
    assert str(item.edited_at) == "2026-06-02 08:00:00+00:00"
    assert document.links["next"] == "/feed?page=2"
    assert problems.total == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ("items", "id", "url", "title", "authors", "hubs", "date_published", "content_html")
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_breaks_the_json_feed_reader(value: object) -> None:
    for each in (value, {"version": "1", "items": [value]}):
        try:
            document = read_json_feed(msgspec.json.encode(each), "f", Problems())
        except SourceError:
            continue
        msgspec.json.encode([item.post for item in document.entries])


@given(st.binary(max_size=300))
def test_no_bytes_break_the_search_for_feeds(data: bytes) -> None:
    feed_addresses(data, "https://shop.example/")
    feed_addresses(b"<link rel=alternate type=application/rss+xml href='" + data + b"'>", "https://a.example")


def seen(*entries: tuple[str, int]) -> tuple[Seen, ...]:
    rows = [[name, "t", f"2026-06-{day:02d}T00:00:00Z"] for name, day in entries]
    return msgspec.convert(rows, tuple[Seen, ...])


def test_an_unordered_feed_tells_of_removals_only_when_it_gets_shorter() -> None:
    before = seen(("a", 3), ("b", 5), ("c", 1))
    assert [each.post_id for each in withdrawn(before, before[1:])] == ["a"]
    assert list(withdrawn(before, (*before[1:], *seen(("d", 2))))) == []
    assert list(withdrawn(before, ())) == []


def test_a_server_that_calls_an_edited_feed_unchanged_is_believed_for_an_hour() -> None:
    texts = ["old", "new"]

    def by_newest_entry(request: Request) -> Reply:
        if request.headers.get("if-none-match") == '"1"':
            return Reply(status=304)
        return Reply(atom(entry(1, texts[0])).body, headers={**ATOM, "ETag": '"1"'})

    clock = [datetime(2026, 6, 2, tzinfo=UTC)]
    with RecordedServer({"/feed": by_newest_entry}) as server:
        notes, source = Notebook(), reading(server)
        source.now = lambda: clock[0]
        list(source.pages(notes, "live"))
        texts.pop(0)
        clock[0] += timedelta(minutes=59)
        assert list(source.pages(notes, "live")) == []
        clock[0] += timedelta(minutes=2)
        list(source.pages(notes, "live"))
        assert notes.posts["urn:1"].post.text == "new"


def test_an_entry_with_a_time_of_change_alone_keeps_the_time_it_was_first_seen_with() -> None:
    def changed(hour: int) -> Reply:
        dated = f"<updated>2026-06-01T{hour}:00:00Z</updated><content>text {hour}</content>"
        return atom(f"<entry><id>urn:1</id>{dated}</entry>")

    with RecordedServer({"/feed": [changed(10), changed(10), changed(12), changed(12)]}) as server:
        notes, source = Notebook(), reading(server)
        for _ in range(2):
            list(source.pages(notes, "live"))
            found = notes.posts["urn:1"]
    assert found.post.text == "text 12"
    assert found.post.created_at == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert found.edited_at == datetime(2026, 6, 1, 12, tzinfo=UTC)
