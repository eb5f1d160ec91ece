"""Deliveries to the desk: kept at once or made due work, refused where they prove nothing."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from outside_people import outside_by

from discourse_site import SECRET, DiscourseSite, SiteServer, community
from kulanz.desk.conf import conf
from kulanz.desk.models import Mention, Post, Reread, Revision, Source, Subscription, Thread
from kulanz.desk.public import hooks
from kulanz.desk.rules.hooks import BOUNDS, Bounds
from kulanz.desk.services import hooks as hook_services
from kulanz.desk.services import mentions as mention_services
from kulanz.desk.services import subscriptions
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.mentions import verify_due
from kulanz.desk.services.outside import Outside
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.subscriptions import subscribe_due
from kulanz.sources.errors import PermanentError
from kulanz.sources.web.network import AddressPolicy
from kulanz.testing.recorded import RecordedServer, Reply

pytestmark = pytest.mark.django_db
LINE = {
    "thread_id": "4711",
    "post_id": "p1",
    "author_id": "rolf",
    "created_at": "2026-06-01T10:00:00Z",
    "text": "Hallo",
}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def pushed(forum: Source) -> Source:
    Source.objects.filter(pk=forum.pk).update(sealed_hook_secret=seal(SECRET.encode()))
    return Source.objects.get(pk=forum.pk)


def make_source(connector: str, address: str, now: datetime, hook_key: str) -> Source:
    return Source.objects.create(
        name=f"{connector} source",
        connector=connector,
        address=address,
        hook_key=hook_key,
        sealed_hook_secret=seal(SECRET.encode()),
        created_at=now,
    )


def outside(now: datetime | None = None) -> Outside:
    return outside_by((lambda: now) if now else timezone.now)


def push(client: Client, *lines: Any, key: str = SECRET, to: str = "/hooks/forum-hook/push") -> Any:
    body = "\n".join(json.dumps(line) for line in lines)
    return client.post(
        to, body, content_type="application/x-ndjson", headers={"authorization": f"Bearer {key}"}
    )


# Push


def test_pushed_posts_are_kept_before_they_are_acknowledged(client: Client, pushed: Source) -> None:
    answer = push(client, LINE, {**LINE, "post_id": "p2"})
    assert (answer.status_code, answer.json()["kept"]) == (200, 2)
    assert Post.objects.count() == 2
    assert Thread.objects.get().stale_since is not None
    assert Source.objects.get(pk=pushed.pk).delivered_at is not None


def test_a_push_that_comes_again_changes_nothing_and_an_edit_is_a_revision(
    client: Client, pushed: Source
) -> None:
    for _ in range(2):
        push(client, LINE)
    assert (Post.objects.count(), Revision.objects.count()) == (1, 0)
    push(client, {**LINE, "text": "Hallo Welt", "version": 2, "edited_by": "rolf"})
    assert Post.objects.get().text == "Hallo Welt"
    assert Revision.objects.count() == 1


def test_a_push_tells_of_lines_that_it_refused(client: Client, pushed: Source) -> None:
    answer = push(client, LINE, {"post_id": "p9"})
    assert (answer.status_code, answer.json()["refused"]) == (207, 1)
    assert answer.json()["problems"][0]["line"] == 2


@pytest.mark.parametrize(
    ("to", "key", "status"),
    [
        ("/hooks/forum-hook/push", "wrong", 401),
        ("/hooks/forum-hook/discourse", SECRET, 404),
        ("/hooks/forum-hook/unknown", SECRET, 404),
        ("/hooks/another-hook/push", SECRET, 404),
    ],
)
def test_what_proves_nothing_is_refused(
    client: Client, pushed: Source, to: str, key: str, status: int
) -> None:
    assert push(client, LINE, key=key, to=to).status_code == status
    assert not Post.objects.exists()


def test_senders_need_no_csrf_token_and_get_no_cookie(pushed: Source) -> None:
    answer = push(Client(enforce_csrf_checks=True), LINE)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" in answer["cache-control"]


def test_a_body_is_capped(client: Client, pushed: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hooks.BOUNDS, "push", Bounds(100, 10))  # type: ignore[index] # Final to readers
    assert push(client, {**LINE, "text": "x" * 100}).status_code == 413
    assert not Post.objects.exists()


def test_deliveries_are_limited_per_source(
    client: Client, pushed: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hooks.BOUNDS, "push", Bounds(1000, 3))  # type: ignore[index]
    statuses = [push(client, LINE).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_a_paused_source_has_senders_try_again(client: Client, pushed: Source) -> None:
    Source.objects.update(state="paused")
    answer = push(client, LINE)
    assert (answer.status_code, answer["retry-after"]) == (503, "300")


def test_what_could_not_be_kept_is_not_acknowledged(
    client: Client, pushed: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_given: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(hook_services, "keep_page", locked)
    assert push(client, LINE).status_code == 503


def test_a_secret_that_cannot_be_opened_has_senders_try_again(client: Client, forum: Source) -> None:
    Source.objects.update(sealed_hook_secret=b"sealed elsewhere")
    assert push(client, LINE).status_code == 503


# Webhooks of forums


@pytest.fixture
def site_server(db: None) -> Iterator[SiteServer]:
    with SiteServer(community(topics=3, posts=10)) as server:
        yield server


def send(client: Client, site: DiscourseSite) -> list[int]:
    statuses = []
    for each in site.deliveries:
        headers = {name: value for name, value in each.headers.items() if name != "content-type"}
        answer = client.post(
            "/hooks/forum-two/discourse", each.body, content_type="application/json", headers=headers
        )
        statuses.append(answer.status_code)
    site.deliveries = []
    return statuses


def test_a_webhook_of_a_forum_has_its_topic_read_again(client: Client, site_server: SiteServer) -> None:
    site, now = site_server.site, site_server.site.now + timedelta(minutes=10)
    source = make_source("discourse", site_server.url, now, "forum-two")
    Source.objects.filter(pk=source.pk).update(due_at=now)
    while fetch_due(now=now, world=outside(now)):
        pass
    site.deliveries = []
    site.reply(site.topics[2], "kunde_7", "Mein Konto ist auch gesperrt.")
    assert send(client, site) == [200]
    assert not Post.objects.filter(text__contains="auch gesperrt").exists()  # a delivery is only a hint
    assert Reread.objects.get().key == "2"
    assert fetch_due(now=timezone.now(), world=outside())
    assert Post.objects.filter(text__contains="auch gesperrt").exists()
    assert not Reread.objects.exists()


def test_a_webhook_without_the_secret_is_refused(client: Client, site_server: SiteServer) -> None:
    source = make_source("discourse", site_server.url, site_server.site.now, "forum-two")
    Source.objects.filter(pk=source.pk).update(sealed_hook_secret=seal(b"another secret"))
    assert set(send(client, site_server.site)) == {403}
    assert not Reread.objects.exists()


def test_a_delivery_of_github_is_kept_and_its_issue_read_again(client: Client, now: datetime) -> None:
    make_source("github", "acme/desk", now, "hub-key")
    moment = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    issue = {
        "number": 7, "id": 70, "title": "Mahnung", "html_url": "https://github.com/acme/desk/issues/7",
        "url": "https://api.github.com/repos/acme/desk/issues/7", "user": {"login": "rolf"}, "body": "Hallo",
        "created_at": moment, "updated_at": moment, "comments": 0, "state": "open",
    }  # fmt: skip
    event = {
        "action": "opened",
        "issue": issue,
        "repository": {"private": False},
        "sender": {"login": "rolf"},
    }
    body = json.dumps(event).encode()
    headers = {"x-github-event": "issues", "x-hub-signature-256": f"sha256={signature(body)}"}
    answer = client.post("/hooks/hub-key/github", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    assert Post.objects.get().text == "Hallo"
    assert Reread.objects.get().key == Thread.objects.get().key
    assert Source.objects.get().due_at is not None


def signature(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, "sha256").hexdigest()


# WebSub


def test_a_feed_is_subscribed_to_at_its_hub_and_a_change_has_it_read(
    client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "conf", lambda: replace(conf(), url="https://desk.example"))
    with RecordedServer({}) as hub:
        atom = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
        <link rel="hub" href="{hub.url}/hub"/><link rel="self" href="{hub.url}/feed"/><id>urn:x</id></feed>"""
        hub.routes |= {
            "/feed": Reply(atom.encode(), headers={"Content-Type": "application/atom+xml"}),
            "/hub": Reply(b"", 202),
        }
        source = make_source("feed", f"{hub.url}/feed", now, "feed-key")
        Subscription.objects.create(source=source, key="sub-1", due_at=now)
        assert subscribe_due(now=now, world=outside(now)) == 1
        asked = next(each for each in hub.requests if each.path == "/hub")
    assert b"https%3A%2F%2Fdesk.example%2Fhooks%2Ffeed-key%2Fwebsub%2Fsub-1" in asked.body
    query = {
        "hub.mode": "subscribe",
        "hub.topic": f"{hub.url}/feed",
        "hub.challenge": "ja",
        "hub.lease_seconds": "86400",
    }
    answer = client.get("/hooks/feed-key/websub/sub-1", query)
    assert (answer.status_code, answer.content) == (200, b"ja")
    row = Subscription.objects.get()
    assert row.state == "active"
    assert (
        answer_to_change(client, b"<feed/>", subscriptions.KeptSubscriptions(source).find("sub-1").secret)
        == 202
    )
    assert Source.objects.get().due_at is not None
    assert answer_to_change(client, b"<feed/>", "wrong") == 403
    assert client.get("/hooks/feed-key/websub/another", query).status_code == 404


