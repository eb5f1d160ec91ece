"""Tables of customers that somebody uploads: looked at first, then taken in slices by the worker."""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from msgspec import structs

from kulanz.desk.models import Claim, Customer, CustomerImport
from kulanz.desk.queries.rates import rates
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customer_tables import (
    Refused,
    Table,
    Told,
    checked_columns,
    read_rows,
    read_table,
    usual_columns,
)
from kulanz.desk.rules.customers import ClaimFacts, Facts, changed, claim_in, facts_in
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.customers import checked, checked_claim, keep_claims, refuse_among, take
from kulanz.desk.services.events import record
from kulanz.desk.services.matching import match
from kulanz.desk.services.sealing import seal, unseal
from kulanz.desk.services.veiling import buried

logger = logging.getLogger(__name__)

SYSTEM: Final = "csv"
SLICE: Final = 100
FORGOTTEN_AFTER: Final = timedelta(days=1)
TOLD_FOR: Final = timedelta(days=90)
"""So long it stays to be seen what became of a table; the event keeps the counts."""

MOST_TOLD: Final = 200
"""So many refused rows are told after an import; all of them are counted."""

MOST_TRIES: Final = 8
"""So often a slice is tried, for two hours in all; then the table ends, and what was taken of it stays."""

_TELLING_NOTHING: Final = frozenset({"field", "most", "length"})
"""Values of errors that hold nothing of what a cell says: only these are kept in the clear."""


