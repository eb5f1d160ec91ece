"""The client against a server that does not behave: it ends in time, in bounds, in a clear state."""

from __future__ import annotations

import gzip
import time
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faults import (
    MIB,
    Act,
    FaultServer,
    bomb,
    drip,
    endless,
    half,
    hang_up,
    overlong,
    raw,
    redirect,
    reply,
    silence,
    too_many,
)
from faults.clients import FakeTime, client
from kulanz.sources.errors import FetchError, PermanentError, RefusedAddressError, TemporaryError
from kulanz.sources.web.client import Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy

QUICK = WebLimits(connect_seconds=1, read_seconds=0.2, total_seconds=0.3, body_bytes=MIB)
ONCE = Pacing(interval=0, attempts=1)
PACKED = gzip.compress(b'{"a": [1, 2, 3]}')


@pytest.mark.parametrize(
    "act", [silence(), drip(0.02), drip(0.02, headers=True)], ids=["silence", "body drips", "headers drip"]
)
def test_slow_answers_end(faulty: FaultServer, act: Act) -> None:
    begin = time.monotonic()
    with pytest.raises(TemporaryError, match="took too long"):
        client(limits=QUICK, pacing=ONCE).get(faulty.script("/a", act))
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    "act",
    [
        half(b"abc"), hang_up(), raw(b"HTTP/1.1 200 OK\r\ncontent-"), raw(b"SSH-2.0-x\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\nabc"), raw(b"\x00" * 1000),
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"),
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nab"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"x-long: " + b"y" * 200_000 + b"\r\n\r\n"),
        reply(gzip.compress(b"abc" * 1000)[:-10], content_encoding="gzip"),
        reply(b"no gzip at all", content_encoding="gzip"),
        reply(zlib.compress(b"abc" * 1000)[:-10], content_encoding="deflate"),
    ],
)  # fmt: skip
def test_broken_answers_are_tried_again(faulty: FaultServer, act: Act) -> None:
    url = faulty.script("/a", act, reply(b"whole"))
    with pytest.raises(TemporaryError, match=r"/a broke off"):
        client(pacing=ONCE).get(url)
    faulty.script("/a", act, reply(b"whole"))
    assert client().get(url).body == b"whole"


def test_what_follows_the_announced_length_is_not_read(faulty: FaultServer) -> None:
    http = client()
    assert http.get(faulty.script("/a", overlong(b"12345abcde"), reply(b"next"))).body == b"12345"
    assert http.get(faulty.url + "/a").body == b"next"


@pytest.mark.parametrize(
    "act",
    [
        endless(), bomb("gzip"), bomb("deflate"), reply(b"x" * (MIB + 1)),
        reply(gzip.compress(gzip.compress(bytes(64 * MIB))), content_encoding="gzip, gzip"),
        reply(b"x", content_encoding="br"),
    ],
    ids=["endless", "gzip bomb", "deflate bomb", "too large", "gzip twice", "brotli"],
)  # fmt: skip
def test_what_is_too_large_or_coded_otherwise_is_refused_at_once(faulty: FaultServer, act: Act) -> None:
    with pytest.raises(PermanentError, match="/a was not read: its body"):
        client(limits=WebLimits(body_bytes=MIB)).get(faulty.script("/a", act))
    assert len(faulty.asked) == 1


def test_ratio_bounds_what_a_size_would_allow(faulty: FaultServer) -> None:
    with pytest.raises(PermanentError, match="200 times"):
        client().get(faulty.script("/a", bomb("gzip", 8 * MIB)))


def test_members_of_gzip_are_joined_and_garbage_after_them_is_an_error(faulty: FaultServer) -> None:
    one, two = gzip.compress(b"one"), gzip.compress(b"two")
    url = faulty.script(
        "/a", reply(one + two, content_encoding="gzip"), reply(one + b"garbage", content_encoding="gzip")
    )
    assert client().get(url).body == b"onetwo"
    with pytest.raises(TemporaryError):
        client(pacing=ONCE).get(url)


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, -zlib.MAX_WBITS], ids=["wrapped", "bare"])
def test_deflate_is_read_with_and_without_its_wrapper(faulty: FaultServer, wbits: int) -> None:
    packer = zlib.compressobj(wbits=wbits)
    body = packer.compress(b"abc" * 1000) + packer.flush()
    assert client().get(faulty.script("/a", reply(body, content_encoding="deflate"))).body == b"abc" * 1000


