"""A backup is written while the desk runs.

The order makes it consistent: first what is shown of the log, then one state of the database, then the log's
staged files, then those of its tiles that this state knows. Of what is shown the database knows more or as
much; a tile that is not written yet is still staged; and tiles of later steps, which no database would know
after a restore, stay out. It is what a death at that moment leaves, and what the log's own recovery mends.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

from kulanz import __version__
from kulanz.desk.conf import KEPT, PREFIX, Conf, conf
from kulanz.desk.models import LogKey
from kulanz.desk.operating import databases
from kulanz.desk.operating.backups import (
    DATA,
    DATABASE,
    FORMAT,
    JOURNAL_BESIDE,
    LAST,
    LOG,
    Last,
    Manifest,
    Part,
    Secret,
    Told,
)
from kulanz.desk.operating.exporting import CHECK
from kulanz.desk.operating.files import put, settle
from kulanz.desk.operating.passphrases import sealed_with
from kulanz.desk.operating.starting import UNFINISHED, OperatingError
from kulanz.desk.operating.zips import MANIFEST, pieces
from kulanz.desk.services.erasure_journal import keep_journal
from kulanz.desk.services.log_sequencing import store
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.veiling import digest_key
from kulanz.tlog.errors import FormatError
from kulanz.tlog.sequencing import STAGING
from kulanz.tlog.tiles import CHECKPOINT_PATH, TILES, parse_path

_SQLITE: Final = b"SQLite format 3\0"
_LEVEL: Final = 1
_MADE_ANEW: Final = ("static",)
_BESIDE: Final = ("-wal", "-shm", "-journal")


def place_of(given: Path, now: datetime) -> Path:
    """Return the file of a backup: in a folder one is named after the time. Raise OperatingError if it is."""
    name = f"kulanz-{now:%Y%m%d-%H%M%S}.zip"
    path = (given / name if given.is_dir() else given).resolve()
    if path.is_relative_to(conf().data):
        raise OperatingError(f"{path}: expected a place outside of the data folder, best on another machine")
    if path.exists():
        raise OperatingError(f"{path} is there already: name another file, or a folder")
    if not path.parent.is_dir():
        raise OperatingError(f"{path.parent}: there is no such folder: make it, or name another")
    if path.suffix != ".zip":
        raise OperatingError(f"{path}: expected a folder that is there, or a new file that ends in .zip")
    return path


def back_up(path: Path, *, passphrase: str, env: Mapping[str, str], now: datetime, told: Told) -> Manifest:
    """Write a backup to a path where nothing is: complete, or not at all.

    With a passphrase the secrets go along, sealed with it; files that hold them never do. ``env`` is what is
    set. Raise OperatingError where it cannot be written, as on a disk without room.
    """
    digest_key()  # so that digests of erasures after the backup are made with the key that is in it
    keep_journal()
    try:
        manifest = _written(path, passphrase, env, now, told)
    except OSError as error:
        place = error.filename or path.parent
        raise OperatingError(f"{place}: {error.strerror or error}; no backup was made") from error
    keep_journal(path.with_name(JOURNAL_BESIDE))
    put(conf().data / LAST, [msgspec.json.encode(Last(now, str(path)))])
    return manifest


def _written(path: Path, passphrase: str, env: Mapping[str, str], now: datetime, told: Told) -> Manifest:
    with tempfile.TemporaryDirectory(prefix=".kulanz-backup-", dir=path.parent) as name:
        folder = Path(name)
        unfinished = folder / "unfinished.zip"
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as zipped:
                manifest = _Writer(zipped, folder, told).write(passphrase, env, now)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise OperatingError(f"{path} was made meanwhile by somebody else: name another file")
        unfinished.rename(path)
    settle(path.parent)
    return manifest


class _Writer:
    """Puts one part after the other into a backup."""

    def __init__(self, zipped: ZipFile, folder: Path, told: Told) -> None:
        self._zipped, self._folder, self._told = zipped, folder, told
        self._parts: list[Part] = []
        self._done = 0

    def write(self, passphrase: str, env: Mapping[str, str], now: datetime) -> Manifest:
        given = conf()
        files = None if given.log_bucket else store()
        shown = files.read(CHECKPOINT_PATH) if files else None
        with databases.snapshot(self._folder, self._told) as snapshot:
            self._part(DATABASE, snapshot.content)
        if files and shown is not None:
            self._part(LOG + CHECKPOINT_PATH, [shown])
        for path in files.paths(STAGING) if files else ():
            self._file_of_log(path)
        for path in files.paths(TILES) if files else ():
            if _end(path) <= snapshot.log_size:
                self._file_of_log(path)
        for each in _files(given, env):
            self._file(each, each.relative_to(given.data).as_posix())
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            made_at=now,
            vendor=databases.vendor(),
            database=databases.version(),
            migrations=snapshot.migrations,
            log_size=snapshot.log_size,
            check=seal(CHECK).decode(),
            parts=tuple(self._parts),
            secrets=tuple(_secrets(given, passphrase)),
            missing=tuple(_missing(given, env)),
        )
        self._zipped.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        return manifest

    def _file_of_log(self, path: str) -> None:
        content = store().read(path)
        if content is not None:  # a stage is dropped once its tiles are written, which come after it
            self._part(LOG + path, [content])

    def _file(self, path: Path, name: str) -> None:
        """Add a file of the data folder; one that is gone by now is left out."""
        copy = self._folder / "copy"
        with suppress(FileNotFoundError):
            with path.open("rb") as file:
                is_database = file.read(len(_SQLITE)) == _SQLITE
            if is_database:
                databases.copy_sqlite(path, copy, self._told)
            with (copy if is_database else path).open("rb") as file:
                self._part(DATA + name, pieces(file))
        copy.unlink(missing_ok=True)

    def _part(self, name: str, content: Iterable[bytes]) -> None:
        digest, size = sha256(), 0
        with self._zipped.open(name, "w", force_zip64=True) as part:
            for piece in content:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
                self._done += len(piece)
                self._told(self._done, None)
        self._parts.append(Part(path=name, size=size, digest=digest.hexdigest()))


def _end(path: str) -> float:
    """Return how many entries a log has that has a tile; what is no tile belongs to none."""
    try:
        return parse_path(path).end
    except FormatError:
        return float("inf")


def _files(given: Conf, env: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files of the data folder that go along; links lead elsewhere and stay, as secrets do."""
    beside = {given.erasure_journal, given.data / databases.file_name()}
    beside |= {given.data / name for name in (LAST, UNFINISHED)} | _secret_files(given, env)
    for path in sorted(given.data.rglob("*")):
        within = path.relative_to(given.data).parts
        if within[0] in _MADE_ANEW or path in beside or path.is_relative_to(given.log_folder):
            continue
        if path.is_file() and not path.is_symlink() and not path.name.endswith(_BESIDE):
            yield path


