"""WebSub subscriptions (W3C Recommendation): a hub tells us when a feed changed.

A subscription is asked for, then confirmed by the hub at our callback (``receivers.websub``), runs out
after its lease and is renewed before that. What a hub delivers is a hint: the feed is read again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from kulanz.core.posts import UtcTime
from kulanz.sources.feeddocument import FeedDocument
from kulanz.sources.web.client import Answer, HttpClient

State = Literal["asked", "active", "denied", "leaving", "ended"]

WANTED_LEASE: Final = timedelta(days=10)
_PATIENCE: Final = timedelta(hours=1)
"""A subscription that a hub did not confirm by then is asked for again."""
_RENEWED_AT: Final = 0.8


class Subscription(Struct, frozen=True, kw_only=True):
    """One feed at one hub.

    ``id`` ends the callback's path and cannot be guessed; ``secret`` is what the hub signs with. The
    lease is None until the hub confirmed.
    """

    id: str
    hub: str
    topic: str
    secret: str
    state: State
    asked_at: UtcTime
    lease_from: UtcTime | None = None
    lease_until: UtcTime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether to ask the hub (again): never confirmed, or four fifths of the lease are over."""
        if self.state == "asked" or self.lease_from is None or self.lease_until is None:
            return self.state in ("asked", "active") and now >= self.asked_at + _PATIENCE
        due = self.lease_from + (self.lease_until - self.lease_from) * _RENEWED_AT
        return self.state == "active" and now >= max(due, self.asked_at + _PATIENCE)


class Subscriptions(Protocol):
    """Where subscriptions are kept."""

    def find(self, subscription_id: str) -> Subscription | None:
        """Return a subscription, None for an unknown id."""
        ...

    def keep(self, subscription: Subscription) -> None:
        """Keep a subscription in the place of the one with its id."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A hub, and the address by which it knows the feed."""

    hub: str
    topic: str


def offered(answer: Answer, document: FeedDocument) -> Offer | None:
    """Return the hub that a feed names in its Link header or in itself, None for none."""
    links = {**document.links, **answer.links}
    return Offer(links["hub"], links.get("self", answer.at)) if "hub" in links else None


def new_subscription(offer: Offer, *, now: datetime, token: Callable[[], str]) -> Subscription:
    """Return a subscription to be asked for; ``token`` gives at least 128 bits of chance as URL-safe text."""
    return Subscription(
        id=token(), hub=offer.hub, topic=offer.topic, secret=token(), state="asked", asked_at=now
    )


def ask(
    subscription: Subscription,
    http: HttpClient,
    subscriptions: Subscriptions,
    *,
    callback: str,
    now: datetime,
) -> None:
    """Ask the hub for a subscription, or to end it where it is ``leaving``.

    ``callback`` is a URL that ends in the subscription's id. The subscription is kept first, because
    a hub may call back before it answers. Raises what ``http`` raises.
    """
    subscriptions.keep(replace(subscription, asked_at=now))
    fields = {
        "hub.callback": callback,
        "hub.mode": "unsubscribe" if subscription.state == "leaving" else "subscribe",
        "hub.topic": subscription.topic,
        "hub.secret": subscription.secret,
        "hub.lease_seconds": str(int(WANTED_LEASE.total_seconds())),
    }
    body = urlencode(fields).encode()
    http.post(subscription.hub, body=body, media_type="application/x-www-form-urlencoded")
