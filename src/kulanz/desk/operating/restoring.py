"""A backup comes back: verified whole before anything is touched, then the database, the files, the log.

Last, who was erased after the backup is erased again. Until all of it is done no desk starts here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal
from zipfile import ZipFile

from django.contrib.sessions.models import Session
from django.db import Error
from django.db.migrations.loader import MigrationLoader

from kulanz import __version__
from kulanz.desk.conf import KEPT, conf
from kulanz.desk.models import Delivery, Heartbeat
from kulanz.desk.operating import databases
from kulanz.desk.operating.backups import (
    DATA,
    DATABASE,
    LOG,
    Manifest,
    read_manifest,
    verify,
)
from kulanz.desk.operating.exporting import CHECK
from kulanz.desk.operating.files import put
from kulanz.desk.operating.installing import KEY_NAME, prepare
from kulanz.desk.operating.instance import Key
from kulanz.desk.operating.passphrases import opened_with
from kulanz.desk.operating.starting import UNFINISHED, OperatingError
from kulanz.desk.operating.zips import UNREADABLE, pieces
from kulanz.desk.queries.heartbeats import workers_alive
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.erasing_again import erase_again
from kulanz.desk.services.erasure_journal import Erased, keep_journal, read_journals
from kulanz.desk.services.log_restored import Together, bring_together
from kulanz.desk.services.log_sequencing import store
from kulanz.desk.services.scheduling import give_back_all
from kulanz.desk.services.sealing import SealError, unseal
from kulanz.desk.services.sweeping import finish_due
from kulanz.tlog.errors import TlogError
from kulanz.tlog.tiles import CHECKPOINT_PATH

Shown = Callable[[Literal["checking", "restoring"], int, int | None], None]
"""Hears of each stretch how many bytes are done, of how many."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore. ``log`` is None where the log could not be brought together: ``log_error``.

    ``erased`` is how many erasures were made again, ``astray`` how many erased names belong to sources that
    the backup does not know, ``returned`` how many replies are drafts again that were planned or on their
    way, ``waiting`` how many messages to members and programs go out, ``keys`` the files of secrets that came
    along.
    """

    manifest: Manifest
    steps: tuple[str, ...]
    log: Together | None
    log_error: str
    erased: int
    astray: int
    returned: int
    waiting: int
    keys: tuple[Path, ...]


def restore(  # noqa: PLR0913 - what, with which secrets, over what, and who hears of it
    file: IO[bytes],
    *,
    passphrase: str,
    replacing: bool,
    journals: Sequence[Path],
    env: Mapping[str, str],
    now: datetime,
    shown: Shown,
) -> Restored:
    """Restore a backup here; raise OperatingError, before anything is changed, where it cannot be.

    ``journals`` are journals of erasures, beside the one that lies here. ``replacing``: what is here goes.
    """
    try:
        with ZipFile(file) as zipped:
            manifest = read_manifest(zipped)
            _check_fits(manifest)
            _check_place(manifest, replacing=replacing)
            keys = _keys(manifest, passphrase)
            here = conf().erasure_journal
            erased = read_journals([*journals, *([here] if here.is_file() else [])])
            verify(zipped, manifest, lambda done, total: shown("checking", done, total))
            _begin(keys)
            _put_back(zipped, manifest, shown)
    except UNREADABLE as error:
        raise OperatingError(f"this is no file of `kulanz backup`: {error}") from error
    steps = tuple(prepare(env))
    return _come_to(manifest, steps, tuple(keys), erased, now)


def _check_fits(manifest: Manifest) -> None:
    if manifest.vendor != databases.vendor():
        raise OperatingError(
            f"the backup is of {manifest.database}, DATABASE_URL is of another kind: restore it there, and"
            " move with `kulanz export instance` and `kulanz import`"
        )
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    if unknown := [each for each in manifest.migrations if each.startswith("desk.") and each not in ours]:
        raise OperatingError(
            f"the backup was made by Kulanz {manifest.version}, this is {__version__}, which does not know"
            f" {unknown[0]}: restore it with that version"
        )


def _check_place(manifest: Manifest, *, replacing: bool) -> None:
    """Raise where something is here that was not asked to go, or somebody works on it."""
    data = conf().data
    files = [part.path.removeprefix(DATA) for part in manifest.parts if part.path.startswith(DATA)]
    try:
        empty = databases.is_empty()
        alive = 0 if empty or not replacing else workers_alive(datetime.now().astimezone())
    except Error:
        empty, alive = False, 0  # damaged, which is why a backup is restored
    if alive:
        raise OperatingError(
            f"{alive} workers are at work here: stop the desk, wait two minutes, restore then"
        )
    if not replacing and not (empty and not any((data / each).exists() for each in files)):
        raise OperatingError(
            "there is a desk here already: restore to another place (KULANZ_DATA, DATABASE_URL), or have it"
            " replaced with --replace"
        )


def _keys(manifest: Manifest, passphrase: str) -> dict[Path, str]:
    """Return the files of secrets that come along; raise where the desk's own key would be missing."""
    data = conf().data
    found = {each.setting: _opened(each.sealed, passphrase) for each in manifest.secrets}
    own = found.pop("KULANZ_SECRET_KEY", "")
    if not _opens(manifest.check):
        if not own or conf().secret_key:
            raise OperatingError(
                "what is sealed in this backup does not open here: give the secret key of its desk as"
                f" KULANZ_SECRET_KEY_FILE (or as {data / KEY_NAME}), or restore one made --with-keys to"
                " a place without a key"
            )
        found["KULANZ_SECRET_KEY"] = own
    return {data / KEPT[setting]: key for setting, key in found.items() if key}


