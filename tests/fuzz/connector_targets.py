"""Connectors: they read a whole site of which one answer is damaged."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from discourse_site import SiteServer, community
from fuzz import seeds
from fuzz.target import Target
from github_site import GithubServer, project
from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import FetchError
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.limits import WebLimits
from kulanz.sources.web.pacing import Pacing
from kulanz.sources.web.sending import Reply as Sent
from kulanz.testing.reading import CONTACT, LOOPBACK, Notebook, Reading
from kulanz.testing.recorded import AnyPath, RecordedServer, Reply, Request

NOW: Final = datetime(2026, 6, 11, tzinfo=UTC)
_MOST_REQUESTS: Final = 40
_MOST_PAGES: Final = 30
_MOST_SEEDS: Final = 8


@dataclass(frozen=True, slots=True)
class Site:
    """What a connector reads: recorded or made answers; ``path`` is what its address has behind the host."""

    connector: str
    server: RecordedServer
    path: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server._server.server_close()  # it is asked here, without a network


class FedClient(HttpClient):
    """Asks the site without a network; the answer with a number has another body."""

    def __init__(self, site: Site, number: int, body: bytes) -> None:
        super().__init__(
            policy=LOOPBACK, limits=WebLimits(), pacing=Pacing(interval=0, attempts=1), contact=CONTACT,
            budget=_MOST_REQUESTS, now=lambda: NOW, sleep=lambda _: None, random=Random(1).random,
        )  # fmt: skip
        self._site, self._number, self._body = site, number, body
        self.bodies: list[bytes] = []

    def _send(self, request: Any) -> Sent:
        self._take_turn(request)
        self.requests += 1
        place = urlsplit(request.url)
        asked = Request(request.method, place.path, place.query, {}, request.body or b"")
        reply = self._site.server.answer(asked)
        body = self._body if len(self.bodies) == self._number else reply.body
        self.bodies.append(body)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Sent(reply.status, headers, body, {})


def _read(make: Any, data: bytes) -> None:
    """Read all lanes and every thread again; the first byte says which answer the rest is."""
    site = make()
    client = FedClient(site, data[0] if data else 0, data[1:])
    _walk(site, client)


def _walk(site: Site, client: FedClient) -> None:
    registered = connector_named(site.connector)
    reading = Reading(
        make=registered.make, address=site.server.url + site.path, secrets=site.secrets, now=lambda: NOW
    )
    reading.http = client
    notes = Notebook()
    with suppress(FetchError):
        for lane in reading.connector(notes).lanes:
            for page in reading.pages(notes, lane, _MOST_PAGES):
                msgspec.json.encode(page.posts)
        for page in reading.connector(notes).reread(notes.thread_ids[:3]):
            msgspec.json.encode(page.posts)


def _healthy(make: Any) -> tuple[bytes, ...]:
    """Return the first answers of a read without damage, each behind its number."""
    site = make()
    client = FedClient(site, -1, b"")
    _walk(site, client)
    return tuple(bytes([number]) + body for number, body in enumerate(client.bodies[:_MOST_SEEDS]))


def _json(name: str) -> Any:
    return msgspec.json.decode((seeds.DATA / name).read_bytes())


def _by_path(connector: str, name: str) -> Site:
    return Site(connector, RecordedServer({path: Reply.json(answer) for path, answer in _json(name).items()}))


def _discourse() -> Site:
    return Site("discourse", SiteServer(community(2, 6)))


def _github() -> Site:
    server = GithubServer(project(2, 3, page=10))
    return Site("github", server, server.repository.removeprefix(server.url), {"token": "none"})


def _mastodon() -> Site:
    root = _json("mastodon/takahe_public.json")[0]
    routes = {
        f"/api/v1/statuses/{root['id']}": Reply.json(root),
        f"/api/v1/statuses/{root['id']}/context": Reply.json(_json("mastodon/takahe_context.json")),
    }
    return Site("mastodon", RecordedServer(routes), "/@alice/posts/647226770316987392")


def _everywhere(connector: str, body: bytes, media_type: str, path: str = "/") -> Site:
    return Site(connector, AnyPath(lambda _: Reply(body, headers={"Content-Type": media_type})), path)


def _feed() -> Site:
    return _everywhere("feed", seeds.files("feed/wordpress_posts.atom")[0], "application/atom+xml", "/feed")


def _hyperkitty() -> Site:
    place, api = "/archives/list/users@lists.example.org/", "/archives/api/list/users@lists.example.org"
    emails, detail = _json("hyperkitty/thread_emails.json"), _json("hyperkitty/email_detail.json")
    export = gzip.compress((seeds.DATA / "mbox" / "hyperkitty_export.mbox").read_bytes())
    routes = {
        f"{api}/emails/": Reply.json(
            {"count": len(emails), "next": None, "previous": None, "results": emails[::-1]}
        ),
        f"{api}/thread/HL7TZQG27IZ6Q6XFBMJO2K5ZFY7C2UAC/emails/": Reply.json(emails),
        f"{api}/email/{detail['message_id_hash']}/": Reply.json(detail),
        f"{place}export/users@lists.example.org.mbox.gz": Reply(
            export, headers={"Content-Type": "application/gzip"}
        ),
    }
    return Site("hyperkitty", RecordedServer(routes), place)


def _wordpress() -> Site:
    json = {"Content-Type": "application/json", "X-WP-Total": "3", "X-WP-TotalPages": "1"}
    routes = {
        "/": Reply(seeds.files("wordpress/home.html")[0], headers={"Content-Type": "text/html"}),
        "/wp-json/wp/v2/posts": Reply((seeds.DATA / "wordpress/posts.json").read_bytes(), headers=json),
        "/wp-json/wp/v2/pages": Reply(b"[]", headers=json),
        "/wp-json/wp/v2/comments": Reply((seeds.DATA / "wordpress/comments.json").read_bytes(), headers=json),
        "/comments/feed/": Reply((seeds.DATA / "wordpress/comments.rss").read_bytes()),
    }
    return Site("wordpress", RecordedServer(routes))


_SITES: Final[Mapping[str, Any]] = {
    "discourse": _discourse,
    "feed": _feed,
    "flarum": partial(_by_path, "flarum", "flarum/answers-beta7.json"),
    "github": _github,
    "html_forum": partial(_everywhere, "html_forum", seeds.HTML, "text/html; charset=utf-8"),
    "hyperkitty": _hyperkitty,
    "mastodon": _mastodon,
    "mbox": partial(_everywhere, "mbox", seeds.MAIL, "application/mbox", "/a.mbox"),
    "misago": partial(_by_path, "misago", "misago/answers.json"),
    "nodebb": partial(_by_path, "nodebb", "nodebb/answers-4.15.json"),
    "nodebb-old": partial(_by_path, "nodebb", "nodebb/answers-1.4.json"),
    "wordpress": _wordpress,
}  # fmt: skip

TARGETS: Final = tuple(
    Target(name=f"connect-{name}", parse=partial(_read, cache(make)), seeds=cache(partial(_healthy, make)))
    for name, make in _SITES.items()
)
