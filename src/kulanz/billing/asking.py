"""How billing systems are asked over HTTP: once, in short time, and never anywhere else than told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import random
from typing import Final, TypeVar

import msgspec

from kulanz.billing.errors import RefusedError, TryAgainError, UnreachableError
from kulanz.sources.errors import ErrorKind, FetchError, TemporaryError
from kulanz.sources.web.client import Answer, HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy

T = TypeVar("T")

LIMITS: Final = WebLimits(
    connect_seconds=5.0, read_seconds=30.0, total_seconds=60.0, body_bytes=8 << 20, redirects=0
)
"""Redirects are not followed: an order about money goes where the company said, or nowhere."""

_AT_ONCE: Final = Pacing(interval=0.0, attempts=1, first_wait=0.0, longest_wait=0.0)
"""Nothing is tried twice, and a server that asks for patience is left to the caller."""
_NOBODY: Final[frozenset[ErrorKind]] = frozenset({"unknown_host", "unreachable", "slow", "broken"})


def client(policy: AddressPolicy, contact: str, now: Callable[[], datetime]) -> HttpClient:
    """Return a client for one run over one billing system; ``policy`` allows addresses inside the company."""
    return HttpClient(
        policy=policy,
        limits=LIMITS,
        pacing=_AT_ONCE,
        contact=contact,
        now=now,
        sleep=time.sleep,
        random=random,
    )


@contextmanager
def explained() -> Iterator[None]:
    """Turn what may go wrong on the way into the errors of billing."""
    try:
        yield
    except TemporaryError as error:
        if error.kind in _NOBODY:
            raise UnreachableError(str(error)) from error
        raise TryAgainError(str(error), error.retry_after) from error
    except FetchError as error:
        raise RefusedError(str(error)) from error


def decoded(answer: Answer, kind: type[T]) -> T:
    """Return the answer's JSON as ``kind``; raise TryAgainError where it is something else."""
    try:
        return msgspec.json.decode(answer.body, type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise TryAgainError(
            f"{answer.url} answered {answer.status}, but not as this billing system does ({error}):"
            " try again later, and check the address if this stays"
        ) from error