@pytest.mark.parametrize(
    ("act", "wait"),
    [
        (too_many(after="7"), 7), (too_many(after="Mon, 02 Mar 2026 12:00:09 GMT"), 9),
        (too_many(wait=11), 11),
        (too_many(after="3", wait=11), 3), (too_many(after="soon"), 1.5), (too_many(), 1.5),
        (reply(status=503), 1.5), (reply(status=500, retry_after="2"), 2),
        (reply(status=403, retry_after="8"), 8),
        (reply(status=403, x_ratelimit_remaining="0", x_ratelimit_reset="1772452812"), 12),
        (reply(status=429, x_ratelimit_remaining="0", x_ratelimit_reset="2026-03-02T12:00:21Z"), 21),
    ],
)  # fmt: skip
def test_waits_as_asked_and_tries_again(faulty: FaultServer, act: Act, wait: float) -> None:
    clock = FakeTime()
    answer = client(clock).get(faulty.script("/a", act, reply(b"ok")))
    assert answer.body == b"ok"
    assert clock.waits == [wait]


def test_waits_double_with_jitter_until_the_tries_are_used(faulty: FaultServer) -> None:
    clock = FakeTime()
    pacing = Pacing(interval=0, attempts=4, first_wait=4, longest_wait=10)
    with pytest.raises(TemporaryError, match="502") as failed:
        client(clock, pacing=pacing, random=lambda: 0.0).get(faulty.script("/a", reply(status=502)))
    assert clock.waits == [2, 4, 5]
    assert failed.value.retry_after is None


def test_a_long_wait_is_left_to_the_caller_and_kept_meanwhile(faulty: FaultServer) -> None:
    clock = FakeTime()
    http = client(clock)
    url = faulty.script("/a", too_many(after="3600"), reply(b"ok"))
    for _ in range(2):
        with pytest.raises(TemporaryError, match="3600 seconds") as failed:
            http.get(url)
        assert failed.value.retry_after == 3600
    assert len(faulty.asked) == 1
    clock.sleep(3600)
    assert http.get(url).body == b"ok"


def test_requests_to_one_host_keep_their_interval(faulty: FaultServer) -> None:
    clock = FakeTime()
    http = client(clock, pacing=Pacing(interval=2))
    for _ in range(3):
        http.get(faulty.script("/a", reply()))
    assert clock.waits == [2, 2]


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]:8080/", "http://0/"]
)
def test_redirects_into_private_networks_are_refused(faulty: FaultServer, target: str) -> None:
    with pytest.raises(RefusedAddressError, match="not a public address"):
        client().get(faulty.script("/a", redirect(target)))


def test_loopback_is_refused_without_permission(faulty: FaultServer) -> None:
    with pytest.raises(RefusedAddressError, match="allow it explicitly"):
        client(policy=AddressPolicy()).get(faulty.script("/a", reply()))
    assert faulty.asked == []


def test_invalid_utf8_in_headers_and_body(faulty: FaultServer) -> None:
    act: Any = raw(b"HTTP/1.1 200 OK\r\nx-a: \xff\xfe\r\ncontent-length: 2\r\n\r\n\xc3(")
    answer = client().get(faulty.script("/a", act))
    assert answer.headers["x-a"] == "ÿþ"
    assert answer.text() == "Ã("


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(faulty: FaultServer) -> None:
    silent_end = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    http = client(pacing=Pacing(interval=0, attempts=3))
    url = faulty.script("/a", silent_end)
    assert [http.get(url).body for _ in range(3)] == [b"ok"] * 3


WHOLE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\netag: x\r\n"
    b"link: </a>; rel=next\r\ntransfer-encoding: chunked\r\n\r\n"
    b"%x\r\n%s\r\n0\r\n\r\n"
) % (len(PACKED), PACKED)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_bytes_from_a_server_break_the_client(faulty: FaultServer, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, min(len(WHOLE), start + 40)))
    broken = WHOLE[:start] + data.draw(st.binary(max_size=40)) + WHOLE[end:]
    with client(pacing=ONCE, limits=QUICK) as http, suppress(FetchError):
        answer = http.get(faulty.script("/a", raw(broken)), accepted=range(100, 600))
        assert all(target.startswith("http") for target in answer.links.values())
        answer.text()
        answer.json()
