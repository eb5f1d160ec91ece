"""The rest of an erasure: the names in everything else, and what databases keep of deleted rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection, models, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Cast

from kulanz.desk.models import (
    Account,
    Alert,
    AppealMessage,
    Assessment,
    Attention,
    BillingSystem,
    Case,
    ClosingNote,
    CustomerImport,
    Defect,
    Delivery,
    Erasure,
    Event,
    Gesture,
    Hold,
    IdempotencyKey,
    Issue,
    LogEntry,
    Measure,
    MeasureNotice,
    Mention,
    Message,
    Note,
    Opening,
    Person,
    Post,
    PrivateTopic,
    Promise,
    Reply,
    ReportSummary,
    Revision,
    Rule,
    RuleVersion,
    Satisfaction,
    SavedView,
    Statement,
    Task,
    Thread,
)
from kulanz.desk.models.wordindex import SEARCHED
from kulanz.desk.rules.names import needle, words_of
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.erasing import Names
from kulanz.desk.services.erasure_journal import keep_journal
from kulanz.desk.services.forgetting_answers import forget_answers, sought
from kulanz.desk.services.forgetting_files import forget_files
from kulanz.desk.services.public_log import forget_openings
from kulanz.desk.services.sealing import SealError, seal, unseal
from kulanz.desk.services.silencing import is_silent, silence
from kulanz.desk.services.veiling import Veil, veil_of
from kulanz.tlog.entries import KEY_BYTES

SLICE: Final = 200
_MERGED_AT_ONCE: Final = 500
_LEAST_CHANGES: Final = 2
_AGAIN: Final = timedelta(seconds=30)
Fields = tuple[str, ...]

# of roles the keys
NAMES: Final = frozenset({"mentions", "edited_by", "by", "roles", "sender"})
# where what others wrote may name the person; of posts and threads, only at the sources of the accounts
PUBLIC: Final[tuple[tuple[type[models.Model], str, Fields], ...]] = (
    (Post, "source", ("text", "quotes", "code", "links", "mentions", "url", "edited_by")),
    (Thread, "source", ("title", "url", "reasons", "roles")),
    (Revision, "thread__source", ("by", "diff")),
)
INTERNAL: Final[tuple[tuple[type[models.Model], Fields], ...]] = (
    (Measure, ("why", "text", "text_before", "onward", "despite", "decision", "last_error")),
    (MeasureNotice, ("text", "last_error")),
    (Statement, ("body", "last_error")),
    (AppealMessage, ("text",)),
    (Mention, ("claim", "found")),
    (Issue, ("title",)),
    (Task, ("text",)),
    (Note, ("text",)),
    (ReportSummary, ("text", "shared")),
    (Attention, ("reason",)),
    (Alert, ("reasons", "why")),
    (Event, ("reason", "data")),
    (Delivery, ("subject", "body")),
    (Case, ("title", "outcome")),
    (Promise, ("what", "pause_reason")),
    (Gesture, ("last_error",)),
    (Hold, ("last_error",)),
    (BillingSystem, ("skipped", "last_error")),
    (Defect, ("name", "what", "fix")),
    (Message, ("sender", "subject", "text", "html", "attachments")),
    (PrivateTopic, ("last_error",)),
    (Reply, ("subject", "text", "last_error")),
    (Satisfaction, ("text",)),
    (ClosingNote, ("text", "agreed_text")),
    (Person, ("note",)),
    (CustomerImport, ("name", "told")),
    (SavedView, ("name", "query")),
    (Rule, ("title_de", "title_en", "text_de", "text_en")),
    (RuleVersion, ("title_de", "title_en", "text_de", "text_en")),
)
SEALED: Final[tuple[type[models.Model], ...]] = (Gesture, Assessment, Hold)
"""Whose sealed words may name the person: objects of JSON."""


def finish_due(*, now: datetime) -> int:
    """Go on with one erasure that is due; return how many that was."""
    claimed = claim(Erasure.objects.exclude(due_at=None), now, at_most=1)
    for erasure in claimed:
        names = msgspec.json.decode(unseal(erasure.sealed_names), type=Names)
        _sweep(erasure, names, now)
        keep_journal()
        if forget_deleted():
            done = {"sealed_names": b"", "due_at": None, "done_at": now, "attempts": 0, "last_error": ""}
            Erasure.objects.filter(pk=erasure.pk).update(**done)
        else:
            failed(erasure, "the database was being read: its log is emptied later", now, wait=_AGAIN)
    return len(claimed)


def forget_deleted() -> bool:
    """Have SQLite drop the words of deleted rows and empty its log; return whether it could.

    Rows themselves are overwritten when they are deleted (``secure_delete``). PostgreSQL does all of it by
    itself, when it vacuums.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        for model in SEARCHED:
            _drop_words(cursor, f"{model._meta.db_table}_words")  # noqa: SLF001 - Django's own way to the name
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone()
    return not busy