def _secrets(given: Conf, passphrase: str) -> Iterator[Secret]:
    """Yield the secrets without which a restored desk cannot open, or sign, what it has."""
    wanted = [("KULANZ_SECRET_KEY", given.secret_key, "to open what is sealed in the database")]
    if given.secret_key_old:
        old = "to open what was sealed with the key before"
        wanted.append(("KULANZ_SECRET_KEY_OLD", given.secret_key_old, old))
    if LogKey.objects.filter(held_by="file").exists():
        wanted.append(("KULANZ_LOG_KEY", given.log_key, "to go on signing the public log"))
    for setting, value, why in wanted:
        sealed = sealed_with(passphrase, value) if passphrase and value else None
        yield Secret(setting=setting, needed_for=why, sealed=sealed)
    if LogKey.objects.filter(held_by="program").exists():
        yield Secret(setting="KULANZ_LOG_SIGN_COMMAND", needed_for="to go on signing the public log")


def _secret_files(given: Conf, env: Mapping[str, str]) -> set[Path]:
    """Return the files that hold secrets: those of the data folder, and those that settings name."""
    named = {Path(env[name]).resolve() for name in _settings(env) if name.endswith("_FILE")}
    return named | {given.data / name for name in KEPT.values()}


def _settings(env: Mapping[str, str]) -> list[str]:
    """Return the names of the desk's settings that are set."""
    return [name for name in sorted(env) if name.startswith((PREFIX, "DATABASE_URL"))]


def _missing(given: Conf, env: Mapping[str, str]) -> Iterator[str]:
    """Yield what a restored desk needs, or had, that is not in the backup."""
    yield f"settings, of which these were set: {', '.join(_settings(env)) or 'none'}"
    yield "static files and programs: `kulanz restore` makes the first, `pip install` the second"
    if given.log_bucket:
        yield f"the files of the public log, which lie in {given.log_bucket}"
    secrets = _secret_files(given, env)
    for path in sorted(given.data.rglob("*")):
        if path.is_symlink():
            yield f"{path.relative_to(given.data)}: it is a link"
        elif path in secrets:
            yield f"{path.relative_to(given.data)}: it holds a secret"
