"""Subscriptions to feeds at their hubs (WebSub), so that news of a feed come at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from kulanz.desk.conf import conf
from kulanz.desk.models import Source, Subscription
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.services.claiming import claim, done, failed
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.sealing import seal, unseal
from kulanz.desk.services.sources import new_secret
from kulanz.sources import websub
from kulanz.sources.connectors.feed.documents import document_of, is_feed
from kulanz.sources.errors import FetchError, Problems
from kulanz.sources.web.client import HttpClient

LOOKED_AGAIN: Final = timedelta(days=1)
_REQUESTS: Final = 4


class KeptSubscriptions:
    """The subscription of one source, as hubs' requests read and write it (``websub.Subscriptions``)."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def find(self, subscription_id: str) -> websub.Subscription | None:
        row = Subscription.objects.filter(source=self._source, key=subscription_id).exclude(hub="").first()
        return None if row is None else _told(row)

    def keep(self, subscription: websub.Subscription) -> None:
        rows = Subscription.objects.filter(source=self._source, key=subscription.id)
        rows.update(**_columns(subscription))


def subscribe_due(*, now: datetime, world: Outside | None = None) -> int:
    """Ask one hub for a feed's subscription, or a feed for its hub, where that is due; return how many."""
    rows = Subscription.objects.select_related("source").filter(source__state=SOURCE.initial)
    claimed = claim(rows, now, at_most=1)
    for row in claimed:
        try:
            _subscribe(row, world or outside(), now)
        except FetchError as error:
            failed(row, str(error), now)
    return len(claimed)


def _subscribe(row: Subscription, world: Outside, now: datetime) -> None:
    """Renew what was confirmed or asked for; look for a hub where there is none or it refused."""
    kept = KeptSubscriptions(row.source)
    with world.client(_REQUESTS) as http:
        wanted = kept.find(row.key)
        if wanted is None or wanted.state in ("denied", "ended"):
            wanted = _found(row, http, now)
        if wanted is not None and (wanted.is_due(now) or wanted.asked_at == now):
            callback = f"{conf().url}/hooks/{row.source.hook_key}/websub/{row.key}"
            websub.ask(wanted, http, kept, callback=callback, now=now)
    row.refresh_from_db()
    done(row, next_at=_next(row, now))


def _found(row: Subscription, http: HttpClient, now: datetime) -> websub.Subscription | None:
    """Return a subscription to ask for; None where the feed names no hub."""
    answer = http.get(row.source.address)
    offer = websub.offered(answer, document_of(answer, Problems())) if is_feed(answer) else None
    if offer is None:
        return None
    keys = iter((row.key, new_secret()))
    return websub.new_subscription(offer, now=now, token=lambda: next(keys))


def _next(row: Subscription, now: datetime) -> datetime:
    """The next look: an hour for a hub to confirm, four fifths of a lease, else a day."""
    if row.state == "asked" and row.hub:
        return now + timedelta(hours=1)
    if row.state == "active" and row.lease_from and row.lease_until:
        return max(row.lease_from + (row.lease_until - row.lease_from) * 4 / 5, now + timedelta(minutes=5))
    return now + LOOKED_AGAIN


def _told(row: Subscription) -> websub.Subscription:
    state: Any = row.state
    return websub.Subscription(
        id=row.key,
        hub=row.hub,
        topic=row.topic,
        secret=unseal(bytes(row.sealed_secret)).decode(),
        state=state,
        asked_at=row.asked_at or row.source.created_at,
        lease_from=row.lease_from,
        lease_until=row.lease_until,
    )


def _columns(subscription: websub.Subscription) -> dict[str, Any]:
    return {
        "hub": subscription.hub,
        "topic": subscription.topic,
        "sealed_secret": seal(subscription.secret.encode()),
        "state": subscription.state,
        "asked_at": subscription.asked_at,
        "lease_from": subscription.lease_from,
        "lease_until": subscription.lease_until,
    }