def answer_to_change(client: Client, body: bytes, secret: str) -> int:
    signed = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    return client.post(
        "/hooks/feed-key/websub/sub-1",
        body,
        content_type="application/atom+xml",
        headers={"x-hub-signature": signed},
    ).status_code


# Mentions


def send_form(client: Client, to: str, fields: dict[str, str]) -> int:
    body = urlencode(fields)
    return client.post(to, body, content_type="application/x-www-form-urlencoded").status_code


def mentioned(client: Client, source: str, target: str) -> int:
    return send_form(client, "/hooks/forum-three/webmention", {"source": source, "target": target})


@pytest.fixture
def blog() -> Iterator[RecordedServer]:
    with RecordedServer({}) as server:
        yield server


def test_a_mention_is_looked_at_and_kept_as_a_post_of_its_own_source(
    client: Client, now: datetime, blog: RecordedServer
) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    target = "https://forum.example/t/mahnung/12"
    blog.routes["/post"] = Reply(
        page(f'Odd: <a href="{target}">closed the thread</a>').encode(), headers=HTML
    )
    assert mentioned(client, f"{blog.url}/post", target) == 202
    assert not Post.objects.exists()
    assert verify_due(now=timezone.now(), world=outside()) == 1
    post = Post.objects.get()
    assert (post.source.connector, post.links, post.hidden) == ("mentions", [target], False)
    assert verify_due(now=timezone.now(), world=outside()) == 0


