"""Alive, ready, numbers, and log lines that belong together."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from api_client import Program
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from measured import numbers

from kulanz.desk.conf import conf
from kulanz.desk.logs import PatternFilter, RequestIdFilter
from kulanz.desk.models import BillingSystem, Delivery, Inbox, Member, Thread
from kulanz.desk.operating import doctor
from kulanz.desk.queries import health, readiness
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services.heartbeats import beat

pytestmark = pytest.mark.django_db
ELSEWHERE = "203.0.113.7"


def test_alive_needs_nothing() -> None:
    assert Client().get("/livez").content == b"alive\n"


def test_ready_with_a_database_its_tables_and_a_worker() -> None:
    beat(now=timezone.now(), worker="w")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["checks"].items()) == {
        (name, "good") for name in ("database", "migrations", "worker", "mailbox", "billing", "work")
    }


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Inbox:
    """A mailbox that was read for the last time an hour ago, and why."""
    given = replace(conf(), inbox_url="imaps://desk:secret@mail.example/INBOX")
    for module in (health, readiness):
        monkeypatch.setattr(module, "conf", lambda: given)
    now = timezone.now()
    return Inbox.objects.create(
        address="imaps://mail.example/INBOX", due_at=now, last_error="hunter2 was refused", attempts=9,
        kept=12, unmatched=3, broken=1, last_success_at=now - timedelta(hours=1),
    )  # fmt: skip


def test_a_mailbox_that_is_not_read_is_told_and_pages_go_on(mailbox: Inbox) -> None:
    beat(now=timezone.now(), worker="w")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    checks = answer.json()["checks"]
    assert checks["mailbox"].startswith("last read at")
    assert "1 of inbox" in checks["work"]
    assert "hunter2" not in answer.content.decode()
    found = numbers(Client().get("/metrics").content.decode())
    assert found['kulanz_mailbox_messages{fate="unmatched"}'] == 3
    assert 3600 <= found["kulanz_mailbox_unread_seconds"] < 3700
    assert found['kulanz_failing_rows{kind="inbox"}'] == 1


def test_doctor_says_why_a_mailbox_is_not_read_and_what_fails(mailbox: Inbox) -> None:
    now = timezone.now()
    Delivery.objects.create(
        kind="email", key="k", body="b", created_at=now, due_at=now, last_error="refused", attempts=2
    )
    told = [each.what for each in doctor.examine(readiness.conf(), now)]
    assert any("mailbox: last read at" in each and "hunter2 was refused" in each for each in told)
    assert "mailbox: 3 messages belong to no case" in told
    assert "work: 1 of delivery failed and will be tried again: refused" in told
    Inbox.objects.update(last_success_at=now, last_error="", unmatched=0)
    told = [each.what for each in doctor.examine(readiness.conf(), now) if each.level != "good"]
    assert not [each for each in told if each.startswith("mailbox")]


def test_a_billing_system_that_is_not_read_is_told_and_pages_go_on() -> None:
    now = timezone.now()
    beat(now=now, worker="w")
    common = {"adapter": "csv", "interval_s": 900, "created_at": now - timedelta(days=1)}
    BillingSystem.objects.create(name="Main books", hook_key="1", last_error="hunter2 was refused", **common)
    BillingSystem.objects.create(
        name="Old books", hook_key="2", last_success_at=now - timedelta(hours=1), **common
    )
    BillingSystem.objects.create(name="Good books", hook_key="3", last_success_at=now, **common)
    BillingSystem.objects.create(name="Paused books", hook_key="4", paused=True, **common)
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["billing"].startswith("2 billing systems are not read")
    assert "hunter2" not in answer.content.decode()
    told = [each.what for each in doctor.examine(conf(), now) if each.what.startswith("billing: ")]
    assert told[0] == "billing: Main books, never read: hunter2 was refused"
    assert told[1].endswith("UTC: no worker has come by")
    assert len(told) == 2
    found = numbers(Client().get("/metrics").content.decode())
    assert sum(name.startswith("kulanz_billing_unread_seconds{") for name in found) == 3


def test_not_ready_while_no_worker_is_heard_of() -> None:
    beat(now=timezone.now() - timedelta(minutes=5), worker="w")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "kulanz work" in answer.json()["checks"]["worker"]
    assert Client().get("/readyz?exclude=worker").status_code == 200


def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("password=hunter2")

    monkeypatch.setattr(readiness, "_database", gone)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "hunter2" not in answer.content.decode()


def test_metrics_tell_of_work_that_waits(thread: Thread) -> None:
    now = timezone.now()
    Thread.objects.filter(pk=thread.pk).update(
        stale_since=now - timedelta(seconds=90), due_at=now - timedelta(seconds=80)
    )
    Delivery.objects.create(kind="email", key="k", body="b", created_at=now, due_at=now, last_error="refused")
    found = numbers(Client().get("/metrics").content.decode())
    assert (found["kulanz_threads"], found["kulanz_threads_stale"], found["kulanz_posts"]) == (1, 1, 0)
    assert 90 <= found["kulanz_stale_seconds"] < 95
    assert found['kulanz_due_rows{kind="thread"}'] == 1
    assert 80 <= found['kulanz_due_seconds{kind="thread"}'] < 85
    assert found['kulanz_failing_rows{kind="delivery"}'] == 1
    assert found['kulanz_deliveries{kind="email",state="waiting"}'] == 1
    assert found['kulanz_rows{noun="sources",state="running"}'] == 1


def test_requests_are_timed_by_pattern_not_by_address(thread: Thread, members: dict[str, Member]) -> None:
    program = Program(members["bob"])
    program.get(f"/threads/{thread.pk}")
    Client().get("/hooks/a-secret-key/discourse")
    text = Client().get("/metrics").content.decode()
    assert 'kulanz_request_seconds_count{method="GET",route="/api/v1/threads/<int:pk>",status="200"}' in text
    assert "a-secret-key" not in text


@pytest.mark.parametrize(("who", "status"), [("adam", 200), ("alice", 200)])
def test_metrics_from_elsewhere_need_a_token(members: dict[str, Member], who: str, status: int) -> None:
    program = Program(members[who], Scope.METRICS)
    given = {"headers": {"Authorization": f"Bearer {program.text}"}, "REMOTE_ADDR": ELSEWHERE}
    assert Client().get("/metrics", **given).status_code == status


def test_metrics_are_not_for_strangers_nor_through_a_proxy(members: dict[str, Member]) -> None:
    assert Client().get("/metrics", REMOTE_ADDR=ELSEWHERE).status_code == 401
    assert Client().get("/metrics", headers={"X-Forwarded-For": ELSEWHERE}).status_code == 401
    reading = Program(members["adam"], Scope.READ)
    headers = {"Authorization": f"Bearer {reading.text}"}
    assert Client().get("/metrics", headers=headers, REMOTE_ADDR=ELSEWHERE).status_code == 403


def test_a_request_keeps_its_id_or_gets_one(members: dict[str, Member]) -> None:
    assert Client().get("/livez", headers={"X-Request-ID": "abc-1"})["X-Request-ID"] == "abc-1"
    made = Client().get("/livez", headers={"X-Request-ID": "a\tb <script>"})["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    told = Client().get("/api/v1/nothing", headers={"X-Request-ID": "abc-2"})
    assert told.json()["request_id"] == "abc-2"


def test_what_django_says_of_a_request_has_its_id(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(RequestIdFilter())
    Client().get("/api/v1/nothing", headers={"X-Request-ID": "abc-4"})
    said = [record for record in caplog.records if record.name == "django.request"]
    assert [record.request_id for record in said] == ["abc-4"]


@pytest.mark.parametrize(
    ("path", "route"), [("/status/SecretKey", "/status/<str:key>"), ("/status/SecretKey/", "unknown")]
)
def test_what_django_says_of_a_request_holds_no_key(
    caplog: pytest.LogCaptureFixture, path: str, route: str
) -> None:
    caplog.handler.addFilter(PatternFilter())
    assert Client().get(path).status_code == 404
    said = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert said == [f"Not Found: {route}"]
    assert "pattern" in settings.LOGGING["handlers"]["console"]["filters"]


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What goes to the log, as the settings write it with KULANZ_LOG_FORMAT=json."""
    kept = StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(import_string(settings.LOGGING["formatters"]["json"]["()"])())
    handler.addFilter(RequestIdFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield kept
    root.removeHandler(handler)


def test_a_static_file_is_told_apart_from_what_leads_nowhere(written: StringIO) -> None:
    assert Client().get("/static/desk.css").status_code == 200
    Client().get("/static/SecretKey")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [(line["route"], line["status"]) for line in lines if line["logger"] == "kulanz.requests"]
    assert told == [("/static/<path:path>", 200), ("/static/<path:path>", 404)]
    assert "SecretKey" not in written.getvalue()


def test_log_lines_are_json_with_the_id_of_their_request(
    members: dict[str, Member], thread: Thread, written: StringIO
) -> None:
    program = Program(members["bob"])
    program.get(f"/threads/{thread.pk}?words=private", **{"X-Request-ID": "abc-3"})
    program.get("/nothing?words=private")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    line = next(line for line in lines if line["logger"] == "kulanz.requests")
    assert (line["request_id"], line["status"], line["level"]) == ("abc-3", 200, "INFO")
    assert line["token"] == program.token.pk
    assert set(line) == {
        "time", "level", "logger", "event", "request_id", "job", "method", "route", "status", "ms", "token",
    }  # fmt: skip
    assert "private" not in written.getvalue()
