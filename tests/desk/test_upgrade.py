"""The database of the last release becomes that of today, and no later migration keeps everybody waiting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from test_backup import Desk, _address, _postgres

from kulanz.desk.conf import conf
from kulanz.desk.models import Post
from kulanz.desk.models.aside import AddIndexAside
from kulanz.desk.operating import doctor, starting, upgrading
from kulanz.desk.operating.backups import LAST, Last
from kulanz.desk.operating.migration_locks import BIG, long_locks
from kulanz.desk.services import heartbeats

RELEASES = Path(__file__).parents[1] / "data" / "releases"
KEY = "of kept releases, of kept releases, of kept releases"
COLUMNS = {
    "sqlite": """
SELECT m.name, c.name, c.type, c."notnull" FROM sqlite_master m, pragma_table_info(m.name) c
WHERE m.type = 'table' UNION SELECT tbl_name, name, type, 0 FROM sqlite_master""",
    "postgresql": """
SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT tablename::text, indexname::text, 'index', '' FROM pg_indexes WHERE schemaname = 'public'""",
}


def releases() -> list[str]:
    """The kept releases for the database that the tests run on, without their kind."""
    return sorted(path.name for path in RELEASES.glob(f"*-{connection.vendor}.zip"))


@pytest.fixture
def place(tmp_path: Path, django_db_setup: None) -> Iterator[str]:
    """The address of a place without tables."""
    with ExitStack() as done:
        if connection.vendor == "sqlite":
            yield f"sqlite:///{tmp_path / 'desk.sqlite3'}"
        else:
            _postgres("CREATE DATABASE kulanz_released")
            done.callback(_postgres, "DROP DATABASE kulanz_released WITH (FORCE)")
            yield _address("kulanz_released")


def test_a_release_is_kept() -> None:
    assert releases(), "run scripts/keep-release"


@pytest.mark.django_db
@pytest.mark.parametrize("release", releases())
def test_the_database_of_a_release_becomes_that_of_today(release: str, place: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk", place, KULANZ_SECRET_KEY=KEY)
    assert "the public log is whole: 1 entries" in desk.kulanz("restore", str(RELEASES / release))
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS[connection.vendor])
        ours = set(cursor.fetchall())
    theirs = columns_of(place)
    assert theirs == ours, "while no version is released: run scripts/keep-release, and commit what it wrote"


def columns_of(place: str) -> set[Any]:
    """What tables, columns and indexes a database has."""
    query = COLUMNS[connection.vendor]
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(place.removeprefix("sqlite:///"))) as opened:
            return set(opened.execute(query).fetchall())
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(place) as opened:
        return set(opened.execute(query).fetchall())


def test_no_migration_after_the_first_locks_a_large_table() -> None:
    later = [each for each in MigrationLoader(None).disk_migrations.values() if each.app_label == "desk"]
    assert later
    found = [told for each in later if not each.initial for told in long_locks(each)]
    assert found == [], "docs/howto/upgrade.md says how it is done without"


def test_large_tables_are_tables() -> None:
    assert {each._meta.model_name for each in apps.get_app_config("desk").get_models()} >= BIG


def test_a_table_whose_rows_belong_to_those_of_a_large_one_is_large() -> None:
    belonging = {
        model._meta.model_name
        for model in apps.get_app_config("desk").get_models()
        for field in model._meta.fields
        if field.many_to_one or field.one_to_one
        if not field.null and field.related_model._meta.model_name in BIG
    }
    assert belonging - BIG == set()


INDEX = models.Index(fields=("created_at",), name="aside")
EMPTY = models.TextField(null=True)


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (operations.AlterField("Post", "text", EMPTY), "looks through"),
        (operations.AddConstraint("post", models.CheckConstraint(condition=models.Q(), name="x")), "looks"),
        (operations.AddIndex("post", INDEX), "AddIndexAside"),
        (AddIndexAside("post", INDEX), ""),
        (operations.AddField("post", "x", EMPTY), ""),
        (operations.AddField("post", "x", models.TextField(db_default="")), ""),
        (operations.AddField("post", "x", models.TextField(default="")), "fills every row"),
        (
            operations.AddField("post", "x", models.ForeignKey("desk.Member", models.CASCADE, null=True)),
            "index",
        ),
        (operations.AddField("team", "x", models.TextField(default="")), ""),
        (operations.AlterField("team", "name", EMPTY), ""),
        (operations.RunPython(lambda *_: None), "in slices"),
        (operations.RunSQL("SELECT 1"), "in slices"),
        (operations.SeparateDatabaseAndState([operations.RunSQL("SELECT 1")]), "in slices"),
        (operations.SeparateDatabaseAndState([], [operations.RunSQL("SELECT 1")]), ""),
    ],
)
def test_what_locks_for_long_is_told(operation: operations.base.Operation, told: str) -> None:
    migration = Migration("0002_next", "desk")
    migration.operations = [operation]
    found = list(long_locks(migration))
    assert [told in each for each in found] == ([True] if told else [])


@pytest.mark.django_db(transaction=True)
def test_an_index_is_built_aside() -> None:
    state = ProjectState.from_apps(apps)
    operation = AddIndexAside("post", models.Index(fields=("url",), name="built_aside"))
    after = state.clone()
    operation.state_forwards("desk", after)
    try:
        with connection.schema_editor(atomic=connection.vendor == "sqlite") as editor:
            operation.database_forwards("desk", editor, state, after)
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, Post._meta.db_table)
        assert found["built_aside"]["columns"] == ["url"]
    finally:
        with connection.schema_editor(atomic=connection.vendor == "sqlite") as editor:
            operation.database_backwards("desk", editor, after, state)


@pytest.mark.django_db
def test_what_stands_against_an_upgrade_is_told(tmp_path: Path) -> None:
    now, given = datetime.now(UTC), replace(conf(), data=tmp_path)
    told = {each.what.partition(":")[0]: each for each in upgrading.look(given, now)}
    assert told.keys() == {"versions", "tables", "disk", "backup", "workers"}
    assert (told["tables"].what, told["backup"].level) == ("tables: up to date", "warning")
    for at, level in ((now, "good"), (now - timedelta(days=2), "warning")):
        (tmp_path / LAST).write_bytes(msgspec.json.encode(Last(at, "b.zip")))
        assert [each.level for each in upgrading._backup(given, now)] == [level]
    heartbeats.beat(now=now)
    assert [each.level for each in upgrading._workers(now, blocking=False)] == ["good"]
    assert [each.level for each in upgrading._workers(now, blocking=True)] == ["error"]
    assert [each.level for each in upgrading._changes(["desk.0002"], ["it locks"])] == ["good", "warning"]


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    MigrationRecorder(connection).record_applied("account", "0099_put_together_since")
    starting.need_ready()
    MigrationRecorder(connection).record_applied("desk", "0999_of_tomorrow")
    with pytest.raises(starting.OperatingError, match=r"knows desk\.0999_of_tomorrow"):
        starting.need_ready()
    found = [*upgrading.look(replace(conf(), data=tmp_path), datetime.now(UTC)), *doctor._database()]
    assert [(each.level, each.code) for each in found] == [("error", "database")] * 2
