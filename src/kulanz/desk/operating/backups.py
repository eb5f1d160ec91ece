"""What a backup is: a ZIP of the database, the log's files and the data folder, ended by a manifest.

Its parts are ``database``, ``log/…``, ``data/…`` and ``manifest.json``, which names every other part with its
size and SHA-256. A file without a manifest, or with one part too many, is no backup.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal
from zipfile import BadZipFile, ZipFile

import msgspec

from kulanz.desk.operating.instance import Key
from kulanz.desk.operating.starting import OperatingError
from kulanz.desk.operating.zips import MANIFEST, is_place, manifest_of, pieces

FORMAT: Final = 1
DATABASE: Final = "database"
LOG: Final = "log/"
DATA: Final = "data/"
JOURNAL_BESIDE: Final = "kulanz-erasures.jsonl"
"""The copy of the journal that lies beside backups, as new as the newest of them."""
LAST: Final = "last-backup.json"
"""Says in the data folder when the last backup was made, and where."""
_NONE: Final = "this is no file of `kulanz backup`"
_FOLDERS: Final = frozenset({"log", "data"})
Vendor = Literal["sqlite", "postgresql"]
Told = Callable[[int, int | None], None]
"""Hears how many bytes are done, of how many where that is known."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a backup, by its path in it; ``digest`` is the SHA-256 of its content."""

    path: str
    size: int
    digest: str


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """A secret that the restored desk needs: the setting that gives it, and what needs it.

    ``sealed`` holds it, under a passphrase, where it is in the backup.
    """

    setting: str
    needed_for: str
    sealed: Key | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. ``check`` opens with the secret key of the desk; ``missing`` is what is not in it.

    ``log_size`` is how many entries the log has in the database. ``migrations`` are the changes of tables
    that the database had seen.
    """

    format: int
    version: str
    made_at: datetime
    vendor: Vendor
    database: str
    migrations: tuple[str, ...]
    log_size: int
    check: str
    parts: tuple[Part, ...]
    secrets: tuple[Secret, ...]
    missing: tuple[str, ...]

    @property
    def size(self) -> int:
        """The bytes of all parts."""
        return sum(part.size for part in self.parts)


class Last(msgspec.Struct, frozen=True):
    """The last backup of a desk."""

    at: datetime
    file: str


def last_backup(data: Path) -> Last | None:
    """Return the last backup that was made here, None where none was."""
    try:
        return msgspec.json.decode((data / LAST).read_bytes(), type=Last)
    except (OSError, msgspec.DecodeError):
        return None


def read_manifest(zipped: ZipFile) -> Manifest:
    """Return what a backup says of itself; raise OperatingError for what is none."""
    manifest = manifest_of(zipped, Manifest, _NONE)
    if manifest.format != FORMAT:
        raise OperatingError(
            f"the backup was made by Kulanz {manifest.version}: restore it with that version"
        )
    _check_parts(zipped, manifest)
    return manifest


def _check_parts(zipped: ZipFile, manifest: Manifest) -> None:
    named = [part.path for part in manifest.parts]
    there = sorted(info.filename for info in zipped.infolist() if info.filename != MANIFEST)
    places = all(name == DATABASE or is_place(name, _FOLDERS) for name in named)
    if sorted(named) != there or DATABASE not in named or not places:
        raise OperatingError(f"{_NONE}: its parts are not those that it names")
    for part in manifest.parts:
        if zipped.getinfo(part.path).file_size != part.size:
            raise OperatingError(f"{part.path}: expected {part.size:,} bytes; nothing was changed")


def verify(zipped: ZipFile, manifest: Manifest, told: Told) -> None:
    """Raise OperatingError unless every part is what was backed up."""
    done = 0
    for part in manifest.parts:
        digest = sha256()
        try:
            with zipped.open(part.path) as file:
                for piece in pieces(file):
                    digest.update(piece)
                    done += len(piece)
                    told(done, manifest.size)
        except BadZipFile as error:
            raise OperatingError(f"{part.path}: {error}; nothing was changed") from error
        if digest.hexdigest() != part.digest:
            raise OperatingError(f"{part.path}: it is not what was backed up; nothing was changed")
