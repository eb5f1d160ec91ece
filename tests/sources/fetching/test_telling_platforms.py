"""A bare URL leads to the connector that its site names."""

from __future__ import annotations

from collections.abc import Mapping
from time import process_time

import pytest

from kulanz.sources.connectors import CONNECTORS, split_source
from kulanz.sources.errors import FetchError, SourceError
from kulanz.sources.recognising import recognise
from kulanz.testing.reading import Reading
from kulanz.testing.recorded import RecordedServer, Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}
FEED = b'<?xml version="1.0"?><!-- a feed --><feed xmlns="http://www.w3.org/2005/Atom"></feed>'


def page(head: str, body: str = "") -> Reply:
    return Reply(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), headers=HTML)


def found(routes: Mapping[str, Reply], path: str = "/") -> tuple[str, int]:
    """What is recognised, the server's address taken out, and in how many requests."""
    with RecordedServer(routes) as server:
        http = Reading(make=_never, address="").client()
        return recognise(server.url + path, http).replace(server.url, "URL"), http.requests


def _never(context: object) -> object:
    raise AssertionError(context)


PAGES = {
    "a generator": (
        {"/": page('<meta name="generator" content="Discourse 3.4.0 - https://...">')},
        "discourse:URL",
    ),
    "a generator, written otherwise": (
        {"/": page("<META content='WordPress 6.1.9' name=generator />")},
        "wordpress:URL",
    ),
    "what only the platform's pages hold": (
        {"/": page("", '<script id="flarum-json-payload">{}</script>')},
        "flarum:URL",
    ),
    "a header": ({"/": Reply(b"<html></html>", headers={**HTML, "X-Powered-By": "NodeBB"})}, "nodebb:URL"),
    "a feed, whatever its type": ({"/": Reply(FEED, headers={"Content-Type": "text/plain"})}, "feed:URL/"),
    "a JSON feed": ({"/": Reply.json({"version": "https://jsonfeed.org/version/1.1"})}, "feed:URL/"),
}


@pytest.mark.parametrize(("routes", "source"), PAGES.values(), ids=PAGES)
def test_one_request_where_the_page_says_it(routes: Mapping[str, Reply], source: str) -> None:
    assert found(routes) == (source, 1)


def test_a_forum_in_a_folder() -> None:
    routes = {"/forum/": page('<meta name="generator" content="NodeBB">')}
    assert found(routes, "/forum/")[0] == "nodebb:URL/forum"


def test_a_page_for_members_is_told_by_its_interface() -> None:
    routes = {"/": Reply(b"log in", 403, HTML), "/api/config": Reply.json({"relative_path": ""})}
    source, requests = found(routes)
    assert source == "nodebb:URL"
    assert requests <= 8


def test_a_page_that_links_to_a_feed() -> None:
    routes = {"/": page('<link rel="alternate" type="application/rss+xml" href="/comments.rss">')}
    source, requests = found(routes)
    assert source == "feed:URL/"
    assert requests <= 8


def test_a_page_whose_posts_are_marked_up() -> None:
    routes = {"/": page("", '<div itemscope itemtype="https://schema.org/DiscussionForumPosting"></div>')}
    assert found(routes)[0] == "html_forum:URL/"


@pytest.mark.parametrize("part", [b"<!---->", b"<!-- ", b"<? ?>", b" ", b"<?xml"])
def test_a_page_cannot_keep_us_busy(part: bytes) -> None:
    began = process_time()
    with pytest.raises(SourceError):
        found({"/": Reply(part * 2000, headers=HTML)})
    assert process_time() - began < 5


def test_an_interface_in_trouble_is_not_waited_for() -> None:
    trouble = {path: Reply(b"no", 500) for path in ("/site.json", "/api/config", "/api/threads/")}
    with pytest.raises(SourceError):
        found({"/": page("<title>A shop</title>"), **trouble})


def test_nothing_to_recognise() -> None:
    with pytest.raises(SourceError, match="put a connector's name before it"):
        found({"/": page("<title>A shop</title>")})


def test_a_site_in_trouble_is_no_unknown_platform() -> None:
    with pytest.raises(FetchError, match="503"):
        found({"/": Reply(b"busy", 503)})


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://github.com/kulanz/kulanz", "github:kulanz/kulanz"),
        ("https://github.com/kulanz/kulanz.git", "github:kulanz/kulanz"),
        ("https://github.com/kulanz/kulanz/issues", "github:kulanz/kulanz"),
    ],
)
def test_a_repository_needs_no_request(url: str, source: str) -> None:
    http = Reading(make=_never, address="").client()
    assert (recognise(url, http), http.requests) == (source, 0)


def test_a_page_of_github_that_is_no_repository() -> None:
    with pytest.raises(SourceError, match="expected a repository"):
        recognise("https://github.com/", Reading(make=_never, address="").client())


@pytest.mark.parametrize(
    ("given", "split"),
    [
        ("feed:https://x/y", ("feed", "https://x/y")),
        ("https://x/y", (None, "https://x/y")),
        ("imap:mail.example.org/INBOX", ("imap", "mail.example.org/INBOX")),
        ("forum.example.org", (None, "forum.example.org")),
    ],
)
def test_names_before_addresses(given: str, split: tuple[str | None, str]) -> None:
    assert split_source(given) == split


def test_every_platform_that_is_recognised_has_a_connector() -> None:
    names = {source.partition(":")[0] for _, source in PAGES.values()} | {"github", "html_forum"}
    assert names <= set(CONNECTORS)
