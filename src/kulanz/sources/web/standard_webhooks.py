"""Standard Webhooks: how a delivery proves who sent it, both ways (https://www.standardwebhooks.com).

``webhook-id`` stays the same when a delivery is repeated, ``webhook-timestamp`` is that of the try, and
``webhook-signature`` is ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets as chance
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from kulanz.sources.errors import PermanentError

PREFIX: Final = "whsec_"
TOLERANCE: Final = 300
"""Seconds that a timestamp may lie in the past or the future."""
_SECRET_BYTES: Final = 32
_FEWEST_BYTES: Final = 16


def new_secret() -> str:
    """Return a fresh secret as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(chance.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(
    message_id: str, body: bytes, secrets: str | Sequence[str], now: datetime
) -> dict[str, str]:
    """Return the three headers; raise PermanentError where a secret is none.

    Of several secrets each signs, so that a receiver may know either while one takes the place of the other.
    """
    timestamp = str(int(now.timestamp()))
    several = (secrets,) if isinstance(secrets, str) else secrets
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(message_id, timestamp, body, each) for each in several),
    }


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """Return whether a delivery is signed with the secret and its timestamp is of now.

    ``headers`` have lower case names. Raise PermanentError where the secret is none.
    """
    timestamp, message_id = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    expected = _signature(message_id, timestamp, body, secret).encode()
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split()
    # All are compared, so that the time taken says nothing of where one fits.
    fits = [hmac.compare_digest(expected, each) for each in given]
    return bool(message_id) and any(fits) and _is_of_now(timestamp, now)


def _is_of_now(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(now.timestamp() - int(timestamp[:12])) <= TOLERANCE


def _signature(message_id: str, timestamp: str, body: bytes, secret: str) -> str:
    signed = b".".join((message_id.encode("utf-8", "replace"), timestamp.encode("utf-8", "replace"), body))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _FEWEST_BYTES:
        raise PermanentError(
            f"the secret of a webhook is not {PREFIX} and base64 of {_FEWEST_BYTES} bytes at least:"
            " make a new one",
            kind="key",
        )
    return key
