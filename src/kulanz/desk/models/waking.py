"""On PostgreSQL, the database itself tells workers of rows that become due: a notification with the commit.

Triggers see every row, however it was written, and none can be forgotten. They are put in place after every
``migrate``, as the word indexes are. Only what is due at once or within ``SOON_S`` is told: everything
later is found by looking, which workers never cease to do.
"""

from __future__ import annotations

from collections.abc import Iterator
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


def put_in_place(*, using: str, **_: Any) -> None:
    """Make the triggers of a database anew; for the signal ``post_migrate``."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    made = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_FUNCTION)
        for table in due_tables():
            if table in made:
                for statement in _triggers(table):
                    cursor.execute(statement)


def due_tables() -> list[str]:
    """Return the tables whose rows wait for a worker."""
    models = apps.get_app_config("desk").get_models()
    return [model._meta.db_table for model in models if issubclass(model, Due)]  # noqa: SLF001 - Django's own way


def _triggers(table: str) -> Iterator[str]:
    """Yield one trigger for new rows and one for others: a condition on the old row needs one."""
    moved = f"{_TOLD} AND NEW.due_at IS DISTINCT FROM OLD.due_at"
    for name, event, condition in (
        ("added", "INSERT", _TOLD),
        ("changed", "UPDATE OF due_at", moved),
    ):
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_due_{name} AFTER {event} ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {_FUNCTION}()"
        )
