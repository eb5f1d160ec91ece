"""WebSub: what hubs send to a subscriber's callback.

A GET asks whether we meant a subscription: it is confirmed with the challenge only where the topic is
the one we asked for. A POST says that the topic changed: it counts where its signature
(``X-Hub-Signature``, an HMAC with the subscription's secret) is right, and then names the feed to be
read again. The content of a delivery is not used, so that a post has the same id whatever way it was read.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.websub import Subscription, Subscriptions

SIGNATURE: Final = "x-hub-signature"
_METHODS: Final = frozenset(("sha1", "sha256", "sha384", "sha512"))
_SHORTEST: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(days=400)
_UNTOLD: Final = timedelta(days=1)
_MOST_DIGITS: Final = 10
_MAX_CHALLENGE: Final = 4_096
_NO_SUBSCRIPTION: Final = Receipt(status=404, body=b"there is no such subscription here\n")


class WebSubReceiver:
    """Answers hubs; the last part of a delivery's path is the subscription's id."""

    name: Final = "websub"

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    def receive(self, delivery: Delivery) -> Receipt:
        """Answer a question of intent (GET) or a change (POST).

        404 for what was not asked for, 410 for a subscription that has ended, 403 for a wrong
        signature, 405 for any other method.
        """
        subscription = self._subscriptions.find(delivery.path.rstrip("/").rpartition("/")[2])
        if subscription is None:
            return _NO_SUBSCRIPTION
        if delivery.method == "GET":
            return self._intent(subscription, delivery)
        if delivery.method != "POST":
            return Receipt(status=405, body=b"expected GET or POST\n", headers={"allow": "GET, POST"})
        if subscription.state in ("ended", "denied"):
            return Receipt(status=410, body=b"this subscription has ended\n")
        if not is_signed(delivery.body, delivery.headers.get(SIGNATURE, ""), subscription.secret):
            return Receipt(status=403, body=b"expected a signature made with the subscription's secret\n")
        return Receipt(status=202, topics=(subscription.topic,))

    def _intent(self, subscription: Subscription, delivery: Delivery) -> Receipt:
        query = delivery.query
        mode, topic = query.get("hub.mode"), query.get("hub.topic")
        if topic is not None and topic != subscription.topic:
            return _NO_SUBSCRIPTION
        if mode == "denied":
            self._subscriptions.keep(replace(subscription, state="denied"))
            return Receipt(status=200)
        if topic is None or not 0 < len(query.get("hub.challenge", "")) <= _MAX_CHALLENGE:
            return Receipt(status=400, body=b"expected hub.mode, hub.topic and hub.challenge\n")
        after = _confirmed(subscription, mode, delivery)
        if after is None:
            return _NO_SUBSCRIPTION
        self._subscriptions.keep(after)
        return Receipt(status=200, body=query["hub.challenge"].encode())


RECEIVER: Final = WebSubReceiver


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Return whether ``signature`` is ``METHOD=`` and the HMAC of the body in hexadecimal."""
    method, _, given = signature.strip().partition("=")
    if method.lower() not in _METHODS or not secret:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())


def _confirmed(subscription: Subscription, mode: str | None, delivery: Delivery) -> Subscription | None:
    """The subscription after what the hub wants to do; None where we do not want it."""
    if mode == "subscribe" and subscription.state in ("asked", "active"):
        now = delivery.received_at
        return replace(subscription, state="active", lease_from=now, lease_until=now + _lease(delivery.query))
    if mode == "unsubscribe" and subscription.state == "leaving":
        return replace(subscription, state="ended")
    return None


def _lease(query: Mapping[str, str]) -> timedelta:
    text = query.get("hub.lease_seconds", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        return _UNTOLD
    return min(max(timedelta(seconds=int(text)), _SHORTEST), _LONGEST)