def test_a_mention_that_is_withdrawn_is_hidden_when_it_is_announced_again(
    client: Client, now: datetime, blog: RecordedServer
) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    target = "https://forum.example/t/mahnung/12"
    blog.routes["/post"] = Reply(page(f'<a href="{target}">thread</a>').encode(), headers=HTML)
    mentioned(client, f"{blog.url}/post", target)
    verify_due(now=timezone.now(), world=outside())
    created = Post.objects.get().created_at
    blog.routes["/post"] = Reply(b"gone", 410)
    mentioned(client, f"{blog.url}/post", target)
    verify_due(now=timezone.now(), world=outside())
    post = Post.objects.get()
    assert (post.hidden, post.created_at) == (True, created)
    assert Revision.objects.get().kind == "hidden"


def test_a_mention_announced_while_its_page_cannot_be_read_is_looked_at_again(
    client: Client, now: datetime, blog: RecordedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    target = "https://forum.example/t/mahnung/12"

    def refused(*_: Any) -> None:
        mentioned(client, f"{blog.url}/post", target)
        raise PermanentError("there is no such page")

    mentioned(client, f"{blog.url}/post", target)
    with monkeypatch.context() as patched:
        patched.setattr(mention_services.mentions, "verify", refused)
        assert verify_due(now=timezone.now(), world=outside()) == 1
    blog.routes["/post"] = Reply(page(f'<a href="{target}">thread</a>').encode(), headers=HTML)
    assert verify_due(now=timezone.now(), world=outside()) == 1
    assert Post.objects.get().links == [target]


def test_a_page_without_a_link_leaves_nothing(client: Client, now: datetime, blog: RecordedServer) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    blog.routes["/spam"] = Reply(page("Buy this").encode(), headers=HTML)
    mentioned(client, f"{blog.url}/spam", "https://forum.example/t/1")
    assert verify_due(now=timezone.now(), world=outside()) == 1
    assert not Post.objects.exists()
    assert not Mention.objects.exists()


def test_only_our_pages_can_be_mentioned_and_only_so_many_wait(
    client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    assert mentioned(client, "https://blog.example/1", "https://elsewhere.example/1") == 400
    monkeypatch.setattr(mention_services, "MOST_WAITING", 3)
    for number in range(6):
        mentioned(client, f"https://blog.example/{number}", "https://forum.example/t/1")
    assert Mention.objects.count() == 3


def test_a_page_in_a_private_network_is_never_looked_at(
    client: Client, now: datetime, blog: RecordedServer
) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    mentioned(client, f"{blog.url}/post", "https://forum.example/t/1")
    world = replace(outside(), policy=AddressPolicy())
    assert verify_due(now=timezone.now(), world=world) == 1
    assert not blog.requests
    assert not Mention.objects.exists()


def test_a_trackback_is_about_the_thread_of_its_address(client: Client, now: datetime) -> None:
    source = make_source("push", "https://forum.example", now, "forum-three")
    thread = Thread.objects.create(source=source, key="12", url="https://forum.example/t/12", seen_at=now)
    form = {"url": "https://blog.example/1", "title": "Odd"}
    assert send_form(client, f"/hooks/forum-three/trackback/{thread.pk}", form) == 200
    assert Mention.objects.get().claim["target"] == "https://forum.example/t/12"
    assert send_form(client, "/hooks/forum-three/trackback/999999", form) == 404


def page(body: str) -> str:
    return f"<html><head><title>Blog</title></head><body><p>{body}</p></body></html>"


def test_every_receiver_has_its_bounds() -> None:
    assert set(BOUNDS) == set(hook_services._MAKERS)
