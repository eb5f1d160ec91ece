"""Lago by its public API: overdue invoices and payment requests are read; holds are not possible.

NOT TRIED AGAINST A LIVE SERVER: written after the published shapes of API v1.

Lago can leave a customer out of its dunning campaigns on a page of its own, but its public API neither takes
nor shows that (``POST /customers`` has no such field). So ``scopes`` is empty, and every order is refused.
Lago does not tell the level of a reminder either: it is 0 in events and claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, NoReturn, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from kulanz.billing.asking import decoded, explained
from kulanz.billing.claims import Claim, Confirmation, DunningEvent, HoldOrder, Page, Scope
from kulanz.billing.errors import RefusedError
from kulanz.billing.walking import read, written
from kulanz.core.money import Money
from kulanz.sources.errors import Problems
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.urls import Params

T = TypeVar("T")

_PAGE: Final = 100
_OPEN: Final = frozenset({"pending", "failed"})
_Id = Annotated[str, Meta(pattern=r"\A[0-9A-Za-z-]{1,64}\Z")]


class _Customer(Struct):
    external_id: str


class _Invoice(Struct):
    lago_id: _Id
    number: str
    currency: str
    total_due_amount_cents: int
    payment_status: str
    status: str = "finalized"
    payment_due_date: date | None = None
    customer: _Customer | None = None


class _Request(Struct):
    lago_id: _Id
    created_at: datetime
    customer: _Customer
    invoices: list[_Invoice]


class _Meta(Struct):
    next_page: int | None = None


class _Invoices(Struct):
    invoices: list[Raw]
    meta: _Meta


class _Requests(Struct):
    payment_requests: list[Raw]
    meta: _Meta


class _OneInvoice(Struct):
    invoice: Raw


class _ClaimsCursor(Struct, frozen=True):
    """Overdue invoices are listed anew each time; what was there before and is no more is asked for."""

    page: int = 1
    seen: tuple[_Id, ...] = ()
    before: tuple[_Id, ...] = ()


class _EventsCursor(Struct, frozen=True):
    page: int = 1


class Lago:
    """One organisation at a Lago server, such as ``https://api.getlago.com``."""

    name: Final = "lago"
    scopes: Final[frozenset[Scope]] = frozenset()

    def __init__(self, url: str, key: Secret, *, http: HttpClient, problems: Problems) -> None:
        self._url = f"{url.rstrip('/')}/api/v1"
        self._bearer = Secret(f"Bearer {key.reveal()}")
        self._http = http
        self._problems = problems

    def claims(self, cursor: str | None) -> Page[Claim]:
        at = _ClaimsCursor() if cursor is None else read(cursor, _ClaimsCursor)
        asked: Params = {"payment_overdue": "true", "page": at.page, "per_page": _PAGE}
        found = self._get("invoices", _Invoices, asked)
        invoices = list(self._readable(found.invoices, _Invoice))
        claims = list(self._made(invoices, _claim))
        seen = (*at.seen, *(invoice.lago_id for invoice in invoices))
        if found.meta.next_page is not None and found.invoices:
            further = _ClaimsCursor(page=at.page + 1, seen=seen, before=at.before)
            return Page(items=tuple(claims), cursor=written(further), more=True)
        gone = [one for one in at.before if one not in set(seen)]
        claims += self._made(self._one_by_one(gone), _claim)
        return Page(items=tuple(claims), cursor=written(_ClaimsCursor(before=seen)))

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        """Return all payment requests, each time from the beginning: the list cannot be asked since when."""
        at = _EventsCursor() if cursor is None else read(cursor, _EventsCursor)
        found = self._get("payment_requests", _Requests, {"page": at.page, "per_page": _PAGE})
        requests = self._readable(found.payment_requests, _Request)
        events = tuple(event for events in self._made(requests, _events) for event in events)
        more = found.meta.next_page is not None and bool(found.payment_requests)
        return Page(items=events, cursor=written(_EventsCursor(at.page + 1 if more else 1)), more=more)

    def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        """Raise RefusedError: see above."""
        _refuse(order, dry_run=dry_run)

    def confirm(self, order: HoldOrder) -> Confirmation:
        return Confirmation(key=order.key, state="unknown", text="Lago's public API knows no holds")

    def release(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        """Raise RefusedError: see above."""
        _refuse(order, dry_run=dry_run)

    def _one_by_one(self, ids: list[str]) -> Iterator[_Invoice]:
        for one in ids:
            yield from self._readable([self._get(f"invoices/{one}", _OneInvoice, {}).invoice], _Invoice)

    def _get(self, path: str, kind: type[T], params: Params) -> T:
        with explained():
            answer = self._http.get(
                f"{self._url}/{path}", params=params, headers={"authorization": self._bearer}
            )
        return decoded(answer, kind)

    def _readable(self, items: list[Raw], kind: type[T]) -> Iterator[T]:
        for place, item in enumerate(items, start=1):
            try:
                yield msgspec.json.decode(item, type=kind)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                self._problem(place, error)

    def _made(self, items: Any, make: Callable[[Any], T]) -> Iterator[T]:
        for place, item in enumerate(items, start=1):
            try:
                yield make(item)
            except ValueError as error:
                self._problem(place, error)

    def _problem(self, place: int, error: Exception) -> None:
        self._problems.add("lago", None, f"item {place}: {error}", "correct it in Lago")


def _refuse(order: HoldOrder, *, dry_run: bool) -> NoReturn:
    said = "would be refused" if dry_run else "is refused"
    raise RefusedError(
        f"hold {order.key} {said}: Lago's public API cannot pause dunning; exclude the customer from dunning"
        " campaigns on the customer's page in Lago, and note it at the case"
    )


def _claim(invoice: _Invoice) -> Claim:
    if invoice.customer is None:
        raise ValueError(f"invoice {invoice.number} names no customer")
    is_open = invoice.status == "finalized" and invoice.payment_status in _OPEN
    return msgspec.convert(
        {
            "claim_id": invoice.lago_id,
            "customer": invoice.customer.external_id,
            "amount": Money.of_minor(invoice.total_due_amount_cents, invoice.currency),
            "due_on": invoice.payment_due_date,
            "text": invoice.number,
            "settled": not is_open or invoice.total_due_amount_cents == 0,
        },
        Claim,
    )


def _events(request: _Request) -> list[DunningEvent]:
    shared: Mapping[str, Any] = {"customer": request.customer.external_id, "level": 0}
    on = request.created_at.date()
    return [
        msgspec.convert(
            {
                "event_id": f"{request.lago_id}/{invoice.lago_id}",
                "claim_id": invoice.lago_id,
                "on": on,
                "text": f"payment request for {invoice.number}",
                **shared,
            },
            DunningEvent,
        )
        for invoice in request.invoices
    ]
