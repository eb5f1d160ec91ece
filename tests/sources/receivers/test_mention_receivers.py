from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from xmlrpc.client import Fault, dumps, loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.receivers.pingback import PingbackReceiver
from kulanz.sources.receivers.trackback import TrackbackReceiver
from kulanz.sources.receivers.webmention import WebmentionReceiver
from kulanz.sources.receiving import Delivery, Receiver
from kulanz.testing.receivers import ReceiverSuite, delivery

OURS = "https://forum.example/"
TARGET = f"{OURS}t/mahnung/12"
SOURCE = "https://blog.example/odd-dunning"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY c "&a;&a;&a;">]><methodCall>&c;</methodCall>'
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def accepts(url: str) -> bool:
    return url.startswith(OURS)


def form(**fields: str) -> Delivery:
    return delivery(urlencode(fields).encode(), FORM)


def call(*arguments: str, method: str = "pingback.ping") -> Delivery:
    return delivery(dumps(arguments, method).encode())


def trackback(path: str = "/t/mahnung/12/trackback", **fields: str) -> Delivery:
    return delivery(urlencode(fields).encode(), FORM, path=path)


def target_of(path: str) -> str | None:
    return f"https://forum.example{path.removesuffix('/trackback')}" if path.endswith("/trackback") else None


class TestWebmention(ReceiverSuite):
    name = "webmention"

    def receiver(self) -> Receiver:
        return WebmentionReceiver(accepts)

    def good(self) -> Iterable[Delivery]:
        return [form(source=SOURCE, target=TARGET)]


class TestPingback(ReceiverSuite):
    name = "pingback"

    def receiver(self) -> Receiver:
        return PingbackReceiver(accepts)

    def good(self) -> Iterable[Delivery]:
        return [call(SOURCE, TARGET)]


class TestTrackback(ReceiverSuite):
    name = "trackback"

    def receiver(self) -> Receiver:
        return TrackbackReceiver(target_of)

    def good(self) -> Iterable[Delivery]:
        return [trackback(url=SOURCE, title="Odd dunning", excerpt="They sent...", blog_name="Blog")]


def test_a_webmention_is_a_claim_and_nothing_more() -> None:
    receipt = WebmentionReceiver(accepts).receive(form(source=SOURCE, target=TARGET))
    (claim,) = receipt.mentions
    assert (receipt.status, claim.kind, claim.source, claim.target) == (202, "webmention", SOURCE, TARGET)
    assert not receipt.pages


@pytest.mark.parametrize("target", ["https://other.example/", "", "javascript:alert(1)"])
def test_a_webmention_for_what_is_not_ours_is_refused(target: str) -> None:
    assert WebmentionReceiver(accepts).receive(form(source=SOURCE, target=target)).status == 400


def test_a_pingback_answers_as_xml_rpc() -> None:
    receipt = PingbackReceiver(accepts).receive(call(SOURCE, TARGET))
    (words,), _ = loads(receipt.body.decode())
    assert "thank you" in str(words)
    assert receipt.mentions[0].kind == "pingback"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (call(SOURCE, "https://other.example/").body, 33),
        (call("gopher://x", TARGET).body, 0),
        (call(SOURCE).body, -32601),
        (call(SOURCE, TARGET, method="system.multicall").body, -32601),
        (b"<methodCall><methodName>", -32700),
        (BOMB, -32700),
        (BOMB.decode().encode("utf-16"), -32700),
        (b" " * 70_000, -32700),
    ],
)
def test_a_bad_pingback_is_a_fault(body: bytes, code: int) -> None:
    receipt = PingbackReceiver(accepts).receive(delivery(body))
    assert not receipt.mentions
    with pytest.raises(Fault) as fault:
        loads(receipt.body.decode())
    assert fault.value.faultCode == code


def test_a_trackback_of_an_old_blog_in_latin_1() -> None:
    body = b"url=https%3A%2F%2Fblog.example%2F1&title=Unversch%E4mt&excerpt=%3Cb%3EGeb%FChr%3C/b%3E"
    receipt = TrackbackReceiver(target_of).receive(delivery(body, FORM, path="/t/mahnung/12/trackback"))
    (claim,) = receipt.mentions
    assert (claim.title, claim.excerpt, claim.target) == ("Unverschämt", "<b>Gebühr</b>", TARGET)
    assert b"<error>0</error>" in receipt.body


def test_a_trackback_without_an_address_is_error_1() -> None:
    receipt = TrackbackReceiver(target_of).receive(trackback(title="x"))
    assert b"<error>1</error>" in receipt.body
    assert not receipt.mentions
    assert TrackbackReceiver(target_of).receive(trackback("/elsewhere", url=SOURCE)).status == 404


@pytest.mark.parametrize(
    "receiver", [WebmentionReceiver(accepts), PingbackReceiver(accepts), TrackbackReceiver(target_of)]
)
def test_other_methods_are_refused(receiver: Receiver) -> None:
    assert receiver.receive(delivery(b"", method="GET", path="/t/x/trackback")).status == 405


@given(st.binary(max_size=300), st.text(max_size=50))
def test_no_body_breaks_a_receiver(body: bytes, kind: str) -> None:
    for receiver in (WebmentionReceiver(accepts), PingbackReceiver(accepts), TrackbackReceiver(target_of)):
        receiver.receive(delivery(body, {"Content-Type": kind}, path="/t/x/trackback"))
        receiver.receive(delivery(b"<methodCall><methodName>pingback.ping</methodName>" + body))
