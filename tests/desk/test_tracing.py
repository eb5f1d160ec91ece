"""Traces: what took how long, one within the other, and nothing of what anybody wrote or is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk", reason="traces need the extra otel: pip install 'kulanz[otel]'")

from django.test import Client
from django.utils import timezone
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from kulanz.desk import checks, tracing
from kulanz.desk.checks import found_unsafe
from kulanz.desk.conf import ConfError, read_conf
from kulanz.desk.models import Source
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.fetching import fetch_due
from kulanz.desk.trace_export import provider, tracer
from kulanz.desk.worker import Job, run_once

NAME = "Rosalinde"
SAID = {
    "http.request.method", "http.route", "http.response.status_code", "kulanz.request_id", "kulanz.job",
    "kulanz.rows", "kulanz.source", "kulanz.connector", "kulanz.result", "error.type",
}  # fmt: skip


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What would be sent, in the order in which it ended."""
    kept = InMemorySpanExporter()
    made = provider(SimpleSpanProcessor(kept), 1.0).get_tracer("tests")
    monkeypatch.setattr(tracing, "_tracer", lambda: made)
    return kept


def told(spans: InMemorySpanExporter) -> list[tuple[str, Mapping[str, Any]]]:
    finished = spans.get_finished_spans()
    assert not [each for each in finished if NAME.lower() in each.to_json().lower()]
    assert not [each for each in finished if each.events or set(each.attributes or {}) - SAID]
    return [(each.name, dict(each.attributes or {})) for each in finished]


def test_a_request_is_told_by_its_pattern(db: None, spans: InMemorySpanExporter) -> None:
    headers = {"X-Request-ID": "abc-7", "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
    Client().get(f"/status/{NAME}?q={NAME}", headers=headers)
    Client().get(f"/{NAME}")
    Client().get("/livez")
    (name, said), (other, _) = told(spans)
    assert name == "GET /status/<str:key>"
    assert said == {
        "http.request.method": "GET", "http.route": "/status/<str:key>", "http.response.status_code": 404,
        "kulanz.request_id": "abc-7",
    }  # fmt: skip
    assert other == "GET unknown"
    assert all(each.parent is None for each in spans.get_finished_spans())


def test_a_fetch_stands_within_its_job_and_a_turn_without_work_is_not_sent(
    forum: Source, spans: InMemorySpanExporter
) -> None:
    now = timezone.now()
    Source.objects.filter(pk=forum.pk).update(
        name=NAME, connector="feed", address=f"https://{NAME}.example", budget_per_day=0,
        due_at=now - timedelta(minutes=1),
    )  # fmt: skip
    run_once(now, (Job("fetch", fetch_due), Job("log", lambda **_: 0)))
    (fetch, said), (job, done) = told(spans)
    assert (fetch, job) == ("fetch feed", "job fetch")
    assert said == {"kulanz.source": forum.pk, "kulanz.connector": "feed", "kulanz.result": "spent"}
    assert done == {"kulanz.job": "fetch", "kulanz.rows": 1}
    inner, outer = spans.get_finished_spans()
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id


def test_an_error_is_told_by_its_kind(spans: InMemorySpanExporter) -> None:
    with pytest.raises(RuleError), tracing.span("job x", job="x"):
        raise RuleError("name: got %(got)r", got=NAME)
    ((_, said),) = told(spans)
    assert said["error.type"] == "RuleError"
    status = spans.get_finished_spans()[0].status
    assert (status.is_ok, status.description) == (False, None)


def test_what_is_not_in_the_list_cannot_be_said(spans: InMemorySpanExporter) -> None:
    with pytest.raises(KeyError), tracing.span("x", title=NAME):
        pass


def test_a_share_of_none_sends_nothing() -> None:
    kept = InMemorySpanExporter()
    made = provider(SimpleSpanProcessor(kept), 0.0)
    with made.get_tracer("tests").start_as_current_span("x"):
        pass
    assert kept.get_finished_spans() == ()


def test_traces_are_off_by_default_and_cost_nothing() -> None:
    tracing._tracer.cache_clear()
    assert tracing._tracer() is None
    with tracing.span("x", anything=1) as tell:
        tell(called="y", more=2)


def test_the_settings_say_where_to_and_how_much() -> None:
    given = read_conf({"KULANZ_TRACES_URL": "http://127.0.0.1:9/v1/traces", "KULANZ_TRACES_TOKEN": "t"})
    assert (given.traces_url, given.traces_share) == ("http://127.0.0.1:9/v1/traces", 1.0)
    assert tracer(given) is not None
    for wrong in ({"KULANZ_TRACES_SHARE": "2"}, {"KULANZ_TRACES_SHARE": "many"}, {"KULANZ_TRACES_URL": "x"}):
        with pytest.raises(ConfError):
            read_conf(wrong)


def test_without_the_extra_a_desk_with_traces_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read_conf({"KULANZ_MODE": "demo", "KULANZ_TRACES_URL": "http://localhost:4318/v1/traces"})
    assert found_unsafe(given) == []
    monkeypatch.setattr(checks, "find_spec", lambda _: None)
    assert [each.id for each in found_unsafe(given)] == ["kulanz.E008"]
