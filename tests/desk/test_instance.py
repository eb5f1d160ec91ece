"""A whole instance goes out and comes in again without loss; a file that is not as it should be does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.apps import apps
from django.db import transaction
from short_demo import short

from kulanz.desk.conf import conf
from kulanz.desk.demo import filling
from kulanz.desk.demo.filling import fill
from kulanz.desk.models import BillingSystem, Member, Presence, Template, TombstoneKey
from kulanz.desk.operating import exporting, importing
from kulanz.desk.operating.instance import FOLDERS, LEFT_OUT, digests, label, tables
from kulanz.desk.operating.starting import OperatingError
from kulanz.desk.operating.zips import MANIFEST
from kulanz.desk.services import billing_adapters, sealing
from kulanz.desk.services.sealing import seal, unseal
from kulanz.sources import read

pytestmark = pytest.mark.django_db(transaction=True)
OTHER_KEY = "another key"
PASSPHRASE = "correct horse battery staple"  # noqa: S105 - of an instance that lives for a test


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The data folder of an instance whose key is its own."""
    (tmp_path / "secret-key").write_text(conf().secret_key)
    for module in (billing_adapters, exporting, importing):
        monkeypatch.setattr(module, "conf", lambda: replace(conf(), data=tmp_path))
    return tmp_path


def nothing_told(done: int, total: int) -> None:
    assert 0 <= done <= total


def exported(now: datetime, passphrase: str = "") -> BytesIO:
    file = BytesIO()
    exporting.export(file, passphrase=passphrase, now=now, told=nothing_told)
    return file


def imported(file: BytesIO, passphrase: str = "") -> None:
    importing.import_from(file, passphrase=passphrase, told=nothing_told)


def emptied(folder: Path) -> None:
    """Leave what init leaves: templates, and no file."""
    with transaction.atomic():
        for table in tables():
            table._base_manager.all()._raw_delete(using="default")
    Template.objects.create(name="First answer", text="Dear customer,")
    for path in (each for name in FOLDERS for each in (folder / name).rglob("*") if each.is_file()):
        path.unlink()


def changed(file: BytesIO, part: str, change: Callable[[bytes], bytes]) -> BytesIO:
    """The same file with one part changed."""
    with ZipFile(file) as old, ZipFile(out := BytesIO(), "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out


def in_manifest(**values: Any) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), **values}).encode()


def test_the_demonstration_comes_back_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(filling, "read", lambda paths: short(read(paths)))
    fill(lang="en", now=now)
    TombstoneKey.objects.update_or_create(pk=1, defaults={"sealed": seal(b"of the dead")})
    before, files = digests(), {p: p.read_bytes() for p in (folder / "billing").rglob("*") if p.is_file()}
    assert files
    file = exported(now)
    emptied(folder)
    assert digests() != before
    imported(file)
    assert digests() == before
    assert {path: path.read_bytes() for path in files} == files
    assert unseal(TombstoneKey.objects.get().sealed) == b"of the dead"
    made = BillingSystem.objects.create(name="next", adapter="csv", hook_key="next", created_at=now)
    assert made.pk == max(BillingSystem.objects.values_list("pk", flat=True))


def test_every_table_goes_along_or_is_named() -> None:
    every = {each._meta.label for each in apps.get_models(include_auto_created=True)}
    assert every == {label(each) for each in tables()} | LEFT_OUT.keys()


def test_the_key_goes_along_under_a_passphrase(
    folder: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    file, key = exported(now, PASSPHRASE), conf().secret_key
    assert key not in file.getvalue().decode("latin-1")
    emptied(folder)
    (folder / "secret-key").write_text(OTHER_KEY)
    monkeypatch.setattr(sealing, "conf", lambda: replace(conf(), secret_key=OTHER_KEY))
    with pytest.raises(OperatingError, match="passphrase"):
        imported(file)
    with pytest.raises(OperatingError, match="does not open"):
        imported(file, "wrong horse battery staple")
    with pytest.raises(OperatingError, match="at least 12"):
        exported(now, "short")
    imported(file, PASSPHRASE)
    assert (folder / "secret-key").read_text().strip() == key


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        ("tables/desk.Template.jsonl", lambda lines: lines.replace(b"Dear", b"Dead"), "are not those"),
        ("tables/desk.Template.jsonl", lambda lines: lines.replace(b"[", b"[7,"), "does not fit"),
        ("tables/desk.Template.jsonl", lambda _lines: b"0" * 20_000_000, "unpacks to far more"),
        (MANIFEST, in_manifest(format=99), "import with the version"),
        (MANIFEST, in_manifest(files=[{"path": "billing/../../x", "digest": ""}]), "no export has"),
        (MANIFEST, in_manifest(files=[{"path": "/etc/x", "digest": ""}]), "no export has"),
        (MANIFEST, in_manifest(files=[{"path": "billing/1/x", "digest": ""}]), "no file of"),
        (MANIFEST, in_manifest(files=[{"path": "billing", "digest": ""}]), "no export has"),
        (MANIFEST, in_manifest(files=[{"path": "billing/a\0b", "digest": ""}]), "no export has"),
        (MANIFEST, in_manifest(files=[{"path": f"log/{'x' * 300}", "digest": ""}]), "cannot be put"),
        (
            "tables/desk.Template.jsonl",
            lambda lines: re.sub(rb"\[\d+", b"[%d" % 2**63, lines),
            "does not fit",
        ),
        (MANIFEST, lambda _content: b"{", "no file of"),
    ],
    ids=[
        "row",
        "shape",
        "bomb",
        "version",
        "path",
        "root",
        "missing",
        "folder",
        "nul",
        "long",
        "number",
        "manifest",
    ],
)
def test_a_file_that_is_not_as_it_should_be_changes_nothing(
    folder: Path, now: datetime, part: str, change: Callable[[bytes], bytes], told: str
) -> None:
    Template.objects.create(name="First answer", text="Dear customer,")
    before, file = digests(), changed(exported(now), part, change)
    with pytest.raises(OperatingError, match=told):
        imported(file)
    assert digests() == before
    assert [each for each in folder.rglob("*") if each.is_file()] == [folder / "secret-key"]


def test_only_an_empty_instance_takes_a_file(folder: Path, members: dict[str, Member], now: datetime) -> None:
    with pytest.raises(OperatingError, match="not empty"):
        imported(exported(now))


def test_a_row_that_leads_nowhere_changes_nothing(
    folder: Path, members: dict[str, Member], now: datetime
) -> None:
    Presence.objects.create(member=members["carla"], noun="case", noun_id=1, at=now)
    part, file = "tables/desk.Presence.jsonl", exported(now)
    with ZipFile(file) as zipped:
        rows, manifest = zipped.read(part), zipped.read(MANIFEST)
    lost = rows.replace(f",{members['carla'].pk},".encode(), b",987654,")
    digests_of = [sha256(each).hexdigest().encode() for each in (rows, lost)]
    file = changed(changed(file, part, lambda _: lost), MANIFEST, lambda _: manifest.replace(*digests_of))
    emptied(folder)
    with pytest.raises(OperatingError, match="is not there"):
        imported(file)
    assert not Member.objects.exists()
