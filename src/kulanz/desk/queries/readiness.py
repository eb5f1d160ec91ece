"""Whether the desk can do its work: database, tables of this version, workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from kulanz.desk.conf import conf
from kulanz.desk.queries.billing import behind
from kulanz.desk.queries.health import failing, mailbox, unread_since
from kulanz.desk.queries.heartbeats import last_beat, workers_alive

CHECKS: Final = ("database", "migrations", "worker", "mailbox", "billing", "work")
_VITAL: Final = CHECKS[:3]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is needed, and what is wrong with it; without what is not ``vital`` pages still work."""

    name: str
    good: bool
    detail: str = ""
    vital: bool = True


def readiness(now: datetime) -> tuple[Check, ...]:
    """Return all checks in order; without a database the others cannot be good."""
    try:
        return (_database(), _migrations(), _worker(now), _mailbox(now), _billing(now), _work())
    except Error as error:
        return (
            Check(
                "database", good=False, detail=f"{type(error).__name__}: look at DATABASE_URL and the server"
            ),
            *(
                Check(name, good=False, detail="not known without the database", vital=name in _VITAL)
                for name in CHECKS[1:]
            ),
        )


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database", good=True)


def _migrations() -> Check:
    try:
        _up_to_date()
    except _Waiting as waiting:
        return Check("migrations", good=False, detail=f"{waiting}: run `kulanz init`")
    return Check("migrations", good=True)


class _Waiting(Exception):  # noqa: N818 - carries an answer that must not be remembered
    """The database lacks tables or columns of this version."""


@cache
def _up_to_date() -> None:
    """Look once: a database that has everything of this version keeps it."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise _Waiting(f"{len(plan)} changes are missing")


def _worker(now: datetime) -> Check:
    if workers_alive(now):
        return Check("worker", good=True)
    last = last_beat()
    when = f"the last was heard of at {last:%Y-%m-%d %H:%M:%S} UTC" if last else "none was ever heard of"
    return Check("worker", good=False, detail=f"{when}: start `kulanz work`")


def _mailbox(now: datetime) -> Check:
    """Nothing in it comes from outside: the error itself is for ``kulanz doctor``."""
    box = mailbox()
    if not conf().inbox_url or not unread_since(box, now):
        return Check("mailbox", good=True, vital=False)
    last = box.last_success_at if box else None
    when = f"last read at {last:%Y-%m-%d %H:%M:%S} UTC" if last else "never read"
    return Check("mailbox", good=False, detail=f"{when}: run `kulanz doctor`", vital=False)


def _billing(now: datetime) -> Check:
    late = len(behind(now))
    detail = f"{late} billing systems are not read as often as they should be: run `kulanz doctor`"
    return Check("billing", good=not late, detail=detail if late else "", vital=False)


def _work() -> Check:
    found = ", ".join(f"{each.count} of {each.kind}" for each in failing())
    detail = f"failed and tried again: {found}: run `kulanz doctor`" if found else ""
    return Check("work", good=not found, detail=detail, vital=False)
