"""The loop of due work: what one job cannot do keeps no other from its turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from kulanz.desk.models import Thread
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import analysing
from kulanz.desk.worker import Job, run_once


@pytest.mark.parametrize("error", [RuleError("a secret was sealed with another key"), KeyError("views")])
def test_a_job_that_is_refused_something_or_broken_does_not_end_the_worker(
    now: datetime, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def refused(**_: datetime) -> int:
        raise error

    assert run_once(now, (Job("refused", refused), Job("other", lambda **_: 3))) == 3
    assert "job refused did not end" in caplog.text


@pytest.mark.django_db
def test_what_the_database_interrupted_is_taken_up_when_it_answers(
    thread: Thread, other_thread: Thread, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise OperationalError("the database system is shutting down")

    Thread.objects.update(due_at=now, stale_since=now)
    write = analysing._write
    monkeypatch.setattr(analysing, "_write", interrupted)
    with pytest.raises(OperationalError):
        analysing.analyse_due(now=now)
    monkeypatch.setattr(analysing, "_write", write)
    soon = now + timedelta(seconds=2)
    assert sum(analysing.analyse_due(now=soon) for _ in range(2)) == 2
    assert not Thread.objects.filter(stale_since__isnull=False).exists()


@pytest.mark.django_db
def test_a_conversation_that_no_worker_survived_waits_behind_the_others(
    thread: Thread, other_thread: Thread, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Thread.objects.update(due_at=now, stale_since=now)
    Thread.objects.filter(pk=thread.pk).update(attempts=1, due_at=now - timedelta(minutes=1))
    order = []
    monkeypatch.setattr(analysing, "_write", lambda row, *_: order.append(row))
    assert analysing.analyse_due(now=now) == 2
    assert order == [other_thread, thread]
    assert Thread.objects.get(pk=thread.pk).attempts == 2
