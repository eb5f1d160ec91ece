"""Connections that go only where they may, and end in time."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

import httpcore

from kulanz.sources.errors import RefusedAddressError, TemporaryError
from kulanz.sources.web.addresses import Address, is_public, parse_address

_Found = tuple[socket.AddressFamily, tuple[Any, ...]]

MAX_ADDRESSES: Final = 32
"""More addresses of one name are not tried."""
_WEB_PORTS: Final = frozenset((80, 443))
_FREE_PORTS: Final = 1024
"""Below it are mail, name and file services, which a stranger's link could have us speak to."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses, and what is explicitly allowed besides.

    ``allowed`` are host names, addresses (``127.0.0.1``) or networks (``10.0.0.0/8``). ``inside``: only
    what is explicitly allowed, and of that nothing public.
    """

    allowed: tuple[str, ...] = ()
    inside: bool = False

    def names(self, host: str) -> bool:
        """Return whether a host is allowed by its own name or address, whatever is behind it."""
        address = parse_address(host)
        return any(
            _allows(entry, host, address) if address is not None else _same_name(entry, host)
            for entry in self.allowed
        )

    def permits(self, host: str, address: Address) -> bool:
        """Return whether a connection to ``host``, found at ``address``, may be made."""
        if is_public(address):
            return not self.inside
        return any(_allows(entry, host, address) for entry in self.allowed)


def _allows(entry: str, host: str, address: Address) -> bool:
    network = _network(entry)
    if network is not None:
        return address in network
    return _same_name(entry, host)


def _same_name(entry: str, host: str) -> bool:
    return entry.lower().rstrip(".") == host.lower().rstrip(".")


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


class Deadline:
    """A moment after which nothing is waited for; ``start`` sets it anew. None is never."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def start(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def within(self, seconds: float | None) -> float | None:
        """Return how long may be waited: ``seconds``, or less where the end comes first."""
        if self._end is None:
            return seconds
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole answer is over")
        return left if seconds is None else min(seconds, left)


def connect(host: str, port: int, policy: AddressPolicy, timeout: float | None) -> socket.socket:
    """Resolve a name, check every address found, and connect to one of those checked.

    Raise RefusedAddressError where one address may not be used: a name that leads both outside
    and inside is a trap. Raise TemporaryError where the name or all of its addresses do not
    answer within ``timeout`` seconds altogether; looking up has the limits of the system's resolver.
    """
    found = _resolve(host, port)
    for _, place in found:
        address = parse_address(str(place[0]))
        if address is None or not policy.permits(host, address):
            raise RefusedAddressError(
                f"{host} leads to {place[0]}, which is not a public address:"
                " allow it explicitly (--allow-private, at the desk KULANZ_ALLOW_PRIVATE) if this source is"
                " inside your own network",
                kind="private",
            )
    return _connect_to_any(host, port, found, timeout)


def _resolve(host: str, port: int) -> list[_Found]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TemporaryError(
            f"expected an address for {host}, found none: check the name ({error})", kind="unknown_host"
        ) from error
    return [(family, place) for family, _, _, _, place in answers[:MAX_ADDRESSES]]


def _connect_to_any(host: str, port: int, found: list[_Found], timeout: float | None) -> socket.socket:
    last: OSError = OSError("it has no address")
    deadline = Deadline(timeout)
    for tried, (family, place) in enumerate(found):
        try:
            left = deadline.within(None)
            return _connect_to(family, place, None if left is None else left / (len(found) - tried))
        except OSError as error:
            last = error
    raise TemporaryError(
        f"{host} did not take a connection on port {port} ({last}): try again later", kind="unreachable"
    ) from last


def _connect_to(family: socket.AddressFamily, place: tuple[Any, ...], timeout: float | None) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(place)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


class GuardedStream(httpcore.NetworkStream):
    """A connection of which every wait ends with the deadline at the latest."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.settimeout(self._deadline.within(timeout))
        return self._connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        try:
            while rest:
                self._connection.settimeout(self._deadline.within(timeout))
                rest = rest[self._connection.send(rest) :]
        except ConnectionError as error:
            # The server may have answered before it had read everything: httpcore then reads on.
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        with suppress(OSError):
            self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._connection.settimeout(self._deadline.within(timeout))
            secured = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return GuardedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Tell the connection pool whether an idle connection was closed by the server."""
        if info == "is_readable":
            return self._connection.fileno() < 0 or _has_bytes(self._connection)
        return None


def _has_bytes(connection: socket.socket) -> bool:
    """Whether something can be read, its end included; unlike select it knows descriptors above 1,023."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens the connections of a connection pool through ``connect``."""

    def __init__(self, policy: AddressPolicy, deadline: Deadline) -> None:
        self._policy = policy
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - part of httpcore's interface
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.NetworkStream:
        if port < _FREE_PORTS and port not in _WEB_PORTS and not self._policy.names(host):
            raise RefusedAddressError(
                f"{host} is to be read on port {port}, where no web server listens:"
                " correct the address, or allow the host explicitly",
                kind="address",
            )
        connection = connect(host, port, self._policy, self._deadline.within(timeout))
        return GuardedStream(connection, self._deadline)
