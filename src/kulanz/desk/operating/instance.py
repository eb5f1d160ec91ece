"""A whole instance as one file: which tables and folders go into it, and how a row is written.

The file is a ZIP: ``manifest.json``, a file of JSON Lines for each table, and the files of some folders of
the data folder. Rows are written alike whatever database they come from.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import msgspec
from django.apps import apps
from django.db.models import BinaryField, Field, JSONField, Model

FORMAT: Final = 1
FOLDERS: Final = ("billing", "log")
"""Folders of the data folder that go along; the rest is made anew, or is the database."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "desk.Heartbeat": "which workers run here",
    "desk.Tally": "what they have counted here",
    "desk.Shared": "counted anew",
    "desk.Member_groups": "not used",
    "desk.Member_user_permissions": "not used",
    "auth.Permission": "made by every instance",
    "auth.Group": "not used",
    "auth.Group_permissions": "not used",
    "contenttypes.ContentType": "made by every instance",
    "sessions.Session": "logins end with a move",
    "usersessions.UserSession": "logins end with a move",
    "account.EmailConfirmation": "links that wait for an answer",
    "socialaccount.SocialApp": "comes from the settings",
    "socialaccount.SocialToken": "comes with the next login",
}
"""Tables that stay, and why."""

_CHUNK: Final = 1_000


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says of a table: columns in their order, rows, and the SHA-256 of its file."""

    name: str
    columns: tuple[str, ...]
    rows: int
    digest: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the data folder, by its path within it, with the SHA-256 of its content."""

    path: str
    digest: str


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """The secret key, sealed with a passphrase: scrypt with this salt, then Fernet."""

    salt: str
    sealed: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an instance's file holds. ``sealed`` opens with the key with which the rows' sealed fields do."""

    format: int
    version: str
    made_at: datetime
    sealed: str
    tables: tuple[Table, ...]
    files: tuple[File, ...] = ()
    key: Key | None = None


def tables() -> tuple[type[Model], ...]:
    """Return the tables that go along, by their names."""
    found = apps.get_models(include_auto_created=True)
    kept = (each for each in found if each._meta.label not in LEFT_OUT)  # noqa: SLF001 - Django's own name
    return tuple(sorted(kept, key=label))


def label(table: type[Model]) -> str:
    return table._meta.label  # noqa: SLF001 - Django's own name


def fields_of(table: type[Model]) -> tuple[Field[Any, Any], ...]:
    """Return the fields of a table that have a column."""
    return tuple(table._meta.concrete_fields)  # noqa: SLF001 - Django's own name


def lines_of(table: type[Model]) -> Iterator[bytes]:
    """Yield the rows of a table as JSON, a line each, in the order of their keys."""
    fields = fields_of(table)
    rows = table._base_manager.order_by("pk").values_list(*(each.attname for each in fields))  # noqa: SLF001
    for row in rows.iterator(chunk_size=_CHUNK):
        values = [_written(each, value) for each, value in zip(fields, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def row_in(table: type[Model], values: Sequence[Any]) -> Model:
    """Return a row as it was written; raise ValueError for what does not fit."""
    fields = fields_of(table)
    given = zip(fields, values, strict=True)
    return table(**{each.attname: _read(each, value) for each, value in given})


def digests() -> dict[str, str]:
    """Return the SHA-256 of the rows of every table, by its name."""
    found = {}
    for table in tables():
        digest = sha256()
        for line in lines_of(table):
            digest.update(line)
        found[label(table)] = digest.hexdigest()
    return found


def _written(field: Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, JSONField):
        return value
    if isinstance(field, BinaryField):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(field: Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, JSONField):
        return value
    if isinstance(field, BinaryField):
        return base64.b64decode(value, validate=True)
    return field.to_python(value)
