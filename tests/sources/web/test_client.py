"""The client against a server that behaves: requests, answers, redirects, keys."""

from __future__ import annotations

import logging

import pytest

import kulanz
from faults import FaultServer, fault_server, redirect, reply
from faults.clients import NOON, client
from kulanz.sources.errors import BudgetSpentError, PermanentError, TemporaryError
from kulanz.sources.web.answers import Validators
from kulanz.sources.web.client import WebLimits
from kulanz.sources.web.secrets import Secret

KEY = Secret("s3cr3t-k3y\n")


def test_answer_has_body_time_and_headers_in_lower_case(faulty: FaultServer) -> None:
    url = faulty.script("/a", reply(b'{"n": 1}', Content_Type="application/json; charset=utf-8", ETag='"x"'))
    answer = client().get(url)
    assert (answer.url, answer.status, answer.fetched_at) == (url, 200, NOON)
    assert answer.json() == {"n": 1}
    assert answer.headers["etag"] == '"x"'
    assert answer.media_type == "application/json"
    raw = answer.raw()
    assert (raw.url, raw.body, raw.status) == (url, b'{"n": 1}', 200)
    assert raw.media_type == "application/json; charset=utf-8"


def test_requests_say_who_asks_and_what_is_understood(faulty: FaultServer) -> None:
    client().get(faulty.script("/a", reply()))
    headers = faulty.asked[0].headers
    assert headers["user-agent"] == f"Kulanz/{kulanz.__version__} (+https://example.org/about)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == faulty.url.removeprefix("http://")


def test_parameters_are_added_and_repeated(faulty: FaultServer) -> None:
    client().get(faulty.script("/a", reply()) + "?x=1#part", params={"ids[]": [2, 3], "q": "ä b"})
    assert faulty.asked[0].target == "/a?x=1&ids%5B%5D=2&ids%5B%5D=3&q=%C3%A4+b"


def test_post_sends_its_body(faulty: FaultServer) -> None:
    answer = client().post(faulty.script("/a", reply(status=202)), body=b"a=1", media_type="text/x")
    asked = faulty.asked[0]
    assert answer.status == 202
    assert (asked.method, asked.body, asked.headers["content-type"]) == ("POST", b"a=1", "text/x")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_is_sent_once_with_its_method(faulty: FaultServer, method: str) -> None:
    url = faulty.script("/a", reply(status=503), reply())
    with pytest.raises(TemporaryError):
        client().change(method, url, body=b"{}", media_type="application/json")
    [asked] = faulty.asked
    assert (asked.method, asked.body, asked.headers["content-type"]) == (method, b"{}", "application/json")


def test_unchanged_is_an_answer_where_validators_were_given(faulty: FaultServer) -> None:
    url = faulty.script("/a", reply(b"x", etag='"1"', last_modified="then"), reply(status=304))
    first = client().get(url)
    assert first.validators == Validators(etag='"1"', last_modified="then")
    assert client().get(url, validators=first.validators).not_modified
    sent = faulty.asked[1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "then")
    with pytest.raises(PermanentError, match="304"):
        client().get(url)


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "key"), (403, "not allowed"), (404, "check"), (410, "taken"), (418, "check")]
)
def test_refusals_are_permanent_unless_accepted(faulty: FaultServer, status: int, hint: str) -> None:
    url = faulty.script("/a", reply(b"no", status))
    with pytest.raises(PermanentError, match=f"{status}: .*{hint}"):
        client().get(url)
    assert client().get(url, accepted={status}).status == status
    assert faulty.count("/a") == 2


def test_no_json_is_temporary_and_names_the_address(faulty: FaultServer) -> None:
    url = faulty.script("/a", reply(b"<html>overloaded", content_type="text/html"))
    with pytest.raises(TemporaryError, match=r"/a answered 200 with text/html.*overloaded"):
        client().get(url).json()


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b"", b'{"a":' * 50_000])
def test_broken_json_never_crashes(faulty: FaultServer, body: bytes) -> None:
    answer = client().get(faulty.script("/a", reply(body)))
    with pytest.raises(TemporaryError):
        answer.json()


def test_text_is_decoded_whatever_was_declared(faulty: FaultServer) -> None:
    url = faulty.script(
        "/a",
        reply("Mahngebühr".encode(), content_type="text/html; charset=iso-8859-1"),
        reply("Mahngebühr".encode("latin-1"), content_type="text/html; charset=iso-8859-1"),
        reply(b"\xff\xfe\xfa", content_type="text/html; charset=\xff"),
    )
    assert [client().get(url).text() for _ in range(2)] == ["Mahngebühr"] * 2
    assert client().get(url).text() == "ÿþú"


