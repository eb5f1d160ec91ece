"""Signed webhooks: orders go out, claims, confirmations and dunning events come in.

Both ways are signed as Standard Webhooks says, with a secret for each. An order is a CloudEvent of the type
``kulanz.hold.place``, ``kulanz.hold.release`` or ``kulanz.gesture.give`` whose data is the order; its
``webhook-id`` is the key with the act, so that a repeated one is known. What comes in has ``type`` and
``data`` (one thing or a list): ``billing.claim``, ``billing.confirmation``, ``billing.dunning`` or
``billing.gesture``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from kulanz.billing.asking import explained
from kulanz.billing.claims import Claim, Confirmation, DunningEvent
from kulanz.billing.correspondence import Act, Correspondence, Order, strange_answer
from kulanz.billing.errors import RefusedError
from kulanz.billing.gestures import GestureConfirmation
from kulanz.billing.inbox import Inbox, Kind
from kulanz.sources.web.client import Answer, HttpClient
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.standard_webhooks import is_signed, signed_headers

MEDIA_TYPE: Final = "application/cloudevents+json"
MOST_BYTES: Final = 4 << 20
"""A larger delivery is refused; claims may be sent in several."""
_KINDS: Final[Mapping[str, tuple[Kind, type[Struct]]]] = {
    "billing.claim": ("claim", Claim),
    "billing.confirmation": ("confirmation", Confirmation),
    "billing.dunning": ("event", DunningEvent),
    "billing.gesture": ("gesture", GestureConfirmation),
}


class _Message(Struct):
    type: str
    data: Raw


class Webhook(Correspondence):
    """A billing system at ``url`` that takes orders signed with ``secret``, and sends with ``their_secret``.

    While one secret takes the place of another both are given, the new one first.

    ``source`` is the address that the CloudEvents name as theirs.
    """

    name: Final = "webhook"

    def __init__(  # noqa: PLR0913 - an address, two secrets, and what is given to every adapter
        self,
        url: str,
        secret: Secret | Sequence[Secret],
        their_secret: Secret | Sequence[Secret],
        *,
        source: str,
        inbox: Inbox,
        http: HttpClient,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(inbox, now)
        self._url, self._source = url, source
        self._secrets, self._their_secrets = _several(secret), _several(their_secret)
        self._http = http

    def deliver(self, act: Act, order: Order) -> None:
        now, message = self._now(), f"{order.key}.{act}"
        body = msgspec.json.encode(self._event(act, message, order, now))
        with explained():
            secrets = [each.reveal() for each in self._secrets]
            headers = signed_headers(message, body, secrets, now)
            answer = self._http.post(self._url, body=body, media_type=MEDIA_TYPE, headers=headers)
        self._hear(message, act, order, answer)

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Keep a delivery; return how much of it had not come before.

        ``headers`` have lower case names. Answer 2xx when this returns, 4xx when it raises RefusedError: then
        nothing was kept, and the sender has to correct the delivery.
        """
        if len(body) > MOST_BYTES:
            raise RefusedError(f"expected at most {MOST_BYTES:,} bytes, got {len(body):,}: send several")
        with explained():
            fits = [is_signed(headers, body, each.reveal(), self._now()) for each in self._their_secrets]
        if not any(fits):
            raise RefusedError(
                "the signature does not fit, or its time is not of now: check secret and clock"
            )
        kind, items = _read(body)
        return self.keep(kind, headers["webhook-id"], items)

    def collect(self) -> None:
        """Nothing waits outside: ``receive`` is told of everything."""

    def _event(self, act: Act, message: str, order: Order, now: datetime) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": message,
            "source": self._source,
            "type": f"kulanz.{'gesture' if act == 'give' else 'hold'}.{act}",
            "time": now.isoformat(),
            "datacontenttype": "application/json",
            "data": order,
        }

    def _hear(self, message: str, act: Act, order: Order, answer: Answer) -> None:
        """Take a confirmation that came as the answer; whatever else it says, the order has arrived."""
        with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            kind, wanted = _KINDS["billing.gesture" if act == "give" else "billing.confirmation"]
            said: Any = msgspec.json.decode(answer.body, type=wanted)
            if said.key == order.key and not strange_answer(said):
                self.keep(kind, f"answer to {message}: {said.state}", [said])


def _several(secret: Secret | Sequence[Secret]) -> Sequence[Secret]:
    return (secret,) if isinstance(secret, Secret) else secret


def _read(body: bytes) -> tuple[Kind, list[Any]]:
    try:
        message = msgspec.json.decode(body, type=_Message)
        kind, wanted = _KINDS[message.type]
        several = bytes(message.data).lstrip().startswith(b"[")
        data = bytes(message.data) if several else b"[" + bytes(message.data) + b"]"
        items: list[Any] = msgspec.json.decode(data, type=list[wanted])  # type: ignore[valid-type]
    except KeyError as error:
        raise RefusedError(f"type: expected one of {', '.join(_KINDS)}, got {error}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise RefusedError(f"expected type and data as documented, got another body: {error}") from error
    for strange in filter(None, map(strange_answer, items)):
        raise RefusedError(strange)
    return kind, items
