"""Requests that may come twice are done once: the answer is kept in the transaction of what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import transaction

from kulanz.desk.models import IdempotencyKey
from kulanz.desk.rules.errors import RuleError

LONGEST_KEY: Final = 255
_REFUSED: Final = 400
_BROKEN: Final = 500


class KeyReusedError(RuleError):
    """The same key came with another request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with."""

    status: int
    body: bytes


def once(
    *, token_id: int, key: str, request: bytes, now: datetime, do: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Return the answer to a request, and whether it is that of an earlier one with the same key.

    ``request`` is everything that makes two requests the same. What a refused request (400 and above) wrote
    is undone, its answer kept; after a fault (500 and above) nothing is kept, so that it can be tried again.
    Raise RuleError for an unusable key, KeyReusedError where the key came with another request.
    """
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_KEY):
        raise RuleError("Idempotency-Key: expected 1 to %(most)s printable characters", most=LONGEST_KEY)
    with transaction.atomic():
        return _once(token_id, key, sha256(request).hexdigest(), now, do)


def _once(
    token_id: int, key: str, digest: str, now: datetime, do: Callable[[], Answer]
) -> tuple[Answer, bool]:
    # whoever comes second waits here until the first has committed
    row, is_new = IdempotencyKey.objects.get_or_create(
        token_id=token_id, key=key, defaults={"request_digest": digest, "created_at": now}
    )
    if not is_new:
        return _kept(row, digest), True
    answer = _done(do)
    row.status, row.body = answer.status, answer.body
    row.save(update_fields=("status", "body"))
    transaction.set_rollback(answer.status >= _BROKEN)
    return answer, False


def _kept(row: IdempotencyKey, digest: str) -> Answer:
    if row.request_digest != digest:
        raise KeyReusedError("Idempotency-Key: this key came with another request before; take a new one")
    return Answer(row.status or _BROKEN, bytes(row.body or b""))


def _done(do: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        answer = do()
        transaction.set_rollback(answer.status >= _REFUSED)
    return answer
