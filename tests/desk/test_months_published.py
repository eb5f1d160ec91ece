"""A finished month is published once and for good: its file, the entry that names it, and what pages say."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from api_client import Program
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.cli.log import show
from kulanz.desk.conf import conf
from kulanz.desk.models import Alert, LogEntry, LogHead, Member, PublishedMonth, Thread
from kulanz.desk.public import feeds, pages, record
from kulanz.desk.queries.record import RecordFilter, latest
from kulanz.desk.rules.monthly import SETTLING, is_due
from kulanz.desk.services import log_keys, log_sequencing, month_publishing
from kulanz.desk.services.month_publishing import publish_due
from kulanz.tlog.entries import decode

MAY = date(2026, 5, 1)
END = datetime(2026, 5, 31, 22, tzinfo=UTC)
"""May 2026 is over, by the clock of Berlin."""
DUE = END + SETTLING


@pytest.mark.parametrize(
    ("begun", "now", "due"),
    [
        (END - timedelta(1), DUE, True),
        (END - timedelta(1), DUE - timedelta(seconds=1), False),
        (END, DUE, False),
    ],
)
def test_a_month_is_published_once_it_has_settled_if_it_ended_in_the_time_of_the_log(
    begun: datetime, now: datetime, due: bool
) -> None:
    assert is_due(END, begun, now) is due


@pytest.fixture
def log(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public pages, and a log that was begun in May."""
    ours = replace(conf(), public_pages=True, log_folder=tmp_path, log_origin="desk.example/log")
    for module in (pages, feeds, record, log_keys, log_sequencing, month_publishing):
        monkeypatch.setattr(module, "conf", lambda: ours)
    log_keys.begin_log(now=END - timedelta(days=5))
    monkeypatch.setattr("django.utils.timezone.now", lambda: DUE)


@pytest.fixture
def alarms(thread: Thread) -> None:
    for _ in range(7):
        Alert.objects.create(thread=thread, raised_at=END - timedelta(days=2), score=0.8, stage="issue")


def test_a_month_that_is_published_keeps_its_figures_its_bytes_and_its_entry(
    log: None, alarms: None, client: Client, members: dict[str, Member]
) -> None:
    assert "its figures may still change" in client.get("/report?month=2026-05").content.decode()
    assert client.get("/report/2026-05.json").status_code == 404
    assert (publish_due(now=DUE), publish_due(now=DUE)) == (1, 0)
    entry = LogEntry.objects.get(kind="report")
    Alert.objects.all().delete()
    file = client.get("/report/2026-05.json")
    assert file["Content-Disposition"] == 'attachment; filename="kulanz-report-2026-05.json"'
    assert (json.loads(file.content)["alarms"], json.loads(file.content)["first"]) == (7, "2026-05-01")
    digest = sha256(file.content).hexdigest()
    assert decode(bytes(entry.body)).digests == {"report": digest}
    page = client.get("/report?month=2026-05").content.decode()
    for wanted in (f'href="/record/{entry.leaf}?lang=en"', 'href="/report/2026-05.json"', digest):
        assert wanted in page
    assert b"2026-05,alarms,7" in client.get("/report.csv?month=2026-05").content
    told = Program(members["alice"]).get("/monthly-report/public?month=2026-05").json()
    assert told["months"][-1]["alarms"] == 7
    assert [(each["leaf"], each["digest"]) for each in told["files"]] == [(entry.leaf, digest)]


def test_the_record_and_the_command_lead_to_what_was_published(
    log: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_due(now=DUE)
    entry = LogEntry.objects.get(kind="report")
    digest = decode(bytes(entry.body)).digests["report"]
    for address in (f"/record/{entry.leaf}", "/record?kind=report"):
        page = client.get(address).content.decode()
        for wanted in ('href="/report?month=2026-05"', 'href="/report/2026-05.json"', digest):
            assert wanted in page
    monkeypatch.setattr(sys.modules["kulanz.cli.log"], "_start", lambda: None)
    monkeypatch.setattr("kulanz.desk.queries.months_published.last_months", lambda *_: [MAY])
    said = CliRunner().invoke(show).output
    assert f"2026-05, {conf().url}/report/2026-05.json" in said
    assert f"SHA-256 {digest}, entry {conf().url}/record/{entry.leaf}" in said


def test_without_public_pages_or_without_a_log_nothing_is_published(
    log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = month_publishing.conf()
    monkeypatch.setattr(month_publishing, "conf", lambda: replace(open_to_all, public_pages=False))
    assert publish_due(now=DUE) == 0
    monkeypatch.setattr(month_publishing, "conf", lambda: open_to_all)
    LogHead.objects.all().delete()
    assert publish_due(now=DUE) == 0
    assert not PublishedMonth.objects.exists()


def test_who_was_slower_than_another_worker_leaves_no_second_entry(
    log: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_due(now=DUE)
    monkeypatch.setattr(month_publishing, "months_due", lambda _: [MAY])
    assert publish_due(now=DUE) == 0
    assert LogEntry.objects.filter(kind="report").count() == 1


def test_the_record_asks_as_often_for_many_reports_as_for_few(log: None) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            latest(RecordFilter(kind="report"), 50)
        return len(queries)

    publish_due(now=DUE)
    few = asked()
    publish_due(now=DUE + timedelta(days=200))
    assert LogEntry.objects.filter(kind="report").count() == 7
    assert asked() == few
