"""Which changes of tables keep others waiting: what a migration may do once there are large tables.

A change that looks through a large table, or writes it anew, holds a lock meanwhile, and nobody works. Such
work is cut up: a column that may be empty, an index that is built aside (``models.aside``), and rows that the
worker fills in slices. docs/howto/upgrade.md says how.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterOrderWithRespectTo,
    AlterUniqueTogether,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, Field

from kulanz.desk.models.aside import AddIndexAside

BIG: Final = frozenset(
    {
        "account", "accountstanding", "alert", "appeal", "appealmessage", "assessment", "attention", "case",
        "claim", "closingnote", "customer", "customermatch", "datarequest", "delivery", "dunningletter",
        "erasure", "escalation", "event", "gesture", "hold", "issuerole", "issuethread", "logentry",
        "measure", "measurenotice", "mention", "merge", "message", "note", "opening", "person", "post",
        "privatetopic", "promise", "publicsight", "publishedmonth", "rawpayload", "reply", "resemblance",
        "revision", "satisfaction", "shownfinding", "silentedit", "statement", "statuspage", "thread",
        "threadfindings", "threadscore", "tombstone",
    }
)  # fmt: skip
"""Tables of the desk that grow with what is read, and with years, and those whose rows belong to theirs."""
_ALTERING: Final = (AddConstraint, AlterField, AlterOrderWithRespectTo, AlterUniqueTogether)


def long_locks(migration: Migration) -> Iterator[str]:
    """Yield, in words, each operation of a migration that locks a large table for long."""
    for operation in _flat(migration.operations):
        if why := _why(operation, migration.app_label):
            yield f"{migration.app_label}.{migration.name}: {operation.describe()}: {why}"


def _flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    for each in operations:
        if isinstance(each, SeparateDatabaseAndState):
            yield from _flat(each.database_operations)
        else:
            yield each


def _why(operation: Operation, app: str) -> str:
    if isinstance(operation, RunPython | RunSQL):
        return "what it does to how many rows is not known: have the worker do it in slices"
    table = getattr(operation, "model_name_lower", "") if app == "desk" else ""
    if table not in BIG:
        return ""
    if isinstance(operation, AddIndex) and not isinstance(operation, AddIndexAside):
        return "builds an index while others wait: use AddIndexAside"
    if isinstance(operation, AddField):
        return _why_field(operation.field)
    return "looks through the table or writes it anew" if isinstance(operation, _ALTERING) else ""


def _why_field(field: Field[Any, Any]) -> str:
    if field.unique or getattr(field, "db_index", False):
        return "builds an index while others wait: add the column alone, and the index with AddIndexAside"
    if not field.null and field.db_default is NOT_PROVIDED:
        return "fills every row: let it be empty (null=True), or give it a db_default"
    return ""
