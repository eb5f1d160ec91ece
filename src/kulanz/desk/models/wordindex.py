"""Which texts can be searched, and the indexes that find them: SQLite FTS5, or GIN on PostgreSQL.

They are put in place after every ``migrate`` and not by a migration: where Django makes a table of SQLite
anew, the triggers that keep an index in step are dropped without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import DatabaseError, OperationalError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

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
BY_FIELD: Final = (Person,)
"""Whose index tells in which field a word stands: not everybody who may find them may look into all."""

# Before it asks the index PostgreSQL looks through so many of the latest rows: it does not know that a
# beginning is common whose words are rare, and fetches every row there is only to keep the latest.
_LATEST: Final = 20_000
# SQL functions with another body need another name: indexes made with the old one stay as they are
_FUNCTION: Final = "kulanz_words_1"
_WEIGHTS: Final = "ABCD"
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


def damaged(*, using: str, deep: bool) -> list[str]:
    """Return the tables whose index is missing; ``deep``, also where it says something else than the rows.

    SQLite then reads all texts, and lets nobody write meanwhile.
    """
    connection = connections[using]
    return [_table(model) for model in SEARCHED if not _sound(connection, model, deep=deep)]


def rebuild(*, using: str) -> list[str]:
    """Make damaged indexes anew and return their tables; what is sound is left alone."""
    found = damaged(using=using, deep=True)
    put_in_place(using=using)
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            for table in found:
                cursor.execute(f"INSERT INTO {table}_words({table}_words) VALUES ('rebuild')")  # noqa: S608
    return found


def _sound(connection: BaseDatabaseWrapper, model: type[models.Model], *, deep: bool) -> bool:
    if connection.vendor != "sqlite":
        return _kept_by_postgres(connection, _table(model))
    if list(_missing_in_sqlite(connection, model)):
        return False
    return not deep or _agrees(connection, _table(model))


def _agrees(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether SQLite finds in the index of a table what stands in its rows."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            check = f"INSERT INTO {table}_words({table}_words, rank) VALUES ('integrity-check', 1)"  # noqa: S608
            cursor.execute(check)
    except DatabaseError as error:
        if isinstance(error, OperationalError):
            raise  # the database is busy or away, which says nothing of the index
        return False
    return True


def _kept_by_postgres(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether the column is there that PostgreSQL keeps in step by itself, with its index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{table}_words"])
        return bool(cursor.fetchone()[0])


def matching(
    model: type[models.Model],
    terms: Sequence[str],
    *,
    using: str,
    at_most: int,
    fields: Sequence[str] = (),
    among: models.QuerySet[Any] | None = None,
) -> list[int]:
    """Return the keys of rows that hold words beginning with every term, the latest rows first.

    ``terms`` are those of ``kulanz.desk.rules.searching.terms``: letters and figures only. All of them must
    stand in ``fields`` where some are named, for models of ``BY_FIELD``. Only rows of ``among`` are counted.
    """
    if not terms:
        return []
    connection = connections[using]
    table = _table(model)
    if connection.vendor == "sqlite":
        statements = _by_fts5(table, terms, fields)
    else:
        statements = _by_gin(table, terms, _weights(model, fields))
    found: list[int] = []
    with connection.cursor() as cursor:
        for name, sql, wanted in statements:
            also, values = _one_of(among, name)
            cursor.execute(f"{sql}{also} ORDER BY 1 DESC LIMIT %s", [wanted, *values, at_most])
            found = [row[0] for row in cursor.fetchall()]
            if len(found) == at_most:
                break
    return found


def _one_of(among: models.QuerySet[Any] | None, key: str) -> tuple[str, Sequence[Any]]:
    """Return the condition that the row with a key is one of some; rows are asked until there are enough."""
    if among is None:
        return "", ()
    sql, values = among.filter(pk=RawSQL(key, ())).order_by().values("pk").query.sql_with_params()  # noqa: S611
    return f" AND EXISTS ({sql})", values


def _by_fts5(table: str, terms: Sequence[str], fields: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the key, the statement and the words that are looked for."""
    # what FTS5 takes for a word of its own language, it takes for text within quotes
    wanted = " AND ".join(f'"{term}"*' for term in terms)
    narrowed = f"{{{' '.join(fields)}}} : ({wanted})" if fields else wanted
    key = f"{table}_words.rowid"
    yield key, f"SELECT {key} FROM {table}_words WHERE {table}_words MATCH %s", narrowed  # noqa: S608


def _by_gin(table: str, terms: Sequence[str], weights: str) -> Iterator[tuple[str, str, str]]:
    wanted = " & ".join(f"{term}:*{weights}" for term in terms)
    latest = f"(SELECT id, words FROM {table} ORDER BY id DESC LIMIT {_LATEST})"  # noqa: S608
    for rows in (latest, table):
        matched = f"SELECT id FROM {rows} AS looked_at WHERE words @@ to_tsquery('simple', %s)"  # noqa: S608
        yield "looked_at.id", matched, wanted


def _weights(model: type[models.Model], fields: Sequence[str]) -> str:
    """Return the letters that PostgreSQL knows fields by."""
    return "".join(_WEIGHTS[SEARCHED[model].index(field)] for field in fields)


def _missing(connection: BaseDatabaseWrapper, searched: Sequence[type[models.Model]]) -> Iterator[str]:
    if connection.vendor == "sqlite":
        for model in searched:
            yield from _missing_in_sqlite(connection, model)
        return
    yield _POSTGRES_FUNCTION
    for model in searched:
        table = _table(model)
        # Kept, because computing them takes 30 times as long as looking into them. Django does not know
        # the column and leaves it alone.
        words = f"words tsvector GENERATED ALWAYS AS ({_document(model)}) STORED"
        yield f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {words}"
        yield f"CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (words)"


def _document(model: type[models.Model]) -> str:
    fields = SEARCHED[model]
    if model not in BY_FIELD:
        joined = " || ' ' || ".join(fields)
        return f"{_FUNCTION}({joined})"
    weighed = (
        f"setweight({_FUNCTION}({field}), '{weight}')"
        for field, weight in zip(fields, _WEIGHTS, strict=False)
    )
    return " || ".join(weighed)


def _missing_in_sqlite(connection: BaseDatabaseWrapper, model: type[models.Model]) -> Iterator[str]:
    """Yield what makes an index and its triggers; filled anew where one of them was not there."""
    table, columns = _table(model), SEARCHED[model]
    wanted = _sqlite_parts(table, columns, "column" if model in BY_FIELD else "none")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{table}_words%"])
        there = {row[0] for row in cursor.fetchall()}
    missing = [statement for name, statement in wanted.items() if name not in there]
    yield from missing
    if missing:
        yield f"INSERT INTO {table}_words({table}_words) VALUES ('rebuild')"  # noqa: S608


def _sqlite_parts(table: str, columns: Sequence[str], detail: str) -> dict[str, str]:
    index, names = f"{table}_words", ", ".join(columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.id, {new});"  # noqa: S608
    take = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)
    return {
        index: f"CREATE VIRTUAL TABLE {index} USING fts5({names}, content='{table}', content_rowid='id',"
        f" tokenize='unicode61 remove_diacritics 2', detail={detail}, columnsize=0)",
        f"{index}_added": f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"{index}_removed": f"CREATE TRIGGER {index}_removed AFTER DELETE ON {table} BEGIN {take} END",
        f"{index}_changed": f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {names} ON {table}"
        f" WHEN {changed} BEGIN {take} {add} END",
    }


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's own way to the name
