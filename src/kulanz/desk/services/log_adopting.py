"""After an older database came back: what the log has published since is taken into the record.

Nothing of it is believed: the published log must be whole, signed by a key of ours, and begin with what the
database knows. What opens the commitments of these entries is lost with the newer database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import F

from kulanz.desk.models import LogEntry, LogHead, LogKey, Opening, SilentEdit, Source
from kulanz.desk.queries.record import log_keys
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.sentinel import ACTS
from kulanz.desk.services.log_keys import active, held_outside
from kulanz.desk.services.log_sequencing import store
from kulanz.desk.services.public_log import name_of
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.entries import Entry, decode
from kulanz.tlog.errors import FormatError
from kulanz.tlog.merkle import EMPTY_ROOT, leaf_hash
from kulanz.tlog.notes import VerifierKey, parse_note
from kulanz.tlog.tiles import CHECKPOINT_PATH, FULL, TILES, CheckedTiles, ReadFile, parse_path
from kulanz.tlog.verifying import verify_growth, verify_log

_MEANWHILE: Final = timedelta(minutes=2)
_SILENT: Final = {act: kind for kind, act in ACTS.items()}


class Adopted(NamedTuple):
    """How many entries were taken in, and how many of them tell that something was erased."""

    entries: int
    erasures: int


def adopt(*, now: datetime, vkeys: Sequence[str] = ()) -> Adopted:
    """Take in what is published beyond the head; none where nothing is.

    ``vkeys`` are keys of this log that were begun after the backup. Raise TlogError where the published log
    is not whole, is not signed, or does not begin with ours, and RuleError where no key would be left that
    signs; then nothing is changed.
    """
    row = LogHead.objects.first()
    if row is None:
        raise RuleError("the log has not begun: run `kulanz log init`")
    # claimed: no worker takes a turn while it is found out what is the log's and what is not
    LogHead.objects.filter(pk=row.pk).update(due_at=now + _MEANWHILE, attempts=F("attempts") + 1)
    try:
        return _adopted(row, vkeys, now)
    finally:
        LogHead.objects.filter(pk=row.pk).update(due_at=now)


def _adopted(row: LogHead, vkeys: Sequence[str], now: datetime) -> Adopted:
    seen = bytes(row.checkpoint)
    content = store().read(CHECKPOINT_PATH)
    before = Checkpoint.parse(parse_note(seen).text) if seen else Checkpoint(row.origin, 0, EMPTY_ROOT)
    after = before if content is None else _verified(content, before, [*log_keys(), *vkeys])
    if content is None or after.size <= before.size:
        _drop_never_shown(before.size)
        return Adopted(0, 0)
    bodies = _entries(CheckedTiles(after.size, after.root, store().read), before.size)
    with transaction.atomic():
        ours = LogHead.objects.filter(pk=row.pk, checkpoint=seen)
        if not ours.update(checkpoint=content, size=after.size, version=F("version") + 1):
            raise RuleError("a worker was faster: do it again")
        taken = [_taken(index, body, now) for index, body in enumerate(bodies, start=before.size)]
        _need_key(now)
    _drop_never_shown(after.size)
    return Adopted(len(taken), sum(entry.kind == "erasure" for entry in taken))


def _drop_never_shown(size: int) -> None:
    """Delete tiles beyond the log: a step that the lost database had decided wrote them and showed nothing.

    The next step has other entries for the same places, and files of a log never change.
    """
    files = store()
    for path in files.paths(TILES):
        with suppress(FormatError):
            if parse_path(path).end > size:
                files.delete(path)


def _need_key(now: datetime) -> None:
    if not active(now).exists():
        raise RuleError(
            "the keys that sign the log were begun after this backup and are not at hand: bring them by"
            " KULANZ_LOG_KEY_FILE or KULANZ_LOG_SIGN_COMMAND, or restore a newer backup"
        )


def _verified(content: bytes, before: Checkpoint, vkeys: Sequence[str]) -> Checkpoint:
    """Return the published checkpoint, after the whole log was verified under it."""
    read = _with_checkpoint(content)
    verdict = verify_log(read, [VerifierKey.parse(vkey) for vkey in vkeys], before.origin)
    if not verdict.ok:
        raise RuleError("the published log is not what was signed: %(why)s", why=verdict.wrong[0].reason)
    if verdict.checkpoint.size >= before.size:
        verify_growth(before, verdict.checkpoint, read)
    return verdict.checkpoint


def _with_checkpoint(content: bytes) -> ReadFile:
    """Return what reads the published files under this one checkpoint, whatever is shown meanwhile."""
    read = store().read
    return lambda path: content if path == CHECKPOINT_PATH else read(path)


def _entries(tiles: CheckedTiles, start: int) -> Iterator[bytes]:
    """Return the entries from a place on."""
    for index in range(start // FULL, -(-tiles.size // FULL)):
        yield from tiles.entries(index)[max(start - index * FULL, 0) :]


def _taken(index: int, body: bytes, now: datetime) -> Entry:
    """Give an entry that waits its place, or write it anew, with what follows from it."""
    entry, leaf = decode(body), leaf_hash(body).hex()
    row = LogEntry.objects.filter(leaf=leaf).first() or _written(entry, leaf, body, now)
    row.index = index
    row.save(update_fields=("index",))
    if entry.kind == "erasure" and row.refers_id is not None:
        Opening.objects.filter(entry=row.refers_id).delete()
    if entry.kind == "key":
        _follow_key(entry, now)
    if entry.kind == "silent_edit" and entry.act in _SILENT:
        SilentEdit.objects.get_or_create(
            entry=row, defaults={"kind": _SILENT[entry.act], "found_at": row.entered_at}
        )
    return entry


def _written(entry: Entry, leaf: str, body: bytes, now: datetime) -> LogEntry:
    return LogEntry.objects.create(
        kind=entry.kind,
        act=entry.act,
        at=datetime.fromisoformat(entry.at),
        entered_at=now,
        body=body,
        leaf=leaf,
        rule_key=entry.rule.key if entry.rule else "",
        refers=LogEntry.objects.filter(leaf=entry.refers).first() if entry.refers else None,
        source=_source(entry.source),
    )


def _source(name: str) -> Source | None:
    return next((each for each in Source.objects.all() if name_of(each) == name), None)


def _follow_key(entry: Entry, now: datetime) -> None:
    """Know a key that was begun meanwhile, which signs only where a file or a program holds it."""
    known = LogKey.objects.filter(vkey=entry.vkey)
    if entry.act == "begin" and not known.exists():
        _known(entry.vkey, now).save()
    elif entry.act == "end":
        until = datetime.fromisoformat(entry.until)
        known.filter(active_to=None).update(active_to=until)


def _known(vkey: str, now: datetime) -> LogKey:
    try:
        return held_outside(vkey, now)
    except RuleError:
        return LogKey(vkey=vkey, held_by="desk", active_from=now, active_to=now)
