"""What monitoring is told: lags, outcomes, and what workers count; the price does not grow."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import Error, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from measured import numbers

from kulanz.desk.api.metrics import COUNTED, MEASURED, Kept
from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Alert,
    Inbox,
    LogHead,
    Measure,
    PublicSight,
    Source,
    Statement,
    Subscription,
    Tally,
    Thread,
)
from kulanz.desk.queries.health import failing
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.tallies import LIMITS, cumulative, place_of
from kulanz.desk.services import tallies
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.services.public_log import enter
from kulanz.desk.services.tallies import Tallies
from kulanz.desk.worker import Job, run_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Tallies:
    """Nothing that another test has left is written."""
    fresh = Tallies()
    for module in ("worker", "services.analysing", "services.fetching"):
        monkeypatch.setattr(f"kulanz.desk.{module}.TALLIES", fresh)
    return fresh


def told() -> dict[str, float]:
    MEASURED.forget()
    COUNTED.forget()
    return numbers(Client().get("/metrics").content.decode())


def sources(count: int) -> None:
    now = timezone.now()
    Source.objects.bulk_create(
        Source(
            name=f"Anna {number}", connector="feed", address=f"https://anna.example/{number}",
            hook_key=f"hook {number}", created_at=now - timedelta(days=2), errors_in_row=2, requests_total=5,
            last_success_at=now - timedelta(hours=1), due_at=now - timedelta(minutes=10),
        )
        for number in range(count)
    )  # fmt: skip


def test_each_source_that_is_read_tells_how_far_it_is_behind(forum: Source) -> None:
    sources(1)
    Source.objects.create(
        name="Berta", connector="feed", address="https://berta.example", hook_key="b", state="paused",
        created_at=timezone.now(),
    )  # fmt: skip
    found = told()
    labels = f'{{connector="feed",source="{Source.objects.get(name="Anna 0").pk}"}}'
    assert 3600 <= found[f"kulanz_source_unread_seconds{labels}"] < 3700
    assert 600 <= found[f"kulanz_source_overdue_seconds{labels}"] < 700
    assert found[f"kulanz_source_errors{labels}"] == 2
    assert found['kulanz_source_requests{connector="feed"}'] == 5
    assert sum(name.startswith("kulanz_source_unread_seconds{") for name in found) == 1
    assert not [name for name in found if re.search("anna|berta", name, re.IGNORECASE)]


def test_thirty_sources_cost_no_more_than_three_and_a_second_asking_nothing(db: None) -> None:
    asked = []
    for more in (3, 27):
        Source.objects.all().delete()
        sources(more)
        MEASURED.forget()
        COUNTED.forget()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            Client().get("/metrics")
        asked.append(len(queries))
    assert asked[0] == asked[1]
    with CaptureQueriesContext(connection) as queries:
        Client().get("/metrics")
    assert len(queries) == 0


def test_an_answer_is_read_again_when_its_time_is_over() -> None:
    clock, reads = [100.0], iter(range(9))
    kept = Kept(lambda: next(reads), 5, lambda: clock[0])
    assert (kept(), kept()) == (0, 0)
    clock[0] = 105.0
    assert kept() == 1
    kept.forget()
    assert kept() == 2


def test_what_no_worker_comes_to_does_not_wait(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = timezone.now() - timedelta(days=1)
    due = {"due_at": long_ago, "last_error": "refused"}
    measure = Measure.objects.create(
        thread=thread, kind="lock", scope="thread", at_source=True, proposed_at=long_ago
    )
    Statement.objects.create(measure=measure, body={}, **due)
    Subscription.objects.create(source=thread.source, key="hub", **due)
    PublicSight.objects.create(thread=thread, **due)
    for address in ("imaps://old.example/INBOX", "imaps://new.example/INBOX"):
        Inbox.objects.create(address=address, last_success_at=long_ago, **due)
    kinds = ("statement", "subscription", "publicsight", "inbox")

    def shown(name: str) -> list[float]:
        found = told()
        return [found[f'{name}{{kind="{kind}"}}'] for kind in kinds]

    use = replace(conf(), statements_url="https://dsa.example", inbox_url="imaps://new.example/INBOX")
    with monkeypatch.context() as patched:
        patched.setattr("kulanz.desk.queries.health.conf", lambda: use)
        assert shown("kulanz_due_rows") == shown("kulanz_failing_rows") == [1, 1, 1, 1]
    Source.objects.update(state="paused")
    assert shown("kulanz_due_rows") == shown("kulanz_due_seconds") == shown("kulanz_failing_rows") == [0] * 4
    assert "kulanz_mailbox_unread_seconds" not in told()
    assert failing() == []


def test_alarms_are_told_by_what_people_said_of_them(thread: Thread) -> None:
    for verdict in ("", "", "right", "wrong"):
        Alert.objects.create(
            thread=thread, raised_at=timezone.now(), score=0.9, stage="issue", verdict=verdict
        )
    found = told()
    assert [found[f'kulanz_alarms{{verdict="{each}"}}'] for each in ("open", "right", "wrong")] == [2, 1, 1]


def test_the_log_tells_how_fresh_it_is(db: None) -> None:
    now = timezone.now()
    enter(kind="promise", act="keep", at=now, now=now - timedelta(hours=3), subjects={"promise": b"{}"})
    found = told()
    assert "kulanz_log_published_seconds" not in found
    assert found["kulanz_log_waiting_seconds"] == 0
    LogHead.objects.create(
        origin="log.example",
        size=4,
        begun_at=now,
        published_at=now - timedelta(hours=2),
        due_at=now,
        last_error="no room",
    )
    found = told()
    assert found["kulanz_log_waiting_seconds"] >= 10_800
    assert 7200 <= found["kulanz_log_published_seconds"] < 7300
    assert found["kulanz_log_failing"] == 1


def test_the_time_from_a_post_to_its_report_is_a_histogram(thread: Thread, counts: Tallies) -> None:
    now = timezone.now()
    Thread.objects.update(stale_since=now - timedelta(seconds=100), due_at=now)
    assert analyse_due(now=now) == 1
    counts.write()
    found = told()
    assert [found[f'kulanz_radar_seconds_bucket{{le="{le}"}}'] for le in ("60", "120", "+Inf")] == [0, 1, 1]
    assert found["kulanz_radar_seconds_count"] == 1
    assert 100 <= found["kulanz_radar_seconds_sum"] < 120


def test_what_a_worker_did_is_counted_and_a_turn_without_work_is_not(counts: Tallies) -> None:
    def refused(**_: object) -> int:
        raise RuleError("not now")

    jobs = (Job("holds", lambda **_: 3), Job("alarms", lambda **_: 0), Job("log", refused))
    for _ in range(2):
        run_once(timezone.now(), jobs)
    counts.write()
    found = told()
    assert found['kulanz_job_rows_total{name="holds"}'] == 6
    assert found['kulanz_job_seconds_total{name="holds"}'] > 0
    assert found['kulanz_job_failures_total{name="log"}'] == 2
    assert 'kulanz_job_rows_total{name="alarms"}' not in found


def test_a_turn_at_a_source_is_counted_by_how_it_ended(counts: Tallies) -> None:
    sources(1)
    Source.objects.update(budget_per_day=0)
    assert fetch_due(now=timezone.now()) == 1
    counts.write()
    assert told()['kulanz_fetches_total{connector="feed",result="spent"}'] == 1


def test_two_workers_add_up_and_what_could_not_be_written_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise Error

    one, other = Tallies(), Tallies()
    for each in (one, other, one):
        each.count("job_rows", "holds", 2)
    with monkeypatch.context() as patch:
        patch.setattr(tallies, "_add", gone)
        with pytest.raises(Error):
            one.write()
    for each in (one, other, one):
        each.write()
    assert list(Tally.objects.values_list("name", "label", "amount")) == [("job_rows", "holds", 6)]


def test_counts_are_written_every_ten_seconds_even_when_the_clock_was_set_back() -> None:
    now = timezone.now()
    counts = Tallies()
    written = []
    for after in (0, 9, 10, -3600):
        counts.count("job_rows", "holds")
        counts.write_due(now=now + timedelta(seconds=after))
        written.append(Tally.objects.get().amount)
    assert written == [1, 1, 3, 4]


def test_buckets_hold_what_is_not_above_their_limit() -> None:
    assert [place_of(seconds) for seconds in (0.0, 1.0, 1.1, 3600.0, 3600.1)] == [
        "1",
        "1",
        "2.5",
        "3600",
        "+Inf",
    ]
    found = cumulative({"1": 2, "+Inf": 1, "sum": 99})
    assert (len(found), found[0], found[-1]) == (len(LIMITS) + 1, ("1", 2), ("+Inf", 3))
