"""An index that is built beside those who work: for migrations of large tables."""

from __future__ import annotations

from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState


class AddIndexAside(AddIndex):
    """Adds an index as AddIndex does; PostgreSQL builds it while others write (CONCURRENTLY).

    A migration that has one is ``atomic = False`` and does nothing else. Raise NotSupportedError in a
    transaction of PostgreSQL, where it cannot be done.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if schema_editor.connection.in_atomic_block:
            raise NotSupportedError(f"{self.describe()}: set `atomic = False` on its migration")
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            # what an attempt that was cut off has left is not valid, and stands in the way
            schema_editor.execute(
                f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}"
            )
            schema_editor.execute(self.index.create_sql(model, schema_editor, concurrently=True))

    def describe(self) -> str:
        return f"Build index {self.index.name} on {self.model_name} aside"
