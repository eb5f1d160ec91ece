"""One request, one answer: no redirects, no second try."""

from __future__ import annotations

import contextlib
import functools
import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import certifi
import httpcore

from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.web.bodies import BodyError, BodyRefusedError, read_body
from kulanz.sources.web.limits import WebLimits
from kulanz.sources.web.network import AddressPolicy, Deadline, GuardedBackend
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.urls import masked

# Its debug messages repeat the headers of answers, and a Location may repeat a key.
logging.getLogger("httpcore").setLevel(logging.INFO)

_KEEP_ALIVE: Final = 30.0
_NOT_KEPT: Final = frozenset(("set-cookie", "set-cookie2"))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes to the wire; header values are revealed here and nowhere else."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names in lower case. ``cookies`` are what it asks to be sent next time."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, Secret]


class Sender:
    """Sends requests under limits, over connections that are kept and guarded."""

    def __init__(self, policy: AddressPolicy, limits: WebLimits) -> None:
        self._limits = limits
        self._deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_verifying_context(),
            keepalive_expiry=_KEEP_ALIVE,
            max_connections=8,
            network_backend=GuardedBackend(policy, self._deadline),
        )

    def close(self) -> None:
        self._pool.close()

    def send(self, request: Request) -> Reply:
        """Send one request and read all of its answer.

        Raise TemporaryError for whatever a second try may mend, PermanentError for the rest.
        """
        self._deadline.start(self._limits.total_seconds)
        with (
            _explained(request),
            self._pool.stream(
                request.method,
                request.url.encode("ascii"),
                headers=_wire_headers(request),
                content=request.body,
                extensions={"timeout": self._timeouts()},
            ) as response,
        ):
            headers = _headers(response.headers)
            coding = headers.get("content-encoding", "")
            body = read_body(response.iter_stream(), coding, self._limits)
            return Reply(response.status, headers, body, _cookies(response.headers))

    def _timeouts(self) -> dict[str, float]:
        read = self._limits.read_seconds
        return {"connect": self._limits.connect_seconds, "read": read, "write": read, "pool": read}


@functools.cache
def _verifying_context() -> ssl.SSLContext:
    """Trust the system's authorities, so that a company's own count, and the well-known ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _wire_headers(request: Request) -> list[tuple[bytes, bytes]]:
    try:
        return [(name.encode("ascii"), _wire_value(value)) for name, value in request.headers.items()]
    except ValueError:
        # The value may be a key: it must not appear, nor may the error that quotes it.
        raise PermanentError(
            f"a header for {masked(request.url)} holds characters that headers cannot hold:"
            " check the key for line breaks and typographic signs",
            kind="key",
        ) from None


def _wire_value(value: str) -> bytes:
    if any(char < " " or char == "\x7f" for char in value):
        raise ValueError("control character")
    return value.strip().encode("ascii")


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip()
        if name not in _NOT_KEPT:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _cookies(pairs: list[tuple[bytes, bytes]]) -> dict[str, Secret]:
    given = (value.decode("latin-1").split(";")[0] for name, value in pairs if name.lower() == b"set-cookie")
    named = (each.partition("=") for each in given)
    return {name.strip(): Secret(value) for name, _, value in named}


@contextlib.contextmanager
def _explained(request: Request) -> Iterator[None]:
    """Turn what may go wrong on the way into our errors, which name the address."""
    where = masked(request.url)
    try:
        yield
    except BodyRefusedError as error:
        raise PermanentError(f"{where} was not read: {error}") from error
    except ssl.SSLCertVerificationError as error:
        raise PermanentError(
            f"{where} has a certificate that cannot be trusted ({error.verify_message}):"
            " tell its owner, or check the address",
            kind="certificate",
        ) from error
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise TemporaryError(
            f"{where} took too long ({str(error) or 'no bytes came'}): try again later", kind="slow"
        ) from error
    except (OSError, BodyError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise TemporaryError(f"{where} broke off: {error}: try again later", kind="broken") from error
