"""The adapter for Odoo against the shapes that Odoo and the OCA publish: no live server was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from kulanz.billing import BillingAdapter, RefusedError, TryAgainError
from kulanz.billing.asking import client
from kulanz.billing.odoo import Odoo
from kulanz.sources.errors import Problems
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret
from kulanz.testing.billing import HoldSuite, HttpSuite, a_hold, dunned_at
from kulanz.testing.recorded import AnyPath, Reply, Request
from odoo_books import NOTHING, THREE_TIMES, OdooBooks

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def odoo(url: str, problems: Problems | None = None, key: str = "key") -> Odoo:
    return Odoo(
        url,
        "books",
        "kulanz",
        Secret(key),
        http=client(AddressPolicy(("127.0.0.1",)), "https://example.org/about", lambda: NOW),
        now=lambda: NOW,
        problems=problems or Problems(),
    )


class ServedOdoo(OdooBooks):
    """The records behind a real HTTP server."""

    url = ""

    def adapter(self) -> Odoo:
        return odoo(self.url)


@pytest.fixture
def books() -> Iterator[ServedOdoo]:
    books = ServedOdoo()
    with AnyPath(books.take) as server:
        books.url = server.url
        yield books


class TestOdoo(HttpSuite, HoldSuite):
    name = "odoo"

    @pytest.fixture
    def books(self) -> Iterator[ServedOdoo]:
        books = ServedOdoo()
        with AnyPath(books.take) as server:
            books.url = server.url
            yield books

    @pytest.fixture
    def at(self) -> Callable[[str], BillingAdapter]:
        return odoo

    @pytest.fixture
    def good(self) -> Callable[[Request], Reply]:
        books = OdooBooks()
        for _ in range(2):
            books.claim(books.customer(), "12.40")
        books.dun()
        return books.take


def test_the_policy_that_was_there_comes_back(books: ServedOdoo) -> None:
    dunned = dunned_at(books)
    row = books.row("account.move", int(dunned.claim_id))
    row["credit_policy_id"] = [THREE_TIMES, "3 times"]
    books.adapter().place(dunned.order)
    assert row["credit_policy_id"][0] == NOTHING
    books.adapter().release(dunned.order)
    assert row["credit_policy_id"][0] == THREE_TIMES


def test_what_was_prepared_and_not_sent_is_ignored(books: ServedOdoo) -> None:
    dunned = dunned_at(books)
    books.dun()
    (line,) = books.tables["credit.control.line"]
    line["state"] = "to_be_sent"
    assert books.adapter().place(dunned.order).state == "held"
    assert line["state"] == "ignored"


def test_without_a_policy_that_does_nothing_a_person_is_needed(books: ServedOdoo) -> None:
    books.tables["credit.control.policy"].pop()
    with pytest.raises(RefusedError, match="No follow"):
        books.adapter().place(dunned_at(books).order)


def test_a_customer_without_a_number_is_told_and_the_others_are_read(books: ServedOdoo) -> None:
    dunned_at(books)
    other = dunned_at(books)
    books.tables["res.partner"][0]["ref"] = False
    problems = Problems()
    claims = odoo(books.url, problems).claims(None).items
    assert [claim.claim_id for claim in claims] == [other.claim_id]
    assert "no reference" in problems.kept[0].reason


def test_a_wrong_key_needs_a_person(books: ServedOdoo) -> None:
    with pytest.raises(RefusedError, match="does not know 'kulanz'"):
        odoo(books.url, key="wrong").claims(None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("odoo.exceptions.AccessError", RefusedError), ("psycopg2.errors.SerializationFailure", TryAgainError)],
)
def test_errors_of_odoo_say_who_can_help(name: str, kind: type[Exception]) -> None:
    error = {"code": 200, "message": "Odoo Server Error", "data": {"name": name, "message": "Not\nallowed"}}
    with (
        AnyPath(lambda _request: Reply.json({"jsonrpc": "2.0", "id": 1, "error": error})) as server,
        pytest.raises(kind, match="Not allowed"),
    ):
        odoo(server.url).place(a_hold("C1", "1"))
