"""Orders to a billing system over signed webhooks, and what comes back."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults import bomb, drip, endless, fault_server, silence
from kulanz.billing import (
    BillingAdapter,
    Claim,
    Confirmation,
    DunningEvent,
    GestureConfirmation,
    GestureOrder,
    HoldOrder,
    HoldState,
    RefusedError,
    TryAgainError,
    UnreachableError,
    asking,
)
from kulanz.billing.asking import client
from kulanz.billing.gestures import GIVEN_KINDS
from kulanz.billing.inbox import Inbox
from kulanz.billing.webhook import Webhook
from kulanz.sources.web.client import WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.standard_webhooks import is_signed, new_secret, signed_headers
from kulanz.testing.billing import HoldSuite, HttpSuite, a_hold
from kulanz.testing.billing_gestures import GiveSuite, a_gesture
from kulanz.testing.recorded import AnyPath, Reply, Request
from paper_books import PaperBooks

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OURS, THEIRS = new_secret(), new_secret()
PRICED = (
    b'{"type": "billing.claim", "data": {"claim_id": "R", "customer": "C",'
    b' "amount": {"amount": "%s", "currency": "%s"}}}'
)
KINDS = {Claim: "billing.claim", DunningEvent: "billing.dunning", Confirmation: "billing.confirmation"}
KINDS[GestureConfirmation] = "billing.gesture"


def webhook(url: str, inbox: Path) -> Webhook:
    return Webhook(
        url,
        Secret(OURS),
        Secret(THEIRS),
        source="https://desk.example.org",
        inbox=Inbox(inbox),
        http=client(AddressPolicy(("127.0.0.1",)), "https://example.org/about", lambda: NOW),
        now=lambda: NOW,
    )


@dataclass
class WebhookBooks(PaperBooks):
    """Billing that listens at an address and sends deliveries of its own."""

    url: str = ""
    inbox: Path = Path()
    deliveries: Iterator[int] = field(default_factory=itertools.count)

    def adapter(self) -> Webhook:
        self.send()
        return webhook(self.url, self.inbox)

    def take(self, request: Request) -> Reply:
        """Take an order, as a billing system has to: signed, and once for each id."""
        if not is_signed(request.headers, request.body, OURS, NOW):
            return Reply(b"who are you?", 401)
        event = msgspec.json.decode(request.body)
        kind = HoldOrder if event["type"].startswith("kulanz.hold.") else GestureOrder
        self.orders.append((event["type"].rpartition(".")[2], msgspec.convert(event["data"], kind)))
        return Reply(b"", 202)

    def answer(self) -> None:
        self.work()
        self.send()

    def send(self) -> None:
        news, self.news = self.news, []
        for each in news:
            body = msgspec.json.encode({"type": KINDS[type(each)], "data": each})
            headers = signed_headers(f"msg-{next(self.deliveries)}", body, THEIRS, NOW)
            for _ in range(2):  # as a sender does that saw no answer
                webhook(self.url, self.inbox).receive(headers, body)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox.sqlite"


@pytest.fixture
def at(inbox: Path) -> Callable[[str], Webhook]:
    return lambda url: webhook(url, inbox)


class TestWebhook(HttpSuite, HoldSuite, GiveSuite):
    name = "webhook"
    gives = frozenset(GIVEN_KINDS)

    @pytest.fixture
    def books(self, inbox: Path) -> Iterator[WebhookBooks]:
        books = WebhookBooks(inbox=inbox)
        with AnyPath(books.take) as server:
            books.url = server.url
            yield books

    @pytest.fixture
    def at(self, inbox: Path) -> Callable[[str], BillingAdapter]:
        return lambda url: webhook(url, inbox)

    @pytest.fixture
    def good(self) -> Callable[[Request], Reply]:
        return lambda _request: Reply.json(Confirmation(key="hold-1", state="held"))


def test_an_order_says_what_people_at_billing_need(at: Callable[[str], Webhook]) -> None:
    with AnyPath(lambda _request: Reply(b"", 202)) as server:
        order = HoldOrder(
            key="case-7", customer="C-1", claim_id="R-1", reason="disputed", review_on=NOW.date()
        )
        assert at(server.url).place(order).state == "pending"
        (request,) = server.requests
    assert is_signed(request.headers, request.body, OURS, NOW)
    assert request.headers["webhook-id"] == "case-7.place"
    event = msgspec.json.decode(request.body)
    assert event["type"] == "kulanz.hold.place"
    assert event["data"] == {
        "key": "case-7",
        "customer": "C-1",
        "claim_id": "R-1",
        "reason": "disputed",
        "review_on": "2026-06-01",
    }


def test_billing_may_confirm_with_its_answer(at: Callable[[str], Webhook]) -> None:
    order = a_hold("C-1", "R-1")
    said = Confirmation(key=order.key, state="held", text="by Ms Books")
    with AnyPath(lambda _request: Reply.json(said)) as server:
        assert at(server.url).place(order) == said
        assert at(server.url).place(order) == said
        assert len(server.requests) == 1


def test_a_gesture_says_what_people_at_billing_need(at: Callable[[str], Webhook]) -> None:
    order = a_gesture("waive", "C-1", "R-1")
    with AnyPath(lambda _request: Reply.json({"key": order.key, "state": "given", "text": "done"})) as server:
        assert at(server.url).give(order).state == "given"
        assert at(server.url).give(order).text == "done"
        (request,) = server.requests
    assert is_signed(request.headers, request.body, OURS, NOW)
    assert request.headers["webhook-id"] == f"{order.key}.give"
    event = msgspec.json.decode(request.body)
    assert event["type"] == "kulanz.gesture.give"
    assert event["data"] == {
        "key": order.key,
        "kind": "waive",
        "customer": "C-1",
        "claim_id": "R-1",
        "amount": {"amount": "12.40", "currency": "EUR"},
        "until": None,
        "reason": "The parcel came late.",
    }


def test_a_hold_and_a_gesture_of_one_key_do_not_answer_for_each_other(at: Callable[[str], Webhook]) -> None:
    gesture = a_gesture("waive", "C-1", "R-1")
    with AnyPath(lambda _request: Reply.json({"key": gesture.key, "state": "held"})) as server:
        hold = HoldOrder(key=gesture.key, customer="C-1", claim_id="R-1")
        assert at(server.url).place(hold).state == "held"
        assert at(server.url).given(gesture).state == "unknown"
        assert at(server.url).give(gesture).state == "pending"
        assert at(server.url).confirm(hold).state == "held"


@pytest.mark.parametrize("said", [{"key": "another", "state": "held"}, {"state": "held"}, "held", ["held"]])
def test_an_answer_about_something_else_confirms_nothing(at: Callable[[str], Webhook], said: Any) -> None:
    with AnyPath(lambda _request: Reply.json(said)) as server:
        assert at(server.url).place(a_hold("C-1", "R-1")).state == "pending"


def test_a_hold_survives_that_billing_is_down_for_a_day(at: Callable[[str], Webhook], tmp_path: Path) -> None:
    order = a_hold("C-1", "R-1")
    books = WebhookBooks(inbox=tmp_path / "inbox.sqlite")
    books.claim("C-1", "12.40")
    with AnyPath(books.take) as server:
        url = server.url
    for _ in range(24):
        with pytest.raises(UnreachableError):
            at(url).place(order)
    assert at(url).confirm(order).state == "unknown"
    with AnyPath(books.take) as server:
        books.url = server.url
        assert at(server.url).place(order).state == "pending"
        books.answer()
        assert books.adapter().confirm(order).state == "held"


def test_killed_between_order_and_note_the_next_worker_finds_the_hold(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = WebhookBooks(inbox=inbox)
    order = a_hold("C-1", books.claim("C-1", "12.40"))
    with AnyPath(books.take) as server:
        books.url = server.url
        with monkeypatch.context() as patched:
            patched.setattr(Inbox, "keep", _dying)
            with pytest.raises(KeyboardInterrupt):
                webhook(books.url, inbox).place(order)
        assert webhook(books.url, inbox).place(order).state == "pending"
        assert {one.headers["webhook-id"] for one in server.requests} == {f"{order.key}.place"}
        books.answer()
        assert webhook(books.url, inbox).confirm(order).state == "held"
    assert books.dun() == set()


def _dying(*_: object) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "type and data"), (b"[]", "type and data"), (b'{"type": "billing.claim"}', "type and data"),
        (b'{"type": "billing.gift", "data": {}}', "billing.claim"),
        (b'{"type": "billing.claim", "data": {"claim_id": "R"}}', "customer"),
        (b'{"type": "billing.confirmation", "data": {"key": "a", "state": "pending"}}', "held"),
        (b'{"type": "billing.gesture", "data": {"key": "a", "state": "pending"}}', "given"),
        (b'{"type": "billing.claim", "data": ' + b"[" * 10_000, "type and data"),
        (
            PRICED % (b"1", b"EURO"),
            "ISO 4217",
        ),
        (
            PRICED % (b"NaN", b"EUR"),
            "amount",
        ),
    ],
)  # fmt: skip
def test_a_delivery_that_cannot_be_read_is_refused_whole(
    at: Callable[[str], Webhook], body: bytes, words: str
) -> None:
    headers = signed_headers("msg-1", body, THEIRS, NOW)
    with pytest.raises(RefusedError, match=words):
        at("http://127.0.0.1:9").receive(headers, body)
    assert at("http://127.0.0.1:9").claims(None).items == ()


def test_one_bad_claim_keeps_its_delivery_out_and_the_corrected_one_gets_in(
    at: Callable[[str], Webhook],
) -> None:
    good = {"claim_id": "R-1", "customer": "C-1", "amount": {"amount": "12.40", "currency": "EUR"}}
    for claims, kept in (([good, {**good, "customer": ""}], 0), ([good], 1), ([good], 0)):
        body = msgspec.json.encode({"type": "billing.claim", "data": claims})
        headers = signed_headers("msg-1", body, THEIRS, NOW)
        if len(claims) == 1:
            assert at("http://127.0.0.1:9").receive(headers, body) == kept
        else:
            with pytest.raises(RefusedError, match=r"\[1\].customer"):
                at("http://127.0.0.1:9").receive(headers, body)


def test_strangers_confirm_nothing(at: Callable[[str], Webhook]) -> None:
    adapter, order = at("http://127.0.0.1:9"), a_hold("C-1", "R-1")
    data = Confirmation(key=order.key, state="released")
    body = msgspec.json.encode({"type": "billing.confirmation", "data": data})
    for headers in (
        {},
        signed_headers("msg-1", body, OURS, NOW),
        signed_headers("msg-1", body, THEIRS, NOW - timedelta(minutes=6)),
        {**signed_headers("msg-1", body, THEIRS, NOW), "webhook-id": "msg-2"},
    ):
        with pytest.raises(RefusedError, match="signature"):
            adapter.receive(headers, body)
    with pytest.raises(RefusedError, match="bytes"):
        adapter.receive(signed_headers("msg-1", body, THEIRS, NOW), b" " * (5 << 20))
    assert adapter.confirm(order).state == "unknown"


def test_what_is_kept_too_long_can_be_forgotten_and_holds_are_remembered(
    at: Callable[[str], Webhook],
) -> None:
    adapter, order = at("http://127.0.0.1:9"), a_hold("C-1", "R-1")
    claim = {"claim_id": "R-1", "customer": "C-1", "amount": {"amount": "1", "currency": "EUR"}}
    confirmed = Confirmation(key=order.key, state="held")
    for kind, data in (("billing.claim", claim), ("billing.confirmation", confirmed)):
        body = msgspec.json.encode({"type": kind, "data": data})
        adapter.receive(signed_headers(f"msg-{kind}", body, THEIRS, NOW), body)
    adapter._inbox.forget(NOW + timedelta(days=1))
    assert adapter.claims(None).items == ()
    assert adapter.confirm(order).state == "held"


def test_an_inbox_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "inbox.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(TryAgainError, match="cannot be used"):
        webhook("http://127.0.0.1:9", tmp_path / "inbox.sqlite")


@pytest.mark.parametrize(
    "act", [silence(), drip(0.02), drip(0.02, headers=True)], ids=["silence", "body", "head"]
)
def test_a_slow_answer_ends_in_time(
    at: Callable[[str], Webhook], monkeypatch: pytest.MonkeyPatch, act: Any
) -> None:
    short = WebLimits(connect_seconds=1, read_seconds=0.2, total_seconds=0.3, redirects=0)
    monkeypatch.setattr(asking, "LIMITS", short)
    with fault_server() as faulty:
        url, begin = faulty.script("/", act), time.monotonic()
        with pytest.raises(UnreachableError, match="took too long"):
            at(url).place(a_hold("C-1", "R-1"))
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("act", [endless(), bomb("gzip")], ids=["endless", "bomb"])
def test_an_answer_that_is_too_large_ends_in_bounds(at: Callable[[str], Webhook], act: Any) -> None:
    with fault_server() as faulty, pytest.raises(RefusedError, match="was not read"):
        at(faulty.script("/", act)).place(a_hold("C-1", "R-1"))


ACTS = st.sampled_from(["place", "release", "confirm", "send", "work"])


@settings(max_examples=60)
@given(acts=st.lists(ACTS, max_size=12), data=st.data())
def test_any_sequence_of_acts_ends_in_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], data: st.DataObject
) -> None:
    """Orders repeated, confirmations late, doubled and out of order: the strongest word counts."""
    books = WebhookBooks(inbox=tmp_path_factory.mktemp("books") / "inbox.sqlite")
    claim = books.claim("C-1", "12.40")
    order = a_hold("C-1", claim)
    with AnyPath(books.take) as server:
        books.url = server.url
        for act in acts:
            if act == "work":
                books.work()
            elif act == "send":
                books.news = data.draw(st.permutations(books.news))
                books.send()
            else:
                state = getattr(webhook(books.url, books.inbox), act)(order).state
                assert state in get_args(HoldState)
        books.work()
        books.send()
        ended = webhook(books.url, books.inbox).confirm(order).state
    wanted = "released" if "release" in acts else "held" if "place" in acts else "unknown"
    assert ended == wanted
    assert (claim in books.dun()) == (wanted != "held")
