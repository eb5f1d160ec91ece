"""What holds of a desk at rest is told where it does not hold, and nothing is told of a desk in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kulanz.desk.conf import conf
from kulanz.desk.models import Alert, AlertPolicy, Delivery, LogEntry, Promise, Source, Thread
from kulanz.desk.models import Case as Matter
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import invariants, log_keys, log_sequencing, mending, promises
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.heartbeats import beat
from kulanz.desk.services.public_log import About, enter
from kulanz.logstores import FolderStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(
    thread: Thread, case: Matter, bob: Actor, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A desk in order: a conversation that has raised its alarm, a promise that was kept, a public log."""
    there = replace(conf(), log_folder=tmp_path / "log")
    monkeypatch.setattr(log_sequencing, "conf", lambda: there)
    log_keys.begin_log(now=now)
    policy = AlertPolicy.objects.create(name="All")
    alert = Alert.objects.create(thread=thread, policy=policy, raised_at=now, score=0.6, stage="issue")
    Delivery.objects.create(kind="email", key="a", body="b", alert=alert, created_at=now, sent_at=now)
    calendar, by = usual_calendar(now=now), case.contact
    assert by is not None
    made = promises.make(
        actor=bob, case=case, by=by, what="a call", worktime=timedelta(hours=1), calendar=calendar, now=now
    )
    promises.keep(actor=bob, promise=made, seen=made.version, now=now)
    sequence(now)
    return there.log_folder


def sequence(now: datetime) -> None:
    while log_sequencing.sequence_due(now=now):
        pass


def told(now: datetime) -> set[str]:
    return {each.invariant for each in invariants.broken(now=now)}


def test_a_desk_in_order_has_nothing_to_tell(desk: Path, now: datetime) -> None:
    assert list(invariants.broken(now=now)) == []


def waits(now: datetime) -> None:
    Thread.objects.update(stale_since=now, due_at=now)


def older_report(now: datetime) -> None:
    Thread.objects.update(series={"score": [0.1]})


def claimed(now: datetime) -> None:
    Delivery.objects.update(due_at=now + timedelta(days=1), attempts=1, sent_at=None)


def lost_alarm(now: datetime) -> None:
    Alert.objects.all().delete()


def doubled_alarm(now: datetime) -> None:
    alert = Alert.objects.get()
    Alert.objects.create(
        thread=alert.thread, policy=alert.policy, raised_at=now + timedelta(hours=1), score=0.7, stage="issue"
    )


def missing_event(now: datetime) -> None:
    Promise.objects.update(state="broken")


def doubled_entry(now: datetime) -> None:
    case = Matter.objects.get()
    given = {"kind": "promise", "act": "keep", "at": now, "now": now, "until": now}
    enter(**given, about=About(case=case))  # type: ignore[arg-type]
    sequence(now)


def unpublished(now: datetime) -> None:
    LogEntry.objects.filter(index=1).update(index=None)


def changed_entry(now: datetime) -> None:
    LogEntry.objects.filter(index=1).update(body=b"{}")


@pytest.mark.parametrize(
    ("break_it", "invariant"),
    [
        (waits, "all is analysed"),
        (older_report, "a report knows all posts"),
        (claimed, "no row stays claimed"),
        (lost_alarm, "no alarm is lost"),
        (doubled_alarm, "no alarm is doubled"),
        (missing_event, "events tell all that happened, once"),
        (doubled_entry, "what happened is entered once"),
        (unpublished, "every entry is published"),
        (changed_entry, "the log is what the desk entered"),
    ],
)
def test_what_does_not_hold_is_told(
    desk: Path, now: datetime, break_it: Callable[[datetime], None], invariant: str
) -> None:
    break_it(now)
    assert invariant in told(now)


def test_a_published_file_that_is_missing_is_told(desk: Path, now: datetime) -> None:
    FolderStore(desk).delete("tile/entries/000.p/2")
    assert told(now) == {"what is published verifies"}


def test_after_the_clock_was_set_back_nothing_waits_for_the_time_it_left(
    forum: Source, thread: Thread, now: datetime
) -> None:
    ahead = now + timedelta(hours=1)
    beat(now=ahead, worker="one")
    Thread.objects.update(due_at=ahead + timedelta(seconds=1), stale_since=ahead)
    Source.objects.update(due_at=ahead + timedelta(minutes=5))
    mail = {"kind": "email", "body": "b", "created_at": ahead}
    Delivery.objects.create(key="claimed", due_at=ahead + timedelta(minutes=10), attempts=1, **mail)
    assert mending.set_back(now=now) == 3
    assert (Thread.objects.get().due_at, Source.objects.get().due_at) == (now, now)
    assert Delivery.objects.get().due_at == now + timedelta(minutes=10)
    assert mending.set_back(now=now) == 0


def test_what_began_before_the_clock_was_set_back_and_ends_after_it_does_not_wait_either(
    forum: Source, now: datetime
) -> None:
    watch, ahead = mending.ClockWatch(), now + timedelta(days=1)
    assert watch.look(now=ahead) == 0
    for moment in (now, now + timedelta(seconds=15)):
        Source.objects.update(due_at=ahead + timedelta(minutes=5))
        assert watch.look(now=moment) == 1
        assert Source.objects.get().due_at == moment
    Source.objects.update(due_at=ahead)
    assert watch.look(now=now + timedelta(minutes=1)) == 0
