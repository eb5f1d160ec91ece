"""One question to a language model over HTTP: sent once, waited for so long and no longer."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from random import random
from threading import BoundedSemaphore
from typing import Final
from urllib.parse import urlsplit

from kulanz.desk.conf import conf
from kulanz.desk.models import LanguageModel
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.language_model import PATH, Answered, answered, readable_outside
from kulanz.desk.services.sealing import unseal
from kulanz.sources.errors import FetchError, RefusedAddressError
from kulanz.sources.web.addresses import is_public, parse_address
from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret

_LARGEST: Final = 1 << 20
_AT_ONCE: Final = BoundedSemaphore(2)
"""A slow model does not take all threads that answer pages."""
_NO_SECOND_TRY: Final = Pacing(interval=0.0, attempts=1, first_wait=0.0, longest_wait=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is asked, with which key, and for how many seconds it is waited for."""

    address: str
    key: Secret
    seconds: float

    @classmethod
    def of(cls, model: LanguageModel) -> Endpoint:
        """Raise SealError where the key cannot be opened."""
        return cls(
            address=model.address, key=Secret(unseal(model.sealed_key).decode()), seconds=model.seconds
        )


def complete(at: Endpoint, body: bytes, *, policy: AddressPolicy, now: datetime) -> Answered:
    """Send a body once and return what the model said; raise RuleError where nothing came of it.

    ``policy`` says which addresses besides public ones may be asked; without TLS public ones may not.
    """
    readable = is_readable(at.address)
    key = at.key.reveal()
    headers = {"authorization": Secret(f"Bearer {key}")} if key else {}
    if not _AT_ONCE.acquire(blocking=False):
        raise RuleError("the language model answers others just now: try again in a moment")
    try:
        with _client(at.seconds, replace(policy, inside=readable), now) as http:
            found = http.post(
                at.address + PATH, body=body, media_type="application/json", headers=headers, once=True
            )
    except RefusedAddressError as error:
        if readable:
            raise readable_outside() from error
        raise RuleError("the language model gave no answer: %(model_fault)s", model_fault=error) from error
    except FetchError as error:
        raise RuleError("the language model gave no answer: %(model_fault)s", model_fault=error) from error
    finally:
        _AT_ONCE.release()
    return answered(found.body)


def is_readable(address: str) -> bool:
    """Whether what is sent to an address travels without TLS."""
    return urlsplit(address).scheme == "http"


def refuse_readable(address: str, policy: AddressPolicy) -> None:
    """Raise RuleError where an address outside is asked without TLS, as far as the address itself says so.

    What a name leads to is looked at whenever something is sent.
    """
    found = parse_address(urlsplit(address).hostname or "")
    outside = found is not None and is_public(found)
    if is_readable(address) and (outside or not policy.allowed):
        raise readable_outside()


def _client(seconds: float, policy: AddressPolicy, now: datetime) -> HttpClient:
    """Redirects are not followed: what is sent goes where an administrator said, or nowhere."""
    return HttpClient(
        policy=policy,
        limits=WebLimits(
            connect_seconds=min(5.0, seconds),
            read_seconds=seconds,
            total_seconds=seconds,
            body_bytes=_LARGEST,
            redirects=0,
        ),
        pacing=_NO_SECOND_TRY,
        contact=conf().contact,
        now=lambda: now,
        sleep=time.sleep,
        random=random,
    )
