"""What is kept of answers to be repeated: no secret that is told once, and no value of a customer."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from kulanz.desk.rules.roles import Right

_VALUES: Final = frozenset({Right.SEE_VALUES, Right.SET_CUSTOMERS})
_BARE: Final = ("id", "version", "type", "title", "status", "instance", "request_id")
"""What is kept of an answer, or a refusal, that may tell values: they are sealed everywhere else."""


def told_once(request: HttpRequest, secret: str) -> str:
    """Have the answer hold a secret that its repetition does not; return the secret."""
    request.told_secrets = (*getattr(request, "told_secrets", ()), secret)  # type: ignore[attr-defined]
    return secret


def keepable(request: HttpRequest, response: HttpResponse) -> bytes:
    """Return the body of an answer as it may be kept.

    Where a secret stood, an empty text stands; of what may tell values only what is in ``_BARE`` is left.
    """
    if not _VALUES.isdisjoint(getattr(request, "needed_rights", ())):
        return _bare(response.content)
    content = response.content
    for secret in getattr(request, "told_secrets", ()):
        content = content.replace(json.dumps(secret).encode(), b'""')
    return content


def _bare(content: bytes) -> bytes:
    told: dict[str, Any] = json.loads(content) if content else {}
    return json.dumps({name: told[name] for name in _BARE if name in told}).encode() if told else b""
