"""What guests see on real forums: posts read from pages, and compared with what the interface said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from faults.clients import client
from kulanz.core.posts import Post
from kulanz.sources.connectors import connector_named
from kulanz.sources.observing import Observation, Observer
from kulanz.testing.reading import Notebook, Reading
from servers.frame import Written
from servers.misago import MisagoSite
from servers.nodebb import NodebbSite

OPENING = "My bank shows two charges for one order, please correct this at once."
ANSWER = "The same happened to me in October of last year, and nobody called."


def said(site: Any, name: str, thread: Written) -> list[Post]:
    """The thread's posts as the interface gives them."""
    notes = Reading(make=connector_named(name).make, address=site.url).read_all()
    return [each.post for each in notes.posts.values() if each.post.thread_id == thread.thread_id]


def observed(posts: Sequence[Post]) -> Observation:
    assert posts[0].thread_url is not None
    return Observer(client()).observe(posts[0].thread_url, posts)


@pytest.fixture
def misago_thread(misago: MisagoSite) -> tuple[Written, str]:
    thread = misago.open("Charged twice, and not for the first time", OPENING)
    return thread, misago.post(thread.thread_id, ANSWER, by=misago.other)


def test_misago_shows_guests_what_its_interface_says(misago: MisagoSite, misago_thread: tuple[Written, str]):
    found = observed(said(misago, "misago", misago_thread[0]))

    assert (found.readable, found.complete, found.compared, found.differences) == (True, True, 2, ())


def test_a_post_hidden_on_misago_is_missing_for_guests(
    misago: MisagoSite, misago_thread: tuple[Written, str]
):
    thread, answer = misago_thread
    posts = said(misago, "misago", thread)

    misago.hide(thread.thread_id, answer)

    assert [(each.kind, each.post_id) for each in observed(posts).differences] == [("missing", answer)]


def test_a_post_edited_on_misago_reads_otherwise(misago: MisagoSite, misago_thread: tuple[Written, str]):
    thread, answer = misago_thread
    posts = said(misago, "misago", thread)

    misago.edit(thread.thread_id, answer, ANSWER.replace("nobody called", "they were kind"), by=misago.other)

    (difference,) = observed(posts).differences
    assert (difference.kind, difference.post_id) == ("other_text", answer)


def test_a_thread_deleted_on_misago_is_withheld(misago: MisagoSite, misago_thread: tuple[Written, str]):
    thread, _ = misago_thread
    posts = said(misago, "misago", thread)

    misago.delete_thread(thread.thread_id)

    assert [(each.kind, each.status) for each in observed(posts).differences] == [("withheld", 404)]


@pytest.mark.parametrize("name", ["misago", "nodebb"])
def test_posts_are_read_from_the_pages_of_real_forums(name: str, request: pytest.FixtureRequest):
    site: MisagoSite | NodebbSite = request.getfixturevalue(name)
    texts = (f"{OPENING} It is invoice 47.", f"{ANSWER} It was invoice 11.")
    thread = site.open("Invoice for a month that I was not there", texts[0])
    site.post(thread.thread_id, texts[1])
    by_interface = {each.text: each for each in said(site, name, thread)}

    pages = Notebook()
    Reading(make=connector_named("html_forum").make, address=listing(site)).read_all(pages)

    by_pages = {each.post.text: each.post for each in pages.posts.values()}
    for text in texts:
        assert by_pages[text].author_id == by_interface[text].author_id
        assert by_pages[text].created_at == by_interface[text].created_at


def listing(site: MisagoSite | NodebbSite) -> str:
    return site.url + ("/" if isinstance(site, MisagoSite) else "/category/2/general-discussion")
