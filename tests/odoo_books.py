"""Answers shaped as Odoo's external API documents them, over records of account_credit_control.

Not Odoo: it shows that the adapter speaks the published shapes, not that Odoo does what the adapter expects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from kulanz.testing.recorded import Reply, Request

NOTHING: Final = 9
THREE_TIMES: Final = 1
_COMPARED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": lambda have, want: (have[0] if isinstance(have, list) else have) == want,
    "!=": lambda have, want: (have[0] if isinstance(have, list) else have) != want,
    "in": lambda have, want: (have[0] if isinstance(have, list) else have) in want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "like": lambda have, want: want in have,
}


class OdooBooks:
    """Tables of records by model, and the few methods that are called."""

    def __init__(self) -> None:
        policies = [{"id": THREE_TIMES, "do_nothing": False}, {"id": NOTHING, "do_nothing": True}]
        self.tables: dict[str, list[dict[str, Any]]] = {
            "credit.control.policy": policies, "res.partner": [], "account.move": [],
            "credit.control.line": [], "mail.message": [],
        }  # fmt: skip

    def customer(self) -> str:
        number = self.add("res.partner", credit_policy_id=False)
        self.row("res.partner", number)["ref"] = f"C{number}"
        return f"C{number}"

    def claim(self, customer: str, amount: str) -> str:
        (partner,) = (row for row in self.tables["res.partner"] if row["ref"] == customer)
        number = self.add(
            "account.move",
            name="INV/2026/1",
            move_type="out_invoice",
            state="posted",
            commercial_partner_id=[partner["id"], "Ada"],
            amount_residual=float(amount),
            currency_id=[1, "EUR"],
            invoice_date_due="2026-05-01",
            payment_state="not_paid",
            credit_policy_id=False,
        )
        return str(number)

    def settle(self, claim_id: str) -> None:
        self.row("account.move", int(claim_id)).update(payment_state="paid", amount_residual=0.0)

    def answer(self) -> None:
        """Nothing is left to do."""

    def dun(self) -> set[str]:
        """Run credit control as it is documented, and send what it prepared."""
        due = [
            row
            for row in self.tables["account.move"]
            if row["payment_state"] == "not_paid" and _may(self, row)
        ]
        for row in due:
            sent = [line for line in self.tables["credit.control.line"] if line["invoice_id"][0] == row["id"]]
            self.add(
                "credit.control.line",
                invoice_id=[row["id"], row["name"]],
                commercial_partner_id=row["commercial_partner_id"],
                level=len(sent) + 1,
                state="sent",
                date="2026-06-01",
                date_sent="2026-06-01",
                policy_level_id=[1, "10 days net"],
            )
        return {str(row["id"]) for row in due}

    def take(self, request: Request) -> Reply:
        params = msgspec.json.decode(request.body)["params"]
        if params["method"] == "authenticate":
            return _said(7 if params["args"][2] == "key" else False)
        model, method, words, named = params["args"][3:7]
        if method == "search_read":
            return _said(self._search(model, words[0], named))
        if method == "message_post":
            body = f"<p>{named['body']}</p>"
            return _said(self.add("mail.message", model=model, res_id=words[0][0], body=body))
        for number in words[0]:
            self.row(model, number).update(
                {
                    name: [value, "x"] if name == "credit_policy_id" and value else value
                    for name, value in words[1].items()
                }
            )
        return _said(result=True)

    def add(self, table: str, /, **fields: Any) -> int:
        number = len(self.tables[table]) + 1
        self.tables[table].append({"id": number, "write_date": "2026-06-01 12:00:00", **fields})
        return number

    def row(self, model: str, number: int) -> dict[str, Any]:
        return next(row for row in self.tables[model] if row["id"] == number)

    def _search(self, model: str, domain: list[Any], named: dict[str, Any]) -> list[dict[str, Any]]:
        clauses = [each for each in domain if isinstance(each, list) and "write_date" not in each[0]]
        found = [row for row in self.tables[model] if _fits(row, clauses)]
        fields = ["id", *named["fields"]]
        return [{name: row[name] for name in fields} for row in found[: named["limit"]]]


def _may(books: OdooBooks, invoice: dict[str, Any]) -> bool:
    partner = books.row("res.partner", invoice["commercial_partner_id"][0])
    policy = invoice["credit_policy_id"] or partner["credit_policy_id"] or [THREE_TIMES, "3 times"]
    return policy[0] != NOTHING


def _fits(row: dict[str, Any], clauses: Iterable[list[Any]]) -> bool:
    return all(_COMPARED[how](row[field], want) for field, how, want in clauses)


def _said(result: Any) -> Reply:
    return Reply.json({"jsonrpc": "2.0", "id": 1, "result": result})
