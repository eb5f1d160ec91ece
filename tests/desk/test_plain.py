"""NUL characters from outside: no database keeps them everywhere, and no entrance stumbles over them."""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest
from api_client import Program
from django.test import Client
from django.utils import timezone
from test_hooks import HTML, LINE, make_source, mentioned, outside, page, push, send, send_form

from discourse_site import SECRET, SiteServer, community
from kulanz.desk.models import (
    Account,
    Case,
    Claim,
    Customer,
    Member,
    Mention,
    Message,
    Person,
    Post,
    Revision,
    Source,
    Thread,
)
from kulanz.desk.queries.known import KnownPosts
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.addresses import signed_address
from kulanz.desk.rules.customers import facts_in
from kulanz.desk.rules.plain import plain, plainly
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services import customer_imports, outgoing, sealing
from kulanz.desk.services.conversing import receive
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.mentions import verify_due
from kulanz.desk.services.sealing import seal, unseal
from kulanz.testing.recorded import RecordedServer, Reply

pytestmark = pytest.mark.django_db
NUL = "\0"
BAD = {
    "thread_id": "47\0" + "11",
    "post_id": "p\0" + "1",
    "author_id": "ro\0lf",
    "reply_to": "p\0" + "0",
    "created_at": "2026-06-01T10:00:00Z",
    "text": "Hal\0lo",
    "quotes": ["Guten \0Tag"],
    "links": ["https://a.example/\0"],
    "mentions": ["bo\0b"],
    "thread_title": "Mah\0nung",
    "url": "https://f.example/\0",
    "edited_by": "mo\0d",
    "lang": "d\0e",
    "more": {"a\0": ["b\0"]},
}
EMPTY = {**LINE, "post_id": NUL}


@pytest.fixture
def pushed(forum: Source) -> Source:
    Source.objects.filter(pk=forum.pk).update(sealed_hook_secret=seal(SECRET.encode()))
    return Source.objects.get(pk=forum.pk)


@pytest.fixture
def site_server(db: None) -> Iterator[SiteServer]:
    with SiteServer(community(topics=3, posts=10)) as server:
        yield server


def kept() -> list[tuple[str, ...]]:
    """Texts and keys of all posts; everything in their rows, and in those that they hang on, holds no NUL."""
    rows: list[Any] = [
        *Post.objects.all(),
        *Thread.objects.all(),
        *Account.objects.all(),
        *Revision.objects.all(),
    ]
    assert r"\x00" not in str([vars(row) for row in rows])
    found = Post.objects.order_by("key").values_list("thread__key", "key", "account__key", "text")
    return list(found)


def test_all_texts_in_a_value_become_plain() -> None:
    assert plain("a\0b\ud800") == "ab?"
    given = {"a\0": ["b\0", ("c\0",), frozenset({"d\0"})], "e": b"\0", "f": 1}
    assert plainly(given) == {"a": ["b", ("c",), frozenset({"d"})], "e": b"\0", "f": 1}
    row = namedtuple("row", "key text")  # noqa: PYI024 - as rows of a query are
    named = plainly([row("a\0", 1)])
    assert (named, type(named[0])) == ([("a", 1)], row)


def test_a_push_with_nul_keeps_its_posts_and_those_beside_it(client: Client, pushed: Source) -> None:
    for _ in range(2):
        answer = push(client, {**LINE, "post_id": "p2"}, BAD, EMPTY)
        assert answer.status_code == 200
        assert kept() == [("4711", "p1", "rolf", "Hallo"), ("4711", "p2", "rolf", "Hallo")]
    push(client, {**BAD, "text": "Hal\0lo Welt", "version": 2})
    assert kept()[0][-1] == "Hallo Welt"
    assert Thread.objects.get().title == "Mahnung"
    assert KnownPosts(pushed).thread_of("p\0" + "1") == "4711"


def test_a_push_by_the_api_with_nul_names_its_source(members: dict[str, Member], forum: Source) -> None:
    pusher = Program(members["adam"], Scope.PUSH)
    lines = ({**BAD, "source": "Kontaktor\0 forum"}, {**LINE, "post_id": "p2", "source": "Kontaktor forum"})
    answer = pusher.ask("POST", "/push", "\n".join(map(json.dumps, lines)).encode())
    assert (answer.status_code, answer.json()["kept"]) == (200, 2)
    assert [each[1] for each in kept()] == ["p1", "p2"]
    answer = pusher.ask("POST", "/push", json.dumps({**LINE, "source": "else\0where"}).encode())
    assert answer.status_code == 422


def test_a_forum_whose_posts_hold_nul_is_read(client: Client, site_server: SiteServer) -> None:
    site, now = site_server.site, site_server.site.now + timedelta(minutes=10)
    source = make_source("discourse", site_server.url, now, "forum-two")
    Source.objects.filter(pk=source.pk).update(due_at=now)
    while fetch_due(now=now, world=outside(now)):
        pass
    site.deliveries = []
    site.reply(site.topics[2], "kunde\0_7", "Mein Konto ist \0gesperrt.")
    assert send(client, site) == [200]
    assert fetch_due(now=timezone.now(), world=outside())
    assert "Mein Konto ist gesperrt." in [each[-1] for each in kept()]


