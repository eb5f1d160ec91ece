"""What makes a backup consistent while others write, and what is none."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from click.testing import CliRunner
from msgspec import structs

from kulanz.cli import main
from kulanz.desk.conf import KEPT, Conf, conf, read_conf
from kulanz.desk.models import LogHead, LogKey, Source
from kulanz.desk.operating import backing_up, databases, files, restoring, starting
from kulanz.desk.operating.backups import Manifest, Part, Secret, read_manifest, verify
from kulanz.desk.operating.databases import Snapshot, copy_sqlite
from kulanz.desk.operating.passphrases import sealed_with
from kulanz.desk.operating.starting import OperatingError
from kulanz.desk.operating.zips import MANIFEST
from kulanz.desk.services import heartbeats, log_keys, log_sequencing, log_witnesses
from kulanz.desk.services.log_keys import begin_log
from kulanz.desk.services.log_sequencing import sequence_due
from kulanz.desk.services.public_log import enter
from kulanz.desk.services.sealing import seal
from kulanz.logstores import FolderStore
from kulanz.tlog.notes import VerifierKey
from kulanz.tlog.sequencing import finish
from kulanz.tlog.verifying import verify_log


def test_a_copy_is_one_state_although_others_write_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_PAGES", 1)
    source, target, steps = tmp_path / "source", tmp_path / "target", []
    with closing(sqlite3.connect(source, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE t (a INTEGER, filler TEXT)")
        writer.executemany("INSERT INTO t VALUES (?, ?)", [(0, "x" * 3000)] * 20)

        def write(done: int, total: int | None) -> None:
            steps.append(done)
            writer.execute("UPDATE t SET a = a + 1")

        copy_sqlite(source, target, write)
        assert writer.execute("SELECT min(a), max(a) FROM t").fetchone() == (len(steps),) * 2
    assert len(steps) > 10
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT DISTINCT a FROM t").fetchall() == [(0,)]


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conf:
    changed = replace(
        conf(), data=tmp_path / "data", log_folder=tmp_path / "data" / "log", log_origin="localhost/log"
    )
    changed.data.mkdir()
    for module in (backing_up, log_keys, log_sequencing, log_witnesses):
        monkeypatch.setattr(module, "conf", lambda: changed)
    return changed


@pytest.mark.django_db
@pytest.mark.parametrize("decided", [False, True], ids=["all is shown", "a step was decided, not written"])
def test_the_log_in_a_backup_is_the_one_of_its_database_whatever_is_published_meanwhile(
    given: Conf, forum: Source, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decided: bool
) -> None:
    def publish() -> None:
        enter(kind="measure", act="hide", at=now, now=now, source=forum, subjects={"post": b'"4"'})
        sequence_due(now=now)

    @contextmanager
    def snapshot(folder: Path, told: Any) -> Iterator[Snapshot]:
        if decided:
            with monkeypatch.context() as dying:
                dying.setattr(FolderStore, "create", _staging_alone(FolderStore.create))
                publish()
        head = LogHead.objects.get()

        def content() -> Iterator[bytes]:
            yield b"one"
            LogHead.objects.update(due_at=now)
            publish()
            publish()

        yield Snapshot(content(), (), head.size)
        kept.append(bytes(head.checkpoint))

    kept: list[bytes] = []
    monkeypatch.setattr(databases, "snapshot", snapshot)
    begin_log(now=now)
    publish()
    backing_up.back_up(tmp_path / "b.zip", passphrase="", env={}, now=now, told=lambda *_: None)
    restored = FolderStore(tmp_path / "restored")
    with ZipFile(tmp_path / "b.zip") as zipped:
        parts = [part.path for part in read_manifest(zipped).parts if part.path.startswith("log/")]
        for name in parts:
            restored.create(name.removeprefix("log/"), zipped.read(name))
    finish(restored, kept[0])
    keys = [VerifierKey.parse(vkey) for vkey in LogKey.objects.values_list("vkey", flat=True)]
    verdict = verify_log(restored.read, keys, "localhost/log")
    assert (verdict.ok, verdict.checkpoint.size) == (True, 3 if decided else 2)
    assert LogHead.objects.get().size == verdict.checkpoint.size + 2


def give_database(monkeypatch: pytest.MonkeyPatch, content: Iterator[bytes]) -> None:
    """Have this in a backup in the place of the database."""

    @contextmanager
    def snapshot(folder: Path, told: Any) -> Iterator[Snapshot]:
        yield Snapshot(content, (), 0)

    monkeypatch.setattr(databases, "snapshot", snapshot)


@pytest.mark.django_db
def test_of_a_backup_that_fails_nothing_is_left(
    given: Conf, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def content() -> Iterator[bytes]:
        yield b"one"
        raise OSError(ENOSPC, "No space left on device")

    give_database(monkeypatch, content())
    with pytest.raises(OperatingError, match=f"{tmp_path}: No space left on device; no backup was made"):
        backing_up.back_up(tmp_path / "b.zip", passphrase="", env={}, now=now, told=lambda *_: None)
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def _staging_alone(create: Any) -> Any:
    """A store that is struck once a step was decided: its tiles are not written."""

    def struck(self: FolderStore, path: str, content: bytes) -> None:
        if path.startswith("tile/"):
            raise log_sequencing.StoreError("the disk is full")
        create(self, path, content)

    return struck


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("there.zip", "is there already"),
        ("data/b.zip", "outside of the data folder"),
        ("no/b.zip", "no such"),
        ("backups", "ends in .zip"),
    ],
)
def test_a_backup_takes_nobodys_place(given: Conf, now: datetime, place: str, told: str) -> None:
    folder = given.data.parent
    (folder / "there.zip").touch()
    with pytest.raises(OperatingError, match=told):
        backing_up.place_of(folder / place, now)
    assert backing_up.place_of(folder, now).name == f"kulanz-{now:%Y%m%d-%H%M%S}.zip"


def test_keys_go_along_under_a_passphrase_only() -> None:
    assert CliRunner().invoke(main, ["backup", "b.zip", "--with-keys"]).exit_code == 2


@pytest.mark.django_db
def test_no_file_of_secrets_lies_open_in_a_backup(
    given: Conf, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_database(monkeypatch, iter([b"one"]))
    for name in (*KEPT.values(), "mail-url", "notes"):
        (given.data / name).write_text("known to few")
    env = {"KULANZ_MAIL_URL_FILE": str(given.data / "mail-url"), "NOTES_FILE": str(given.data / "notes")}
    made = backing_up.back_up(tmp_path / "b.zip", passphrase="", env=env, now=now, told=lambda *_: None)
    assert [part.path for part in made.parts] == ["database", "data/notes"]
    told = {each for each in made.missing if each.endswith("holds a secret")}
    assert told == {f"{name}: it holds a secret" for name in (*KEPT.values(), "mail-url")}


def test_every_secret_that_came_along_comes_back_to_where_the_desk_looks(
    given: Conf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "conf", lambda: given)
    sealed = [Secret(setting=name, needed_for="", sealed=sealed_with("a passphrase", name)) for name in KEPT]
    sound_here = structs.replace(sound(), check=seal(b"kulanz").decode(), secrets=tuple(sealed))
    put = restoring._keys(sound_here, "a passphrase")
    assert sorted(put.values()) == ["KULANZ_LOG_KEY", "KULANZ_SECRET_KEY_OLD"]
    for path, secret in put.items():
        files.put(path, [secret.encode()])
    read = read_conf({"KULANZ_DATA": str(given.data)})
    assert (read.log_key, read.secret_key_old) == ("KULANZ_LOG_KEY", "KULANZ_SECRET_KEY_OLD")


def test_what_is_put_back_outlasts_a_loss_of_power(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_ino))
    files.put(path := tmp_path / "folder" / "file", [b"whole"])
    assert synced == [path.stat().st_ino, path.parent.stat().st_ino]
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"whole", 0o600)
    assert [each.name for each in path.parent.iterdir()] == ["file"]


@pytest.mark.django_db
def test_a_desk_that_is_there_or_at_work_is_not_replaced_unasked(given: Conf) -> None:
    manifest = sound()
    with pytest.raises(OperatingError, match="is a desk here already"):
        restoring._check_place(manifest, replacing=False)
    restoring._check_place(manifest, replacing=True)
    heartbeats.beat(now=datetime.now(UTC))
    with pytest.raises(OperatingError, match="1 workers are at work"):
        restoring._check_place(manifest, replacing=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"vendor": "other"}, "of another kind"),
        ({"migrations": ("desk.0999_of_tomorrow",)}, "does not know desk.0999_of_tomorrow"),
    ],
)
def test_a_backup_of_another_kind_or_of_tomorrow_is_refused(change: dict[str, Any], told: str) -> None:
    manifest = structs.replace(sound(), vendor=databases.vendor())
    restoring._check_fits(manifest)
    with pytest.raises(OperatingError, match=told):
        restoring._check_fits(structs.replace(manifest, **change))


def test_a_backup_whose_secrets_do_not_open_here_is_refused() -> None:
    with pytest.raises(OperatingError, match="does not open here"):
        restoring._keys(sound(), "")
    assert restoring._keys(structs.replace(sound(), check=seal(b"kulanz").decode()), "") == {}


def test_a_part_that_was_changed_is_told_before_anything_is_touched() -> None:
    with ZipFile(file := BytesIO(), "w") as zipped:
        zipped.writestr("database", b"changed")
    part = Part(path="database", size=7, digest="0" * 64)
    with ZipFile(file) as zipped, pytest.raises(OperatingError, match="not what was backed up"):
        verify(zipped, structs.replace(sound(), parts=(part,)), lambda *_: None)


def test_a_desk_does_not_start_on_half_a_restore(given: Conf, monkeypatch: pytest.MonkeyPatch) -> None:
    (given.data / starting.UNFINISHED).touch()
    monkeypatch.setattr("kulanz.desk.conf.conf", lambda: given)
    with pytest.raises(OperatingError, match="was not finished"):
        starting.need_ready()


def sound() -> Manifest:
    """The manifest of a backup in which nothing is."""
    return msgspec.convert({**SOUND, "parts": []}, Manifest)


SOUND = {
    "format": 1, "version": "0", "made_at": "2026-11-23T04:05:06Z", "vendor": "sqlite", "database": "SQLite",
    "migrations": [], "log_size": 0, "check": "", "secrets": [], "missing": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "more", "told"),
    [
        (("database",), {"format": 2}, "restore it with that version"),
        (("database", "data/../../x"), {}, "are not those"),
        (("database", "data//etc/x"), {}, "are not those"),
        (("database", "/etc/x"), {}, "are not those"),
        (("data/x",), {}, "are not those"),
        (("database",), {"parts": []}, "are not those"),
        (("database",), {"parts": [{"path": "database", "size": 7, "digest": ""}]}, "expected 7 bytes"),
        (("database",), {"vendor": "oracle"}, "no file of"),
    ],
)
def test_what_is_no_backup_is_told_apart(parts: tuple[str, ...], more: dict[str, Any], told: str) -> None:
    listed = [{"path": path, "size": 1, "digest": ""} for path in parts]
    with ZipFile(file := BytesIO(), "w") as zipped:
        for path in parts:
            zipped.writestr(path, b"x")
        zipped.writestr(MANIFEST, json.dumps({**SOUND, "parts": listed, **more}))
    with ZipFile(file) as zipped, pytest.raises(OperatingError, match=told):
        read_manifest(zipped)
