"""What Kulanz blocks in Odoo: invoices and customers, by a credit policy that does nothing."""

from __future__ import annotations

from collections.abc import Sequence

from kulanz.billing.blocking import Notes
from kulanz.billing.odoo.rows import INVOICE, LINE, WAITING, InvoiceRow, Numbered, PartnerRow, linked
from kulanz.billing.odoo.rpc import OdooRpc


class PolicyTarget:
    """An invoice or a customer; ``policy`` is the one that does nothing."""

    def __init__(
        self, rpc: OdooRpc, model: str, row: InvoiceRow | PartnerRow, policy: int, texts: Sequence[str]
    ) -> None:
        self._rpc, self._model, self._row, self._policy = rpc, model, row, policy
        self.notes = Notes.read(texts)

    def write(self, note: str) -> None:
        named = {"body": note, "message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        self._rpc.call(self._model, "message_post", [[self._row.id]], named)

    def mark(self) -> str:
        policy = linked(self._row.credit_policy_id)
        return "none" if policy is None else str(policy)

    def is_held(self) -> bool:
        return self.mark() == str(self._policy) and not self._waiting()

    def hold(self) -> None:
        if self.mark() != str(self._policy):
            self._set(self._policy)
        waiting = self._waiting()
        if waiting:
            self._rpc.call(LINE, "write", [waiting, {"state": "ignored"}], {})

    def restore(self, before: str) -> None:
        if self.mark() == str(self._policy):
            self._set(int(before) if before.isdigit() else False)

    def _set(self, policy: int | bool) -> None:
        self._rpc.call(self._model, "write", [[self._row.id], {"credit_policy_id": policy}], {})

    def _waiting(self) -> list[int]:
        """Steps that were prepared and have not gone out."""
        whose = "invoice_id" if self._model == INVOICE else "commercial_partner_id"
        about = [[whose, "=", self._row.id], ["state", "in", WAITING]]
        return [row.id for row in self._rpc.rows(LINE, about, ["id"], Numbered)]