@pytest.mark.parametrize("path", ["/hooks/a%00b/push", "/hooks/forum-hook/push?source=a%00b"])
def test_an_address_with_nul_is_refused(client: Client, pushed: Source, path: str) -> None:
    answer = push(client, LINE, to=path)
    assert answer.status_code == 400
    assert b"NUL" in answer.content


def test_mentions_with_nul(client: Client, now: datetime) -> None:
    source = make_source("push", "https://forum.example", now, "forum-three")
    thread = Thread.objects.create(source=source, key="12", url="https://forum.example/t/12", seen_at=now)
    assert mentioned(client, "https://blog.example/\0", thread.url) == 400
    assert mentioned(client, "https://blog.example/", thread.url + NUL) == 400
    assert send_form(client, "/hooks/forum-three/pingback", {"x": NUL}) < 500
    call = (
        "<methodCall><methodName>pingback.ping</methodName><params>"
        f"<param><value>https://blog.example/&#0;</value></param><param><value>{thread.url}</value></param>"
        "</params></methodCall>"
    )
    answer = client.post("/hooks/forum-three/pingback", call, content_type="text/xml")
    assert answer.status_code < 500
    assert not Mention.objects.exists()
    form = {"url": "https://blog.example/1", "title": "O\0dd", "excerpt": NUL, "blog_name": "B\0log"}
    assert send_form(client, f"/hooks/forum-three/trackback/{thread.pk}", form) == 200
    claim = Mention.objects.get().claim
    assert (claim["title"], claim["blog_name"]) == ("Odd", "Blog")


def test_a_page_that_mentions_us_with_nul_is_kept(client: Client, now: datetime) -> None:
    make_source("push", "https://forum.example", now, "forum-three")
    target = "https://forum.example/t/12"
    with RecordedServer({}) as blog:
        blog.routes["/post"] = Reply(page(f'O\0dd: <a href="{target}">clo\0sed</a>').encode(), headers=HTML)
        assert mentioned(client, f"{blog.url}/post", target) == 202
        assert verify_due(now=timezone.now(), world=outside()) == 1
    assert len(kept()) == 1
    assert r"\x00" not in str(Mention.objects.get().found)


def test_a_mail_with_nul_comes_into_its_case(db: None, now: datetime) -> None:
    person = Person.objects.create(name="Rolf", created_at=now)
    case = Case.objects.create(person=person, title="Dunning", email="rolf@mauer.example", reply_key="a" * 20,
                               opened_at=now)  # fmt: skip
    key = sealing.derived_keys(outgoing.ADDRESS_KEY)[0]
    mail = EmailMessage()
    mail["To"] = signed_address("kulanz@kontaktor.example", case.reply_key, key)
    mail["From"], mail["Date"] = "rolf@mauer.example", "Thu, 11 Jun 2026 11:20:00 +0200"
    mail.set_content("Here it\0 is.")
    mail.add_alternative("<p>Here it\0 is.</p>", subtype="html")
    mail.add_attachment(b"1", maintype="text", subtype="plain", filename="bill.txt")
    head = b"Message-ID: <a\x001@mauer.example>\r\nReferences: <b\x002@mauer.example>\r\n"
    head += b"Subject: =?utf-8?q?Re=00ply?=\r\n"
    assert receive(content=head + mail.as_bytes(), now=now) == "kept"
    message = Message.objects.get()
    assert (message.text.strip(), message.subject) == ("Here it is.", "Reply")
    assert r"\x00" not in str(vars(message))


def test_a_table_of_customers_with_nul_is_taken(alice: Actor, now: datetime) -> None:
    table = "customer no;name;invoice;open amount\nK\0-1;Ro\0lf;R\0-1;12,00\nK-2;Eva;;\n"
    uploaded = customer_imports.upload(actor=alice, name="crm.csv", content=table.encode(), now=now)
    customer_imports.begin(actor=alice, uploaded=uploaded, seen=uploaded.version, now=now)
    assert customer_imports.take_due(now=now) == 1
    assert list(Customer.objects.order_by("number").values_list("number", flat=True)) == ["K-1", "K-2"]
    assert facts_in(unseal(Customer.objects.get(number="K-1").sealed)).name == "Rolf"
    assert Claim.objects.get().key == "R-1"


def test_pages_and_the_api_refuse_nul(client: Client, members: dict[str, Member]) -> None:
    client.force_login(members["alice"])
    assert client.get(f"/search?q={quote(NUL)}").status_code == 400
    assert client.post("/preferences/save", {"theme": NUL}).status_code < 500
    program = Program(members["alice"], Scope.READ)
    assert program.get(f"/search?words={quote(NUL)}").status_code == 422
