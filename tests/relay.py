"""A relay on loopback before a real server: it can lose an answer on its way back, or refuse a request."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from kulanz.testing.recorded import RecordedServer, Reply, Request

_OF_THE_LINK = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Relay(RecordedServer):
    """Hands requests on to ``behind``; what is done to one that writes comes from ``lose`` and ``refuse``.

    ``past`` are paths whose requests are never touched, such as that of a login.
    """

    def __init__(self, behind: str, past: tuple[str, ...] = ()) -> None:
        super().__init__({})
        self._behind, self._past = urlsplit(behind).netloc, past
        self._lost = 0
        self._refusal: Reply | None = None

    def lose(self, times: int = 1) -> None:
        """Hand the next writing requests on, and answer as a gateway that waited too long."""
        self._lost = times

    def refuse(self, reply: Reply) -> None:
        """Do not hand the next writing request on."""
        self._refusal = reply

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        writes = request.method in WRITES and not request.path.startswith(self._past or ("//",))
        if writes and self._refusal is not None:
            refusal, self._refusal = self._refusal, None
            return refusal
        reply = self._handed_on(request)
        if writes and self._lost:
            self._lost -= 1
            return Reply(b"", 504)
        return self.alter(request, reply)

    def _handed_on(self, request: Request) -> Reply:
        link = http.client.HTTPConnection(self._behind, timeout=30)
        try:
            kept = {name: value for name, value in request.headers.items() if name not in _OF_THE_LINK}
            link.request(request.method, request.target, request.body or None, kept)
            answer = link.getresponse()
            return Reply(answer.read(), answer.status, _headers(answer.getheaders()))
        finally:
            link.close()


def too_many(seconds: int) -> Reply:
    """A refusal because of too many requests."""
    return Reply(
        b'{"detail": "later"}', 429, {"Retry-After": str(seconds), "Content-Type": "application/json"}
    )


def _headers(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return headers as a mapping; of one that comes again the name is spelled differently."""
    found: dict[str, str] = {}
    for name, value in pairs:
        spellings = (name.lower(), name.upper(), name.title(), name.swapcase())
        if name.lower() not in _OF_THE_LINK:
            found[next(each for each in spellings if each not in found)] = value
    return found
