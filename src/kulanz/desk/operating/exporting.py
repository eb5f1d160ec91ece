"""An instance is written into one file, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from django.db import connection, transaction
from django.db.models import Model

from kulanz import __version__
from kulanz.desk.conf import conf
from kulanz.desk.operating.instance import (
    FOLDERS,
    FORMAT,
    File,
    Manifest,
    Table,
    fields_of,
    label,
    lines_of,
    tables,
)
from kulanz.desk.operating.passphrases import sealed_with
from kulanz.desk.operating.zips import MANIFEST, pieces
from kulanz.desk.services.sealing import seal

CHECK: Final = b"kulanz"
"""What is sealed in the manifest."""
Told = Callable[[int, int], None]
_SHOWN_EVERY: Final = 500


def export(file: IO[bytes], *, passphrase: str, now: datetime, told: Told) -> Manifest:
    """Write the whole instance; with a passphrase its secret key goes along. ``told`` hears how far it is.

    What is written is one state of the database: on SQLite others wait with their changes meanwhile.
    """
    with transaction.atomic(), ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        total = sum(each._base_manager.count() for each in tables())  # noqa: SLF001 - Django's own name
        written = _Count(told, total)
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            made_at=now,
            sealed=seal(CHECK).decode(),
            tables=tuple(_table(zipped, each, written) for each in tables()),
            files=tuple(_file(zipped, path) for path in _files(conf().data)),
            key=sealed_with(passphrase, conf().secret_key) if passphrase else None,
        )
        zipped.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


class _Count:
    """Tells now and then how many rows went by."""

    def __init__(self, told: Told, total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def one(self) -> None:
        if not self._done % _SHOWN_EVERY:
            self._told(self._done, self._total)
        self._done += 1


def _table(zipped: ZipFile, table: type[Model], written: _Count) -> Table:
    name, digest, rows = label(table), sha256(), 0
    with zipped.open(f"tables/{name}.jsonl", "w", force_zip64=True) as file:
        for line in lines_of(table):
            file.write(line)
            digest.update(line)
            rows += 1
            written.one()
    columns = tuple(each.attname for each in fields_of(table))
    return Table(name=name, columns=columns, rows=rows, digest=digest.hexdigest())


def _files(data: Path) -> Iterator[Path]:
    """Yield the files that go along; links lead elsewhere and stay."""
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def _file(zipped: ZipFile, path: Path) -> File:
    name, digest = path.relative_to(conf().data).as_posix(), sha256()
    with path.open("rb") as source, zipped.open(f"files/{name}", "w", force_zip64=True) as file:
        for piece in pieces(source):
            file.write(piece)
            digest.update(piece)
    return File(path=name, digest=digest.hexdigest())
