"""Holds on a real Tryton: its own dunning runs, its own letters, and what bookkeepers do meanwhile."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import msgspec
import pytest

from kulanz.billing import BillingAdapter, GestureOrder, HoldOrder, RefusedError
from kulanz.billing.asking import client
from kulanz.billing.gestures import GivenKind
from kulanz.billing.tryton import Tryton
from kulanz.billing.tryton.rpc import TrytonRpc
from kulanz.core.money import Money
from kulanz.sources.errors import Problems
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret
from kulanz.testing.billing import AMOUNT, Dunned, HoldSuite, HttpSuite, a_hold, dunned_at, everything, stands
from kulanz.testing.billing_gestures import UNTIL, GiveSuite, a_gesture, gesture_at, given
from kulanz.testing.recorded import Reply, Request
from servers.tryton import TrytonSite

NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.date()
LONG_AFTER = TODAY + dt.timedelta(days=400)


class TrytonBooks:
    """Tryton as the suite sees it; it answers at once. New adapters go on with one session, to save time."""

    def __init__(self, site: TrytonSite) -> None:
        self.site = site
        self._first: Tryton | None = None
        self._claims: list[str] = []

    def adapter(self) -> Tryton:
        new = at_address(self.site, self.site.url)
        if self._first is None:
            self._first = new
        else:
            new._rpc._session, new._rpc._context = self._first._rpc._session, self._first._rpc._context
        return new

    def customer(self) -> str:
        return self.site.customer("Ada Example")

    def claim(self, customer: str, amount: str) -> str:
        claim = self.site.claim(customer, amount, TODAY - dt.timedelta(days=30), "Membership in May")
        self._claims.append(claim)
        return claim

    def settle(self, claim_id: str) -> None:
        self.site.pay(claim_id)

    def answer(self) -> None:
        """Nothing is left to do."""

    def dun(self) -> set[str]:
        return set(self.site.run_dunning(LONG_AFTER, self._claims))


class TrytonGiftBooks(TrytonBooks):
    """Its claims come from invoices, and a bookkeeper posts the credit notes that lie there."""

    def claim(self, customer: str, amount: str) -> str:
        claim = self.site.invoice(customer, amount, TODAY - dt.timedelta(days=30))
        self._claims.append(claim)
        return claim

    def answer(self) -> None:
        for claim in self._claims:
            self.site.credit(claim, "post")

    def times_given(self, order: GestureOrder) -> int:
        claim = order.claim_id or ""
        if claim not in self._claims:
            return 0
        if order.until is not None:
            return int(self.site.due(claim) == order.until)
        return sum(state == "posted" for _, state, _ in self.site.credit_notes(claim))


def at_address(site: TrytonSite, url: str, problems: Problems | None = None) -> Tryton:
    return Tryton(
        url,
        site.database,
        site.member,
        Secret(site.password),
        http=client(AddressPolicy(("127.0.0.1",)), "https://example.org/about", lambda: NOW),
        now=lambda: NOW,
        problems=problems or Problems(),
    )


@pytest.fixture
def books(tryton: TrytonSite) -> TrytonBooks:
    return TrytonBooks(tryton)


@pytest.fixture
def dunned(books: TrytonBooks) -> Dunned:
    return dunned_at(books)


@pytest.fixture(scope="module")
def answered(tryton: TrytonSite) -> Callable[[Request], Reply]:
    """What the real Tryton answers, once for each question, to be damaged on the way back."""
    known: dict[bytes, Reply] = {}

    def forwarded(request: Request) -> Reply:
        if request.body not in known:
            known[request.body] = asked(request)
        return known[request.body]

    def asked(request: Request) -> Reply:
        headers = {"Content-Type": "application/json"}
        if "authorization" in request.headers:
            headers["Authorization"] = request.headers["authorization"]
        question = HttpRequest(tryton.url + request.path, request.body, headers)  # noqa: S310 - loopback
        with urlopen(question, timeout=60) as answer:  # noqa: S310 - the same
            kept = {name: answer.headers[name] for name in ("Content-Type", "Content-Encoding")}
            return Reply(answer.read(), answer.status, {name: of for name, of in kept.items() if of})

    return forwarded


class TestTryton(HttpSuite, HoldSuite):
    name = "tryton"

    @pytest.fixture
    def books(self, tryton: TrytonSite) -> TrytonBooks:
        return TrytonBooks(tryton)

    @pytest.fixture
    def at(self, tryton: TrytonSite) -> Callable[[str], BillingAdapter]:
        return lambda url: at_address(tryton, url)

    @pytest.fixture
    def good(self, answered: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
        return answered


class TestTrytonGives(GiveSuite):
    gives = frozenset({"waive", "credit", "extension"})

    @pytest.fixture
    def books(self, tryton: TrytonSite) -> TrytonGiftBooks:
        return TrytonGiftBooks(tryton)


def test_the_story_of_a_disputed_claim(tryton: TrytonSite) -> None:
    """Dunned at level 1, held while the case is open, passed over by two runs, and at level 2 afterwards."""
    due = TODAY - dt.timedelta(days=30)
    customer, quiet = tryton.customer("Clara Customer"), tryton.customer("Quentin Quiet")
    claim, other = tryton.claim(customer, "12.40", due, "Membership 2026"), tryton.claim(quiet, "12.40", due)

    def letters(days: int) -> dict[str, int]:
        return tryton.run_dunning(due + dt.timedelta(days=days), [claim, other])

    assert letters(6) == {claim: 1, other: 1}

    adapter = at_address(tryton, tryton.url)
    (told,) = (one for one in everything(adapter.claims)[0] if one.claim_id == claim)
    assert (told.customer, told.amount.amount, told.amount.currency) == (customer, Decimal("12.40"), "EUR")
    assert (told.due_on, told.level, told.text) == (due, 1, "Membership 2026")

    hold = HoldOrder(
        key="case-7-hold-1",
        customer=customer,
        claim_id=claim,
        reason="Case 7: the invoice is disputed",
        review_on=TODAY + dt.timedelta(days=14),
    )
    assert adapter.place(hold).state == "held"
    assert letters(21) == {other: 2}
    assert letters(41) == {other: 3}
    assert tryton.level(claim) == (1, "waiting")
    (note,) = tryton.notes(claim)
    assert note.startswith("Kulanz holds the dunning: Case 7: the invoice is disputed")

    assert adapter.release(hold).state == "released"
    assert letters(41) == {claim: 2}
    events = [one for one in everything(adapter.events)[0] if one.claim_id == claim]
    assert [(one.customer, one.level) for one in events] == [(customer, 2)]


def test_a_hold_ended_early_leaves_no_letter_that_is_not_due(tryton: TrytonSite, books: TrytonBooks) -> None:
    customer = tryton.customer("Early Example")
    claim = tryton.claim(customer, AMOUNT, TODAY + dt.timedelta(days=30))
    hold = a_hold(customer, claim)
    books.adapter().place(hold)
    assert tryton.level(claim) == (1, "draft")
    books.adapter().release(hold)
    assert tryton.level(claim) is None
    assert tryton.run_dunning(TODAY + dt.timedelta(days=34), [claim]) == {}
    assert tryton.run_dunning(TODAY + dt.timedelta(days=36), [claim]) == {claim: 1}


def test_what_a_bookkeeper_blocked_stays_blocked(books: TrytonBooks, dunned: Dunned) -> None:
    books.dun()
    books.site.block(dunned.claim_id)
    books.adapter().place(dunned.order)
    assert books.adapter().release(dunned.order).state == "released"
    assert dunned.claim_id not in books.dun()


def test_a_hold_that_a_bookkeeper_takes_off_is_no_longer_confirmed(
    books: TrytonBooks, dunned: Dunned
) -> None:
    books.dun()
    books.adapter().place(dunned.order)
    books.site.block(dunned.claim_id, blocked=False)
    assert stands(books, dunned.order) == "pending"
    assert dunned.claim_id in books.dun()
    assert books.adapter().place(dunned.order).state == "held"


def test_a_new_claim_of_a_held_customer_is_seen(books: TrytonBooks, dunned: Dunned) -> None:
    whole = a_hold(dunned.customer)
    books.adapter().place(whole)
    books.claim(dunned.customer, "5.00")
    assert stands(books, whole) == "pending"


def test_a_claim_of_somebody_else_is_not_touched(books: TrytonBooks, dunned: Dunned) -> None:
    mistaken = a_hold(books.customer(), dunned.claim_id)
    with pytest.raises(RefusedError, match="not of customer"):
        books.adapter().place(mistaken)
    assert books.site.notes(dunned.claim_id) == []


def test_paid_while_held(books: TrytonBooks, dunned: Dunned) -> None:
    books.dun()
    books.adapter().place(dunned.order)
    books.settle(dunned.claim_id)
    assert stands(books, dunned.order) == "held"
    assert books.adapter().release(dunned.order).state == "released"


@pytest.fixture
def gifts(tryton: TrytonSite) -> TrytonGiftBooks:
    return TrytonGiftBooks(tryton)


def test_what_is_put_off_gets_no_letter_before_its_new_day(gifts: TrytonGiftBooks) -> None:
    """Also where a run has prepared one; the letters begin anew after that day."""
    site, until = gifts.site, TODAY + dt.timedelta(days=10)
    customer = gifts.customer()
    claim = gifts.claim(customer, AMOUNT)
    assert site.run_dunning(TODAY, []) == {}
    assert site.level(claim) == (1, "draft")
    order = GestureOrder(key="put-off", kind="extension", customer=customer, claim_id=claim, until=until)
    assert str(until) in gifts.adapter().give(order, dry_run=True).text
    assert gifts.adapter().give(order).state == "given"
    assert site.run_dunning(until, [claim]) == {}
    assert site.run_dunning(until + dt.timedelta(days=6), [claim]) == {claim: 1}
    assert gifts.adapter().given(order).state == "given"


def test_what_is_due_later_already_stays(gifts: TrytonGiftBooks) -> None:
    order = gesture_at(gifts, "extension")
    gifts.site.put_off(order.claim_id or "", UNTIL + dt.timedelta(days=1))
    assert gifts.adapter().give(order).state == "given"
    assert gifts.site.due(order.claim_id or "") == UNTIL + dt.timedelta(days=1)


def test_a_held_claim_that_is_put_off_stays_held(gifts: TrytonGiftBooks) -> None:
    order = gesture_at(gifts, "extension")
    hold = a_hold(order.customer, order.claim_id)
    gifts.adapter().place(hold)
    assert gifts.adapter().give(order).state == "given"
    assert stands(gifts, hold) == "held"
    assert order.claim_id not in gifts.dun()


def test_a_settled_claim_cannot_be_put_off(gifts: TrytonGiftBooks) -> None:
    customer = gifts.customer()
    claim = gifts.site.claim(customer, AMOUNT, TODAY)
    gifts.settle(claim)
    with pytest.raises(RefusedError, match="settled"):
        gifts.adapter().give(a_gesture("extension", customer, claim))


def test_a_waiver_is_a_draft_until_a_bookkeeper_posts_it(gifts: TrytonGiftBooks) -> None:
    order = gesture_at(gifts, "waive")
    claim = order.claim_id or ""
    for _ in range(3):
        assert gifts.adapter().give(order).state == "pending"
    ((_, state, amount),) = gifts.site.credit_notes(claim)
    assert (state, amount) == ("draft", Decimal("-12.40"))
    (note,) = gifts.site.notes(claim)
    assert note.startswith("Kulanz: waive: The parcel came late.")
    gifts.site.credit(claim, "post")
    assert given(gifts, order) == "given"


def test_a_credit_note_that_is_cancelled_is_a_refusal(gifts: TrytonGiftBooks) -> None:
    order = gesture_at(gifts, "waive")
    gifts.adapter().give(order)
    gifts.site.credit(order.claim_id or "", "cancel")
    assert gifts.adapter().give(order).state == "refused"
    again = a_gesture("waive", order.customer, order.claim_id or "")
    assert gifts.adapter().give(again).state == "pending"
    gifts.answer()
    assert (given(gifts, order), given(gifts, again)) == ("refused", "given")


def test_what_has_a_credit_note_gets_no_second_one(gifts: TrytonGiftBooks) -> None:
    order = gesture_at(gifts, "waive")
    gifts.adapter().give(order)
    with pytest.raises(RefusedError, match="has a credit note already"):
        gifts.adapter().give(a_gesture("credit", order.customer, order.claim_id or ""))
    assert len(gifts.site.credit_notes(order.claim_id or "")) == 1


@pytest.mark.parametrize("amount", ["12.39", "12.41"])
@pytest.mark.parametrize("kind", ["waive", "credit"])
def test_a_part_is_for_a_person(gifts: TrytonGiftBooks, kind: GivenKind, amount: str) -> None:
    whole = gesture_at(gifts, kind)
    part = msgspec.structs.replace(whole, amount=Money.of(amount, "EUR"))
    with pytest.raises(RefusedError, match=r"as a whole, 12.40 EUR"):
        gifts.adapter().give(part)
    assert gifts.site.notes(part.claim_id or "") == []


def test_what_comes_from_no_invoice_is_waived_by_hand(books: TrytonBooks, dunned: Dunned) -> None:
    with pytest.raises(RefusedError, match="from no invoice"):
        books.adapter().give(a_gesture("waive", dunned.customer, dunned.claim_id))
    with pytest.raises(RefusedError, match="not of customer"):
        books.adapter().give(a_gesture("extension", books.customer(), dunned.claim_id))


@pytest.mark.parametrize(
    ("kind", "dies_at"), [*(("extension", at) for at in range(4)), *(("waive", at) for at in range(10))]
)
def test_killed_between_any_two_requests_a_gesture_is_given_once(
    gifts: TrytonGiftBooks, monkeypatch: pytest.MonkeyPatch, kind: GivenKind, dies_at: int
) -> None:
    """The worker ends for good at its n-th change in Tryton, before or after it was made."""
    order, real, changes = gesture_at(gifts, kind), TrytonRpc._call, 0

    def dying(self: TrytonRpc, method: str, *words: Any) -> Any:
        nonlocal changes
        if method.endswith("search_read"):
            return real(self, method, *words)
        changes += 1
        if 2 * changes > dies_at:
            if dies_at % 2:
                real(self, method, *words)
            raise KeyboardInterrupt
        return real(self, method, *words)

    with monkeypatch.context() as patched:
        patched.setattr(TrytonRpc, "_call", dying)
        with pytest.raises(KeyboardInterrupt):
            gifts.adapter().give(order)
    gifts.adapter().give(order)
    gifts.answer()
    assert given(gifts, order) == "given"
    assert gifts.times_given(order) == 1
    assert len(gifts.site.notes(order.claim_id or "")) == 1


@pytest.mark.parametrize("dies_at", range(1, 4))
@pytest.mark.parametrize("act", ["place", "release"])
def test_killed_between_any_two_requests_another_worker_finishes(
    books: TrytonBooks, dunned: Dunned, monkeypatch: pytest.MonkeyPatch, act: str, dies_at: int
) -> None:
    """The worker ends for good at its n-th change in Tryton, before or after it was made."""
    books.dun()
    if act == "release":
        books.adapter().place(dunned.order)
    real, changes = TrytonRpc.model, 0

    def dying(self: TrytonRpc, name: str, method: str, *words: object) -> object:
        nonlocal changes
        if method not in {"create", "write", "delete"}:
            return real(self, name, method, *words)
        changes += 1
        if 2 * changes > dies_at:
            if dies_at % 2:
                real(self, name, method, *words)
            raise KeyboardInterrupt
        return real(self, name, method, *words)

    with monkeypatch.context() as patched:
        patched.setattr(TrytonRpc, "model", dying)
        with pytest.raises(KeyboardInterrupt):
            getattr(books.adapter(), act)(dunned.order)
    final = getattr(books.adapter(), act)(dunned.order)
    assert final.state == {"place": "held", "release": "released"}[act]
    assert (dunned.claim_id in books.dun()) == (act == "release")
    assert len(books.site.notes(dunned.claim_id)) == {"place": 1, "release": 2}[act]


@pytest.mark.parametrize(("login", "password"), [("kulanz", "wrong"), ("nobody", "x")])
def test_a_wrong_login_needs_a_person(tryton: TrytonSite, login: str, password: str) -> None:
    http = client(AddressPolicy(("127.0.0.1",)), "https://example.org/about", lambda: NOW)
    rpc = TrytonRpc(http, tryton.url, tryton.database, login, Secret(password))
    with pytest.raises(RefusedError, match="does not know"):
        rpc.model("party.party", "search", [], 0, None, None)


def test_a_session_that_ends_is_begun_anew(books: TrytonBooks, dunned: Dunned) -> None:
    adapter = books.adapter()
    adapter.place(dunned.order)
    adapter._rpc._session = Secret("Session bm90aGluZzoxOm5vbmU=")
    assert adapter.confirm(dunned.order).state == "held"


def test_the_how_to_runs(
    books: TrytonBooks, dunned: Dunned, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Path(__file__).parents[2] / "docs" / "howto" / "hold-dunning-in-tryton.md"
    (block,) = re.findall(r"^```py\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    site = books.site
    surroundings = {
        "URL": site.url,
        "DATABASE": site.database,
        "LOGIN": site.member,
        "PASSWORD": site.password,
    }
    for name, value in {**surroundings, "ALLOW": "127.0.0.1"}.items():
        monkeypatch.setenv(f"TRYTON_{name}", value)
    monkeypatch.setenv("CUSTOMER", dunned.customer)
    exec(compile(block, str(page), "exec"), {"__name__": "docs"})  # noqa: S102 - our own docs
    assert capsys.readouterr().out.endswith("dry run: 1 claim would be blocked\nheld\n")
    assert dunned.claim_id not in books.dun()
