"""Which texts can be searched, and the indexes that find them: SQLite FTS5, or GIN on PostgreSQL.

They are put in place after every ``migrate`` and not by a migration: where Django makes a table of SQLite
anew, the triggers that keep an index in step are dropped without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from kulanz.desk.models.cases import Case, Message
from kulanz.desk.models.customers import Customer
from kulanz.desk.models.issues import Issue, Note
from kulanz.desk.models.people import Account, Person
from kulanz.desk.models.threads import Post, Thread

SEARCHED: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Post: ("text",),
    Thread: ("title",),
    Issue: ("title",),
    Note: ("text",),
    Case: ("title", "outcome", "email"),
    Message: ("subject", "text"),
    Person: ("name", "email", "customer_number", "note"),
    Account: ("key",),
    Customer: ("number",),
}

# Before it asks the index PostgreSQL looks through so many of the latest rows: it does not know that a
# beginning is common whose words are rare, and fetches every row there is only to keep the latest.
_LATEST: Final = 20_000
# SQL functions with another body need another name: indexes made with the old one stay as they are
_FUNCTION: Final = "kulanz_words_1"
_PUNCTUATION: Final = r"""!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~"""
# A tsvector has at most 1 MiB, and all of a post must go in.
_LONGEST: Final = 100_000
# The lexer of PostgreSQL knows addresses and paths; without punctuation it finds words, as FTS5 does.
_POSTGRES_FUNCTION: Final = rf"""
CREATE OR REPLACE FUNCTION {_FUNCTION}(given text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT to_tsvector('simple'::regconfig, translate(
    regexp_replace(normalize(lower(left(given, {_LONGEST})), NFD), '[\u0300-\u036f]+', '', 'g'),
    '{_PUNCTUATION}', '{" " * (len(_PUNCTUATION) - 1)}'))
$$
"""


def put_in_place(*, using: str, **_: Any) -> None:
    """Make what is missing of the indexes of a database; for the signal ``post_migrate``."""
    connection = connections[using]
    made = set(connection.introspection.table_names())
    searched = [model for model in SEARCHED if _table(model) in made]
    if not searched:
        return
    with connection.cursor() as cursor:
        for statement in _missing(connection, searched):
            cursor.execute(statement)


def matching(model: type[models.Model], terms: Sequence[str], *, using: str, at_most: int) -> list[int]:
    """Return the keys of rows that hold words beginning with every term, the latest rows first.

    ``terms`` are those of ``kulanz.desk.rules.searching.terms``: letters and figures only.
    """
    if not terms:
        return []
    connection = connections[using]
    found = _found_by_fts5 if connection.vendor == "sqlite" else _found_by_gin
    with connection.cursor() as cursor:
        return found(cursor, _table(model), terms, at_most)


def _found_by_fts5(cursor: Any, table: str, terms: Sequence[str], at_most: int) -> list[int]:
    # what FTS5 takes for a word of its own language, it takes for text within quotes
    wanted = " AND ".join(f'"{term}"*' for term in terms)
    sql = f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    cursor.execute(sql, [wanted, at_most])
    return [row[0] for row in cursor.fetchall()]


def _found_by_gin(cursor: Any, table: str, terms: Sequence[str], at_most: int) -> list[int]:
    wanted = " & ".join(f"{term}:*" for term in terms)
    latest = f"(SELECT id, words FROM {table} ORDER BY id DESC LIMIT {_LATEST})"  # noqa: S608
    found: list[int] = []
    for rows in (latest, table):
        matched = f"SELECT id FROM {rows} AS looked_at WHERE words @@ to_tsquery('simple', %s)"  # noqa: S608
        cursor.execute(f"{matched} ORDER BY id DESC LIMIT %s", [wanted, at_most])
        found = [row[0] for row in cursor.fetchall()]
        if len(found) == at_most:
            break
    return found


def _missing(connection: BaseDatabaseWrapper, searched: Sequence[type[models.Model]]) -> Iterator[str]:
    if connection.vendor == "sqlite":
        for model in searched:
            yield from _missing_in_sqlite(connection, model)
        return
    yield _POSTGRES_FUNCTION
    for model in searched:
        table = _table(model)
        joined = " || ' ' || ".join(SEARCHED[model])
        # Kept, because computing them takes 30 times as long as looking into them. Django does not know
        # the column and leaves it alone.
        words = f"words tsvector GENERATED ALWAYS AS ({_FUNCTION}({joined})) STORED"
        yield f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {words}"
        yield f"CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (words)"


def _missing_in_sqlite(connection: BaseDatabaseWrapper, model: type[models.Model]) -> Iterator[str]:
    """Yield what makes an index and its triggers; filled anew where one of them was not there."""
    table, columns = _table(model), SEARCHED[model]
    wanted = _sqlite_parts(table, columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{table}_words%"])
        there = {row[0] for row in cursor.fetchall()}
    missing = [statement for name, statement in wanted.items() if name not in there]
    yield from missing
    if missing:
        yield f"INSERT INTO {table}_words({table}_words) VALUES ('rebuild')"  # noqa: S608


def _sqlite_parts(table: str, columns: Sequence[str]) -> dict[str, str]:
    index, names = f"{table}_words", ", ".join(columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.id, {new});"  # noqa: S608
    take = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)
    return {
        index: f"CREATE VIRTUAL TABLE {index} USING fts5({names}, content='{table}', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', detail=none, columnsize=0)",
        f"{index}_added": f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"{index}_removed": f"CREATE TRIGGER {index}_removed AFTER DELETE ON {table} BEGIN {take} END",
        f"{index}_changed": f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {names} ON {table}"
        f" WHEN {changed} BEGIN {take} {add} END",
    }


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's own way to the name
