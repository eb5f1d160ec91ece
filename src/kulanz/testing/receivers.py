"""What every receiver must do, as a pytest class: subclass it once per receiver."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from random import Random
from typing import ClassVar, Final

import msgspec
import pytest

from kulanz.sources.receivers import RECEIVERS
from kulanz.sources.receiving import Delivery, Receipt, Receiver

RECEIVED_AT: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SEEDS: Final = range(50)
_REFUSED: Final = range(400, 500)
_DONE: Final = range(200, 300)


def delivery(
    body: bytes, headers: Mapping[str, str] | None = None, *, method: str = "POST", path: str = "/"
) -> Delivery:
    """Return a request as a web server hands it on."""
    lowered = {name.lower(): value for name, value in (headers or {}).items()}
    return Delivery(method=method, path=path, headers=lowered, body=body, received_at=RECEIVED_AT)


class ReceiverSuite(ABC):
    """What holds for every receiver.

    ``name`` is the registered name. ``signed`` says whether a delivery is proved by a signature over
    its body, so that any other body must be refused.
    """

    name: ClassVar[str]
    signed: ClassVar[bool] = False

    @abstractmethod
    def receiver(self) -> Receiver:
        """Return a new receiver."""

    @abstractmethod
    def good(self) -> Iterable[Delivery]:
        """Return deliveries that are accepted."""

    def test_it_is_registered_and_says_what_it_receives(self) -> None:
        assert inspect.getdoc(import_module(RECEIVERS[self.name]))
        assert self.receiver().name == self.name

    def test_good_deliveries_are_accepted(self) -> None:
        for each in self.good():
            assert self.receiver().receive(each).status in _DONE

    def test_a_delivery_that_comes_twice_does_no_harm(self) -> None:
        receiver = self.receiver()
        for each in self.good():
            once, twice = receiver.receive(each), receiver.receive(each)
            assert once.status in _DONE
            assert twice.status in _DONE
            assert twice.pages == once.pages or not twice.pages

    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_delivery_breaks_it(self, seed: int) -> None:
        random = Random(seed)
        for each in self.good():
            for body in (
                b"",
                random.randbytes(200),
                each.body[: len(each.body) // 2],
                _noisy(each.body, random),
            ):
                self.check(each, self.receiver().receive(msgspec.structs.replace(each, body=body)), body)

    def check(self, original: Delivery, receipt: Receipt, body: bytes) -> None:
        """Assert that a receipt is an answer, and a refusal where the signature cannot fit."""
        assert receipt.status in _DONE or receipt.status in _REFUSED
        if self.signed and body != original.body:
            assert receipt.status in _REFUSED
            assert not any((receipt.pages, receipt.rereads, receipt.topics, receipt.mentions))

    def test_without_a_signature_nothing_is_believed(self) -> None:
        if not self.signed:
            pytest.skip("deliveries of this kind carry no signature")
        for each in self.good():
            plain = {name: value for name, value in each.headers.items() if "signature" not in name}
            receipt = self.receiver().receive(msgspec.structs.replace(each, headers=plain))
            assert receipt.status in _REFUSED


def _noisy(body: bytes, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(min(5, len(changed))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)