def test_links_are_absolute(faulty: FaultServer) -> None:
    url = faulty.script("/a/b", reply(link='<c?page=2>; rel="next", </z>; rel=last'))
    assert client().get(url).links == {"next": f"{faulty.url}/a/c?page=2", "last": f"{faulty.url}/z"}


def test_redirects_are_followed_to_the_final_address(faulty: FaultServer) -> None:
    faulty.script("/c", reply(b"here"))
    faulty.script("/b", redirect("c", 308))
    http = client()
    answer = http.get(faulty.script("/a", redirect("/b")))
    assert (answer.url, answer.body, http.requests) == (f"{faulty.url}/c", b"here", 3)


@pytest.mark.parametrize(
    ("status", "method", "body"), [(303, "GET", b""), (302, "GET", b""), (307, "POST", b"x")]
)
def test_redirected_posts(faulty: FaultServer, status: int, method: str, body: bytes) -> None:
    faulty.script("/b", reply())
    client().post(faulty.script("/a", redirect("/b", status)), body=b"x", media_type="text/x")
    assert (faulty.asked[1].method, faulty.asked[1].body) == (method, body)


def test_keys_stay_with_their_origin(faulty: FaultServer) -> None:
    headers = {"user-api-key": KEY, "authorization": "Bearer plain", "accept": "application/json"}
    with fault_server() as other:
        stays, leaves = faulty.script("/a", redirect("/b")), faulty.script("/l", redirect(other.url + "/b"))
        faulty.script("/b", reply())
        other.script("/b", reply())
        client().get(stays, headers=headers)
        client().get(leaves, headers=headers)
        kept, dropped = faulty.asked[1].headers, other.asked[0].headers
    assert (kept["user-api-key"], kept["authorization"]) == ("s3cr3t-k3y", "Bearer plain")
    assert "user-api-key" not in dropped
    assert "authorization" not in dropped
    assert dropped["accept"] == "application/json"


def test_cookies_are_not_kept(faulty: FaultServer) -> None:
    http = client()
    answer = http.get(faulty.script("/a", reply(set_cookie="id=1"), reply()))
    http.get(faulty.url + "/a")
    assert "set-cookie" not in answer.headers
    assert "cookie" not in faulty.asked[1].headers


def test_keys_are_in_no_url_error_or_log(faulty: FaultServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    faulty.script("/b", reply())
    url = faulty.script("/a", redirect("/b?api_key=s3cr3t-k3y&page=2"))
    answer = client().get(url, params={"api_key": KEY}, headers={"x-key": KEY})
    with pytest.raises(PermanentError) as missing:
        client().get(faulty.url + "/none", params={"token": KEY}, headers={"x-key": KEY})
    with pytest.raises(PermanentError) as broken:
        client().get(url, headers={"x-key": Secret("s3cr3t\nk3y")})
    assert answer.url.endswith("/b?api_key=***&page=2")
    shown = [
        caplog.text,
        repr(answer),
        str(answer.raw()),
        *(repr(error.value) for error in (missing, broken)),
    ]
    assert not any("s3cr3t" in text for text in shown)
    assert "***" in str(missing.value)
    assert "s3cr3t-k3y" in faulty.asked[0].target


def test_budget_counts_every_request(faulty: FaultServer) -> None:
    faulty.script("/b", reply())
    url = faulty.script("/a", redirect("/b"))
    http = client(budget=3)
    http.get(url)
    with pytest.raises(BudgetSpentError, match="3 requests"):
        http.get(url)
    assert (http.requests, len(faulty.asked)) == (3, 3)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "http://", "//example.org/", "http://a:b@example.org/",
        "http://[::1", "http://exa mple.org/", "http://example.org:99999/", "",
        "http://example.org/" + "a" * 9000, "javascript:alert(1)", "http://\u2100.org/",
    ],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    http = client()
    with pytest.raises(PermanentError):
        http.get(url)
    assert http.requests == 0


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://x/", "http://u:p@127.0.0.1/", "http://["])
def test_redirects_lead_to_http_alone(faulty: FaultServer, target: str) -> None:
    with pytest.raises(PermanentError):
        client().get(faulty.script("/a", redirect(target)))
    assert len(faulty.asked) == 1


def test_redirect_loops_end(faulty: FaultServer) -> None:
    with pytest.raises(PermanentError, match="redirects"):
        client(limits=WebLimits(redirects=5)).get(faulty.script("/a", redirect("/a")))
    assert len(faulty.asked) == 6
