"""Headers and addresses that strangers write."""

from __future__ import annotations

import pickle
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults.clients import NOON
from kulanz.sources.errors import FetchError
from kulanz.sources.web.answers import Answer, Validators
from kulanz.sources.web.links import parse_links
from kulanz.sources.web.pacing import Pacing
from kulanz.sources.web.secrets import Secret, names_a_key
from kulanz.sources.web.urls import checked, masked, origin, redirected, with_params
from kulanz.sources.web.waiting import asked_wait, parse_retry_after

BASE = "https://forum.example.org/c/help?page=1"


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}), ("nonsense", {}), ("<", {}), ("<>", {}), ("<a>", {}),
        ('<a>; rel="next"', {"next": "https://forum.example.org/c/a"}),
        ('</a?b=1,2;3>;title="x, <y>; rel=no"; rel=NEXT', {"next": "https://forum.example.org/a?b=1,2;3"}),
        ('<a>; rel="next last", <b>; rel=last', dict.fromkeys(("next", "last"), "https://forum.example.org/c/a")),
        ('<a>; rel=hub; anchor="/x"', {}), ("<javascript:x>; rel=next", {}), ("<http://[>; rel=next", {}),
        ("<https://x.example/>; rel=hub , <b>;rel=self",
         {"hub": "https://x.example/", "self": "https://forum.example.org/c/b"}),
    ],
)  # fmt: skip
def test_links(header: str, links: dict[str, str]) -> None:
    assert parse_links(header, BASE) == links


@given(st.text(alphabet='<>;,= "\\relnxt/a[]\n', max_size=200))
def test_links_never_fail(header: str) -> None:
    assert all(target.startswith("http") for target in parse_links(header, BASE).values())


def test_long_link_headers_take_no_time() -> None:
    parse_links('<a>; x="' + "\\" * 100_000, BASE)
    parse_links("<" * 100_000, BASE)
    parse_links("<a>" + " ;" * 100_000, BASE)


@given(st.integers(0, 10**9))
def test_retry_after_reads_seconds_and_dates(seconds: int) -> None:
    assert parse_retry_after(f" {seconds} ", NOON) == min(seconds, 366 * 86_400)
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(date, NOON) == min(seconds, 366 * 86_400)


@given(st.text(max_size=60))
def test_retry_after_never_fails_nor_goes_back(value: str) -> None:
    wait = parse_retry_after(value, NOON)
    assert wait is None or 0 <= wait <= 366 * 86_400


def test_past_dates_mean_no_wait() -> None:
    assert parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", NOON) == 0
    assert parse_retry_after("-5", NOON) is None


def _wait_body(wait: object) -> bytes:
    return msgspec.json.encode({"extras": {"wait_seconds": wait}})


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"]), st.text()
    ),
    st.binary() | st.recursive(st.floats() | st.text(), st.lists).map(_wait_body),
)
def test_asked_wait_never_fails(headers: dict[str, str], body: bytes) -> None:
    wait = asked_wait(429, headers, body, NOON)
    assert wait is None or 0 <= wait <= 366 * 86_400


@given(st.text(max_size=100) | st.text(max_size=50).map("http://example.org/{}".format))
def test_any_text_becomes_a_plain_address_or_an_error(text: str) -> None:
    try:
        url = checked(text)
    except FetchError:
        return
    assert url.isascii()
    assert url.startswith(("http://", "https://"))
    assert not any(char <= " " for char in url)
    assert checked(url) == url
    assert origin(url)[1]


@given(st.text(max_size=100))
def test_masking_and_redirects_never_fail_otherwise(text: str) -> None:
    masked(text)
    with suppress(FetchError):
        assert redirected(BASE, text).startswith("https://")


def test_international_addresses() -> None:
    assert checked("https://Bücher.example/Käse?q=ä#x") == "https://xn--bcher-kva.example/K%C3%A4se?q=%C3%A4"
    assert checked("https://example.org") == "https://example.org/"
    assert checked("http://[2606:4700::1]:8080/a") == "http://[2606:4700::1]:8080/a"


def test_redirects_do_not_leave_tls() -> None:
    with pytest.raises(FetchError, match="https to http"):
        redirected(BASE, "http://forum.example.org/")
    assert redirected("http://a.example/", "https://b.example/") == "https://b.example/"


def test_what_is_masked() -> None:
    assert masked("https://u:p@x.example/a?api_key=1&b=2&access-token=3#f") == (
        "https://x.example/a?api_key=***&b=2&access-token=***#f"
    )
    assert names_a_key("User-Api-Key")
    assert names_a_key("X-Hub-Signature")
    assert not names_a_key("post_ids[]")
    assert not names_a_key("monkey")


def test_secrets_do_not_show() -> None:
    secret = Secret(" abc\n")
    assert (secret.reveal(), repr(secret), f"{secret}") == ("abc", "***", "***")
    assert secret == Secret("abc")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert with_params("https://x.example/", {"k": secret}) == "https://x.example/?k=abc"


def _answer(**headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    at = datetime(2026, 5, 1, tzinfo=UTC)
    return Answer(url="x", status=200, headers=names, body=b"", fetched_at=at, at="x")


def test_a_time_in_the_second_of_the_answer_tells_of_no_later_change() -> None:
    modified, later = "Fri, 01 May 2026 10:00:00 GMT", "Fri, 01 May 2026 10:00:01 GMT"
    assert _answer(last_modified=modified, date=modified, etag='"1"').validators is None
    kept = _answer(last_modified=modified, date=later, etag='"1"').validators
    assert kept == Validators(etag='"1"', last_modified=modified)
    assert _answer(etag='"1"', date=later).validators == Validators(etag='"1"')
    assert _answer(date=later).validators is None


def test_validators_fit_into_a_cursor() -> None:
    kept = msgspec.to_builtins(Validators(etag='W/"1"'))
    assert msgspec.convert(kept, Validators).headers() == {"if-none-match": 'W/"1"'}


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_back_off_stays_within_its_bounds(failures: int, chance: float) -> None:
    pacing = Pacing()
    assert pacing.first_wait / 2 <= pacing.back_off(failures, chance) <= pacing.longest_wait
