"""An older database comes back: the published log is taken in where it proves to be ours, else nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kulanz.desk.conf import Conf, conf
from kulanz.desk.models import LogEntry, LogHead, LogKey, Opening, SilentEdit, Source
from kulanz.desk.queries.record import log_keys as log_keys_shown
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import log_adopting, log_keys, log_sequencing, log_witnesses
from kulanz.desk.services.log_adopting import Adopted, adopt
from kulanz.desk.services.log_keys import add, begin_log, rotate
from kulanz.desk.services.log_sequencing import sequence_due
from kulanz.desk.services.public_log import enter, forget_openings
from kulanz.logstores import FolderStore
from kulanz.tlog.entries import Kind
from kulanz.tlog.errors import ForkError
from kulanz.tlog.notes import SigningKey, VerifierKey
from kulanz.tlog.verifying import verify_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conf:
    changed = replace(conf(), log_folder=tmp_path / "log", log_origin="localhost/log")
    for module in (log_keys, log_sequencing, log_witnesses):
        monkeypatch.setattr(module, "conf", lambda: changed)
    return changed


def told(kind: Kind, act: str, source: Source, now: datetime) -> LogEntry:
    return enter(kind=kind, act=act, at=now, now=now, source=source, subjects={"post": b'"4"'})


@pytest.fixture
def backup(given: Conf, forum: Source, now: datetime) -> list[LogEntry]:
    """A database with a key and a warning in its log; what comes after it is taken away by ``restore``."""
    begin_log(now=now)
    told("measure", "warn", forum, now)
    sequence_due(now=now)
    told("measure", "hide", forum, now)
    return list(LogEntry.objects.order_by("pk"))


def restore(kept: list[LogEntry], head: LogHead) -> None:
    """Set the log's tables back to how they were; openings of what is kept come back as well."""
    SilentEdit.objects.all()._raw_delete("default")
    LogEntry.objects.update(refers=None)
    Opening.objects.exclude(entry__in=kept).delete()
    LogEntry.objects.exclude(pk__in=[each.pk for each in kept]).delete()
    for each in kept:
        LogEntry.objects.filter(pk=each.pk).update(index=each.index)
    head.save()


def test_what_was_published_since_the_backup_is_taken_in_and_the_log_goes_on(
    given: Conf, backup: list[LogEntry], forum: Source, now: datetime
) -> None:
    head, opened = LogHead.objects.get(), list(Opening.objects.all())
    silent = told("silent_edit", "remove", forum, now)
    forget_openings(entries=LogEntry.objects.filter(pk=backup[1].pk), reason="time_over", now=now)
    assert sequence_due(now=now) == 3
    restore(backup, head)
    Opening.objects.bulk_create(opened, ignore_conflicts=True)
    told("measure", "lock", forum, now)
    assert sequence_due(now=now) == 0
    assert "take in what was published" in LogHead.objects.get().last_error
    assert adopt(now=now) == Adopted(3, 1)
    assert sequence_due(now=now) == 1
    verdict = verify_log(FolderStore(given.log_folder).read, keys(), given.log_origin)
    assert (verdict.ok, verdict.checkpoint.size) == (True, 6)
    rows = list(LogEntry.objects.order_by("index").values_list("act", flat=True))
    assert rows == ["begin", "warn", "hide", "remove", "erase", "lock"]
    found = SilentEdit.objects.get()
    assert (found.entry.leaf, found.kind, found.entry.source) == (silent.leaf, "missing", forum)
    assert not backup[1].openings.exists()
    assert backup[2].openings.exists()
    assert adopt(now=now) == Adopted(0, 0)


def test_no_worker_takes_a_turn_while_the_published_log_is_looked_at(
    given: Conf, backup: list[LogEntry], forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int] = []
    drop = log_adopting._drop_never_shown

    def looked(size: int) -> None:
        turns.append(sequence_due(now=now))
        drop(size)

    monkeypatch.setattr(log_adopting, "_drop_never_shown", looked)
    adopt(now=now)
    assert turns == [0]
    assert sequence_due(now=now) == 1


