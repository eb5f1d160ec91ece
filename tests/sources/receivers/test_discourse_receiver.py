from __future__ import annotations

import json
from collections.abc import Iterable
from random import Random

import pytest

from discourse_site import SECRET, DiscourseSite, SiteServer, community, delivered
from kulanz.sources.connectors.discourse import CONNECTOR
from kulanz.sources.receivers.discourse import RECEIVER
from kulanz.sources.receivers.signatures import is_signed
from kulanz.sources.receiving import Delivery, Receipt, Receiver
from kulanz.sources.web.secrets import Secret
from kulanz.testing.faults import strange_value
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.receivers import ReceiverSuite
from kulanz.testing.recorded import Reply


def events() -> DiscourseSite:
    site = DiscourseSite()
    topic = site.open("Mahnung", "ines", "Warum bekomme ich eine Mahnung?")
    answer = site.reply(topic, "team_nora", "Wir sehen nach.")
    site.edit(answer, "Wir sehen nach und melden uns.", editor="mod_kai")
    site.remove(answer)
    site.recover(answer)
    site.accept(answer)
    site.close(topic)
    site.delete_topic(topic)
    return site


class TestDiscourseReceiver(ReceiverSuite):
    name = "discourse"
    signed = True

    def receiver(self) -> Receiver:
        return RECEIVER(Secret(SECRET))

    def good(self) -> Iterable[Delivery]:
        return [*events().deliveries, delivered({"ping": "OK"}, "ping", "ping", 99)]


@pytest.fixture
def receiver() -> Receiver:
    return RECEIVER(Secret(SECRET))


def test_every_event_is_a_hint_and_nothing_else(receiver: Receiver) -> None:
    receipts = [receiver.receive(each) for each in events().deliveries]
    assert len(receipts) == 9
    assert {receipt.rereads for receipt in receipts} == {("1",)}
    assert not any(receipt.pages for receipt in receipts)


@pytest.mark.parametrize(
    "body",
    [
        {"ping": "OK"},
        {"user": {"id": 4}},
        {"post": {"id": 3, "topic_id": 8, "topic_archetype": "private_message"}},
        {"topic": {"id": 8, "archetype": "private_message"}},
        {"post": {"topic_id": "../../admin"}},
        {"post": {"topic_id": True}},
        {"topic": {"id": 10**30}},
        {"topic": [1]},
    ],
)
def test_what_names_no_public_topic_is_taken_and_left(receiver: Receiver, body: object) -> None:
    receipt = receiver.receive(delivered(body, "post", "post_created", 1))
    assert (receipt.status, receipt.rereads) == (200, ())


def test_a_signed_body_that_is_no_object_is_refused(receiver: Receiver) -> None:
    assert receiver.receive(delivered([1], "post", "post_created", 1)).status == 400


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha1=00", "sha256=ü", "sha256=" + "0" * 64])
def test_only_the_right_signature_counts(signature: str | None) -> None:
    assert not is_signed(b"{}", signature, Secret(SECRET))


def test_without_a_secret_nothing_is_signed() -> None:
    empty = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    assert not is_signed(b"", empty, Secret(""))


def test_the_text_of_a_hidden_post_stays_out() -> None:
    site = community(1, 3)
    secret = site.posts[2]
    site.hide(secret)
    site.edit(secret, "Eine Telefonnummer, die niemand lesen soll", editor="mod_kai")
    hint = site.deliveries[-1]
    assert b"Telefonnummer" in hint.body
    with SiteServer(site) as server:
        reading, notes = Reading(make=CONNECTOR, address=server.url), Notebook()
        reading.reread(notes, RECEIVER(Secret(SECRET)).receive(hint).rereads)
    assert notes.posts["2"].post.hidden
    assert "Telefonnummer" not in notes.posts["2"].post.text


def test_deliveries_that_are_sent_again_or_out_of_order_lead_to_the_same(receiver: Receiver) -> None:
    site = community(1, 3)
    site.edit(site.posts[2], "Zuerst", editor="mod_kai")
    site.edit(site.posts[2], "Zuletzt", editor="mod_kai")
    answers = iter([False, True, False])

    def receive(delivery: Delivery) -> Receipt:
        return receiver.receive(delivery) if next(answers, True) else Receipt(status=503)

    with SiteServer(site) as server:
        reading, notes = Reading(make=CONNECTOR, address=server.url), Notebook()
        sent = len(site.deliveries)
        receipts = site.send(receive) + site.send(receive)
        for receipt in receipts:
            reading.reread(notes, receipt.rereads)
    assert (len(receipts), site.deliveries) == (sent + 2, [])
    assert notes.posts["2"].post.text == "Zuletzt"


@pytest.mark.parametrize("seed", range(40))
def test_signed_nonsense_breaks_nothing(receiver: Receiver, seed: int) -> None:
    random = Random(seed)
    for each in events().deliveries:
        strange = json.loads(strange_value(Reply(each.body), random).body)
        assert receiver.receive(delivered(strange, "post", "post_edited", 1)).status in {200, 400}
