"""A real HTTP server on loopback that answers with what was recorded or written for a test."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import msgspec

_CHUNK_LIMIT: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server got it; header names are lower case, ``path`` has no query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """Path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to be sent; ``Content-Length`` is added, nothing else is."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        """Return a reply whose body is ``value`` as JSON."""
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return cls(msgspec.json.encode(value), status, {**kind, **(headers or {})})


Route = Reply | Sequence[Reply] | Callable[[Request], Reply]
Alter = Callable[[Request, Reply], Reply]


def unaltered(_request: Request, reply: Reply) -> Reply:
    """Send what the route says."""
    return reply


class RecordedServer(AbstractContextManager["RecordedServer"]):
    """Serves ``routes`` while its ``with`` block lasts, on a free port of 127.0.0.1.

    A key of ``routes`` is a path, a path with its query (asked first), or either of them after a
    method: ``"POST /graphql"``. A route is one reply, a sequence (one after the other, the last one
    for ever), or a function. What has no route is answered with 404. Bodies and headers may hold
    ``recorded_at``, the address that the answers were recorded from: the server puts its own there.
    ``alter`` changes every reply before it goes out, which is how faults are made. ``requests`` are
    all requests so far.
    """

    def __init__(self, routes: Mapping[str, Route], *, recorded_at: str | None = None) -> None:
        self.routes = dict(routes)
        self.requests: list[Request] = []
        self.alter: Alter = unaltered
        self._recorded_at = recorded_at
        self._served: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request, and note the request."""
        with self._lock:
            self.requests.append(request)
            reply = self._own_address(self._routed(request))
        return self.alter(request, reply)

    def lose(self) -> None:
        """Have the answer to the next POST lost on the way; what it asks for is done."""

        def alter(request: Request, reply: Reply) -> Reply:
            if request.method != "POST":
                return reply
            self.alter = unaltered
            return Reply(b"", 504)

        self.alter = alter

    def _routed(self, request: Request) -> Reply:
        for key in _keys(request):
            if key in self.routes:
                return self._reply(key, self.routes[key], request)
        return Reply(b"not found", 404, {"Content-Type": "text/plain"})

    def _reply(self, key: str, route: Route, request: Request) -> Reply:
        if isinstance(route, Reply):
            return route
        if callable(route):
            return route(request)
        turn = self._served.get(key, 0)
        self._served[key] = turn + 1
        return route[min(turn, len(route) - 1)]

    def _own_address(self, reply: Reply) -> Reply:
        if self._recorded_at is None:
            return reply
        there, here = self._recorded_at, self.url
        headers = {name: value.replace(there, here) for name, value in reply.headers.items()}
        return replace(reply, body=reply.body.replace(there.encode(), here.encode()), headers=headers)


class AnyPath(RecordedServer):
    """A server that answers every path by one route."""

    def __init__(self, route: Callable[[Request], Reply]) -> None:
        super().__init__({})
        self._route = route

    def _routed(self, request: Request) -> Reply:
        return self._route(request)


def answering(body: bytes, status: int = 200) -> Callable[[Request], Reply]:
    """Return a route that answers everything the same."""
    return lambda _request: Reply(body, status, {"Content-Type": "application/json"})


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that hang up: that is how a killed reader looks from here."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _keys(request: Request) -> tuple[str, ...]:
    places = (request.target, request.path)
    return (*(f"{request.method} {place}" for place in places), *places)


def _handler(server: RecordedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body go out in two pieces; held back, the second costs 40 ms.
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            length = min(int(self.headers.get("Content-Length", 0)), _CHUNK_LIMIT)
            place = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(
                server.answer(
                    Request(self.command, place.path, place.query, headers, self.rfile.read(length))
                )
            )

        def _send(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Say nothing: a test looks at ``requests``."""

    return Handler