def _opened(sealed: Key | None, passphrase: str) -> str:
    return opened_with(passphrase, sealed) if sealed and passphrase else ""


def _opens(check: str) -> bool:
    try:
        return unseal(check.encode()) == CHECK
    except SealError:
        return False


def _begin(keys: Mapping[Path, str]) -> None:
    """Keep every desk from starting here, and put secrets in their places."""
    data = conf().data
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / UNFINISHED).touch()
    for path, key in keys.items():
        put(path, [key.encode() + b"\n"])
    conf.cache_clear()


def _put_back(zipped: ZipFile, manifest: Manifest, shown: Shown) -> None:
    done = 0

    def passing(name: str) -> Iterable[bytes]:
        nonlocal done
        with zipped.open(name) as file:
            for piece in pieces(file):
                yield piece
                done += len(piece)
                shown("restoring", done, manifest.size)

    databases.replace(passing(DATABASE))
    for part in manifest.parts:
        if part.path.startswith(DATA):
            put(conf().data / part.path.removeprefix(DATA), passing(part.path))
        elif part.path.startswith(LOG):
            _put_log(part.path.removeprefix(LOG), b"".join(passing(part.path)))


def _put_log(path: str, content: bytes) -> None:
    """Put back a file of the log. What is shown there already is newer or the same, and stays."""
    if path == CHECKPOINT_PATH:
        store().swap(path, None, content)
    else:
        store().create(path, content)


def _come_to(
    manifest: Manifest,
    steps: tuple[str, ...],
    keys: tuple[Path, ...],
    erased: Sequence[Erased],
    now: datetime,
) -> Restored:
    """Bring log and erasures to where they are today, and let the desk start again."""
    Heartbeat.objects.all().delete()
    Session.objects.all().delete()  # one that was ended since the backup would be open again
    log, log_error = None, ""
    try:
        log = bring_together(now=now)
    except (RuleError, TlogError) as error:
        log_error = str(error)
    again = erase_again(erased=erased, now=now)
    while finish_due(now=now):
        pass
    keep_journal()
    waiting = Delivery.objects.exclude(due_at=None).count()
    returned = give_back_all(now=now)
    (conf().data / UNFINISHED).unlink(missing_ok=True)
    return Restored(manifest, steps, log, log_error, again.erasures, again.astray, returned, waiting, keys)