def _drop_words(cursor: Any, index: str) -> None:
    """Merge an index to one segment in small steps: only then the words of deleted rows are gone."""
    command = f"INSERT INTO {index}({index}, rank) VALUES ('merge', %s)"  # noqa: S608 - names of our tables
    cursor.execute(command, [-_MERGED_AT_ONCE])
    while True:
        before = _changes(cursor)
        cursor.execute(command, [_MERGED_AT_ONCE])
        if _changes(cursor) - before < _LEAST_CHANGES:
            return


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    found: int = cursor.fetchone()[0]
    return found


def _sweep(erasure: Erasure, names: Names, now: datetime) -> None:
    """Take the names from all that others wrote and we made of it."""
    needles = [needle(words_of(each)) for each in (*names.others, *(one.key for one in names.accounts))]
    sources = sorted({each.source for each in names.accounts})
    _take_late_accounts(names, erasure.asked_at)
    forget_files(names.others)
    for source in sources:
        _forget_answers(source, names, needles)
        _rewrite_public(source, needles)
    veil, near = veil_of(sources), veil_of(sources, loose=True)
    if veil is None or near is None:
        return
    for model, fields in INTERNAL:
        _rewrite(model._default_manager.all(), fields, needles, veil)  # noqa: SLF001
    for model in SEALED:
        _rewrite_sealed(model._default_manager.exclude(sealed=b""), veil)  # noqa: SLF001
    _forget_openings(near, now)
    issues = _issues_of(erasure, names)
    for rows, fields in (
        (Note.objects.filter(issue__in=issues), ("text",)),
        (ReportSummary.objects.filter(issue__in=issues), ("text", "shared")),
        (Event.objects.filter(issue__in=issues), ("reason", "data")),
        (Task.objects.filter(issue__in=issues), ("text",)),
        (Event.objects.filter(noun="person", noun_id=erasure.person_id), ("reason",)),
    ):
        _rewrite(rows, fields, needles, near)
    _forget_repetitions(near)


def _take_late_accounts(names: Names, at: datetime) -> None:
    """A page that was being kept at that very moment may have brought an account again."""
    for each in names.accounts:
        late = Account.objects.filter(source=each.source, key=each.key).first()
        if late is not None:
            with transaction.atomic():
                kept = Account.objects.get(source=each.source, key=each.pseudonym)
                Post.objects.filter(account=late).update(account=kept, url="")
                late.delete()
                if is_silent(each.source, each.pseudonym):
                    silence([each.pseudonym], at)


def _issues_of(erasure: Erasure, names: Names) -> QuerySet[Issue]:
    accounts = [each.pseudonym for each in names.accounts]
    return Issue.objects.filter(
        Q(roles__account__key__in=accounts) | Q(cases__person=erasure.person_id)
    ).distinct()


def _rewrite_public(source: int, needles: list[str]) -> None:
    veil = veil_of([source])
    if veil is not None:
        for model, path, fields in PUBLIC:
            rows = model._default_manager.filter(**{path: source})  # noqa: SLF001
            _rewrite(rows, fields, needles, veil)


