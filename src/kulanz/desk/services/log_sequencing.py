"""The worker's turn at the public log: entries get their places, and everybody is shown them.

One worker at a time by a lease; where a lease runs out too early, the head's compare-and-swap sees to it that
the log does not fork.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from kulanz.desk.conf import conf
from kulanz.desk.models import LogEntry, LogHead
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.claiming import claim, done, failed
from kulanz.desk.services.log_keys import signers
from kulanz.desk.services.log_witnesses import have_witnessed
from kulanz.logstores import FolderStore
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.errors import TlogError
from kulanz.tlog.notes import parse_note
from kulanz.tlog.sequencing import Objects, StoreError, begin, sequence

AT_ONCE: Final = 1_000
_LEASE: Final = timedelta(minutes=2)
_WITNESSES_AGAIN: Final = timedelta(minutes=5)

logger = logging.getLogger(__name__)


class DeskHead:
    """The log's head in the database: it moves together with the places of some entries, or not at all."""

    def __init__(self, row: LogHead, entries: Sequence[LogEntry]) -> None:
        self._row, self._entries = row, entries

    def read(self) -> bytes:
        return bytes(LogHead.objects.values_list("checkpoint", flat=True).get(pk=self._row.pk))

    def swap(self, seen: bytes, checkpoint: bytes) -> bool:
        size = Checkpoint.parse(parse_note(checkpoint).text).size
        ours = LogHead.objects.filter(pk=self._row.pk, checkpoint=seen)
        for place, entry in enumerate(self._entries, start=size - len(self._entries)):
            entry.index = place
        with transaction.atomic():
            if not ours.update(checkpoint=checkpoint, size=size, version=F("version") + 1):
                return False
            if _placed(self._entries):
                transaction.set_rollback(True)
                return False
            LogEntry.objects.bulk_update(self._entries, ("index",), batch_size=100)
        return True


def _placed(entries: Sequence[LogEntry]) -> bool:
    """Whether another worker has given one of the entries its place since they were read."""
    return LogEntry.objects.filter(pk__in=[each.pk for each in entries]).exclude(index=None).exists()


def store() -> Objects:
    """Return where the log's files lie; raise StoreError for a bucket where its library is missing."""
    return _bucket(conf().log_bucket) if conf().log_bucket else FolderStore(conf().log_folder)


@lru_cache(maxsize=1)
def _bucket(address: str) -> Objects:
    try:
        from kulanz.logstores.bucket import open_bucket  # noqa: PLC0415 - of the extra s3
    except ImportError as error:
        raise StoreError(f"KULANZ_LOG_BUCKET needs an extra: pip install 'kulanz[s3]' ({error})") from error
    return open_bucket(address)


def sequence_due(*, now: datetime) -> int:
    """Give some entries their places and publish them; return how many these were."""
    if LogEntry.objects.filter(index=None).exists():
        # for ever, or until witnesses are asked again
        resting = Q(due_at=None) | Q(due_at__gt=now, attempts=0)
        LogHead.objects.filter(resting).update(due_at=now)
    claimed = claim(LogHead.objects.all(), now, at_most=1, lease=_LEASE)
    return sum(_turn(row, now) for row in claimed)


def _turn(row: LogHead, now: datetime) -> int:
    entries = list(LogEntry.objects.filter(index=None).order_by("pk")[:AT_ONCE])
    try:
        if _sequenced(row, entries, now):
            LogHead.objects.filter(pk=row.pk).update(published_at=now)
            missing = have_witnessed(store())
            done(row, next_at=now + _WITNESSES_AGAIN if missing else None)
            return len(entries)
        failed(row, "another worker was faster", now)
    except (TlogError, RuleError) as error:
        logger.exception("the public log could not be brought up to date")
        failed(row, str(error), now)
    return 0


def _sequenced(row: LogHead, entries: Sequence[LogEntry], now: datetime) -> bool:
    keys = signers(now)
    if not row.checkpoint:
        begin(DeskHead(row, ()), row.origin, keys)
    return sequence(store(), DeskHead(row, entries), [bytes(entry.body) for entry in entries], keys)
