"""An instance's file is read into an empty instance: all of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZipFile

import msgspec
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import Model

from kulanz import __version__
from kulanz.desk.conf import conf
from kulanz.desk.models import Account, Member, Person, Source
from kulanz.desk.operating.exporting import CHECK, Told
from kulanz.desk.operating.files import put
from kulanz.desk.operating.installing import KEY_NAME
from kulanz.desk.operating.instance import (
    FOLDERS,
    FORMAT,
    File,
    Manifest,
    Table,
    fields_of,
    label,
    row_in,
    tables,
)
from kulanz.desk.operating.passphrases import opened_with
from kulanz.desk.operating.starting import OperatingError
from kulanz.desk.operating.zips import UNREADABLE, is_place, manifest_of, pieces
from kulanz.desk.services.sealing import SealError, unseal

LONGEST_LINE: Final = 256 * 1024 * 1024
MOST_ENTRIES: Final = 1_000_000
MOST_RATIO: Final = 500
"""A part that unpacks to more than this many times its size, and a megabyte, is no export."""
_FREE: Final = 1024 * 1024
_AT_ONCE: Final = 500
_NONE: Final = "this is no file of `kulanz export instance`"


def import_from(file: IO[bytes], *, passphrase: str, told: Told) -> Manifest:
    """Read an instance's file into this instance; raise OperatingError where anything is not as it should be.

    With a passphrase the secret key of the file becomes this instance's own. Nothing is changed on an error.
    """
    try:
        with ZipFile(file) as zipped:
            _check_parts(zipped)
            manifest = manifest_of(zipped, Manifest, _NONE)
            _check(manifest)
            key = _key(manifest, passphrase)
            with _unpacked(zipped, manifest):
                _load_all(zipped, manifest, told)
            if key:
                _keep_key(key)
    except UNREADABLE as error:
        raise OperatingError(f"{_NONE}: {error}") from error
    return manifest


def _check_parts(zipped: ZipFile) -> None:
    """Refuse what unpacks to far more than it is, or has a part that no export has."""
    parts = zipped.infolist()
    if len(parts) > MOST_ENTRIES or len({each.filename for each in parts}) < len(parts):
        raise OperatingError(f"{_NONE}: too many parts, or one twice")
    for each in parts:
        if each.file_size > _FREE + MOST_RATIO * each.compress_size:
            raise OperatingError(f"{each.filename}: unpacks to far more than it is; nothing was read")


def _check(manifest: Manifest) -> None:
    """Raise where the file is of another version, or something is here already."""
    ours = {label(each): tuple(field.attname for field in fields_of(each)) for each in tables()}
    theirs = {each.name: each.columns for each in manifest.tables}
    if manifest.format != FORMAT or ours != theirs:
        raise OperatingError(
            f"the file was made by Kulanz {manifest.version}, this is {__version__}: import with the version"
            " that made it, then upgrade"
        )
    if any(each.objects.exists() for each in (Member, Source, Person, Account)):
        raise OperatingError(
            "this instance is not empty: make a new one with `kulanz init`, and import there"
        )
    for file in manifest.files:
        if not is_place(file.path, FOLDERS):
            raise OperatingError(f"{file.path}: no export has a file there")


def _key(manifest: Manifest, passphrase: str) -> str:
    """Return the secret key that this instance gets, empty where its own opens what is sealed."""
    try:
        if unseal(manifest.sealed.encode()) == CHECK:
            return ""
    except SealError:
        pass
    if manifest.key is None:
        raise OperatingError(
            "what is sealed in the file does not open with this instance's key: give the key of the instance"
            " it comes from as KULANZ_SECRET_KEY, or export with --passphrase-file"
        )
    if not passphrase:
        raise OperatingError("the file has its key along: give its passphrase with --passphrase-file")
    if not (conf().data / KEY_NAME).is_file():
        raise OperatingError(
            "this instance’s key comes from KULANZ_SECRET_KEY: take it out, run `kulanz init`, and import"
        )
    return opened_with(passphrase, manifest.key)


def _load_all(zipped: ZipFile, manifest: Manifest, told: Told) -> None:
    """Fill the tables in one transaction; a row that leads to none shows only as it ends."""
    try:
        with transaction.atomic():
            _load(zipped, manifest, told)
    except IntegrityError as error:
        raise OperatingError(f"a row leads to one that is not there: {error}; nothing was kept") from error


def _load(zipped: ZipFile, manifest: Manifest, told: Told) -> None:
    """Fill the tables; keys between them are checked at the end of the transaction."""
    known = {label(each): each for each in tables()}
    for table in known.values():
        table._base_manager.all()._raw_delete(using="default")  # noqa: SLF001 - what init has put there
    total, done = sum(each.rows for each in manifest.tables), 0
    for each in manifest.tables:
        told(done, total)
        done += _fill(zipped, each, known[each.name])
    for table in known.values():
        _go_on_counting(table)


def _fill(zipped: ZipFile, told_of: Table, table: type[Model]) -> int:
    digest, rows = sha256(), 0
    with zipped.open(f"tables/{told_of.name}.jsonl") as file:
        lines = _lines(file, digest)
        while some := list(islice(lines, _AT_ONCE)):
            try:
                made = [row_in(table, msgspec.json.decode(line)) for line in some]
                table._base_manager.bulk_create(made)  # noqa: SLF001 - Django's own name
            except (
                ValueError,
                TypeError,
                OverflowError,
                ValidationError,
                msgspec.DecodeError,
                Error,
            ) as error:
                raise OperatingError(f"{told_of.name}: a row does not fit: {error}") from error
            rows += len(made)
    if (rows, digest.hexdigest()) != (told_of.rows, told_of.digest):
        raise OperatingError(f"{told_of.name}: its rows are not those that were exported; nothing was kept")
    return rows


def _lines(file: IO[bytes], digest: Any) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise OperatingError("a row is longer than any that is exported")
        digest.update(line)
        yield line


def _go_on_counting(table: type[Model]) -> None:
    """Have PostgreSQL count keys on from the last; SQLite does by itself."""
    if connection.vendor == "postgresql":
        from django.core.management.color import no_style  # noqa: PLC0415 - of no use elsewhere

        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [table]):
                cursor.execute(statement)


@contextmanager
def _unpacked(zipped: ZipFile, manifest: Manifest) -> Iterator[None]:
    """Put the files in their places, and take them away again where anything goes wrong."""
    made: list[Path] = []
    try:
        for each in manifest.files:
            _unpack(zipped, each, made)
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _unpack(zipped: ZipFile, told_of: File, made_so_far: list[Path]) -> None:
    path, digest = conf().data / told_of.path, sha256()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise OperatingError(
            f"{told_of.path}: it cannot be put into the data folder: {error.strerror}"
        ) from error
    made_so_far.append(path)
    with os.fdopen(descriptor, "wb") as made, zipped.open(f"files/{told_of.path}") as file:
        for piece in pieces(file):
            made.write(piece)
            digest.update(piece)
    if digest.hexdigest() != told_of.digest:
        raise OperatingError(f"{told_of.path}: it is not the file that was exported; nothing was kept")


def _keep_key(key: str) -> None:
    """Have this instance go on with the key that came along; nothing was sealed with its own."""
    put(conf().data / KEY_NAME, [key.encode() + b"\n"])