@dataclass(frozen=True, slots=True)
class Row:
    """What would become of a row: made, changed (``fields`` names what), same, or refused with an error."""

    line: int
    number: str
    became: str
    fields: tuple[str, ...] = ()
    error: RuleError | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would do, row by row, and how often each."""

    table: Table
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    counts: Mapping[str, int]


def upload(*, actor: Actor, name: str, content: bytes, now: datetime) -> CustomerImport:
    """Keep a table, sealed, until its rows are taken or a day is over; nothing is changed by it yet."""
    actor.need(Right.SET_CUSTOMERS)
    table = read_table(content)
    with transaction.atomic():
        row = CustomerImport.objects.create(
            name=name[:200],
            sealed=seal(zlib.compress(content)),
            columns=usual_columns(table.header),
            by_id=actor.member_id,
            made_at=now,
        )
        record(actor, "upload", row, now=now, data={"rows": len(table.rows)})
    return row


def set_columns(
    *, actor: Actor, uploaded: CustomerImport, seen: int, columns: Mapping[str, str], now: datetime
) -> CustomerImport:
    """Say which column is which field."""
    actor.need(Right.SET_CUSTOMERS)
    chosen = checked_columns(_table(uploaded).header, columns)
    _refuse_begun(uploaded)
    with transaction.atomic():
        changed_row = change(uploaded, seen, columns=chosen)
        record(actor, "edit", changed_row, now=now, data={"fields": sorted(chosen)})
    return changed_row


def preview(*, actor: Actor, uploaded: CustomerImport) -> Preview:
    """Return what a table would do; raise RuleError for one that is finished or forgotten."""
    actor.need(Right.SET_CUSTOMERS)
    table = _table(uploaded)
    if "number" not in uploaded.columns:
        return Preview(table, uploaded.columns, (), {})
    rows = tuple(_foreseen(_said(table, uploaded)))
    return Preview(table, uploaded.columns, rows, Counter(row.became for row in rows))


def begin(*, actor: Actor, uploaded: CustomerImport, seen: int, now: datetime) -> CustomerImport:
    """Have the worker take the rows; those that are refused are left out and told."""
    actor.need(Right.SET_CUSTOMERS)
    _table(uploaded)
    checked_columns(tuple(uploaded.columns.values()), uploaded.columns)
    _refuse_begun(uploaded)
    with transaction.atomic():
        begun = change(uploaded, seen, due_at=now)
        record(actor, "begin", begun, now=now)
    return begun


def drop(*, actor: Actor, uploaded: CustomerImport, now: datetime) -> None:
    """Forget a table; what was taken of it stays."""
    actor.need(Right.SET_CUSTOMERS)
    with transaction.atomic():
        record(actor, "remove", uploaded, now=now)
        uploaded.delete()


def take_due(*, now: datetime) -> int:
    """Take a slice of a table that somebody said yes to; return how many that was (one at most)."""
    unasked = Q(done_at=None, due_at=None, made_at__lt=now - FORGOTTEN_AFTER)
    CustomerImport.objects.filter(unasked | Q(done_at__lt=now - TOLD_FOR)).delete()
    claimed = claim(CustomerImport.objects.filter(done_at=None), now, at_most=1)
    for uploaded in claimed:
        try:
            _take_slice(uploaded, now)
        except (InterfaceError, OperationalError):
            raise  # the database is away: nothing is wrong with the table
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a table, it does not stop the next
            _put_off(uploaded, error, now)
    return len(claimed)


def _put_off(uploaded: CustomerImport, error: Exception, now: datetime) -> None:
    """Have a slice tried again; a table that never works ends. Errors that are not ours may quote cells."""
    why = str(error) if isinstance(error, RuleError) else type(error).__name__
    logger.warning("a slice of the table of customers %s was not taken: %s", uploaded.pk, error)
    failed(uploaded, why, now)
    if uploaded.attempts >= MOST_TRIES:
        with transaction.atomic():
            CustomerImport.objects.filter(pk=uploaded.pk).update(due_at=None, done_at=now, sealed=b"")
            record(None, "import", uploaded, now=now, data=_counts(uploaded))


def _take_slice(uploaded: CustomerImport, now: datetime) -> None:
    """Take rows and move on in one transaction, so that none is counted twice."""
    told = Counter(_counts(uploaded))
    refused: list[dict[str, Any]] = list(uploaded.told.get("lines", []))
    rows = list(islice(_said(_table(uploaded), uploaded), uploaded.position, uploaded.position + SLICE))
    unlinked: dict[Customer, Facts] = {}
    with transaction.atomic():
        gone = _gone(rows, _known(rows).values())
        for said in rows:
            try:
                customer, facts, became = _taken(said, gone, now)
            except RuleError as error:
                told["refused"] += 1
                refused.append({"line": said.line, "text": error.text, "values": _blotted(error.values)})
            else:
                told[became] += 1
                if customer.person_id is None:
                    unlinked[customer] = facts
        ended = len(rows) < SLICE
        CustomerImport.objects.filter(pk=uploaded.pk).update(
            position=uploaded.position + len(rows),
            told={**told, "lines": refused[:MOST_TOLD]},
            due_at=None if ended else now,
            attempts=0,
            last_error="",
            **({"done_at": now, "sealed": b""} if ended else {}),
        )
        if ended:
            record(None, "import", uploaded, now=now, data=dict(told))
    match(customers=unlinked, now=now)


def _taken(said: Told | Refused, gone: Collection[str], now: datetime) -> tuple[Customer, Facts, str]:
    if isinstance(said, Refused):
        raise said.error
    row = Customer.objects.filter(number=said.number).first()
    number, facts = _merged(said, facts_in(unseal(row.sealed)) if row else None, gone)
    with transaction.atomic():
        kept = take(number=number, facts=facts, system=SYSTEM, now=now)
        claims = dict([said.claim]) if said.claim else {}
        more = keep_claims(customer=kept.row, system=SYSTEM, claims=claims, whole=False, now=now)
    return kept.row, facts, "changed" if kept.became == "same" and more else kept.became


def _foreseen(said: Iterator[Told | Refused]) -> Iterator[Row]:
    """Yield what would become of rows; a number that comes again is compared to its last row."""
    facts: dict[str, Facts] = {}
    claims: dict[str, ClaimFacts] = {}
    while some := list(islice(said, SLICE)):
        for number, known in _known(some).items():
            facts.setdefault(number, known)
        gone = _gone(some, [facts[each.number] for each in some if each.number in facts])
        keys = [each.claim[0] for each in some if isinstance(each, Told) and each.claim]
        for claim_row in Claim.objects.filter(system=SYSTEM, key__in=keys, settled_at=None):
            claims.setdefault(claim_row.key, claim_in(unseal(claim_row.sealed)))
        for each in some:
            yield _foresee(each, facts, claims, gone)


def _known(some: Sequence[Told | Refused]) -> dict[str, Facts]:
    """Return what is known of the customers of some rows, by their numbers."""
    rows = Customer.objects.filter(number__in=[each.number for each in some])
    return {row.number: facts_in(unseal(row.sealed)) for row in rows}


def _gone(some: Sequence[Told | Refused], known: Collection[Facts]) -> frozenset[str]:
    """Return those of the names in some rows that belong to somebody who was erased, read at once."""
    told = [each for each in some if isinstance(each, Told)]
    emails = {each.facts.get("email", "").strip() for each in told} | {facts.email for facts in known}
    return buried([*emails, *(each.number for each in told)])


def _foresee(
    said: Told | Refused, known: dict[str, Facts], claims: dict[str, ClaimFacts], gone: Collection[str]
) -> Row:
    if isinstance(said, Refused):
        return Row(said.line, said.number, "refused", error=said.error)
    before = known.get(said.number)
    try:
        number, facts = _merged(said, before, gone)
    except RuleError as error:
        return Row(said.line, said.number, "refused", error=error)
    known[number] = facts
    fields = changed(before or Facts(), facts) + _changed_claim(said, claims)
    if before is None:
        return Row(said.line, number, "made", fields)
    return Row(said.line, number, "changed" if fields else "same", fields)


def _changed_claim(said: Told, claims: dict[str, ClaimFacts]) -> tuple[str, ...]:
    if said.claim is None:
        return ()
    key, told = said.claim
    facts = checked_claim(key, told)
    before = claims.get(key)
    claims[key] = facts
    return () if before == facts else ("claim_amount",)


def _merged(said: Told, before: Facts | None, gone: Collection[str]) -> tuple[str, Facts]:
    """Return what a customer is after a row: columns that the table has not stay as they were."""
    number, facts = checked(said.number, structs.replace(before or Facts(), **said.facts))
    if said.claim is not None:
        checked_claim(*said.claim)
    refuse_among([number, facts.email], gone)
    return number, facts


def _said(table: Table, uploaded: CustomerImport) -> Iterator[Told | Refused]:
    return read_rows(table, uploaded.columns, rates().currency)


def _refuse_begun(uploaded: CustomerImport) -> None:
    if uploaded.due_at is not None or uploaded.done_at is not None:
        raise RuleError("this table is being taken already")


def _table(uploaded: CustomerImport) -> Table:
    if not uploaded.sealed:
        raise RuleError("this table was taken or forgotten: upload it again")
    return read_table(zlib.decompress(unseal(uploaded.sealed)))


def _counts(uploaded: CustomerImport) -> dict[str, int]:
    return {name: n for name, n in uploaded.told.items() if isinstance(n, int)}


def _blotted(values: Mapping[str, object]) -> dict[str, str]:
    """Return the values of an error without what the cell said: that stays with whoever has the file."""
    return {name: str(value) if name in _TELLING_NOTHING else "…" for name, value in values.items()}
