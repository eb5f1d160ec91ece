"""Entries of the public log: made in the transaction of what they tell, and opened or erased afterwards.

The worker gives them their places (``log_sequencing``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes, token_hex
from types import MappingProxyType
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from kulanz.desk.models import Account, Case, LogEntry, Opening, Post, Source, Thread
from kulanz.desk.queries.named import names_somebody
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.sealed_names import names_customer
from kulanz.desk.services.sealing import seal, unseal
from kulanz.tlog.entries import KEY_BYTES, Entry, Kind, Origin, RuleRef, commitment, encode, moment
from kulanz.tlog.errors import TlogError
from kulanz.tlog.impersonal import check_impersonal
from kulanz.tlog.merkle import leaf_hash

_ID_BYTES: Final = 16
_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})


class About(NamedTuple):
    """What an entry is about, for the desk alone: none of it stands in the entry.

    It decides whose erasure takes the entry's openings along.
    """

    thread: Thread | None = None
    post: Post | None = None
    account: Account | None = None
    case: Case | None = None


class Opened(NamedTuple):
    """What shows that a content belongs to an entry: the key of its commitment, and the content itself."""

    key: bytes
    content: bytes


def enter(  # noqa: PLR0913 - an entry is what, when, where, to what, by which rule, why
    *,
    kind: Kind,
    act: str,
    at: datetime,
    now: datetime,
    source: Source | None = None,
    about: About = About(),  # noqa: B008 - a tuple cannot be changed
    subjects: Mapping[str, bytes] = _NOTHING,
    digests: Mapping[str, bytes] = _NOTHING,
    rule: RuleRef | None = None,
    reasons: Sequence[str] = (),
    note: str = "",
    scope: str = "",
    origin: Origin = "",
    since: datetime | None = None,
    until: datetime | None = None,
    refers: LogEntry | None = None,
    vkey: str = "",
) -> LogEntry:
    """Write one entry, in the transaction of what it tells; the worker gives it its place in the log.

    ``subjects`` are contents by name (canonical bytes, see ``kulanz.tlog.canonical``): the entry gets a
    commitment to each, the desk keeps key and content sealed. ``digests`` are contents that are public
    anyway: the entry gets their SHA-256. ``at`` is when it happened. ``note`` is shown to everybody for
    ever. Which codes and fields a kind has is said in ``kulanz.tlog.entries``. Raise RuleError for what the
    log does not take, above all for personal data.
    """
    keys = {name: token_bytes(KEY_BYTES) for name in subjects}
    check_note(note)
    entry = Entry(
        v=1,
        kind=kind,
        act=act,
        at=moment(at),
        id=token_hex(_ID_BYTES),
        source=name_of(source) if source else "",
        subjects={name: commitment(keys[name], content) for name, content in subjects.items()},
        digests={name: sha256(content).hexdigest() for name, content in digests.items()},
        rule=rule,
        reasons=tuple(reasons),
        note=note,
        scope=scope,
        origin=origin,
        since=moment(since) if since else "",
        until=moment(until) if until else "",
        refers=refers.leaf if refers else "",
        vkey=vkey,
    )
    body = _body(entry)
    links = {"source": source, "refers": refers, "rule_key": rule.key if rule else "", **about._asdict()}
    with transaction.atomic():
        row = LogEntry.objects.create(
            kind=kind, act=act, at=at, entered_at=now, body=body, leaf=leaf_hash(body).hex(), **links
        )
        Opening.objects.bulk_create(
            Opening(entry=row, name=name, sealed=seal(keys[name] + content))
            for name, content in subjects.items()
        )
    return row


def name_of(source: Source) -> str:
    """Return what the log calls a source: nothing that a person chose."""
    return f"s{source.pk}"


def check_note(note: str) -> None:
    """Raise RuleError for words that may not stand in the public log, before anything is written."""
    try:
        check_impersonal(note)
    except TlogError as error:
        raise _refused(error) from error
    check_names(note)


def check_names(text: str) -> None:
    """Raise RuleError for a text that everybody may read and that names somebody whom the desk knows."""
    if names_somebody(text) or names_customer(text):
        raise RuleError(
            "log: expected a text without personal data, got a name that the desk knows: take it out"
        )


def openings_of(entry: LogEntry) -> dict[str, Opened]:
    """Return what opens an entry's commitments, by name; less than they are once some were erased."""
    kept = {row.name: unseal(row.sealed) for row in entry.openings.order_by("name")}
    return {name: Opened(both[:KEY_BYTES], both[KEY_BYTES:]) for name, both in kept.items()}


def forget_openings(*, entries: QuerySet[LogEntry], reason: str, now: datetime) -> int:
    """Erase what opens entries, and enter for each that it was done; return how many these are.

    ``reason`` is one of the codes of ``kulanz.tlog.entries``. The entries themselves and their proofs stay.
    """
    with transaction.atomic():
        rows = list(entries.filter(openings__isnull=False).distinct().order_by("pk"))
        Opening.objects.filter(entry__in=rows).delete()
        for row in rows:
            enter(kind="erasure", act="erase", at=now, now=now, reasons=(reason,), refers=row)
    return len(rows)


def _body(entry: Entry) -> bytes:
    try:
        return encode(entry)
    except TlogError as error:
        raise _refused(error) from error


def _refused(error: TlogError) -> RuleError:
    return RuleError("the public log does not take this: %(why)s", why=str(error))
