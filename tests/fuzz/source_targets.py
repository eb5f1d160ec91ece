"""What readers, receivers and the HTTP client take from outside."""

from __future__ import annotations

import contextlib
import gzip
import hmac
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from fuzz import seeds
from fuzz.target import Target, of_text
from kulanz.sources import ReadOptions, read
from kulanz.sources.charsets import decode, decode_mail_header
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.formats import FORMAT_NAMES
from kulanz.sources.html import html_to_text, plain_to_text
from kulanz.sources.mail import MailError, read_mail
from kulanz.sources.mailletters import read_letter
from kulanz.sources.mailtext import trim_mail
from kulanz.sources.pagelinks import feed_addresses, page_links
from kulanz.sources.receivers.discourse import DiscourseReceiver
from kulanz.sources.receivers.github import GithubReceiver
from kulanz.sources.receivers.pingback import PingbackReceiver
from kulanz.sources.receivers.push import PushReceiver
from kulanz.sources.receivers.trackback import TrackbackReceiver
from kulanz.sources.receivers.webmention import WebmentionReceiver
from kulanz.sources.receivers.websub import is_signed as is_signed_by_hub
from kulanz.sources.receiving import Delivery, Receiver
from kulanz.sources.structured.forumpage import read_page
from kulanz.sources.structured.forumposts import sightings
from kulanz.sources.times import parse_time
from kulanz.sources.web.addresses import parse_address
from kulanz.sources.web.bodies import BodyError, BodyRefusedError, read_body
from kulanz.sources.web.limits import WebLimits
from kulanz.sources.web.links import parse_links
from kulanz.sources.web.robots import parse_robots
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.standard_webhooks import is_signed
from kulanz.sources.web.urls import checked, masked, masked_source, origin, redirected, with_params
from kulanz.sources.web.waiting import asked_wait, parse_retry_after

BASE: Final = "https://forum.example.org/t/1"
NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KEY: Final = "a key of the tests"
WHSEC: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_PATTERNS: Final = {
    "jsonl": (), "discourse": ("discourse/*.json",), "github": ("github/issues.json", "github/comments.json"),
    "mbox": ("mbox/*",), "feed": ("feed/*",), "csv": (), "parquet": (),
}  # fmt: skip
_WRITTEN: Final = {"jsonl": (seeds.POSTS,), "csv": (seeds.TABLE,), "mbox": (seeds.MAIL,)}


