"""Signed webhooks: Standard Webhooks around CloudEvents 1.0.

Bodies name things by id and address and hold no private text.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from random import random
from typing import Any, Final

from kulanz.desk.conf import conf
from kulanz.desk.models import Delivery, WebhookTarget
from kulanz.desk.rules.rotation import good
from kulanz.desk.services.mail import SendError
from kulanz.desk.services.sealing import SealError, unseal
from kulanz.sources.errors import FetchError
from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.standard_webhooks import signed_headers

MEDIA_TYPE: Final = "application/cloudevents+json"
KINDS: Final = (
    "alert.raised",
    "issue.opened",
    "issue.closed",
    "issue.reopened",
    "issue.withdrawn",
    "case.opened",
    "case.answered",
    "promise.broken",
)
_GONE: Final = 410
_LIMITS: Final = WebLimits(
    connect_seconds=5.0, read_seconds=10.0, total_seconds=15.0, body_bytes=64 * 1024, redirects=0
)


class GoneError(SendError):
    """A target wants to be told of nothing any more."""


def publish(*, kind: str, key: str, data: Mapping[str, Any], now: datetime) -> None:
    """Have all targets that want a kind told of it; the same ``key`` is sent once to each."""
    rows = [
        Delivery(
            kind="webhook",
            key=f"{key}-webhook-{target.pk}"[:200],
            target=target,
            address=target.url,
            subject=kind,
            body=_cloud_event(kind, key, data, now),
            created_at=now,
            due_at=now,
        )
        for target in WebhookTarget.objects.filter(active=True)
        if not target.kinds or kind in target.kinds
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def client(now: datetime) -> HttpClient:
    """Return a client for one run of deliveries: no second tries, no redirects, no private addresses."""
    return HttpClient(
        policy=AddressPolicy(allowed=conf().allow_private),
        limits=_LIMITS,
        pacing=Pacing(interval=0.0, attempts=1),
        contact=conf().contact,
        now=lambda: now,
        sleep=time.sleep,
        random=random,
    )


def send(row: Delivery, target: WebhookTarget, http: HttpClient, now: datetime) -> None:
    """Deliver one webhook; raise SendError where it was not taken, GoneError where nobody wants it."""
    body = row.body.encode()
    try:
        secrets = good(unseal(target.sealed_secret).decode(), now)
        headers = signed_headers(row.key, body, secrets, now)
        sent = http.post(target.url, body=body, media_type=MEDIA_TYPE, headers=headers, accepted=(_GONE,))
    except (FetchError, SealError) as error:
        raise SendError(str(error)) from error
    if sent.status == _GONE:
        raise GoneError("the target answered 410, it wants no more: it was switched off", permanent=True)


def _cloud_event(kind: str, key: str, data: Mapping[str, Any], now: datetime) -> str:
    event = {
        "specversion": "1.0",
        "id": key,
        "source": conf().url,
        "type": f"kulanz.{kind}",
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": dict(data),
    }
    return json.dumps(event, ensure_ascii=False)
