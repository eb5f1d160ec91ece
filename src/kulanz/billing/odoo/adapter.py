"""Odoo with the OCA's account_credit_control: claims are invoices, a hold is a policy that does nothing.

NOT TRIED AGAINST A LIVE SERVER: written after the published models of account_credit_control 14 to 18.

A run of credit control takes no invoice whose own policy, or whose customer's, is one with "Do nothing". A
hold sets that policy and puts what was prepared and not sent to "ignored"; the end restores the policy that
was there. Messages at the invoice or the customer say which holds are on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from kulanz.billing.blocking import BlockingAdapter, Target
from kulanz.billing.claims import Claim, DunningEvent, HoldOrder, Page
from kulanz.billing.errors import RefusedError
from kulanz.billing.odoo.rows import (
    INVOICE,
    INVOICE_FIELDS,
    INVOICES,
    LINE,
    LINE_FIELDS,
    MESSAGE,
    OPEN,
    PARTNER,
    POLICY,
    InvoiceRow,
    LineRow,
    Link,
    MessageRow,
    Numbered,
    PartnerRow,
    claim_of,
    event_of,
    linked,
)
from kulanz.billing.odoo.rpc import OdooRpc
from kulanz.billing.odoo.targets import PolicyTarget
from kulanz.billing.walking import PAGE, begun, number_of, paged, readable
from kulanz.sources.errors import Problems
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.secrets import Secret


class Odoo(BlockingAdapter):
    """One database of an Odoo server, used with an account that may do credit control."""

    name: Final = "odoo"

    def __init__(  # noqa: PLR0913 - an address, a login, and what is given to every adapter
        self,
        url: str,
        database: str,
        login: str,
        key: Secret,
        *,
        http: HttpClient,
        now: Callable[[], datetime],
        problems: Problems,
    ) -> None:
        self._rpc = OdooRpc(http, url, database, login, key)
        self._now = now
        self._problems = problems

    def claims(self, cursor: str | None) -> Page[Claim]:
        walk = begun(cursor, self._now())
        wanted: list[Any] = [*INVOICES, ["id", ">", walk.last]]
        if walk.since is None:
            wanted.append(OPEN)
        else:
            moment = _stamp(walk.since)
            wanted += [
                "|",
                ["write_date", ">=", moment],
                ["credit_control_line_ids.write_date", ">=", moment],
            ]
        rows = self._rpc.rows(INVOICE, wanted, INVOICE_FIELDS, InvoiceRow, PAGE)
        numbers = self._customers(row.commercial_partner_id for row in rows)
        levels = self._levels(rows)

        def claim(row: InvoiceRow) -> Claim:
            return claim_of(row, _of(numbers, row), levels.get(row.id, 0))

        claims = readable(rows, claim, self._problems, "Odoo", INVOICE)
        return paged(claims, rows, walk)

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        walk = begun(cursor, self._now())
        wanted: list[Any] = [["state", "=", "sent"], ["id", ">", walk.last]]
        if walk.since is not None:
            wanted.append(["write_date", ">=", _stamp(walk.since)])
        rows = self._rpc.rows(LINE, wanted, LINE_FIELDS, LineRow, PAGE)
        numbers = self._customers(row.commercial_partner_id for row in rows)

        def event(row: LineRow) -> DunningEvent:
            return event_of(row, _of(numbers, row))

        events = readable(rows, event, self._problems, "Odoo", LINE)
        return paged(events, rows, walk)

    def _targets(self, order: HoldOrder) -> list[Target]:
        """The invoice; or the customer, with all open invoices that have a policy of their own."""
        found = self._rpc.rows(
            PARTNER, [["ref", "=", order.customer]], ["ref", "credit_policy_id"], PartnerRow
        )
        if len(found) != 1:
            raise RefusedError(f"customer {order.customer}: expected one partner with this reference in Odoo")
        whose = ["commercial_partner_id", "=", found[0].id]
        if order.claim_id is not None:
            return self._of_invoices(
                [*INVOICES, whose, ["id", "=", number_of(order.claim_id, "Odoo")]], order.claim_id
            )
        own = [*INVOICES, OPEN, whose, ["credit_policy_id", "!=", False]]
        notes = self._notes(PARTNER, found)
        partner = PolicyTarget(self._rpc, PARTNER, found[0], self._policy(), notes.get(found[0].id, ()))
        return [partner, *self._of_invoices(own)]

    def _of_invoices(self, about: Sequence[Any], claim_id: str | None = None) -> list[Target]:
        rows = self._rpc.rows(INVOICE, about, INVOICE_FIELDS, InvoiceRow)
        if claim_id is not None and not rows:
            raise RefusedError(
                f"claim {claim_id}: Odoo has no posted invoice of this customer with this number"
            )
        policy, notes = self._policy(), self._notes(INVOICE, rows)
        return [PolicyTarget(self._rpc, INVOICE, row, policy, notes.get(row.id, ())) for row in rows]

    def _policy(self) -> int:
        found = self._rpc.rows(POLICY, [["do_nothing", "=", True]], ["id"], Numbered, 1)
        if not found:
            raise RefusedError(
                "Odoo has no credit policy with 'Do nothing': make one, or restore 'No follow'"
            )
        return found[0].id

    def _notes(self, model: str, rows: Sequence[InvoiceRow | PartnerRow]) -> dict[int, list[str]]:
        about = [
            ["model", "=", model],
            ["res_id", "in", [row.id for row in rows]],
            ["body", "like", "[kulanz "],
        ]
        texts: dict[int, list[str]] = {}
        for row in self._rpc.rows(MESSAGE, about, ["res_id", "body"], MessageRow) if rows else ():
            texts.setdefault(row.res_id, []).append(row.body)
        return texts

    def _customers(self, links: Iterable[Link]) -> dict[int, str]:
        numbers = sorted({number for link in links if (number := linked(link)) is not None})
        rows = self._rpc.rows(PARTNER, [["id", "in", numbers]], ["ref"], PartnerRow) if numbers else []
        return {row.id: row.ref for row in rows if isinstance(row.ref, str)}

    def _levels(self, rows: Sequence[InvoiceRow]) -> dict[int, int]:
        about = [["invoice_id", "in", [row.id for row in rows]], ["state", "=", "sent"]]
        levels: dict[int, int] = {}
        for line in self._rpc.rows(LINE, about, LINE_FIELDS, LineRow) if rows else ():
            if (invoice := linked(line.invoice_id)) is not None:
                levels[invoice] = max(line.level, levels.get(invoice, 0))
        return levels


def _of(numbers: dict[int, str], row: InvoiceRow | LineRow) -> str | None:
    return numbers.get(linked(row.commercial_partner_id) or 0)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
