from __future__ import annotations

import gzip
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kulanz.sources.connectors import connector_named
from kulanz.sources.connectors.mbox_archive.places import (
    is_file,
    monthly_files,
    newest_messages,
    thread_file,
)
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading, exhaust
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route
from servers.mails import mail, message_id

INDEX = b"""<html><body><table>
<td><A href="2006-October.txt.gz">[ Gzip'd Text 1 KB ]</a></td>
<td><A href="2006-September.txt.gz">[ Gzip'd Text 2 KB ]</a></td>
<td><A href="2006-September.txt">[ Text 4 KB ]</a></td>
<td><A href="2006-August/thread.html">[ Thread ]</a> <a href="https://other.example/2006-July.txt.gz">x</a></td>
</table></body></html>"""


def mbox(*messages: bytes) -> bytes:
    return b"".join(b"From a@b Mon Jun  1 10:00:00 2026\n" + each + b"\n" for each in messages)


class File:
    """An mbox on a server that answers conditional requests."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = list(messages)

    def __call__(self, request: Request) -> Reply:
        body = gzip.compress(mbox(*self.messages), mtime=0)
        etag = f'"{sha256(body).hexdigest()}"'
        headers = {"Content-Type": "application/gzip", "ETag": etag}
        if request.headers.get("if-none-match") == etag:
            return Reply(b"", 304, headers)
        return Reply(body, headers=headers)


def thread(numbers: range) -> list[bytes]:
    """Messages of which each answers the one before."""
    return [
        mail(number, f"Nachricht {number}", number - 1 if number > numbers.start else None)
        for number in numbers
    ]


def reading(server: RecordedServer, path: str) -> Reading:
    return Reading(make=connector_named("mbox").make, address=server.url + path)


class TestFile(HttpConnectorSuite):
    name = "mbox"
    path = "/users.mbox.gz"
    fewest_posts = 450

    def routes(self) -> Mapping[str, Route]:
        return {self.path: File(*thread(range(400)), *thread(range(500, 550)))}


class TestMonthly(HttpConnectorSuite):
    name = "mbox"
    path = "/pipermail/users/"
    fewest_posts = 6

    def routes(self) -> Mapping[str, Route]:
        return monthly()


def monthly() -> dict[str, Route]:
    return {
        "/pipermail/users/": Reply(INDEX, headers={"Content-Type": "text/html"}),
        "/pipermail/users/2006-September.txt.gz": File(*thread(range(1, 5))),
        "/pipermail/users/2006-October.txt.gz": File(mail(5, "spät", 4), mail(6, "neu")),
    }


def test_a_thread_goes_on_from_one_month_to_the_next() -> None:
    with RecordedServer(monthly()) as server:
        notes = reading(server, "/pipermail/users/").read_all()
        assert notes.posts[message_id(5)].post.thread_id == message_id(1)
        again = reading(server, "/pipermail/users/")
        assert exhaust(again.pages(notes, "live")) == 0
        assert again.http.requests == 3, "the page, and the last two months, which say that nothing changed"


def test_a_file_that_grew_goes_on_where_it_was_left() -> None:
    file = File(*thread(range(300)))
    with RecordedServer({"/a.mbox.gz": file}) as server:
        notes = reading(server, "/a.mbox.gz").read_all()
        file.messages.append(mail(300, "neu", 299))
        (page,) = reading(server, "/a.mbox.gz").pages(notes, "live")
    assert [each.post.post_id for each in page.posts] == [message_id(300)]
    assert len(page.threads[0].present or ()) == 301


def test_a_message_that_was_taken_out_is_no_longer_present() -> None:
    file = File(*thread(range(3)), mail(10, "allein"))
    with RecordedServer({"/a.mbox.gz": file}) as server:
        notes = reading(server, "/a.mbox.gz").read_all()
        del file.messages[1], file.messages[-1]
        pages = list(reading(server, "/a.mbox.gz").pages(notes, "live"))
        assert pages[-1].threads[0].present == {message_id(0), message_id(2)}
        reading(server, "/a.mbox.gz").reread(notes)
    assert notes.threads[message_id(10)].gone
    assert notes.threads[message_id(0)].present == {message_id(0), message_id(2)}


def test_an_empty_file_removes_nothing() -> None:
    file = File(*thread(range(3)))
    with RecordedServer({"/a.mbox.gz": file}) as server:
        notes = reading(server, "/a.mbox.gz").read_all()
        file.messages.clear()
        (page,) = reading(server, "/a.mbox.gz").reread(notes)
    assert page.threads == ()


def test_a_read_that_was_cut_off_goes_on() -> None:
    with RecordedServer({"/a.mbox.gz": File(*thread(range(450)))}) as server:
        notes = Notebook()
        assert exhaust(reading(server, "/a.mbox.gz").pages(notes, "live", most=1)) == 1
        assert len(notes.posts) == 200
        assert exhaust(reading(server, "/a.mbox.gz").pages(notes, "live")) == 2
        assert len(notes.posts) == 450


def test_half_a_file_is_tried_later() -> None:
    whole = gzip.compress(mbox(*thread(range(50))))
    with RecordedServer({"/a.mbox.gz": Reply(whole[:-20])}) as server, pytest.raises(TemporaryError):
        reading(server, "/a.mbox.gz").read_all()


def test_a_page_without_mail_needs_a_person() -> None:
    welcome = Reply(b"<html>Welcome</html>")
    with RecordedServer({"/": welcome}) as server, pytest.raises(PermanentError, match="no mail archive"):
        reading(server, "/").read_all()


def test_names_of_monthly_files() -> None:
    page = '<a href=200609.mbox>x</a><a href="2006-10.mbox.gz"><a href="2005.txt"><a href="2006-Smarch.txt">'
    assert monthly_files(page, "https://h/l/") == [
        "https://h/l/2005.txt",
        "https://h/l/200609.mbox",
        "https://h/l/2006-10.mbox.gz",
    ]
    assert monthly_files(INDEX.decode(), "https://h/l/") == [
        "https://h/l/2006-September.txt.gz",
        "https://h/l/2006-October.txt.gz",
    ]


def test_addresses_of_files_and_threads() -> None:
    assert is_file("https://h/x/all.mbox.gz")
    assert not is_file("https://h/pipermail/users/")
    assert thread_file("https://h/users/", "a/b@x?y") == "https://h/users/a%2Fb@x%3Fy/t.mbox.gz"


def test_a_feed_names_its_messages_and_not_their_parents() -> None:
    feed = (Path(__file__).parents[2] / "data" / "feed" / "public_inbox_thread.atom").read_text()
    assert sorted(newest_messages(feed)) == [f"m{number}@example.org" for number in (1, 2, 3)]


@given(st.text(), st.text(alphabet='<a href="2006-.txt>gz/:[]%', max_size=200))
@example("", "//[")
def test_no_page_breaks_the_search_for_files(start: str, rest: str) -> None:
    assert all(
        each.startswith("https://h/") for each in monthly_files(f'{start}<a href="{rest}', "https://h/l/")
    )
