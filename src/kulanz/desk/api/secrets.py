"""Secrets in answers: told once, and kept nowhere in the clear, not even to repeat an answer."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse


def told_once(request: HttpRequest, secret: str) -> str:
    """Have the answer hold a secret that its repetition does not; return the secret."""
    request.told_secret = secret  # type: ignore[attr-defined]
    return secret


def without_secret(request: HttpRequest, response: HttpResponse) -> bytes:
    """Return the body of an answer as it may be kept: where a secret stood, an empty text stands."""
    secret = getattr(request, "told_secret", None)
    return response.content.replace(json.dumps(secret).encode(), b'""') if secret else response.content
