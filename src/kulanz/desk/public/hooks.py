"""Addresses that sources send to. Nobody is logged in: the address is secret, most deliveries are signed."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from kulanz.desk.access import hook_billing_system, hook_source
from kulanz.desk.public.limiting import PerMinute
from kulanz.desk.rules.hooks import BILLING, BOUNDS, Bounds
from kulanz.desk.services import billing_reading
from kulanz.desk.services.hooks import UNKNOWN, receive
from kulanz.desk.services.sealing import SealError
from kulanz.sources.receiving import Delivery, Receipt

logger = logging.getLogger(__name__)

LIMITS: Final = PerMinute()
_BUSY: Final = Receipt(status=503, body=b"nothing was kept: send it again\n", headers={"retry-after": "10"})
_WITH_NUL: Final = Receipt(status=400, body=b"expected an address without NUL characters\n")
_TOO_MANY: Final = Receipt(status=429, body=b"too many deliveries\n", headers={"retry-after": "60"})


@csrf_exempt  # senders have no session: what proves them is the secret address and the signature
@never_cache
def take(request: HttpRequest, hook_key: str, receiver: str, rest: str = "") -> HttpResponse:  # noqa: ARG001
    """Take one delivery; ``rest`` names a subscription or a page, and is read from the path."""
    return _response(_taken(request, hook_key, receiver))


@csrf_exempt
@never_cache
def take_billing(request: HttpRequest, hook_key: str) -> HttpResponse:
    """Take what a billing system tells: claims, confirmations of holds, and letters."""
    return _response(_billing_taken(request, hook_key))


def _taken(request: HttpRequest, hook_key: str, receiver: str) -> Receipt:
    if "\0" in unquote(request.get_full_path()):
        return _WITH_NUL
    source = hook_source(hook_key) if receiver in BOUNDS else None
    if source is None:
        return UNKNOWN
    now = timezone.now()
    body = _within(request, f"{source.pk} {receiver}", BOUNDS[receiver], now)
    if isinstance(body, Receipt):
        return body
    delivery = Delivery(
        method=request.method or "",
        path=request.path,
        headers=_headers(request),
        body=body,
        received_at=now,
        query={name: str(value) for name, value in request.GET.items()},
    )
    try:
        return receive(source=source, receiver=receiver, delivery=delivery)
    except (OperationalError, SealError):
        logger.exception("a delivery to source %s could not be kept", source.pk)
        return _BUSY


def _billing_taken(request: HttpRequest, hook_key: str) -> Receipt:
    if "\0" in hook_key:
        return _WITH_NUL
    system = hook_billing_system(hook_key)
    if system is None:
        return UNKNOWN
    if request.method != "POST":
        return Receipt(status=405, body=b"expected POST\n", headers={"allow": "POST"})
    now = timezone.now()
    body = _within(request, f"billing {system.pk}", BILLING, now)
    if isinstance(body, Receipt):
        return body
    try:
        return billing_reading.receive(system=system, headers=_headers(request), body=body, now=now)
    except OperationalError:
        logger.exception("a delivery to billing system %s could not be kept", system.pk)
        return _BUSY


def _within(request: HttpRequest, key: str, bounds: Bounds, now: datetime) -> bytes | Receipt:
    """Return the body, or the answer to what is too much."""
    if not LIMITS.allows(key, bounds.a_minute, now.timestamp()):
        return _TOO_MANY
    body = _body(request, bounds.size)
    if body is None:
        return Receipt(status=413, body=f"expected at most {bounds.size} bytes\n".encode())
    return body


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _body(request: HttpRequest, most: int) -> bytes | None:
    """Return the body; None where it is larger than ``most`` bytes, of which no more is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > most:
        return None
    body = request.read(most + 1)
    return body if len(body) <= most else None


def _response(receipt: Receipt) -> HttpResponse:
    headers = dict(receipt.headers)
    return HttpResponse(receipt.body, status=receipt.status, content_type=receipt.media_type, headers=headers)
