"""Secrets at rest: sealed with a key made from the desk's own, so that a copy of the database opens nothing.

The key comes from ``KULANZ_SECRET_KEY`` by HKDF (RFC 5869) and seals with Fernet (AES-128-CBC and
HMAC-SHA256). While ``KULANZ_SECRET_KEY_OLD`` is given, what the old key sealed still opens, and the worker
seals it anew.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db.models import Model

from kulanz.desk.conf import conf
from kulanz.desk.models import (
    AlertPolicy,
    Assessment,
    BillingSystem,
    Claim,
    Customer,
    CustomerImport,
    DataAsk,
    DataLetter,
    DataRequest,
    DunningLetter,
    Erasure,
    Gesture,
    Hold,
    LanguageModel,
    LogKey,
    Member,
    Opening,
    Source,
    Stake,
    StatusPage,
    Subscription,
    TombstoneKey,
    WebhookTarget,
)
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.rotation import renewed

_KEY_BYTES: Final = 32
_AT_ONCE: Final = 500
_PLACES: Final[dict[tuple[type[Model], str], int]] = {}
"""Up to which row this worker has looked through each table."""

_SEALED: Final[tuple[tuple[type[Model], str], ...]] = (
    (Source, "sealed_keys"),
    (Source, "sealed_hook_secret"),
    (Subscription, "sealed_secret"),
    (Erasure, "sealed_names"),
    (TombstoneKey, "sealed"),
    (WebhookTarget, "sealed_secret"),
    (BillingSystem, "sealed_keys"),
    (LanguageModel, "sealed_key"),
    (AlertPolicy, "sealed_apprise_url"),
    (Member, "sealed_notify_url"),
    (Customer, "sealed"),
    (Claim, "sealed"),
    (CustomerImport, "sealed"),
    (Stake, "sealed"),
    (Gesture, "sealed"),
    (Assessment, "sealed"),
    (Hold, "sealed"),
    (DunningLetter, "sealed"),
    (StatusPage, "sealed"),
    (DataAsk, "sealed"),
    (DataLetter, "sealed"),
    (DataRequest, "sealed"),
    (Opening, "sealed"),
    (LogKey, "sealed"),
)


class SealError(RuleError):
    """What was sealed cannot be opened with the keys of this desk."""


def seal(content: bytes) -> bytes:
    """Return content sealed for the database; nothing stays nothing."""
    return _newest().encrypt(content) if content else b""


def unseal(sealed: bytes | memoryview) -> bytes:
    """Return what was sealed; raise SealError where no key of this desk opens it."""
    try:
        return MultiFernet([_fernet(key) for key in _secrets()]).decrypt(bytes(sealed)) if sealed else b""
    except InvalidToken as error:
        raise SealError(
            "a secret was sealed with another key: give that key as KULANZ_SECRET_KEY_OLD, or enter it again"
        ) from error


def sealed_anew(sealed: bytes | memoryview, secret: str, now: datetime) -> bytes:
    """Return a new secret sealed, beside the one before it, unless no key of this desk opens that."""
    before = ""
    with suppress(SealError):
        before = unseal(sealed).decode()
    return seal(renewed(before, secret, now).encode())


def derived_keys(purpose: str) -> tuple[bytes, ...]:
    """Return a key of 32 bytes for one purpose from each of the desk's keys, the newest first."""
    return tuple(_derived(secret, purpose) for secret in _secrets())


def reseal() -> int:
    """Seal anew what only the old key opens, and return how much; nothing to do without an old key."""
    return sum(_reseal(model, field) for model, field in _SEALED) if conf().secret_key_old else 0


def sealed_before(sealed: bytes) -> bool:
    """Whether the old key alone opens something."""
    try:
        _newest().decrypt(bytes(sealed))
    except InvalidToken:
        return _opens(sealed)
    return False


def _reseal(model: type[Model], field: str) -> int:
    """Seal a slice of a table anew; the next call goes on where this one ended, or begins again."""
    rows = model._default_manager  # noqa: SLF001 - Django's own name
    ahead = rows.filter(pk__gt=_PLACES.get((model, field), 0)).order_by("pk")
    some = list(ahead.values_list("pk", field)[:_AT_ONCE])
    _PLACES[model, field] = some[-1][0] if len(some) == _AT_ONCE else 0
    old = {pk: bytes(sealed) for pk, sealed in some if sealed and sealed_before(sealed)}
    # whoever enters a new secret meanwhile is faster: theirs stays
    return sum(rows.filter(pk=pk, **{field: kept}).update(**{field: _anew(kept)}) for pk, kept in old.items())


def _opens(sealed: bytes) -> bool:
    try:
        unseal(sealed)
    except SealError:
        return False
    return True


def _anew(sealed: bytes) -> bytes:
    return seal(unseal(sealed))


def _newest() -> Fernet:
    return _fernet(_secrets()[0])


def _secrets() -> tuple[str, ...]:
    keys = (conf().secret_key, conf().secret_key_old)
    if not keys[0]:
        raise SealError("there is no secret key: run `kulanz init`, or give KULANZ_SECRET_KEY_FILE")
    return tuple(key for key in keys if key)


@lru_cache(maxsize=8)
def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, "sealing")))


@lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    info = f"kulanz desk {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(secret.encode())