def _rewrite(rows: QuerySet[Any], fields: Fields, needles: list[str], veil: Veil) -> None:
    """Replace the names in rows, a few in a transaction."""
    every: QuerySet[Any] = rows.model._default_manager.all()  # noqa: SLF001
    found = list(_holding(rows, fields, needles).values_list("pk", flat=True))
    for start in range(0, len(found), SLICE):
        with transaction.atomic():
            for row in every.select_for_update().filter(pk__in=found[start : start + SLICE]):
                changed = dict(_changed(row, fields, veil))
                if changed:
                    every.filter(pk=row.pk).update(**changed)


def _rewrite_sealed(rows: QuerySet[Any], veil: Veil) -> None:
    """Replace the names in sealed words, a few in a transaction; whoever has read them reads again."""
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(found), SLICE):
        with transaction.atomic():
            for row in rows.select_for_update().filter(pk__in=found[start : start + SLICE]):
                if sealed := _veiled(row.sealed, veil):
                    rows.filter(pk=row.pk).update(sealed=sealed, version=F("version") + 1)


def _forget_openings(veil: Veil, now: datetime) -> None:
    """Delete what opens entries of the public log and names the person: rewritten it would open nothing."""
    rows = Opening.objects.values_list("entry", "sealed")
    named = sorted({entry for entry, sealed in rows.iterator() if veil.sees(_content(bytes(sealed)))})
    for start in range(0, len(named), SLICE):
        some = LogEntry.objects.filter(pk__in=named[start : start + SLICE])
        forget_openings(entries=some, reason="person_asked", now=now)


def _content(sealed: bytes) -> bytes:
    """Return what a commitment is to; nothing where no key of this desk opens it."""
    with suppress(SealError):
        return unseal(sealed)[KEY_BYTES:]
    return b""


def _veiled(sealed: bytes, veil: Veil) -> bytes:
    """Return sealed words without the names; empty where there are none, or no key of this desk opens it."""
    with suppress(SealError):
        before = msgspec.json.decode(unseal(sealed))
        after = {name: veil.value(each) for name, each in before.items()}
        if after != before:
            return seal(msgspec.json.encode(after))
    return b""


def _changed(row: models.Model, fields: Fields, veil: Veil) -> Iterator[tuple[str, Any]]:
    for name in fields:
        before = getattr(row, name)
        after = (veil.for_names() if name in NAMES else veil).value(before)
        if after != before:
            longest = getattr(row._meta.get_field(name), "max_length", None)  # noqa: SLF001
            yield name, after[:longest] if isinstance(after, str) else after


def _holding(rows: QuerySet[Any], fields: Fields, needles: list[str]) -> QuerySet[Any]:
    """Return the rows worth a look; JSON is looked through as the text that it is."""
    if "" in needles:
        return rows
    texts = {f"{name}_as_text": Cast(name, models.TextField()) for name in fields}
    found = Q(pk__in=())
    for name in texts:
        for each in needles:
            found |= Q(**{f"{name}__icontains": each})
    held: QuerySet[Any] = rows.annotate(**texts).filter(found)
    return held


def _forget_answers(source: int, names: Names, needles: list[str]) -> None:
    """Delete the answers of a source that hold the person; all where their words are not kept either.

    Words that are gone from the posts cannot be looked for in answers.
    """
    veil = veil_of([source], loose=True)
    accounts = [each.pseudonym for each in names.accounts if each.source == source]
    silent = any(is_silent(source, each) for each in accounts)
    if silent or veil is None:
        forget_answers(source=source, sought=None)
    else:
        forget_answers(source=source, sought=sought(source, veil, needles, accounts))


def _forget_repetitions(veil: Veil) -> None:
    """Delete answers of the API that name the person: a repetition of such a request is done anew."""
    rows = IdempotencyKey.objects.exclude(body=None).values_list("pk", "body")
    found = [pk for pk, body in rows.iterator() if body and veil.sees(bytes(body))]
    IdempotencyKey.objects.filter(pk__in=found).delete()
