from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.connectors import connector_named
from kulanz.sources.connectors.hyperkitty.contents import as_message, windows
from kulanz.sources.connectors.hyperkitty.listing import Entry, parse_list_address, read_entries
from kulanz.sources.errors import PermanentError, Problems, TemporaryError
from kulanz.sources.mail import read_mail
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

DATA = Path(__file__).parents[2] / "data"
RECORDED_AT = "http://127.0.0.1:8900"
PLACE = "/archives/list/users@lists.example.org/"
API = "/archives/api/list/users@lists.example.org"
THREAD = "HL7TZQG27IZ6Q6XFBMJO2K5ZFY7C2UAC"


def recorded(name: str) -> Any:
    return msgspec.json.decode((DATA / "hyperkitty" / name).read_bytes())


def listed(request: Request) -> Reply:
    """The list of the recorded thread's mails as the API pages it."""
    emails = recorded("thread_emails.json")[::-1]
    query = {name: int(values[0]) for name, values in parse_qs(request.query).items() if name != "format"}
    page = emails[query["offset"] : query["offset"] + query["limit"]]
    return Reply.json({"count": len(emails), "next": None, "previous": None, "results": page})


def routes() -> dict[str, Route]:
    export = gzip.compress((DATA / "mbox" / "hyperkitty_export.mbox").read_bytes())
    detail = recorded("email_detail.json")
    return {
        f"{API}/emails/": listed,
        f"{API}/thread/{THREAD}/emails/": Reply.json(recorded("thread_emails.json")),
        f"{API}/email/{detail['message_id_hash']}/": Reply.json(detail),
        f"{PLACE}export/users@lists.example.org.mbox.gz": Reply(
            export, headers={"Content-Type": "application/gzip"}
        ),
    }


def reading(server: RecordedServer) -> Reading:
    return Reading(make=connector_named("hyperkitty").make, address=server.url + PLACE)


class TestHyperkitty(HttpConnectorSuite):
    name = "hyperkitty"
    recorded_at = RECORDED_AT
    path = PLACE
    fewest_posts = 3

    def routes(self) -> Mapping[str, Route]:
        return routes()


def test_posts_have_the_ids_and_pages_of_the_archive() -> None:
    with RecordedServer(routes(), recorded_at=RECORDED_AT) as server:
        posts = [each.post for each in reading(server).read_all().posts.values()]
        assert {post.thread_id for post in posts} == {THREAD}
        assert posts[0].thread_url == f"{server.url}{PLACE}thread/{THREAD}/"
    assert [post.reply_to for post in posts] == [None, posts[0].post_id, posts[1].post_id]
    assert posts[0].post_id == THREAD


def test_a_mail_of_the_api_reads_as_its_export_does() -> None:
    with RecordedServer(routes(), recorded_at=RECORDED_AT) as server:
        exported = reading(server).read_all().posts
    detail = recorded("email_detail.json")
    (entry,) = read_entries([detail], "u", Problems())
    post = read_mail(as_message(entry, detail)).post(entry.thread_id)
    other = exported[entry.message_id_hash].post
    assert (post.text, post.author_id, post.created_at) == (other.text, other.author_id, other.created_at)


EXPORT = f"{PLACE}export/users@lists.example.org.mbox.gz"


def test_what_is_listed_but_not_exported_is_read_by_itself() -> None:
    with RecordedServer(routes() | {EXPORT: Reply(gzip.compress(b""))}, recorded_at=RECORDED_AT) as server:
        posts = reading(server).read_all().posts
    assert list(posts) == [recorded("email_detail.json")["message_id_hash"]], (
        "of the others there is no detail"
    )


def test_a_page_instead_of_the_export_loses_no_mail() -> None:
    busy = Reply(b"<html><title>We are busy</title></html>")
    with RecordedServer(
        routes() | {EXPORT: [busy, *[routes()[EXPORT]] * 2]}, recorded_at=RECORDED_AT
    ) as server:
        source, notes = reading(server), Notebook()
        with pytest.raises(TemporaryError, match="a page for people"):
            source.read_all(notes)
        assert len(source.read_all(notes).posts) == 3


def test_a_thread_with_an_unreadable_mail_removes_nothing() -> None:
    damaged = [{"message_id": 1}, *recorded("thread_emails.json")]
    given_routes = routes() | {f"{API}/thread/{THREAD}/emails/": Reply.json(damaged)}
    with RecordedServer(given_routes, recorded_at=RECORDED_AT) as server:
        notes = reading(server).read_all()
        reading(server).reread(notes)
    assert notes.threads[THREAD].present is None


def test_a_list_that_never_rests_is_left_for_later() -> None:
    counts = iter(range(1000, 0, -1))

    def restless(request: Request) -> Reply:
        emails = recorded("thread_emails.json")
        return Reply.json({"count": next(counts), "next": None, "previous": None, "results": emails})

    given_routes = routes() | {f"{API}/emails/": restless}
    with RecordedServer(given_routes) as server, pytest.raises(TemporaryError, match="changes faster"):
        reading(server).read_all()


def entry(sent_at: datetime) -> Entry:
    return Entry(message_id="m@x", message_id_hash="H", thread="http://h/thread/H/", date=sent_at)


def test_one_wrong_clock_does_not_make_the_export_cover_decades() -> None:
    sent = [datetime(2026, 6, day, 23, tzinfo=UTC) for day in (1, 2, 9)] + [datetime(1999, 1, 1, tzinfo=UTC)]
    assert [(f"{start:%F}", f"{end:%F}") for start, end in windows([entry(moment) for moment in sent])] == [
        ("1999-01-01", "1999-01-02"),
        ("2026-06-01", "2026-06-10"),
    ]


DAYS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(DAYS, max_size=40))
def test_every_mail_lies_in_one_of_few_windows(moments: list[datetime]) -> None:
    entries = [entry(moment) for moment in moments]
    found = windows(entries)
    assert len(found) <= 3
    assert all(sum(start <= moment < end for start, end in found) == 1 for moment in moments)


@pytest.mark.parametrize(
    "address",
    [
        "https://h.example/archives/list/u@l.example/",
        "https://h.example/archives/list/u@l.example/thread/X/",
        "https://h.example/archives/api/list/u@l.example/",
    ],
)
def test_addresses(address: str) -> None:
    place = parse_list_address(address)
    assert place.emails == "https://h.example/archives/api/list/u@l.example/emails/"
    assert place.message_page("X") == "https://h.example/archives/list/u@l.example/message/X/"


@pytest.mark.parametrize("address", ["https://h.example/", "ftp://h/list/u@l/", "https://[/list/u@l", ""])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(PermanentError, match="expected the list's page"):
        parse_list_address(address)
