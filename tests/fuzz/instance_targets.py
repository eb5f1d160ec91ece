"""Files that an admin brings: a backup to restore, and an instance to import."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import msgspec

from fuzz.target import Target
from kulanz.desk.operating import backups, importing, instance, zips
from kulanz.desk.operating.starting import OperatingError
from kulanz.desk.operating.zips import UNREADABLE

_AT: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_CONTENT: Final = b"a database " * 50


def _backup(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as zipped:
        backups.verify(zipped, backups.read_manifest(zipped), lambda *_: None)


def _instance(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as zipped:
        importing._check_parts(zipped)
        zips.manifest_of(zipped, instance.Manifest, "no instance")
        for each in zipped.infolist():
            zipped.read(each)


def _zipped(manifest: bytes, parts: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", compression) as zipped:
        for name, content in {"manifest.json": manifest, **parts}.items():
            zipped.writestr(name, content)
    return made.getvalue()


@cache
def _backups() -> tuple[bytes, ...]:
    part = backups.Part(path="database", size=len(_CONTENT), digest=sha256(_CONTENT).hexdigest())
    made = backups.Manifest(
        format=1,
        version="0.1.0",
        made_at=_AT,
        vendor="sqlite",
        database="3.45",
        migrations=("desk.0001_initial",),
        log_size=0,
        check="x",
        parts=(part,),
        secrets=(),
        missing=(),
    )
    manifest = msgspec.json.encode(made)
    return tuple(_zipped(manifest, {"database": _CONTENT}, how) for how in (ZIP_DEFLATED, ZIP_LZMA))


@cache
def _instances() -> tuple[bytes, ...]:
    table = instance.Table(
        name="desk.issue", columns=("id", "title"), rows=1, digest=sha256(_CONTENT).hexdigest()
    )
    made = instance.Manifest(format=1, version="0.1.0", made_at=_AT, sealed="x", tables=(table,), files=())
    return (_zipped(msgspec.json.encode(made), {"desk.issue.jsonl": b'[1,"a"]\n'}),)


TARGETS: Final = (
    Target(name="backup", parse=_backup, seeds=_backups, declared=(OperatingError, *UNREADABLE)),
    Target(name="instance", parse=_instance, seeds=_instances, declared=(OperatingError, *UNREADABLE)),
)
