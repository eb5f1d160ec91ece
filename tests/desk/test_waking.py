"""A worker that rests is told of due work; what is told while it works waits for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from threading import Thread as Side
from time import monotonic

import pytest
from django.db import Error, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django.plugin import DjangoDbBlocker

import servers
from kulanz.desk.models import Thread
from kulanz.desk.models.waking import CHANNEL, SOON_S, due_tables, put_in_place
from kulanz.desk.services.claiming import claim
from kulanz.desk.services.waking import Rest, rest
from servers.fixtures import without
from servers.frame import LOOPBACK

AT_ONCE_S = SOON_S / 2
on_postgres = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="SQLite tells nobody"
)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def listening(transactional_db: None) -> Iterator[Rest]:
    found = rest()
    assert found.listen()
    yield found
    found.end()


def rested(worker: Rest) -> float:
    """How long a worker rests now, in seconds."""
    begin = monotonic()
    worker.until_due(Event(), now)
    return monotonic() - begin


@on_postgres
def test_a_worker_that_rests_is_woken_by_the_commit(listening: Rest, thread: Thread) -> None:
    found: list[float] = []
    side = Side(target=lambda: found.append(rested(listening)))
    side.start()
    with transaction.atomic():
        Thread.objects.update(due_at=now())
    side.join()
    assert found[0] < AT_ONCE_S


@on_postgres
def test_what_is_told_while_a_worker_works_wakes_it_later(listening: Rest, thread: Thread) -> None:
    Thread.objects.update(due_at=now() + timedelta(seconds=0.1))
    assert Thread.objects.exists(), "another statement, as work is"
    assert rested(listening) < AT_ONCE_S


@on_postgres
def test_nobody_is_woken_by_claims_nor_by_what_is_rolled_back(listening: Rest, thread: Thread) -> None:
    Thread.objects.update(due_at=now() - timedelta(hours=1))
    rested(listening)
    listening.pause_s = 0.1
    assert claim(Thread.objects.all(), now(), at_most=1)
    with transaction.atomic():
        Thread.objects.update(due_at=now())
        transaction.set_rollback(True)
    assert rested(listening) >= listening.pause_s


@on_postgres
@pytest.mark.django_db
def test_every_kind_of_due_work_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%_due_%%'")
        told = [row[0] for row in cursor.fetchall()]
    assert sorted(told) == sorted(due_tables() * 2)


@on_postgres
@pytest.mark.django_db
def test_triggers_that_are_in_place_are_left_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid, xmin::text FROM pg_trigger WHERE tgname LIKE '%%_due_%%' ORDER BY oid")
        before = cursor.fetchall()
        table = due_tables()[0]
        cursor.execute(f"DROP TRIGGER {table}_due_added ON {table}")
        put_in_place(using="default")
        cursor.execute("SELECT oid, xmin::text FROM pg_trigger WHERE tgname LIKE '%%_due_%%' ORDER BY oid")
        after = cursor.fetchall()
    assert (len(after), len(set(after) & set(before))) == (len(before), len(before) - 1)


@pytest.mark.any_database
def test_a_worker_listens_again_when_the_database_came_back(
    django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of PostgreSQL's processes is killed, so that it starts afresh and all connections end."""
    # tests with a browser leave an event loop behind, and Django takes this for a coroutine
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    postgres, home = servers.server("postgres"), servers.home("postgres")
    if not postgres.installed(home):
        without("the server postgres", "run scripts/install-test-servers")
    with postgres.start(home) as cluster, django_db_blocker.unblock():
        database = connected(cluster.port)
        worker = Rest(database.copy(), pause_s=SOON_S)
        assert worker.listen()
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            os.kill(cursor.fetchone()[0], signal.SIGKILL)
        assert rested(worker) < AT_ONCE_S, "it notices that nobody tells any more"
        while not worker.listen():
            pass
        database.close()
        with database.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}, 'any words'")
        assert rested(worker) < AT_ONCE_S
        worker.end()
        database.close()


def connected(port: int) -> BaseDatabaseWrapper:
    address = {"HOST": LOOPBACK, "PORT": port, "USER": "postgres", "NAME": "postgres"}
    handler = ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql", **address}})
    found: BaseDatabaseWrapper = handler["default"]
    return found


@pytest.mark.any_database
def test_a_database_that_does_not_answer_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        connection = None

        def close(self) -> None:
            raise Error("gone for good")

    worker = Rest(Broken())  # type: ignore[arg-type]
    assert not worker.listen()
    assert not worker.listen()
    assert [record.message for record in caplog.records] == ["the database does not answer: gone for good"]
