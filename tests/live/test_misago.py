"""What happens on a real Misago, and what the connector says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kulanz.sources.connecting import HISTORY
from kulanz.sources.connectors.misago import CONNECTOR
from kulanz.testing.reading import Notebook, Reading
from servers.following import Follower
from servers.frame import Written
from servers.misago import MisagoSite


@pytest.fixture
def reading(misago: MisagoSite) -> Reading:
    return Reading(make=CONNECTOR, address=misago.url)


@pytest.fixture
def thread(misago: MisagoSite) -> Written:
    return misago.open("Export fails with large tables", "When I export more than 10k rows I get error 500.")


@pytest.fixture
def follower(reading: Reading, thread: Written) -> Follower:
    return Follower(reading)


def test_a_new_thread_and_its_replies_are_seen(misago: MisagoSite, follower: Follower):
    new = misago.open("Charged twice", "My bank shows two charges, please correct this.", by=misago.other)
    reply = misago.post(new.thread_id, "The same happened to me in October.")

    posts, threads = follower.look()

    assert posts.keys() == {new.post_id, reply}
    assert posts[new.post_id].post.author_id == misago.other
    assert posts[new.post_id].post.text == "My bank shows two charges, please correct this."
    assert posts[new.post_id].post.url == f"{misago.url}/t/charged-twice/{new.thread_id}/post/{new.post_id}/"
    assert threads[new.thread_id].present == {new.post_id, reply}


def test_nothing_new_costs_one_request(misago: MisagoSite, follower: Follower, reading: Reading):
    follower.look()
    before = reading.http.requests

    assert follower.look() == ({}, {})
    assert reading.http.requests - before == 1


@pytest.mark.parametrize("editor", ["Alice", "Admin"])
def test_an_edit_names_its_editor(misago: MisagoSite, thread: Written, follower: Follower, editor: str):
    misago.edit(thread.thread_id, thread.post_id, f"Edited by {editor}, and it still fails.", by=editor)

    post = follower.look_again(thread.thread_id)[0][thread.post_id]

    assert post.post.text == f"Edited by {editor}, and it still fails."
    assert post.post.author_id == "Alice"
    assert (post.version, post.edited_by) == (1, editor)
    assert post.edited_at is not None


def test_a_deleted_reply_is_absent(misago: MisagoSite, thread: Written, follower: Follower):
    first = misago.post(thread.thread_id, "A reply that will be deleted soon.")
    second = misago.post(thread.thread_id, "A reply that stays where it is.")
    follower.look()
    misago.delete(thread.thread_id, first)
    misago.post(thread.thread_id, "And one that comes after it.")

    _, threads = follower.look()

    present = threads[thread.thread_id].present
    assert present is not None
    assert first not in present
    assert second in present


def test_a_deleted_thread_is_gone(misago: MisagoSite, thread: Written, follower: Follower):
    misago.delete_thread(thread.thread_id)

    _, threads = follower.look_again(thread.thread_id)

    assert threads[thread.thread_id].gone


def test_a_hidden_post_keeps_its_place_and_comes_back(
    misago: MisagoSite, thread: Written, follower: Follower
):
    post = misago.post(thread.thread_id, "This is how you treat your customers!")
    misago.hide(thread.thread_id, post)
    hidden, threads = follower.look_again(thread.thread_id)
    misago.restore(thread.thread_id, post)
    shown, _ = follower.look_again(thread.thread_id)

    assert hidden[post].post.hidden
    assert hidden[post].post.text == ""
    assert post in (threads[thread.thread_id].present or ())
    assert not shown[post].post.hidden
    assert shown[post].post.text == "This is how you treat your customers!"


def test_the_best_answer_is_accepted_until_it_is_unmarked(
    misago: MisagoSite, thread: Written, follower: Follower
):
    answer = misago.post(thread.thread_id, "Export in parts of 5k rows.", by=misago.other)
    misago.accept(answer)
    marked, _ = follower.look_again(thread.thread_id)
    misago.unaccept(answer)
    unmarked, _ = follower.look_again(thread.thread_id)

    assert (marked[thread.post_id].post.accepted, marked[answer].post.accepted) == (False, True)
    assert not unmarked[answer].post.accepted


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda site, thread_id: site.lock(thread_id), "locked"),
        (lambda site, thread_id: (site.lock(thread_id), site.unlock(thread_id)), "unlocked"),
        (lambda site, thread_id: site.move(thread_id, site.other_place), "moved"),
    ],
    ids=["locked", "unlocked", "moved"],
)
def test_an_act_on_a_thread_is_seen_at_once(
    misago: MisagoSite, thread: Written, follower: Follower, act: Callable[[MisagoSite, str], Any], kind: str
):
    act(misago, thread.thread_id)

    seen = follower.look()[1][thread.thread_id]

    assert (seen.acts[-1].kind, seen.acts[-1].by) == (kind, misago.moderator)
    assert seen.closed is (kind == "locked")
    assert seen.place == (misago.other_place if kind == "moved" else misago.place)


def test_history_finds_every_thread_of_many_pages(misago: MisagoSite, reading: Reading):
    misago.fill(threads=60, posts=120)
    notes = Notebook()

    pages = list(reading.pages(notes, HISTORY))

    assert len(notes.posts) >= 180
    assert sum(len(page.posts) for page in pages) == len(notes.posts)
    assert list(reading.pages(notes, HISTORY)) == []
