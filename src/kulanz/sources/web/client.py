"""The HTTP client that all connectors read through."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from kulanz.sources.errors import BudgetSpentError, ErrorKind, PermanentError, TemporaryError
from kulanz.sources.web.answers import NOT_MODIFIED, Answer, Validators
from kulanz.sources.web.bodies import ACCEPT_ENCODING
from kulanz.sources.web.limits import WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.pacing import HostPace, Pacing
from kulanz.sources.web.secrets import Secret, names_a_key
from kulanz.sources.web.sending import Reply, Request, Sender
from kulanz.sources.web.urls import Params, checked, masked, origin, redirected, with_params
from kulanz.sources.web.waiting import asked_wait, spent_limit
from kulanz.version import VERSION

__all__ = ["Answer", "Headers", "HttpClient", "Pacing", "Params", "Validators", "WebLimits"]

Headers = Mapping[str, str | Secret]

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_SAME_METHOD: Final = frozenset((307, 308))
_BUSY: Final = frozenset((408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529, 530))
_FORBIDDEN: Final = 403
_REASONS: Final[Mapping[int, tuple[ErrorKind, str]]] = {
    401: ("key", "the key is missing or not valid there: give another key"),
    403: ("forbidden", "reading is not allowed: give a key that may, or ask the owner"),
    404: ("missing", "there is nothing at this address: check it"),
    410: ("gone", "it was taken away for good"),
    451: ("gone", "it is withheld for legal reasons"),
}


class HttpClient:
    """Reads over HTTP under limits, politely, and never where it may not.

    One client serves one run of one source, in one thread. ``policy`` says which addresses besides
    public ones may be used, ``contact`` is shown to servers (an address of mail or web), ``budget``
    bounds the requests of the run, redirects and second tries included. ``now`` gives aware UTC,
    ``clock`` seconds that only rise; ``random`` gives 0 <= x < 1. No cookie is kept, no proxy used.
    """

    def __init__(  # noqa: PLR0913 - time, chance and limits are all given from outside
        self,
        *,
        policy: AddressPolicy,
        limits: WebLimits,
        pacing: Pacing,
        contact: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        budget: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests = 0
        self._limits = limits
        self._pacing = pacing
        self._pace = HostPace(pacing, clock)
        self._agent = f"Kulanz/{VERSION} (+{contact})"
        self._budget = budget
        self._now, self._sleep, self._random = now, sleep, random
        self._sender = Sender(policy, limits)
        self.close = weakref.finalize(self, self._sender.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        validators: Validators | None = None,
        accepted: Collection[int] = (),
    ) -> Answer:
        """Ask for an address and return a good answer (2xx), 304 if validators were given, or
        one of the statuses ``accepted``.

        Raise PermanentError for 401, 403, 404, 410, 451 and other refusals, TemporaryError where
        the server stayed busy, slow or broken after several tries, BudgetSpentError (before
        anything is sent) where the run has no requests left.
        """
        conditions = validators.headers() if validators is not None else {}
        request = _Pending("GET", checked(with_params(url, params)), {**(headers or {}), **conditions})
        return self._answer(request, accepted, conditional=bool(conditions))

    def post(
        self,
        url: str,
        *,
        body: bytes,
        media_type: str,
        headers: Headers | None = None,
        accepted: Collection[int] = (),
        once: bool = False,
    ) -> Answer:
        """Send a body to an address; returns and raises as ``get`` does.

        It is sent again after a failure, so that it may arrive more than once. With ``once`` a failure is
        raised at once instead: then nobody knows whether it arrived.
        """
        typed = {**(headers or {}), "content-type": media_type}
        request = _Pending("POST", checked(url), typed, body)
        return self._answer(request, accepted, conditional=False, attempts=1 if once else None)

    def change(
        self,
        method: Literal["PUT", "PATCH", "DELETE"],
        url: str,
        *,
        body: bytes,
        media_type: str,
        headers: Headers | None = None,
        accepted: Collection[int] = (),
    ) -> Answer:
        """Have something changed at an address; returns and raises as ``post`` does, and is sent once."""
        typed = {**(headers or {}), "content-type": media_type}
        request = _Pending(method, checked(url), typed, body)
        return self._answer(request, accepted, conditional=False, attempts=1)

    def _answer(
        self, request: _Pending, accepted: Collection[int], *, conditional: bool, attempts: int | None = None
    ) -> Answer:
        good = {NOT_MODIFIED, *accepted} if conditional else frozenset(accepted)
        most = attempts or self._pacing.attempts
        for failures in range(1, most + 1):
            try:
                return self._once(request, good)
            except BudgetSpentError:
                raise
            except TemporaryError as error:
                self._wait_after(error, failures, request.host, last=failures == most)
        raise AssertionError("the last failure is always raised")

    def _wait_after(self, error: TemporaryError, failures: int, host: str, *, last: bool) -> None:
        """Have the host left alone before the next try; raise the error where there is none."""
        asked = error.retry_after
        wait = asked if asked is not None else self._pacing.back_off(failures, self._random())
        self._pace.rest(host, wait)
        if last or wait > self._pacing.longest_wait:
            raise error

    def _once(self, request: _Pending, good: Collection[int]) -> Answer:
        for _ in range(self._limits.redirects + 1):
            reply = self._send(request)
            location = reply.headers.get("location")
            if reply.status in good or reply.status not in _REDIRECTS or location is None:
                return self._judged(request.url, reply, good)
            request = request.redirected(reply.status, location)
        raise PermanentError(
            f"{masked(request.url)} leads on and on ({self._limits.redirects} redirects were followed):"
            " check the address",
            kind="redirects",
        )

    def _send(self, request: _Pending) -> Reply:
        self._take_turn(request)
        self.requests += 1
        return self._sender.send(request.on_the_wire(self._agent))

    def _take_turn(self, request: _Pending) -> None:
        """Wait until the host may be asked; raise where that is too long or no request is left."""
        if self._budget is not None and self.requests >= self._budget:
            raise BudgetSpentError(f"{self._budget} requests were allowed and are used: the next run goes on")
        wait = self._pace.wait_for(request.host)
        if wait > max(self._pacing.longest_wait, self._pacing.interval):
            raise TemporaryError(
                f"{request.host} asked to be left alone: wait {wait:.0f} seconds", wait, kind="busy"
            )
        if wait > 0:
            self._sleep(wait)
        self._pace.asked(request.host)

    def _judged(self, url: str, reply: Reply, good: Collection[int]) -> Answer:
        status, shown, now = reply.status, masked(url), self._now()
        if 200 <= status < 300 or status in good:  # noqa: PLR2004 - the statuses of success
            return Answer(
                url=shown,
                status=status,
                headers=reply.headers,
                body=reply.body,
                fetched_at=now,
                at=url,
                cookies=reply.cookies,
            )
        if status in _BUSY or (status == _FORBIDDEN and spent_limit(reply.headers)):
            wait = asked_wait(status, reply.headers, reply.body, now)
            asked = f" and asks to wait {wait:.0f} seconds" if wait is not None else ""
            raise TemporaryError(f"{shown} answered {status}{asked}: try again later", wait, kind="busy")
        kind, reason = _REASONS.get(status, ("other", "expected 200: check the address"))
        raise PermanentError(f"{shown} answered {status}: {reason}", kind=kind)


class _Pending:
    """A request before it goes to the wire; keys are still secrets."""

    def __init__(self, method: str, url: str, headers: Headers, body: bytes | None = None) -> None:
        self.method, self.url, self.body = method, url, body
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.host = urlsplit(url).netloc

    def redirected(self, status: int, location: str) -> _Pending:
        """Return the request that a redirect asks for; keys stay with the origin they are for."""
        url = redirected(self.url, location)
        headers: Headers = self.headers
        if origin(url) != origin(self.url):
            headers = {name: value for name, value in headers.items() if not _is_key(name, value)}
        if self.method == "GET" or status in _SAME_METHOD:
            return _Pending(self.method, url, headers, self.body)
        return _Pending("GET", url, {n: v for n, v in headers.items() if n != "content-type"})

    def on_the_wire(self, agent: str) -> Request:
        own = {"host": self.host, "user-agent": agent, "accept-encoding": ACCEPT_ENCODING, "accept": "*/*"}
        given = {name: _revealed(value) for name, value in self.headers.items()}
        return Request(self.method, self.url, {**own, **given}, self.body)


def _is_key(name: str, value: str | Secret) -> bool:
    return isinstance(value, Secret) or names_a_key(name)


def _revealed(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value
