"""On PostgreSQL, the database itself tells workers of rows that become due: a notification with the commit.

Triggers see every row, however it was written, and none can be forgotten. They are put in place after every
``migrate``, as the word indexes are. Only what is due at once or within ``SOON_S`` is told: everything
later is found by looking, which workers never cease to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import product
from typing import Any, Final

from django.apps import apps
from django.db import connections

from kulanz.desk.models.base import Due

CHANNEL: Final = "kulanz_due"
SOON_S: Final = 5
_FUNCTION: Final = "kulanz_tell_due"
_TOLD: Final = f"NEW.due_at <= clock_timestamp() + interval '{SOON_S} seconds'"
# Equal notifications of one transaction are delivered once: a thousand rows due at one moment wake once.
_POSTGRES_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', extract(epoch FROM NEW.due_at)::text);
    RETURN NULL;
END
$$
"""
_POSTGRES_TRIGGERS: Final = """
SELECT tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid = ANY(%s::regclass[])
"""


def put_in_place(*, using: str, **_: Any) -> None:
    """Make what is missing of the triggers of a database; for the signal ``post_migrate``.

    To make one locks its table, for which a desk that is at work would wait. Its comment tells whether it is
    the one of this version.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    made = set(connection.introspection.table_names())
    tables = [each for each in due_tables() if each in made]
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_FUNCTION)
        cursor.execute(_POSTGRES_TRIGGERS, [tables])
        known = dict(cursor.fetchall())
        for name, table, statement in _triggers(tables):
            digest = sha256(statement.encode()).hexdigest()
            if known.get(name) != digest:
                cursor.execute(statement)
                cursor.execute(f"COMMENT ON TRIGGER {name} ON {table} IS '{digest}'")


def due_tables() -> list[str]:
    """Return the tables whose rows wait for a worker."""
    models = apps.get_app_config("desk").get_models()
    return [model._meta.db_table for model in models if issubclass(model, Due)]  # noqa: SLF001 - Django's own way


def _triggers(tables: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, table and statement of the triggers: one for new rows and one for others each.

    A condition on the old row needs one of its own.
    """
    moved = f"{_TOLD} AND NEW.due_at IS DISTINCT FROM OLD.due_at"
    events = (("added", "INSERT", _TOLD), ("changed", "UPDATE OF due_at", moved))
    for table, (happened, event, condition) in product(tables, events):
        name = f"{table}_due_{happened}"
        made = f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
        yield name, table, f"{made} WHEN ({condition}) EXECUTE FUNCTION {_FUNCTION}()"
