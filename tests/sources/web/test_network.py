"""Where connections may go."""

from __future__ import annotations

import socket
import ssl
import subprocess
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults import fault_server, reply
from faults.clients import client
from kulanz.sources.errors import PermanentError, RefusedAddressError, TemporaryError
from kulanz.sources.web.addresses import is_public, parse_address
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy, connect

INSIDE = (
    "0.0.0.1", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "169.254.169.254",
    "172.31.255.255", "192.0.0.192", "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "fd00:ec2::254", "fc00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2002:7f00:1::", "2001::1",
    "2001:db8::1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "3fff::1", "5f00::1",
)  # fmt: skip
OUTSIDE = (
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::808:808",
)


@pytest.mark.parametrize("text", INSIDE)
def test_inside_addresses_are_refused(text: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert not is_public(address)
    assert not AddressPolicy().permits("example.org", address)


@pytest.mark.parametrize("text", OUTSIDE)
def test_outside_addresses_are_allowed(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses())
def test_public_is_never_what_python_calls_special(address: IPv4Address | IPv6Address) -> None:
    if is_public(address) and not str(address).startswith("64:ff9b::"):
        special = (address.is_loopback, address.is_link_local, address.is_multicast, address.is_unspecified)
        assert not any(special)
        assert not address.is_private
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_no_disguise_makes_an_address_public(address: IPv4Address) -> None:
    low = int(address)
    mapped, six_to_four = IPv6Address(0xFFFF << 32 | low), IPv6Address(0x2002 << 112 | low << 80)
    nat64 = IPv6Address((0x64 << 112) + (0xFF9B << 96) + low)
    assert not is_public(mapped)
    assert not is_public(six_to_four)
    assert is_public(nat64) == is_public(address)


@pytest.mark.parametrize(
    ("entry", "host", "address", "allowed"),
    [
        ("127.0.0.1", "x", "127.0.0.1", True), ("127.0.0.1", "x", "127.0.0.2", False),
        ("10.0.0.0/8", "x", "10.9.9.9", True), ("10.0.0.1/8", "x", "10.9.9.9", True),
        ("Forum.Intern", "forum.intern.", "10.9.9.9", True),
        ("forum.intern", "xforum.intern", "10.9.9.9", False),
        ("intern", "forum.intern", "10.9.9.9", False), ("[::1]", "x", "::1", True),
        ("10.0.0.0/8", "x", "::1", False),
        ("", "x", "10.0.0.1", False),
    ],
)  # fmt: skip
def test_what_is_allowed_besides(entry: str, host: str, address: str, allowed: bool) -> None:
    assert AddressPolicy((entry,)).permits(host, ip_address(address)) is allowed


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0", "localhost", "[::1]".strip("[]")])
def test_other_ways_to_write_loopback(host: str) -> None:
    with pytest.raises(RefusedAddressError):
        connect(host, 1, AddressPolicy(), 1)


def test_a_name_that_leads_outside_and_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 80)) for text in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(RefusedAddressError, match=r"10\.0\.0\.1"):
        connect("trap.example", 80, AddressPolicy(), 1)


def test_connects_to_the_address_that_was_checked_and_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with fault_server() as server:
        port = int(server.url.rpartition(":")[2])

        def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        server.script("/a", reply(b"here"))
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        http = client(policy=AddressPolicy(("forum.intern",)))
        assert http.get(f"http://forum.intern:{port}/a").body == b"here"
    assert asked == ["forum.intern"]


@pytest.mark.parametrize("port", [22, 25, 53, 445])
def test_ports_of_other_services_are_refused(port: int) -> None:
    with pytest.raises(RefusedAddressError, match=f"port {port}"):
        client(policy=AddressPolicy(("127.0.0.2",))).get(f"http://127.0.0.1:{port}/")


def test_an_allowed_host_may_listen_anywhere() -> None:
    policy = AddressPolicy(("forum.intern", "10.0.0.0/8"))
    assert policy.names("Forum.intern")
    assert policy.names("10.1.2.3")
    assert not policy.names("forum.example")
    with pytest.raises(TemporaryError):
        client(pacing=Pacing(interval=0, attempts=1)).get("http://127.0.0.1:1/")


def test_time_to_connect_is_shared_by_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    class Unanswered(socket.socket):
        def settimeout(self, value: float | None) -> None:
            given.append(value or 0)

        def connect(self, place: object) -> None:
            raise TimeoutError("timed out")

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))] * 4
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "socket", Unanswered)
    with pytest.raises(TemporaryError, match="timed out"):
        connect("127.0.0.1", 80, AddressPolicy(("127.0.0.1",)), 8)
    assert [round(seconds) for seconds in given] == [2, 3, 4, 8]


def test_no_address_and_no_listener_are_temporary() -> None:
    with pytest.raises(TemporaryError, match="none"):
        connect("a" * 64 + ".example", 80, AddressPolicy(), 1)
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        with pytest.raises(TemporaryError, match="did not take a connection"):
            connect("127.0.0.1", unheard.getsockname()[1], AddressPolicy(("127.0.0.1",)), 1)


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    folder: Path = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x"
    names = ["-keyout", "key.pem", "-out", "cert.pem", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(  # noqa: S603 - a fixed command
        [*command.split(), *names], cwd=folder, check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_certificates_are_verified(own_certificate: ssl.SSLContext) -> None:
    with fault_server(own_certificate) as server:
        with pytest.raises(PermanentError, match="certificate that cannot be trusted"):
            client().get(server.script("/a", reply()))
        assert server.asked == []
