"""Tryton's records as Kulanz reads them: lines of moves, dunnings, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar

import msgspec
from msgspec import Struct, field

from kulanz.billing.claims import MOST_TEXT, Claim, DunningEvent
from kulanz.billing.errors import TryAgainError
from kulanz.core.money import Money

T = TypeVar("T")

LINE: Final = "account.move.line"
PARTY: Final = "party.party"
DUNNING: Final = "account.dunning"
PROCEDURE: Final = "account.dunning.procedure"
NOTE: Final = "ir.note"
INVOICE: Final = "account.invoice"

RECEIVABLE: Final = (
    ["account.type.receivable", "=", True],
    ["party", "!=", None],
    ["move.state", "=", "posted"],
    ["OR", ["debit", ">", 0], ["credit", "<", 0]],
)
"""What is owed by somebody: as Tryton's own dunning chooses its lines."""

LINE_FIELDS: Final = (
    "debit", "credit", "amount_second_currency", "maturity_date", "description", "reconciliation",
    "party.code", "party.dunning_procedure", "currency.code", "second_currency.code",
    "account.company", "move.number", "move.description", "move.origin",
)  # fmt: skip
INVOICE_FIELDS: Final = ("number", "state", "total_amount", "amount_to_pay", "currency.code", "lines")
DUNNING_FIELDS: Final = ("line", "level", "procedure", "state", "date", "blocked")
EVENT_FIELDS: Final = (*DUNNING_FIELDS, "party.code", "level.rec_name")


class _Coded(Struct):
    code: str | None = None


class _Party(_Coded):
    dunning_procedure: int | None = None


class _Account(Struct):
    company: int | None = None


class _Move(Struct):
    number: str | None = None
    description: str | None = None
    origin: str | None = None


class LineRow(Struct):
    """A line of a posted move: what Kulanz calls a claim."""

    id: int
    debit: Decimal
    credit: Decimal
    party: _Party = field(name="party.")
    currency: _Coded = field(name="currency.")
    account: _Account = field(name="account.")
    move: _Move = field(name="move.")
    second_currency: _Coded | None = field(name="second_currency.", default=None)
    amount_second_currency: Decimal | None = None
    maturity_date: date | None = None
    description: str | None = None
    reconciliation: int | None = None

    @property
    def amount(self) -> Money:
        """What was billed, in the currency in which it was; MoneyError where Tryton's currency is none."""
        amount = self.debit - self.credit
        if self.amount_second_currency is not None and self.second_currency is not None:
            second = self.amount_second_currency.copy_sign(amount)
            return Money(second, self.second_currency.code or "")
        return Money(amount, self.currency.code or "")


class DunningRow(Struct):
    """A dunning: one for each line that is dunned."""

    id: int
    line: int
    level: int
    procedure: int
    state: Literal["draft", "waiting", "final"]
    blocked: bool = False
    date: date | None = None


class EventRow(DunningRow):
    """A dunning with what is told of it when it went out."""

    party: _Coded | None = field(name="party.", default=None)
    names: Mapping[str, Any] | None = field(name="level.", default=None)


class ProcedureRow(Struct):
    """A dunning procedure with its levels in order."""

    id: int
    levels: list[int]


class InvoiceRow(Struct):
    """An invoice, or a credit note, which is an invoice of less than nothing."""

    id: int
    state: str
    total_amount: Decimal
    amount_to_pay: Decimal
    currency: _Coded = field(name="currency.")
    lines: list[int] = []
    number: str | None = None


class NoteRow(Struct):
    """A note at a record, ``model,number``."""

    id: int
    resource: str
    message: str | None = None


def rows_of(found: Any, kind: type[T]) -> list[T]:
    """Return Tryton's answer as records; raise TryAgainError where it is something else."""
    try:
        return msgspec.convert(found, list[kind], strict=False)  # type: ignore[valid-type]
    except (msgspec.ValidationError, OverflowError) as error:
        raise TryAgainError(
            f"Tryton answered, but not as Tryton 8.2 with account_dunning does ({error}): check its version"
        ) from error


def claim_of(line: LineRow, level: int) -> Claim:
    """Return a line as a claim; raise ValueError where it has no customer number or no known currency."""
    if not line.party.code:
        raise ValueError("its party has no code, which is the customer's number")
    texts = (line.description, line.move.description, line.move.number)
    return Claim(
        claim_id=str(line.id),
        customer=line.party.code,
        amount=line.amount,
        due_on=line.maturity_date,
        level=level,
        text=next((text for text in texts if text), "")[:MOST_TEXT],
        settled=line.reconciliation is not None,
    )


def event_of(row: EventRow, level: int) -> DunningEvent:
    """Return a processed dunning as an event; raise ValueError where it lacks its customer or its day."""
    if row.party is None or not row.party.code or row.date is None:
        raise ValueError("it has no customer number or no day")
    return DunningEvent(
        event_id=f"{row.id}-{row.level}-{row.state}-{row.date.isoformat()}",
        claim_id=str(row.line),
        customer=row.party.code,
        level=level,
        on=row.date,
        text=str((row.names or {}).get("rec_name") or "")[:MOST_TEXT],
    )


def position(row: DunningRow, levels: Mapping[int, Sequence[int]]) -> int:
    """Return the level that went out last, from 1; a draft has reached its level, and nothing went out."""
    order = levels.get(row.procedure, ())
    reached = order.index(row.level) + 1 if row.level in order else 1
    return reached - 1 if row.state == "draft" else reached


def by_line(rows: Iterable[DunningRow]) -> dict[int, DunningRow]:
    """Return dunnings by the line that they are about."""
    return {row.line: row for row in rows}
