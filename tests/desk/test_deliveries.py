"""Messages to members and webhooks go out once, wait for digests, and are given up after three days."""

from __future__ import annotations

import base64
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from desk_people import make_member

from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Delivery, Event, Issue, Member, Person, Thread, WebhookTarget
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.digests import next_digest
from kulanz.desk.services import cases, chat, deliveries, issues, notices, sealing, teamwork, webhooks
from kulanz.desk.services.events import PUBLISHED
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification's own example


@dataclass
class Receiver:
    """A server that takes webhooks; ``status`` is what it answers."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    silent: threading.Event | None = None


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    taken = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if taken.silent is not None:
                taken.silent.wait(10)
            self.send_response(taken.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *words: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    taken.url = f"http://127.0.0.1:{server.server_port}/hook"
    allow(monkeypatch, "127.0.0.1")
    yield taken
    server.shutdown()
    server.server_close()


@pytest.fixture
def target(db: None, receiver: Receiver) -> WebhookTarget:
    sealed = sealing.seal(SECRET.encode())
    return WebhookTarget.objects.create(name="crm", url=receiver.url, sealed_secret=sealed)


def allow(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    changed = replace(conf(), allow_private=hosts)
    for module in (webhooks, chat):
        monkeypatch.setattr(module, "conf", lambda: changed)


def publish(now: datetime) -> Delivery:
    webhooks.publish(kind="alert.raised", key="alert-7", data={"alert": 7, "title": "Müll"}, now=now)
    return Delivery.objects.get()


def test_a_webhook_is_signed_and_tells_a_cloud_event(
    target: WebhookTarget, receiver: Receiver, now: datetime
) -> None:
    publish(now)
    publish(now)
    assert deliveries.send_due(now=now) == 1
    assert deliveries.send_due(now=now) == 0
    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/cloudevents+json"
    event = json.loads(body)
    assert (event["specversion"], event["type"], event["id"]) == ("1.0", "kulanz.alert.raised", "alert-7")
    assert event["data"] == {"alert": 7, "title": "Müll"}
    assert Delivery.objects.get().sent_at == now


def test_every_kind_is_in_the_reference(root: Path) -> None:
    page = (root / "docs" / "reference" / "webhooks.md").read_text()
    assert set(re.findall(r"^\| `kulanz\.([\w.]+)` \|", page, re.MULTILINE)) == set(webhooks.KINDS)
    assert set(PUBLISHED.values()) < set(webhooks.KINDS)


def test_a_target_gets_only_the_kinds_it_wants(target: WebhookTarget, now: datetime) -> None:
    WebhookTarget.objects.create(name="all", url="https://x.example", sealed_secret=target.sealed_secret)
    WebhookTarget.objects.update_or_create(pk=target.pk, defaults={"kinds": ["issue.closed"]})
    assert publish(now).target.name == "all"  # type: ignore[union-attr]


def test_a_failure_is_tried_again_with_the_same_id_and_given_up(
    target: WebhookTarget, receiver: Receiver, now: datetime
) -> None:
    receiver.status = 500
    row = publish(now)
    while row.given_up_at is None:
        assert row.due_at is not None
        deliveries.send_due(now=row.due_at)
        row.refresh_from_db()
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    stamps = {headers["webhook-timestamp"] for headers, _ in receiver.got}
    assert len(ids) == 1
    assert len(stamps) == len(receiver.got) > 10
    assert timedelta(days=3) <= row.given_up_at - now < timedelta(days=3, hours=7)
    assert "500" in row.last_error


def test_a_target_that_wants_no_more_is_switched_off(
    target: WebhookTarget, receiver: Receiver, now: datetime
) -> None:
    receiver.status = 410
    row = publish(now)
    deliveries.send_due(now=now)
    row.refresh_from_db()
    target.refresh_from_db()
    assert (target.active, row.given_up_at) == (False, now)
    assert Event.objects.get(noun="webhooktarget").action == "switch_off"


def test_a_silent_target_is_waited_for_once_in_a_round(
    target: WebhookTarget, receiver: Receiver, now: datetime
) -> None:
    receiver.status = 503
    for number in range(3):
        webhooks.publish(kind="alert.raised", key=f"alert-{number}", data={}, now=now)
    assert deliveries.send_due(now=now) == 3
    assert len(receiver.got) == 1
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {now + timedelta(minutes=1)}


def test_private_addresses_and_redirects_are_refused(
    target: WebhookTarget, receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.status = 302
    row = publish(now)
    deliveries.send_due(now=now)
    row.refresh_from_db()
    assert "302" in row.last_error
    allow(monkeypatch)
    deliveries.send_due(now=now + timedelta(hours=1))
    row.refresh_from_db()
    assert "not a public address" in row.last_error
    assert len(receiver.got) == 1


def test_what_happens_at_the_desk_is_published(
    target: WebhookTarget, bob: Actor, thread: Thread, now: datetime
) -> None:
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    person = Person.objects.create(name="Rolf", created_at=now)
    cases.open_case(actor=bob, person=person, issue=issue, title="private words", now=now)
    rows = list(Delivery.objects.filter(kind="webhook").order_by("pk"))
    assert [row.subject for row in rows] == ["issue.opened", "case.opened"]
    assert json.loads(rows[0].body)["data"]["issue"] == issue.pk
    assert "private words" not in rows[1].body


def test_apprise_sends_to_a_real_service(
    receiver: Receiver, members: dict[str, Member], now: datetime
) -> None:
    bob = members["bob"]
    address = receiver.url.replace("http://", "json://")
    bob.sealed_notify_url, bob.email_alerts = sealing.seal(address.encode()), "off"
    bob.save()
    notices.tell(member=bob, key="x", subject="Alarm", body="Look at this.", now=now)
    assert deliveries.send_due(now=now) == 1
    ((_, body),) = receiver.got
    assert json.loads(body)["title"] == "Alarm"
    assert Delivery.objects.get().sent_at == now


def test_a_message_goes_nowhere_where_its_address_cannot_be_opened_or_was_taken_away(
    members: dict[str, Member], now: datetime
) -> None:
    for name, kept in (("alice", b"of no key"), ("bob", b"")):
        member = members[name]
        member.sealed_notify_url, member.email_alerts = b"some", "off"
        notices.tell(member=member, key=name, subject="Alarm", body="Look at this.", now=now)
        Member.objects.filter(pk=member.pk).update(sealed_notify_url=kept)
    assert deliveries.send_due(now=now) == 2
    waits, given_up = Delivery.objects.order_by("pk")
    assert (waits.given_up_at, given_up.given_up_at) == (None, now)
    assert "KULANZ_SECRET_KEY_OLD" in waits.last_error


def test_a_service_that_says_nothing_is_not_waited_for(receiver: Receiver) -> None:
    receiver.silent = threading.Event()
    address = receiver.url.replace("http://", "json://")
    begin = time.monotonic()
    (error,) = chat.send_all([chat.ChatMessage(address, "a", "b")], seconds=0.3)
    receiver.silent.set()
    assert error is not None
    assert "no answer" in str(error)
    assert time.monotonic() - begin < 5


def resolved(host: str, *words: Any, **named: Any) -> list[tuple[Any, ...]]:
    """What a resolver says, without one: names are public, numbers are themselves."""
    return [(0, 0, 0, "", ("127.0.0.1" if host == "127.0.0.1" else "93.184.216.34", 0))]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("json://127.0.0.1/x", "not a public address"),
        ("mailto://a:b@example.org?smtp=127.0.0.1", "not a public address"),
        ("syslog://", "on the machine of the desk|expected an address"),
        ("nonsense", "expected an address"),
        ("", "expected an address"),
    ],
)
def test_addresses_inside_are_refused(address: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch)
    monkeypatch.setattr(chat.socket, "getaddrinfo", resolved)
    (error,) = chat.send_all([chat.ChatMessage(address, "a", "b")])
    assert re.search(words, str(error))


def test_a_digest_is_one_mail_at_nine(members: dict[str, Member], site: SmtpSite, now: datetime) -> None:
    bob = members["bob"]
    Member.objects.filter(pk=bob.pk).update(email_alerts="digest", language="en")
    bob.refresh_from_db()
    for number in range(3):
        notices.tell(member=bob, key=f"n{number}", subject=f"Alarm {number}", body="Look.", now=now)
    notices.tell(member=bob, key="urgent", subject="Promise broken", body="Now.", now=now, urgent=True)
    nine = datetime(2026, 6, 12, 7, 0, tzinfo=UTC)
    assert deliveries.make_digests(now=now) == 0
    assert deliveries.send_due(now=now) == 1
    assert deliveries.make_digests(now=nine) == 1
    assert deliveries.make_digests(now=nine) == 0
    assert deliveries.send_due(now=nine) == 1
    urgent, digest = site.mails
    assert urgent["Subject"] == "Promise broken"
    assert digest["Subject"] == "3 messages of the day"
    assert [f"Alarm {number}" in digest.get_content() for number in range(3)] == [True] * 3
    assert not Delivery.objects.filter(sent_at=None).exists()


def test_what_comes_after_the_digest_of_the_day_waits_for_the_next(
    members: dict[str, Member], now: datetime
) -> None:
    bob = members["bob"]
    Member.objects.filter(pk=bob.pk).update(email_alerts="digest")
    bob.refresh_from_db()
    nine = next_digest(now, bob.time_zone)
    notices.tell(member=bob, key="one", subject="one", body="", now=now)
    deliveries.make_digests(now=nine)
    notices.tell(member=bob, key="two", subject="two", body="", now=now)
    deliveries.make_digests(now=nine)
    late = Delivery.objects.get(subject="two")
    assert (late.sent_at, late.due_at) == (None, nine + timedelta(days=1))


def test_who_has_left_gets_nothing(members: dict[str, Member], now: datetime) -> None:
    bob = members["bob"]
    bob.email_alerts = "digest"
    notices.tell(member=bob, key="one", subject="one", body="", now=now)
    Member.objects.filter(pk=bob.pk).update(is_active=False)
    deliveries.make_digests(now=now + timedelta(days=1))
    assert Delivery.objects.get().given_up_at == now + timedelta(days=1)
    bob.refresh_from_db()
    notices.tell(member=bob, key="two", subject="two", body="", now=now)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-06-11T06:59:59+00:00", "Europe/Berlin", "2026-06-11T07:00:00+00:00"),
        ("2026-06-11T07:00:00+00:00", "Europe/Berlin", "2026-06-12T07:00:00+00:00"),
        ("2026-10-24T12:00:00+00:00", "Europe/Berlin", "2026-10-25T08:00:00+00:00"),  # summer time ends
        ("2026-06-11T23:30:00+00:00", "Pacific/Auckland", "2026-06-12T21:00:00+00:00"),
    ],
)
def test_nine_in_the_morning_is_where_the_member_is(now: str, zone: str, expected: str) -> None:
    assert next_digest(datetime.fromisoformat(now), zone) == datetime.fromisoformat(expected)


def test_members_hear_of_mentions_and_of_what_is_given_to_them(
    alice: Actor, bob: Actor, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    make_member("gustav")  # has no role yet
    issue: Issue = issues.open_issue(actor=alice, threads=[thread], now=now)
    teamwork.write_note(actor=alice, about=issue, text="@bob, @alice and @gustav: look", now=now)
    issues.assign(actor=alice, issue=issue, seen=issue.version, owner=members["bob"], now=now)
    issues.take(actor=bob, issue=issue, seen=issue.version, now=now)
    person = Person.objects.create(name="Rolf", created_at=now)
    case: Case = cases.open_case(actor=bob, person=person, issue=issue, title="Dunning", now=now)
    teamwork.write_note(actor=bob, about=case, text="@dora, @carla: secret", now=now)
    cases.assign(actor=bob, case=case, seen=case.version, contact=members["alice"], now=now)
    told = Delivery.objects.order_by("pk").values_list("member__username", "subject")
    assert list(told) == [
        ("bob", "Alice Beispiel mentions you: Thread 4711"),
        ("bob", "Given to you: Thread 4711"),
        ("alice", "News of the issue: Thread 4711"),
        ("carla", "Bob Beispiel mentions you: Dunning"),
        ("alice", "Given to you: Dunning"),
    ]
