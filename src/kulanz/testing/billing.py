"""What every billing adapter must do, as pytest classes: subclass one per adapter.

A subclass says with a fixture how its billing system is reached, and what happens there::

    class TestOurs(HoldSuite):
        @pytest.fixture
        def books(self, our_server) -> OurBooks:
            return OurBooks(our_server)

Adapters that speak HTTP add ``HttpSuite``, which lets the way there go wrong. Where billing can hold
nothing, its adapter passes ``BillingSuite`` alone; where it gives, ``billing_gestures`` has one more.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import ClassVar, Final, Protocol, TypeVar, get_args

import pytest

from kulanz.billing import (
    BillingAdapter,
    BillingError,
    Claim,
    Confirmation,
    DunningEvent,
    GestureAdapter,
    GestureConfirmation,
    GestureOrder,
    GestureState,
    HoldOrder,
    HoldState,
    Page,
    RefusedError,
    TryAgainError,
    UnreachableError,
)
from kulanz.core.money import Money
from kulanz.testing.faults import FAULTS, Fault, altered
from kulanz.testing.recorded import AnyPath, Reply, answering

T = TypeVar("T", Claim, DunningEvent)

SEEDS: Final = range(6)
AMOUNT: Final = "12.40"
ABSURD: Final = (
    b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"result": {}}', b'{"result": [[]]}',
    b'{"error": [["UserError"], {}]}', b'{"error": []}', b'{"error": {"data": null}}',
    b'{"result": ' + b"[" * 700 + b"]" * 700 + b"}", b'{"error": ' + b"[" * 700 + b"]" * 700 + b"}",
)  # fmt: skip
"""Answers that may be JSON, and are no answers."""
_STATES: Final = (*get_args(HoldState), *get_args(GestureState))
_MOST_PAGES: Final = 200


class Books(Protocol):
    """A billing system in a test, and what people and its programs do there."""

    def adapter(self) -> BillingAdapter:
        """Return a new adapter, as after a restart."""
        ...

    def customer(self) -> str:
        """Add a customer, and return the number."""
        ...

    def claim(self, customer: str, amount: str) -> str:
        """Add an overdue claim in EUR, and return its number."""
        ...

    def settle(self, claim_id: str) -> None:
        """Book its payment."""
        ...

    def answer(self) -> None:
        """Let billing do what it was told by now, where it does not do so at once."""
        ...

    def dun(self) -> set[str]:
        """Send one letter for every overdue claim that is not held; return those claims."""
        ...


@dataclass(frozen=True, slots=True)
class Dunned:
    """A customer with an overdue claim, and a hold that could be placed on it."""

    order: HoldOrder
    claim_id: str
    customer: str


class BillingSuite(ABC):
    """What holds for every adapter. ``levels`` is False where billing does not tell them: they are 0 then."""

    name: ClassVar[str]
    levels: ClassVar[bool] = True

    @pytest.fixture
    def books(self) -> Books:
        raise NotImplementedError(
            "a suite needs a fixture 'books': the billing system, and what happens there"
        )

    @pytest.fixture
    def dunned(self, books: Books) -> Dunned:
        return dunned_at(books)

    def test_it_keeps_the_contract(self, books: Books) -> None:
        adapter = books.adapter()
        assert isinstance(adapter, BillingAdapter)
        assert adapter.name == self.name
        assert adapter.scopes <= {"claim", "customer"}

    def test_claims_are_told_with_their_exact_amounts(self, books: Books) -> None:
        customer = books.customer()
        first, second = books.claim(customer, "0.10"), books.claim(customer, "1234567.89")
        claims = {claim.claim_id: claim for claim in everything(books.adapter().claims)[0]}
        assert claims[first].amount == Money.of("0.10", "EUR")
        assert claims[second].amount == Money.of("1234567.89", "EUR")
        assert {claims[first].customer, claims[second].customer} == {customer}
        assert not claims[first].settled

    def test_what_comes_later_is_told_later(self, books: Books, dunned: Dunned) -> None:
        known, cursor = everything(books.adapter().claims)
        later = books.claim(dunned.customer, AMOUNT)
        books.settle(dunned.claim_id)
        claims, cursor = everything(books.adapter().claims, cursor)
        changed = {claim.claim_id: claim for claim in claims}
        assert changed[later].amount == Money.of(AMOUNT, "EUR")
        assert changed[dunned.claim_id].settled
        again, _ = everything(books.adapter().claims, cursor)
        assert {claim.claim_id for claim in again} <= {claim.claim_id for claim in (*known, *claims)}

    def test_letters_are_told_once_each(self, books: Books, dunned: Dunned) -> None:
        _, cursor = everything(books.adapter().events)
        books.dun()
        told, cursor = everything(books.adapter().events, cursor)
        (event,) = {each.event_id: each for each in told if each.claim_id == dunned.claim_id}.values()
        assert (event.customer, event.level) == (dunned.customer, int(self.levels))
        again, _ = everything(books.adapter().events, cursor)
        assert {each.event_id for each in again} <= {each.event_id for each in told}
        books.dun()
        more, _ = everything(books.adapter().events, cursor)
        new = {each.event_id: each.level for each in more if each.claim_id == dunned.claim_id}
        assert new.keys() - {event.event_id}
        assert max(new.values()) == 2 * self.levels

    def test_what_cannot_be_held_is_refused(self, books: Books, dunned: Dunned) -> None:
        scopes = books.adapter().scopes
        for one in (dunned.order, a_hold(dunned.customer)):
            if one.scope not in scopes:
                with pytest.raises(RefusedError):
                    books.adapter().place(one)
                assert stands(books, one) == "unknown"

    def test_a_strange_cursor_is_refused(self, books: Books) -> None:
        for ask in (books.adapter().claims, books.adapter().events):
            with pytest.raises(RefusedError):
                ask("\x00 no cursor")


class HoldSuite(BillingSuite):
    """What holds beside that for adapters of billing systems that can hold claims and customers."""

    def test_no_letter_goes_out_while_a_hold_is_on(self, books: Books, dunned: Dunned) -> None:
        assert dunned.claim_id in books.dun()
        assert stands(books, dunned.order) == "unknown"
        order(books, "place", dunned.order)
        assert stands(books, dunned.order) == "held"
        assert dunned.claim_id not in books.dun()
        order(books, "release", dunned.order)
        assert stands(books, dunned.order) == "released"
        assert dunned.claim_id in books.dun()

    def test_a_claim_that_was_never_dunned_can_be_held(self, books: Books, dunned: Dunned) -> None:
        order(books, "place", dunned.order)
        assert dunned.claim_id not in books.dun()
        order(books, "release", dunned.order)
        assert dunned.claim_id in books.dun()

    def test_a_hold_that_is_over_stays_over(self, books: Books, dunned: Dunned) -> None:
        for act in ("place", "release", "place"):
            order(books, act, dunned.order)
        assert stands(books, dunned.order) == "released"
        assert dunned.claim_id in books.dun()

    def test_a_release_that_overtakes_its_order_wins(self, books: Books, dunned: Dunned) -> None:
        for act in ("release", "place"):
            order(books, act, dunned.order)
        assert stands(books, dunned.order) == "released"
        assert dunned.claim_id in books.dun()

    def test_a_dry_run_changes_nothing(self, books: Books, dunned: Dunned) -> None:
        adapter = books.adapter()
        placed = adapter.place(dunned.order, dry_run=True)
        books.answer()
        assert (placed.state, stands(books, dunned.order)) == ("unknown", "unknown")
        assert placed.text
        assert dunned.claim_id in books.dun()
        order(books, "place", dunned.order)
        assert adapter.release(dunned.order, dry_run=True).state == "held"
        books.answer()
        assert stands(books, dunned.order) == "held"

    def test_two_holds_on_one_claim_end_apart(self, books: Books, dunned: Dunned) -> None:
        other = a_hold(dunned.customer, dunned.claim_id)
        order(books, "place", dunned.order)
        order(books, "place", other)
        order(books, "release", dunned.order)
        assert (stands(books, dunned.order), stands(books, other)) == ("released", "held")
        assert dunned.claim_id not in books.dun()
        order(books, "release", other)
        assert dunned.claim_id in books.dun()

    def test_a_customer_is_held_with_all_claims(self, books: Books, dunned: Dunned) -> None:
        other, stranger = books.claim(dunned.customer, "7.00"), dunned_at(books)
        whole = a_hold(dunned.customer)
        order(books, "place", whole)
        assert stands(books, whole) == "held"
        later = books.claim(dunned.customer, "9.00")
        order(books, "place", whole)
        assert stands(books, whole) == "held"
        letters = books.dun()
        assert not {dunned.claim_id, other, later} & letters
        assert stranger.claim_id in letters
        order(books, "release", whole)
        assert {dunned.claim_id, other, later} <= books.dun()

    def test_what_billing_does_not_know_is_refused(self, books: Books, dunned: Dunned) -> None:
        unknown = a_hold(dunned.customer, "999999999")
        with suppress(RefusedError):
            order(books, "place", unknown)
            assert stands(books, unknown) == "refused"

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_same_acts_end_the_same_in_any_order(self, books: Books, seed: int) -> None:
        """Acts repeated and out of order, by adapters that begin anew: what was said counts, not when."""
        random, dunned = Random(seed), dunned_at(books)
        acts = [random.choice(("place", "release", "confirm")) for _ in range(random.randint(1, 6))]
        released = "release" in acts
        for act in acts:
            order(books, act, dunned.order, answered=random.random() < 0.5)  # noqa: PLR2004 - one half
        books.answer()
        expected = "released" if released else "held" if "place" in acts else "unknown"
        assert stands(books, dunned.order) == expected
        assert (dunned.claim_id in books.dun()) == (expected != "held")


class HttpSuite:
    """What holds for adapters over HTTP, when the way to billing goes wrong; add it to one of the others.

    The fixture ``good`` gives what billing answers when it is well, ``at`` an adapter for an address.
    """

    @pytest.fixture
    def good(self) -> Callable[..., Reply]:
        raise NotImplementedError("a suite needs a fixture 'good': a route with good answers to everything")

    @pytest.fixture
    def at(self) -> Callable[[str], BillingAdapter]:
        raise NotImplementedError("a suite needs a fixture 'at': it makes an adapter for an address")

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_billing_in_trouble_is_asked_again(
        self, at: Callable[[str], BillingAdapter], status: int
    ) -> None:
        with AnyPath(answering(b"no", status)) as server:
            for ask in asks(at(server.url)):
                with pytest.raises(TryAgainError):
                    ask()

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
    def test_billing_that_refuses_needs_a_person(
        self, at: Callable[[str], BillingAdapter], status: int
    ) -> None:
        with AnyPath(answering(b"no", status)) as server:
            for ask in asks(at(server.url)):
                with pytest.raises(RefusedError):
                    ask()

    def test_billing_that_is_down_is_unreachable(self, at: Callable[[str], BillingAdapter]) -> None:
        with AnyPath(answering(b"")) as server:
            url = server.url
        for ask in asks(at(url)):
            with pytest.raises(UnreachableError):
                ask()

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_orders_do_not_follow_redirects(self, at: Callable[[str], BillingAdapter], status: int) -> None:
        with AnyPath(answering(b"{}")) as elsewhere:
            away = Reply(b"", status, {"Location": elsewhere.url + "/"})
            with AnyPath(lambda _request: away) as server:
                for ask in asks(at(server.url)):
                    with pytest.raises(RefusedError):
                        ask()
            assert elsewhere.requests == []

    @pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "[::1]", "0.0.0.0"])  # noqa: S104
    def test_addresses_inside_are_refused_unless_allowed(
        self, at: Callable[[str], BillingAdapter], host: str
    ) -> None:
        for ask in asks(at(f"http://{host}:8000")):
            with pytest.raises(RefusedError, match="not a public address"):
                ask()

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_answer_breaks_it(
        self, good: Callable[..., Reply], at: Callable[[str], BillingAdapter], fault: Fault, seed: int
    ) -> None:
        """Damaged answers end in what they still say or in a BillingError, and in nothing else."""
        with AnyPath(good) as server:
            server.alter = altered(fault, seed)
            check_survives(at(server.url))

    @pytest.mark.parametrize("body", ABSURD, ids=lambda body: str(body[:20]))
    def test_empty_and_absurd_answers_do_not_break_it(
        self, at: Callable[[str], BillingAdapter], body: bytes
    ) -> None:
        with AnyPath(answering(body)) as server:
            check_survives(at(server.url))


def asks(adapter: BillingAdapter) -> Sequence[Callable[[], object]]:
    """Return calls of the adapter that ask billing something over the network."""
    one = a_hold("2", "1")
    acts: list[Callable[[], object]] = []
    if adapter.scopes:
        acts.append(lambda: adapter.place(one))
        acts.append(lambda: adapter.release(one))
    if isinstance(adapter, GestureAdapter):
        twelve = Money.of(AMOUNT, "EUR")
        gift = GestureOrder(key=a_key("gesture"), kind="waive", customer="2", claim_id="1", amount=twelve)
        acts.append(lambda: adapter.give(gift))
    if adapter.name != "webhook":  # which is told of these
        acts.append(lambda: adapter.claims(None))
        acts.append(lambda: adapter.events(None))
    return acts


def check_survives(adapter: BillingAdapter) -> None:
    """Assert that calls end in an answer of the documented kind, or in a BillingError."""
    for ask in asks(adapter):
        with suppress(BillingError):
            said = ask()
            if isinstance(said, Confirmation | GestureConfirmation):
                assert said.state in _STATES
            else:
                assert isinstance(said, Page)


_KEYS: Final = iter(range(1, 10**9))


def a_key(of: str) -> str:
    """Return a key that nobody has used in this session."""
    return f"{of}-{next(_KEYS)}"


def a_hold(customer: str, claim_id: str | None = None) -> HoldOrder:
    """Return an order with a key that nobody has used in this session."""
    return HoldOrder(key=a_key("hold"), customer=customer, claim_id=claim_id, reason="It is disputed.")


def dunned_at(books: Books) -> Dunned:
    """Return a new customer with an overdue claim."""
    customer = books.customer()
    claim_id = books.claim(customer, AMOUNT)
    return Dunned(a_hold(customer, claim_id), claim_id, customer)


def order(books: Books, act: str, one: HoldOrder, *, answered: bool = True) -> None:
    """Do something with a hold by a new adapter, and let billing answer, now or later."""
    adapter = books.adapter()
    said: Confirmation = getattr(adapter, act)(one)
    assert said.key == one.key
    if answered:
        books.answer()


def stands(books: Books, one: HoldOrder) -> HoldState:
    """Return how a hold stands for somebody who just came."""
    return books.adapter().confirm(one).state


def everything(ask: Callable[[str | None], Page[T]], cursor: str | None = None) -> tuple[list[T], str]:
    """Return all items after a cursor, page by page, and the cursor to go on from."""
    items: list[T] = []
    for _ in range(_MOST_PAGES):
        page = ask(cursor)
        items += page.items
        cursor = page.cursor
        if not page.more:
            return items, cursor
    raise AssertionError(f"expected an end, found more after {_MOST_PAGES} pages")