def _read(data: bytes, format_name: str | None = None) -> None:
    """Read as a file, or as one of a named format; what is broken is told, not raised."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:  # noqa: S108
        file.write(data)
        file.flush()
        for post in read(
            file.name, problems=Problems(keep=3), options=ReadOptions(format=format_name, keep_extra=True)
        ):
            msgspec.json.encode(post)


def _parquet() -> tuple[bytes, ...]:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    lines = [msgspec.json.decode(line) for line in seeds.POSTS.splitlines()]
    rows = [
        {name: line[name] for name in ("thread_id", "post_id", "author_id", "created_at", "text")}
        for line in lines
    ]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return (sink.getvalue().to_pybytes(),)


def _seeds(name: str) -> tuple[bytes, ...]:
    return _parquet() if name == "parquet" else (*_WRITTEN.get(name, ()), *seeds.files(*_PATTERNS[name]))


def _any_file() -> tuple[bytes, ...]:
    return (*seeds.archives(), *(each for name in FORMAT_NAMES for each in _seeds(name)[:2]))


def _page(html: str) -> None:
    page = read_page(html, BASE)
    list(sightings(page, BASE, None, lambda *_: None))


def _page_links(data: bytes) -> None:
    page_links(data, BASE)
    feed_addresses(data, BASE)


def _decoded(data: bytes) -> None:
    declared, _, text = data.partition(b"\n")
    decode(text, declared.decode("latin-1"))


def _robots(text: str) -> None:
    parse_robots(text).allow("/private?a=b*")


def _address(text: str) -> None:
    masked(text), masked_source(text), parse_address(text)
    origin(checked(text)), with_params(checked(text), {"a": text})


def _links(text: str) -> None:
    for found in parse_links(text, BASE).values():
        masked(found)


def _waits(text: str) -> None:
    headers = {"retry-after": text, "x-ratelimit-reset": text, "x-ratelimit-remaining": "0", "date": text}
    asked_wait(429, headers, text.encode(), NOW)
    parse_retry_after(text, NOW)


def _body(data: bytes) -> None:
    for coding in ("gzip", "deflate", "identity", ""):
        with contextlib.suppress(BodyError, BodyRefusedError):
            read_body([data], coding, WebLimits())


def _signatures(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    given = {"webhook-id": text, "webhook-timestamp": text, "webhook-signature": text}
    is_signed(given, data, WHSEC, NOW)
    is_signed({**given, "webhook-timestamp": "1767323045"}, data, WHSEC, NOW)
    is_signed_by_hub(data, text, KEY)


def _received(receiver: Callable[[], Receiver], headers: dict[str, str], data: bytes) -> None:
    signed = {"x-hub-signature-256": "sha256=" + hmac.new(KEY.encode(), data, "sha256").hexdigest()}
    signed["x-discourse-event-signature"] = signed["x-hub-signature-256"]
    signed["authorization"] = f"Bearer {KEY}"
    given = Delivery(
        method="POST", path="/hooks/x/y/1", headers={**signed, **headers}, body=data, received_at=NOW
    )
    receipt = receiver().receive(given)
    assert 200 <= receipt.status < 500
    for page in receipt.pages:
        msgspec.json.encode(page.posts)


def _deliveries() -> tuple[bytes, ...]:
    lines = (seeds.DATA / "github" / "deliveries.jsonl").read_bytes().splitlines()
    return tuple(msgspec.json.encode(msgspec.json.decode(line)["body"]) for line in lines[:12])


def _ours(_url: str) -> Any:
    return True


_FORM: Final = (
    b"source=https%3A%2F%2Fblog.example%2Fa&target=https%3A%2F%2Fforum.example.org%2Ft%2F1&title=A",
)
_PINGBACK: Final = (
    (
        b'<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName><params><param><value><string>'
        b"https://blog.example/a</string></value></param><param><value>https://forum.example.org/t/1</value></param>"
        b"</params></methodCall>"
    ),
)
_FORM_TYPE: Final = {"content-type": "application/x-www-form-urlencoded; charset=iso-8859-1"}
_RECEIVERS: Final = {
    **{
        f"github {event}": (partial(GithubReceiver, Secret(KEY)), {"x-github-event": event}, _deliveries)
        for event in ("issues", "issue_comment", "discussion", "discussion_comment")
    },
    "discourse": (
        partial(DiscourseReceiver, Secret(KEY)),
        {"x-discourse-event-type": "post", "x-discourse-event": "post_created", "x-discourse-instance": BASE},
        lambda: (b'{"post":{"id":1,"topic_id":2,"raw":"a","archetype":"regular"}}', *seeds.files("discourse/*.json")),
    ),
    "push": (partial(PushReceiver, Secret(KEY)), {}, lambda: (seeds.POSTS,)),
    "pingback": (partial(PingbackReceiver, _ours), {}, lambda: _PINGBACK),
    "webmention": (partial(WebmentionReceiver, _ours), _FORM_TYPE, lambda: _FORM),
    "trackback": (partial(TrackbackReceiver, lambda _path: BASE), _FORM_TYPE, lambda: (_FORM[0].replace(b"source", b"url"),)),
}  # fmt: skip


def _heads() -> tuple[bytes, ...]:
    return (
        b"=?utf-8?q?J=C3=BCrgen?= <a@b.org>",
        b"=?gb2312?b?1tDOxA==?=",
        b"J\xfcrgen",
        b"utf-8\ntext \xc3\xbc",
    )


def _pages() -> tuple[bytes, ...]:
    return (seeds.HTML, *seeds.files("wordpress/home.html"))


def _addresses() -> tuple[bytes, ...]:
    return (
        b"https://user:pw@example.org:8443/a%20b?key=1&b=%FF#c",
        b"http://[::1]/",
        b"//e.org/..",
        b"10.0.0.1",
        b"0x7f.1",
    )


TARGETS: Final = (
    Target(name="file", parse=_read, seeds=_any_file, declared=(SourceError,)),
    *(
        Target(name=f"read-{name}", parse=partial(_read, format_name=name), seeds=partial(_seeds, name), declared=(SourceError,))
        for name in FORMAT_NAMES
    ),
    *(
        Target(name=f"receive-{name.replace(' ', '-')}", parse=partial(_received, receiver, headers), seeds=made)
        for name, (receiver, headers, made) in _RECEIVERS.items()
    ),
    Target(name="html", parse=of_text(html_to_text), seeds=_pages),
    Target(name="plain-text", parse=of_text(plain_to_text), seeds=lambda: (seeds.MAIL, b"@a see https://e.org/x (b)\n> q\n")),
    Target(name="mail-text", parse=of_text(trim_mail), seeds=lambda: (seeds.MAIL,)),
    Target(name="mail", parse=read_mail, seeds=lambda: (seeds.MAIL, *seeds.files("mail/*")), declared=(MailError,)),
    Target(name="letter", parse=read_letter, seeds=lambda: (seeds.MAIL, *seeds.files("mail/*")), declared=(MailError,)),
    Target(name="mail-header", parse=lambda data: decode_mail_header(data.decode("latin-1")), seeds=_heads),
    Target(name="charset", parse=_decoded, seeds=_heads),
    Target(name="forum-page", parse=of_text(_page), seeds=_pages),
    Target(name="page-links", parse=_page_links, seeds=_pages),
    Target(name="link-header", parse=of_text(_links), seeds=lambda: (b'</a>; rel="next", <https://e.org>; rel=hub; x="\\""',)),
    Target(name="robots", parse=of_text(_robots), seeds=lambda: (b"User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 2\n",)),
    Target(name="address", parse=of_text(_address), seeds=_addresses, declared=(SourceError,)),
    Target(name="redirect", parse=of_text(partial(redirected, BASE)), seeds=_addresses, declared=(SourceError,)),
    Target(name="retry-after", parse=of_text(_waits), seeds=lambda: (b"120", b"Wed, 21 Oct 2026 07:28:00 GMT", b'{"extras":{"wait_seconds":7}}')),
    Target(name="body", parse=_body, seeds=lambda: (seeds.POSTS, gzip.compress(seeds.POSTS))),
    Target(name="signature", parse=_signatures, seeds=lambda: (b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", b"sha256=00")),
    Target(name="time", parse=of_text(parse_time), seeds=lambda: (b"2026-01-02T03:04:05.6Z", b"2026-01-02 03:04+02:00"), declared=(ValueError,)),
)  # fmt: skip
