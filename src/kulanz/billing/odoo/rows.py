"""Odoo's records as Kulanz reads them; what is empty there comes as ``false``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from kulanz.billing.claims import Claim, DunningEvent
from kulanz.core.money import Money

INVOICE: Final = "account.move"
PARTNER: Final = "res.partner"
LINE: Final = "credit.control.line"
POLICY: Final = "credit.control.policy"
MESSAGE: Final = "mail.message"

OPEN: Final = ["payment_state", "in", ["not_paid", "partial", "in_payment"]]
INVOICES: Final = (["move_type", "=", "out_invoice"], ["state", "=", "posted"])
WAITING: Final = ("draft", "queued", "to_be_sent")
"""Lines for which nothing went out yet."""

INVOICE_FIELDS: Final = (
    "name", "commercial_partner_id", "amount_residual", "currency_id", "invoice_date_due", "payment_state",
    "credit_policy_id",
)  # fmt: skip
LINE_FIELDS: Final = ("invoice_id", "commercial_partner_id", "level", "date_sent", "date", "policy_level_id")

Link = tuple[int, str] | bool
Day = date | bool


class InvoiceRow(Struct):
    """An invoice: what Kulanz calls a claim."""

    id: int
    name: str
    commercial_partner_id: Link
    amount_residual: Decimal
    currency_id: Link
    payment_state: str
    invoice_date_due: Day = False
    credit_policy_id: Link = False


class PartnerRow(Struct):
    """A customer; ``ref`` is its number."""

    id: int
    ref: str | bool = False
    credit_policy_id: Link = False


class LineRow(Struct):
    """A step of dunning for an invoice."""

    id: int
    level: int
    invoice_id: Link = False
    commercial_partner_id: Link = False
    date_sent: Day = False
    date: Day = False
    policy_level_id: Link = False


class MessageRow(Struct):
    """A message at a record."""

    id: int
    res_id: int
    body: str


class Numbered(Struct):
    """A record of which only the number is wanted."""

    id: int


def claim_of(row: InvoiceRow, customer: str | None, level: int) -> Claim:
    """Return an invoice as a claim; raise ValueError where it has no customer number or no known currency."""
    amount = Money(row.amount_residual, _name(row.currency_id)).rounded()
    fields = {
        "claim_id": str(row.id),
        "customer": _known(customer),
        "amount": amount,
        "due_on": _day(row.invoice_date_due),
        "level": level,
        "text": row.name,
        "settled": row.payment_state not in OPEN[2],
    }
    return msgspec.convert(fields, Claim)


def event_of(row: LineRow, customer: str | None) -> DunningEvent:
    """Return a step that went out; raise ValueError where it lacks its invoice, customer or day."""
    invoice, day = linked(row.invoice_id), _day(row.date_sent) or _day(row.date)
    if invoice is None or day is None:
        raise ValueError("it has no invoice or no day")
    fields: dict[str, Any] = {
        "event_id": str(row.id),
        "claim_id": str(invoice),
        "customer": _known(customer),
        "level": row.level,
        "on": day,
        "text": _name(row.policy_level_id),
    }
    return msgspec.convert(fields, DunningEvent)


def _known(customer: str | None) -> str:
    if not customer:
        raise ValueError("its customer has no reference, which is the customer's number")
    return customer


def linked(link: Link) -> int | None:
    """Return the number of the record that a link leads to."""
    return link[0] if isinstance(link, tuple) else None


def _name(link: Link) -> str:
    return link[1] if isinstance(link, tuple) else ""


def _day(day: Day) -> date | None:
    return day if isinstance(day, date) else None
