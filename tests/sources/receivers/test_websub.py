from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import parse_qs

import msgspec
import pytest

from kulanz.sources.feeddocument import FeedDocument
from kulanz.sources.receivers.websub import RECEIVER, WebSubReceiver
from kulanz.sources.receiving import Delivery, Receiver
from kulanz.sources.websub import Offer, Subscription, ask, new_subscription, offered
from kulanz.testing.reading import Reading
from kulanz.testing.receivers import RECEIVED_AT, ReceiverSuite, delivery
from kulanz.testing.recorded import RecordedServer, Reply, Request

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOPIC = "https://blog.example/feed"
FEED = b"<feed xmlns='http://www.w3.org/2005/Atom'/>"


class Kept(dict[str, Subscription]):
    """Subscriptions in memory."""

    def find(self, subscription_id: str) -> Subscription | None:
        return self.get(subscription_id)

    def keep(self, subscription: Subscription) -> None:
        self[subscription.id] = subscription


def tokens() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"token-{next(numbers)}"


@pytest.fixture
def kept() -> Kept:
    kept = Kept()
    kept.keep(new_subscription(Offer("https://hub.example/", TOPIC), now=NOW, token=tokens()))
    return kept


@pytest.fixture
def receiver(kept: Kept) -> WebSubReceiver:
    return RECEIVER(kept)


def question(mode: str = "subscribe", topic: str = TOPIC, **more: str) -> Delivery:
    query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c", "hub.lease_seconds": "864000"}
    asked = {**query, **{f"hub.{name}": value for name, value in more.items()}}
    return msgspec.structs.replace(delivery(b"", method="GET", path="/websub/token-1"), query=asked)


def change(key: str = "token-2", method: str = "sha256") -> Delivery:
    signature = f"{method}={hmac.new(key.encode(), FEED, method).hexdigest()}"
    return delivery(FEED, {"X-Hub-Signature": signature}, path="/websub/token-1")


class TestWebSubReceiver(ReceiverSuite):
    name = "websub"
    signed = True

    def receiver(self) -> Receiver:
        kept = Kept()
        kept.keep(new_subscription(Offer("https://hub.example/", TOPIC), now=NOW, token=tokens()))
        receiver = RECEIVER(kept)
        receiver.receive(question())
        return receiver

    def good(self) -> Iterable[Delivery]:
        return [change(), change(method="sha1"), change(method="sha512")]


def test_a_subscription_is_confirmed_with_the_challenge_and_has_a_lease(
    kept: Kept, receiver: WebSubReceiver
) -> None:
    receipt = receiver.receive(question(challenge="k7"))
    assert (receipt.status, receipt.body) == (200, b"k7")
    assert kept["token-1"].state == "active"
    assert kept["token-1"].lease_until == RECEIVED_AT + timedelta(days=10)


@pytest.mark.parametrize(
    "asked",
    [question(topic="https://evil.example/"), question(mode="unsubscribe"), question(mode="publish")],
    ids=["another topic", "not leaving", "no such mode"],
)
def test_what_we_did_not_ask_for_is_not_confirmed(
    asked: Delivery, kept: Kept, receiver: WebSubReceiver
) -> None:
    assert receiver.receive(asked).status == 404
    assert kept["token-1"].state == "asked"


def test_a_signed_change_names_the_feed_and_an_unknown_callback_does_not(receiver: WebSubReceiver) -> None:
    assert receiver.receive(change()).topics == (TOPIC,)
    assert receiver.receive(change("guess")).status == 403
    elsewhere = msgspec.structs.replace(change(), path="/websub/token-9")
    assert receiver.receive(elsewhere).status == 404


def test_denied_and_left_subscriptions_take_nothing_more(kept: Kept, receiver: WebSubReceiver) -> None:
    kept.keep(msgspec.structs.replace(kept["token-1"], state="leaving"))
    assert receiver.receive(question(mode="unsubscribe")).status == 200
    assert receiver.receive(change()).status == 410
    kept.keep(msgspec.structs.replace(kept["token-1"], state="active"))
    receiver.receive(question(mode="denied"))
    assert kept["token-1"].state == "denied"


@pytest.mark.parametrize(("lease", "expected"), [("1", 300), ("99999999999", 86_400), ("x", 86_400)])
def test_a_strange_lease_is_brought_into_bounds(
    lease: str, expected: int, kept: Kept, receiver: WebSubReceiver
) -> None:
    receiver.receive(question(lease_seconds=lease))
    assert kept["token-1"].lease_until == RECEIVED_AT + timedelta(seconds=expected)


def test_when_a_hub_is_asked_again(kept: Kept, receiver: WebSubReceiver) -> None:
    asked = kept["token-1"]
    assert not asked.is_due(NOW + timedelta(minutes=59))
    assert asked.is_due(NOW + timedelta(hours=1))
    receiver.receive(question())
    active = kept["token-1"]
    assert not active.is_due(RECEIVED_AT + timedelta(days=7.9))
    assert active.is_due(RECEIVED_AT + timedelta(days=8))
    assert not msgspec.structs.replace(active, state="denied").is_due(RECEIVED_AT + timedelta(days=9))


def test_a_hub_that_calls_back_while_it_is_asked(kept: Kept, receiver: WebSubReceiver) -> None:
    """The hub confirms before it answers, which the specification allows."""

    def hub(request: Request) -> Reply:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        assert fields["hub.callback"].endswith("/token-1")
        assert fields["hub.secret"] == "token-2"
        answer = receiver.receive(question(fields["hub.mode"], fields["hub.topic"]))
        return Reply(status=202 if answer.body == b"c" else 400)

    with RecordedServer({"POST /hub": hub}) as server:
        http = Reading(make=lambda _: None, address="").http  # type: ignore[arg-type,return-value]
        mine = msgspec.structs.replace(kept["token-1"], hub=f"{server.url}/hub")
        ask(mine, http, kept, callback="https://desk.example/websub/token-1", now=NOW)
        assert kept["token-1"].state == "active"


def test_the_hub_is_named_by_the_header_or_by_the_feed() -> None:
    header = {"Link": '<https://hub.example/>; rel="hub", <https://blog.example/f>; rel="self"'}
    with RecordedServer({"/header": Reply(FEED, headers=header), "/none": Reply(FEED)}) as server:
        http = Reading(make=lambda _: None, address="").http  # type: ignore[arg-type,return-value]
        by_header, plain = http.get(f"{server.url}/header"), http.get(f"{server.url}/none")
    assert offered(by_header, FeedDocument()) == Offer("https://hub.example/", "https://blog.example/f")
    named = FeedDocument(links={"hub": "https://h.example/"})
    assert offered(plain, named) == Offer("https://h.example/", plain.at)
    assert offered(plain, FeedDocument()) is None
