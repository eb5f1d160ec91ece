"""What guests see, against what an interface said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults import FaultServer, fault_server, reply
from faults.clients import NOON, client
from kulanz.core.posts import Post
from kulanz.sources.errors import PermanentError
from kulanz.sources.observing import Observation, Observer, _pieces

TEXTS = (
    "Three reminders for seven euros, and nobody answers me!",
    "We have answered you twice, please read our terms and conditions.",
    "The same happened to me last summer, they never called back.",
    "Thanks",
)


def post(number: int, text: str = "", **more: Any) -> Post:
    return Post(
        thread_id="12",
        post_id=str(number),
        author_id=f"author{number}",
        created_at=datetime(2026, 2, number, 10, tzinfo=UTC),
        text=text or TEXTS[number - 1],
        **more,
    )


def plain(*texts: str, head: str = "", foot: str = "") -> bytes:
    """A page without any description, with a post's words broken up by tags."""
    posts = "".join(f"<div class=post><p>{text.replace(' ', ' <b></b>')}</p></div>" for text in texts)
    return f"<html><head>{head}</head><body><h1>Forum</h1>{posts}{foot}</body></html>".encode()


def described(*posts: tuple[int, str]) -> bytes:
    items = "".join(
        '<div itemprop="comment" itemscope itemtype="https://schema.org/Comment">'
        f'<span itemprop="author">author{number}</span><div itemprop="text">{text}</div>'
        f'<time itemprop="datePublished" datetime="2026-02-0{number}T10:00:00Z"></time></div>'
        for number, text in posts
    )
    scope = '<div itemscope itemtype="https://schema.org/DiscussionForumPosting">'
    return f"<html><body>{scope}{items}</div></body></html>".encode()


@pytest.fixture
def site() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


def observed(site: FaultServer, *pages: bytes, posts: tuple[Post, ...]) -> Observation:
    url = site.script("/t", reply(pages[0]))
    for number, body in enumerate(pages[1:], start=2):
        site.script(f"/t{number}", reply(body))
    return Observer(client()).observe(url, posts)


ALL = tuple(post(number) for number in range(1, 5))


@pytest.mark.parametrize(
    "page", [plain(*TEXTS), described(*enumerate(TEXTS, start=1))], ids=["plain", "described"]
)
def test_nothing_differs(site: FaultServer, page: bytes) -> None:
    found = observed(site, page, posts=ALL)
    assert (found.readable, found.complete, found.compared, found.differences) == (True, True, 4, ())
    assert found.raw[0].body == page


def test_a_post_that_guests_do_not_see(site: FaultServer) -> None:
    quoted = f"<blockquote>{TEXTS[1]}</blockquote>"
    found = observed(site, plain(TEXTS[0], TEXTS[2], TEXTS[3], foot=quoted), posts=ALL)
    (difference,) = found.differences
    assert (difference.kind, difference.post_id, difference.found_at) == ("missing", "2", NOON)


def test_other_words_for_guests(site: FaultServer) -> None:
    softened = "Three reminders for seven euros, and everybody helps me!"
    (told,) = observed(site, described((1, softened), (2, TEXTS[1])), posts=ALL[:2]).differences
    assert (told.kind, told.post_id) == ("other_text", "1")
    assert [(part.sign, part.text) for part in told.diff] == [
        ("=", "Three reminders for seven euros, and"), ("-", "nobody answers"), ("+", "everybody helps"),
        ("=", "me!"),
    ]  # fmt: skip
    (seen,) = observed(site, plain(softened, TEXTS[1]), posts=ALL[:2]).differences
    assert (seen.kind, seen.post_id, seen.diff) == ("other_text", "1", ())
    assert seen.share is not None
    assert 0.3 <= seen.share < 0.9


def test_a_hidden_post_that_guests_can_read(site: FaultServer) -> None:
    posts = (post(1), post(2, hidden=True), post(3, hidden=True))
    (difference,) = observed(site, plain(TEXTS[0], TEXTS[1]), posts=posts).differences
    assert (difference.kind, difference.post_id, difference.share) == ("shown_to_guests", "2", 1)


def test_pages_are_followed_and_nothing_is_missing_that_may_be_on_another(site: FaultServer) -> None:
    following = '<link rel="next" href="/t2">'
    whole = observed(site, plain(*TEXTS[:2], head=following), plain(*TEXTS[2:]), posts=ALL)
    assert (whole.complete, whole.differences, len(whole.raw)) == (True, (), 2)
    unlinked = observed(site, plain(*TEXTS[:2], foot='<a href="/t?page=2">2</a>'), posts=ALL)
    assert (unlinked.complete, unlinked.differences) == (False, ())
    cut = observed(site, plain(*TEXTS[:2]).replace(b"</html>", b""), posts=ALL)
    assert (cut.complete, cut.differences) == (False, ())
    circle = observed(site, plain(*TEXTS[:2], head='<link rel="next" href="/t?start=0">'), posts=ALL)
    assert (circle.complete, len(circle.raw)) == (False, 1)


def test_a_page_that_a_program_draws_says_nothing(site: FaultServer) -> None:
    found = observed(site, plain("Please enable JavaScript"), posts=ALL)
    assert (found.readable, found.differences) == (False, ())


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_a_thread_that_guests_do_not_get(site: FaultServer, status: int) -> None:
    found = Observer(client()).observe(site.script("/t", reply(b"no", status)), ALL)
    (difference,) = found.differences
    assert (difference.kind, difference.status, difference.post_id) == ("withheld", status, None)


def test_a_second_page_that_is_refused_leaves_the_thread_incomplete(site: FaultServer) -> None:
    found = observed(site, plain(*TEXTS[:2], head='<link rel="next" href="/none">'), posts=ALL)
    assert (found.readable, found.complete, found.differences) == (True, False, ())


def test_robots_txt_is_obeyed_and_no_key_is_sent(site: FaultServer) -> None:
    site.script("/robots.txt", reply(b"User-agent: *\nDisallow: /t"))
    with pytest.raises(PermanentError, match=r"robots\.txt"):
        Observer(client()).observe(site.script("/t", reply(plain(*TEXTS))), ALL)
    assert [asked.target for asked in site.asked] == ["/robots.txt"]


@given(st.text(alphabet="<>/bpdiv &;blockquote\x00ü", max_size=200))
def test_pieces_of_any_page_can_be_taken(html: str) -> None:
    assert isinstance("".join(_pieces(html)), str)
