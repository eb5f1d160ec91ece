"""Signatures of deliveries: an HMAC of the body, compared in constant time."""

from __future__ import annotations

import hmac
from typing import Final

from kulanz.sources.web.secrets import Secret

_PREFIX: Final = "sha256="


def is_signed(body: bytes, signature: str | None, secret: Secret) -> bool:
    """Return whether ``signature`` is ``sha256=`` and the HMAC-SHA256 of the body in hexadecimal."""
    if signature is None or not signature.startswith(_PREFIX) or not secret.reveal():
        return False
    expected = hmac.new(secret.reveal().encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.removeprefix(_PREFIX).strip().lower().encode())
