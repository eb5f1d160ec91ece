"""The adapter for Lago against the shapes that Lago publishes: no live server was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from kulanz.billing import BillingAdapter, RefusedError
from kulanz.billing.asking import client
from kulanz.billing.lago import Lago
from kulanz.sources.errors import Problems
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret
from kulanz.testing.billing import BillingSuite, HttpSuite, a_hold, everything
from kulanz.testing.recorded import AnyPath, Reply, Request


def lago(url: str, problems: Problems | None = None) -> Lago:
    http = client(AddressPolicy(("127.0.0.1",)), "https://example.org/about", lambda: datetime.now(UTC))
    return Lago(url, Secret("a key"), http=http, problems=problems or Problems())


class LagoBooks:
    """Answers shaped as Lago's API v1 documents them, two items a page."""

    url = ""

    def __init__(self) -> None:
        self.invoices: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []

    def adapter(self) -> Lago:
        return lago(self.url)

    def customer(self) -> str:
        return f"cust-{len(self.invoices) + 1}"

    def claim(self, customer: str, amount: str) -> str:
        number = f"1a901a90-0000-{len(self.invoices):04}"
        self.invoices.append(
            {
                "lago_id": number,
                "number": f"LAG-{len(self.invoices)}",
                "currency": "EUR",
                "total_due_amount_cents": int(amount.replace(".", "")),
                "payment_status": "pending",
                "payment_overdue": True,
                "status": "finalized",
                "payment_due_date": "2026-05-01",
                "customer": {"lago_id": "1a90", "external_id": customer},
            }
        )
        return number

    def settle(self, claim_id: str) -> None:
        (invoice,) = (each for each in self.invoices if each["lago_id"] == claim_id)
        invoice.update(payment_status="succeeded", payment_overdue=False, total_due_amount_cents=0)

    def answer(self) -> None:
        """Nothing is left to do."""

    def dun(self) -> set[str]:
        due = [each for each in self.invoices if each["payment_overdue"]]
        for invoice in due:
            self.requests.insert(
                0,
                {
                    "lago_id": f"re-{len(self.requests)}",
                    "email": "ada@example.org",
                    "amount_cents": invoice["total_due_amount_cents"],
                    "amount_currency": "EUR",
                    "payment_status": "pending",
                    "created_at": "2026-06-01T12:00:00Z",
                    "customer": invoice["customer"],
                    "invoices": [{**invoice, "customer": None}],
                },
            )
        return {each["lago_id"] for each in due}

    def take(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer a key":
            return Reply.json({"status": 401, "error": "Unauthorized"}, 401)
        page = int(parse_qs(request.query).get("page", ["1"])[0])
        match request.path.split("/")[3:]:
            case ["invoices"]:
                return _listed("invoices", [each for each in self.invoices if each["payment_overdue"]], page)
            case ["payment_requests"]:
                return _listed("payment_requests", self.requests, page)
            case ["invoices", number]:
                return Reply.json(
                    {"invoice": next(each for each in self.invoices if each["lago_id"] == number)}
                )
        return Reply(b"", 404)


def _listed(name: str, items: list[dict[str, Any]], page: int) -> Reply:
    following = page + 1 if len(items) > 2 * page else None
    meta = {"current_page": page, "next_page": following, "total_count": len(items)}
    return Reply.json({name: items[2 * (page - 1) : 2 * page], "meta": meta})


@pytest.fixture
def books() -> Iterator[LagoBooks]:
    books = LagoBooks()
    with AnyPath(books.take) as server:
        books.url = server.url
        yield books


class TestLago(HttpSuite, BillingSuite):
    name = "lago"
    levels = False

    @pytest.fixture
    def books(self) -> Iterator[LagoBooks]:
        books = LagoBooks()
        with AnyPath(books.take) as server:
            books.url = server.url
            yield books

    @pytest.fixture
    def at(self) -> Callable[[str], BillingAdapter]:
        return lago

    @pytest.fixture
    def good(self) -> Callable[[Request], Reply]:
        books = LagoBooks()
        for number in range(3):
            books.claim(f"cust-{number}", "12.40")
        books.dun()
        return books.take


def test_it_says_where_dunning_can_be_paused(books: LagoBooks) -> None:
    order = a_hold("cust-1", "1a90")
    for act in (books.adapter().place, books.adapter().release):
        for dry_run in (True, False):
            with pytest.raises(RefusedError, match="customer's page in Lago"):
                act(order, dry_run=dry_run)


def test_claims_of_many_pages_and_what_left_the_list(books: LagoBooks) -> None:
    numbers = [books.claim("cust-1", "1.00") for _ in range(5)]
    claims, cursor = everything(books.adapter().claims)
    assert [claim.claim_id for claim in claims] == numbers
    books.settle(numbers[3])
    claims, cursor = everything(books.adapter().claims, cursor)
    assert [claim.claim_id for claim in claims if claim.settled] == [numbers[3]]
    claims, _ = everything(books.adapter().claims, cursor)
    assert not any(claim.settled for claim in claims)


def test_an_invoice_that_cannot_be_read_is_told_and_the_others_are(books: LagoBooks) -> None:
    numbers = [books.claim("cust-1", "1.00") for _ in range(2)]
    books.invoices[0]["currency"] = "MONOPOLY"
    problems = Problems()
    claims, _ = everything(lago(books.url, problems).claims)
    assert [claim.claim_id for claim in claims] == numbers[1:]
    assert "ISO 4217" in problems.kept[0].reason
