"""Gestures in Tryton: an extension moves the day a claim is due; a waiver or credit is a draft credit note.

A note at the line says that a gesture was ordered. The credit note is made by Tryton's own wizard, for the
whole invoice; it is given when a bookkeeper has posted it. Tried against Tryton 8.2 with account_invoice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

import msgspec

from kulanz.billing.blocking import shown
from kulanz.billing.errors import RefusedError
from kulanz.billing.gestures import GestureConfirmation, GestureOrder, GestureState, GivenKind
from kulanz.billing.tryton.rows import (
    DUNNING,
    DUNNING_FIELDS,
    INVOICE,
    INVOICE_FIELDS,
    LINE,
    LINE_FIELDS,
    NOTE,
    RECEIVABLE,
    DunningRow,
    InvoiceRow,
    LineRow,
    NoteRow,
    rows_of,
)
from kulanz.billing.tryton.rpc import TrytonRpc
from kulanz.billing.tryton.targets import whose
from kulanz.billing.walking import number_of

GIVES: Final[frozenset[GivenKind]] = frozenset({"waive", "credit", "extension"})
_SAID: Final[dict[GestureState, str]] = {
    "unknown": "nothing was ordered",
    "pending": "ordered; Tryton does not show it as done: a draft credit note has to be posted there",
    "refused": "the credit note was cancelled in Tryton",
    "given": "done in Tryton",
}

_BY_HAND: Final = "make a credit note for a part by hand"


def give(rpc: TrytonRpc, order: GestureOrder, *, dry_run: bool) -> GestureConfirmation:
    """Do what is left to do. The note comes first: whoever is killed after it, the next call goes on."""
    way = way_of(rpc, order)
    standing = way.stands()
    if standing.state not in {"unknown", "pending"}:
        return standing
    would = way.would()
    if dry_run:
        return msgspec.structs.replace(standing, text=f"dry run: {would}")
    if not way.is_ordered:
        way.note(way.resource)
    way.go()
    return way_of(rpc, order).stands()


def way_of(rpc: TrytonRpc, order: GestureOrder) -> Way:
    """Return how an order is carried out, as Tryton stands now; raise RefusedError where it cannot be."""
    if order.kind not in GIVES or order.claim_id is None:
        raise RefusedError(f"{order.kind}: in Tryton only what is about a claim is given, and no refund")
    about = [*RECEIVABLE, ["id", "=", number_of(order.claim_id, "Tryton")]]
    lines = rows_of(rpc.rows(LINE, about, LINE_FIELDS), LineRow)
    if not lines:
        raise RefusedError(f"claim {order.claim_id}: Tryton has no posted claim with this number")
    kind = Extension if order.kind == "extension" else CreditNote
    return kind(rpc, order, whose(lines[0], order.customer))


class Way(ABC):
    """How one gesture for one claim is carried out."""

    def __init__(self, rpc: TrytonRpc, order: GestureOrder, line: LineRow) -> None:
        self._rpc, self._order, self._line = rpc, order, line
        self._mark = f"[kulanz gives {order.key}]"
        self.resource = f"{LINE},{line.id}"
        self.is_ordered = any(self._mark in text for text in self._notes([self.resource]).values())

    @abstractmethod
    def would(self) -> str:
        """Return what is left to do; raise RefusedError where it cannot be done."""

    @abstractmethod
    def go(self) -> None:
        """Do it."""

    @abstractmethod
    def reached(self) -> GestureState:
        """Return how it stands, once it was ordered."""

    def stands(self) -> GestureConfirmation:
        """Return how it stands."""
        state = self.reached() if self.is_ordered else "unknown"
        return GestureConfirmation(key=self._order.key, state=state, text=_SAID[state])

    def note(self, resource: str) -> None:
        """Write at a record, for people first, that it is about this gesture."""
        reason = shown(self._order.reason)
        words = f"Kulanz: {self._order.kind}{': ' if reason else ''}{reason}\n{self._mark}"
        self._rpc.model(NOTE, "create", [{"resource": resource, "message": words}])

    def _notes(self, resources: list[str]) -> dict[str, str]:
        """Return what Kulanz noted at records about gestures."""
        about = [["resource", "in", resources], ["message", "like", "%[kulanz gives %"]]
        texts: dict[str, str] = {}
        for row in rows_of(self._rpc.rows(NOTE, about, ["resource", "message"]), NoteRow):
            texts[row.resource] = f"{texts.get(row.resource, '')}{row.message}\n"
        return texts


class Extension(Way):
    """The claim is due later; what was due later already stays."""

    def would(self) -> str:
        if self._line.reconciliation is not None:
            raise RefusedError(f"claim {self._line.id} is settled in Tryton: there is nothing to put off")
        return (
            f"claim {self._line.id}, due on {self._line.maturity_date}, would be due on {self._order.until}"
        )

    def go(self) -> None:
        # Left there, the next run would send a letter that is no longer due.
        about = [["line", "=", self._line.id], ["state", "=", "draft"], ["blocked", "=", False]]
        drafts = rows_of(self._rpc.rows(DUNNING, about, DUNNING_FIELDS), DunningRow)
        if drafts:
            self._rpc.model(DUNNING, "delete", [draft.id for draft in drafts])
        if not self._is_put_off():
            self._rpc.model(LINE, "write", [self._line.id], {"maturity_date": self._order.until})

    def reached(self) -> GestureState:
        return "given" if self._is_put_off() else "pending"

    def _is_put_off(self) -> bool:
        due, until = self._line.maturity_date, self._order.until
        return due is not None and until is not None and due >= until


class CreditNote(Way):
    """A draft credit note for the claim's invoice."""

    def __init__(self, rpc: TrytonRpc, order: GestureOrder, line: LineRow) -> None:
        super().__init__(rpc, order, line)
        model, _, number = (line.move.origin or "").partition(",")
        if model != INVOICE or not number.isdigit():
            raise RefusedError(
                f"claim {line.id} comes from no invoice in Tryton: {order.kind} it there by hand"
            )
        found = self._invoices([["id", "=", int(number)]])
        if not found:
            raise RefusedError(f"invoice {number} is not shown to Kulanz by Tryton: give its login access")
        self._invoice = found[0]
        self._credits = self._credit_notes()
        notes = self._notes([f"{INVOICE},{each.id}" for each in self._credits])
        self._own = [each for each in self._credits if self._mark in notes.get(f"{INVOICE},{each.id}", "")]
        self._is_taken = any(each for each in self._live() if f"{INVOICE},{each.id}" in notes)

    def would(self) -> str:
        if self._own:
            return "the draft credit note is there, and nothing would be done"
        invoice, amount = self._invoice, self._order.amount
        whole = f"{invoice.total_amount} {invoice.currency.code}"
        if self._is_taken or (self._live() and not self.is_ordered):
            raise RefusedError(f"invoice {invoice.number} has a credit note already: look at it in Tryton")
        if amount is None or (amount.amount, amount.currency) != (
            invoice.total_amount,
            invoice.currency.code,
        ):
            raise RefusedError(
                f"{amount}: Tryton credits invoice {invoice.number} as a whole, {whole}: {_BY_HAND}"
            )
        if self._order.kind == "waive" and invoice.amount_to_pay != invoice.total_amount:
            raise RefusedError(f"invoice {invoice.number} is no longer open as a whole, {whole}: {_BY_HAND}")
        return f"a draft credit note for invoice {invoice.number} over {whole} would be made"

    def go(self) -> None:
        if self._own:
            return
        if not self._live():
            form = {"start": {"with_refund": False}}
            self._rpc.wizard("account.invoice.credit", "credit", form, INVOICE, self._invoice.id)
            self._credits = self._credit_notes()
        for made in self._live()[-1:]:
            self.note(f"{INVOICE},{made.id}")

    def reached(self) -> GestureState:
        states = {each.state for each in self._own}
        if states & {"posted", "paid"}:
            return "given"
        return "refused" if states == {"cancelled"} else "pending"

    def _live(self) -> list[InvoiceRow]:
        return [each for each in self._credits if each.state != "cancelled"]

    def _credit_notes(self) -> list[InvoiceRow]:
        """Return what credits this invoice, the oldest first."""
        origins = [f"account.invoice.line,{line}" for line in self._invoice.lines]
        return self._invoices([["lines.origin", "in", origins], ["id", "!=", self._invoice.id]])

    def _invoices(self, about: list[list[object]]) -> list[InvoiceRow]:
        return rows_of(self._rpc.rows(INVOICE, about, INVOICE_FIELDS), InvoiceRow)