def test_another_history_or_a_changed_file_is_not_taken_in(
    given: Conf, backup: list[LogEntry], forum: Source, now: datetime
) -> None:
    head = LogHead.objects.get()
    sequence_due(now=now)
    published = {path: path.read_bytes() for path in given.log_folder.rglob("*") if path.is_file()}
    restore(backup, head)
    bundle = given.log_folder / "tile/entries/000.p/3"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b" ")
    with pytest.raises(RuleError, match="not what was signed"):
        adopt(now=now)
    for path in published:
        path.unlink()
    LogHead.objects.update(checkpoint=b"", size=0)
    LogEntry.objects.update(index=None)
    LogEntry.objects.filter(pk=backup[0].pk).delete()
    sequence_due(now=now)
    head.save()
    with pytest.raises(ForkError, match="two histories"):
        adopt(now=now)
    assert bytes(LogHead.objects.get().checkpoint) == bytes(head.checkpoint)


def test_a_key_begun_since_is_known_and_signs_only_where_it_is_at_hand(
    given: Conf, backup: list[LogEntry], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, late = LogHead.objects.get(), now + timedelta(days=2)
    new = SigningKey("localhost/log", bytes(32))
    changed = replace(given, log_key=new.secret)
    monkeypatch.setattr(log_keys, "conf", lambda: changed)
    rotate(now=now, until=now + timedelta(days=1), vkey=str(new.verifier))
    sequence_due(now=late)
    restore(backup, head)
    LogKey.objects.filter(held_by="file").delete()
    LogKey.objects.update(active_to=None)
    with monkeypatch.context() as lost:
        lost.setattr(log_keys, "conf", lambda: given)
        with pytest.raises(RuleError, match="not at hand"):
            adopt(now=late)
    assert LogKey.objects.count() == 1
    assert adopt(now=late, vkeys=[str(new.verifier)]) == Adopted(3, 0)
    assert [key.vkey for key in log_keys.active(late)] == [str(new.verifier)]


def test_a_key_that_is_lost_verifies_what_it_signed_and_stands_behind_those_that_sign(
    given: Conf, backup: list[LogEntry], now: datetime
) -> None:
    head, kept = LogHead.objects.get(), LogKey.objects.get()
    lost = add(now=now)
    sequence_due(now=now)
    restore(backup, head)
    lost.delete()
    assert adopt(now=now) == Adopted(2, 0)
    assert log_keys_shown() == [kept.vkey, lost.vkey]
    assert list(log_keys.active(now)) == [kept]


@pytest.mark.parametrize("shown", [0, 1], ids=["nothing was shown since", "one more step was shown"])
def test_what_was_decided_but_never_shown_stands_in_nobodys_way(
    given: Conf, backup: list[LogEntry], forum: Source, now: datetime, shown: int
) -> None:
    head = LogHead.objects.get()
    if shown:
        sequence_due(now=now)
    checkpoint = given.log_folder / "checkpoint"
    seen = checkpoint.read_bytes()
    told("measure", "remove", forum, now)
    sequence_due(now=now)
    checkpoint.write_bytes(seen)
    restore(backup, head)
    told("measure", "lock", forum, now)
    assert adopt(now=now) == Adopted(shown, 0)
    assert sequence_due(now=now) == 2 - shown
    verdict = verify_log(FolderStore(given.log_folder).read, keys(), given.log_origin)
    assert (verdict.ok, verdict.checkpoint.size) == (True, 4)


def keys() -> list[VerifierKey]:
    return [VerifierKey.parse(vkey) for vkey in LogKey.objects.values_list("vkey", flat=True)]


def test_a_log_that_has_not_begun_has_nothing_to_take_in(given: Conf, now: datetime) -> None:
    with pytest.raises(RuleError, match="has not begun"):
        adopt(now=now)
    begin_log(now=now)
    assert adopt(now=now) == Adopted(0, 0)
    assert log_adopting.store().read("checkpoint") is None
