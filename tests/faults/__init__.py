"""A server on loopback that does what servers should not do, as scripted by a test.

>>> server.script("/posts.json", too_many(wait=3), reply(b"[]"))

answers the first request for the path with 429 and all later ones with an empty list. What was asked
stands in ``server.asked``. Acts write to the socket themselves, so that nothing mends what they break.
"""

from __future__ import annotations

import gzip
import json
import socket
import socketserver
import ssl
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

MIB: Final = 1 << 20
_MAX_HEAD: Final = 65_536


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Line:
    """The connection to the asker, and the moment when the server ends."""

    connection: socket.socket
    closing: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def pause(self, seconds: float | None) -> bool:
        """Wait; return whether the server goes on."""
        return not self.closing.wait(seconds)


Act = Callable[[Line], None]


def reply(body: bytes = b"", status: int = 200, **headers: str) -> Act:
    """A correct answer; ``content_type="text/html"`` becomes the header Content-Type."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda line: line.send(_head(status, {"content-length": str(len(body)), **named}) + body)


def raw(data: bytes) -> Act:
    """Exactly these bytes, then the end of the connection."""
    return lambda line: line.send(data)


def silence() -> Act:
    """Take the request and never answer."""

    def act(line: Line) -> None:
        line.pause(None)

    return act


def hang_up() -> Act:
    """End the connection without a word."""
    return raw(b"")


def drip(pause: float, *, headers: bool = False) -> Act:
    """Answer without end, one byte after each pause: the body, or already the headers."""

    def act(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nx-" if headers else _head(200, {"transfer-encoding": "chunked"}))
        while line.pause(pause):
            line.send(b"x" if headers else b"1\r\nx\r\n")

    return act


def half(body: bytes, *, missing: int = 100) -> Act:
    """A body that ends before the announced length."""
    return raw(_head(200, {"content-length": str(len(body) + missing)}) + body)


def overlong(body: bytes, *, extra: int = 5) -> Act:
    """A body that goes on after the announced length."""
    return raw(_head(200, {"content-length": str(len(body) - extra)}) + body)


def endless() -> Act:
    """A body without length and without end."""

    def act(line: Line) -> None:
        line.send(_head(200, {}))
        while line.pause(0):
            line.send(b"x" * MIB)

    return act


def bomb(coding: str = "gzip", size: int = 64 * MIB) -> Act:
    """A small body that unpacks to a large one; ``coding`` is gzip or deflate."""
    body = gzip.compress(bytes(size)) if coding == "gzip" else zlib.compress(bytes(size))
    return reply(body, content_encoding=coding)


def redirect(to: str, status: int = 302) -> Act:
    return reply(status=status, location=to)


def too_many(*, after: str | None = None, wait: float | None = None) -> Act:
    """429 as it is met: with Retry-After (seconds or a date), or with ``wait_seconds`` in the body."""
    body = b"slow down"
    if wait is not None:
        body = json.dumps({"errors": ["..."], "extras": {"wait_seconds": wait}}).encode()
    return reply(body, 429, **({"retry_after": after} if after is not None else {}))


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1")


@dataclass
class FaultServer:
    """Answers each path by its script; the last act of a script stays. Else 404."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    _scripts: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, path: str, *acts: Act) -> str:
        """Set what happens at a path from now on; return the address."""
        with self._lock:
            self._scripts[path] = list(acts)
        return self.url + path

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(asked.path == path for asked in self.asked)

    def _act(self, asked: Asked) -> Act:
        with self._lock:
            self.asked.append(asked)
            acts = self._scripts.get(asked.path) or [reply(b"not here", 404)]
            return acts.pop(0) if len(acts) > 1 else acts[0]

    def serve(self, connection: socket.socket) -> None:
        """Read one request and act."""
        with suppress(OSError), connection.makefile("rb") as stream:
            method, target, *_ = stream.readline(_MAX_HEAD).decode("latin-1").split() or ("", "")
            headers = dict(_header_lines(stream.readline, _MAX_HEAD))
            body = stream.read(int(headers.get("content-length", "0")))
            self._act(Asked(method, target, headers, body))(Line(connection, self.closing))


def _header_lines(readline: Callable[[int], bytes], limit: int) -> Iterator[tuple[str, str]]:
    while line := readline(limit).strip():
        name, _, value = line.decode("latin-1").partition(":")
        yield name.lower(), value.strip()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@contextmanager
def fault_server(tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """Run a fault server on a free port, with TLS where a context is given."""
    server = FaultServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                if tls is None:
                    server.serve(self.request)
                else:
                    with tls.wrap_socket(self.request, server_side=True) as secured:
                        server.serve(secured)

    with _Listener(("127.0.0.1", 0), Handler) as listener:
        server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown()
            thread.join()
