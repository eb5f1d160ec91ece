"""What happens on a real NodeBB, and what the connector says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kulanz.sources.connecting import HISTORY
from kulanz.sources.connectors.nodebb import CONNECTOR
from kulanz.testing.reading import Notebook, Reading
from servers.following import Follower
from servers.frame import Written
from servers.nodebb import NodebbSite


@pytest.fixture
def reading(nodebb: NodebbSite) -> Reading:
    return Reading(make=CONNECTOR, address=nodebb.url)


@pytest.fixture
def thread(nodebb: NodebbSite) -> Written:
    return nodebb.open("Export fails with large tables", "When I export more than 10k rows I get error 500.")


@pytest.fixture
def follower(reading: Reading, thread: Written) -> Follower:
    return Follower(reading)


def test_a_new_topic_and_its_replies_are_seen(nodebb: NodebbSite, follower: Follower):
    new = nodebb.open("Charged twice", "My bank shows two charges, please correct this.", by=nodebb.other)
    reply = nodebb.post(new.thread_id, "The same happened to me in October.")

    posts, threads = follower.look()

    assert posts.keys() == {new.post_id, reply}
    assert posts[new.post_id].post.author_id == nodebb.other
    assert posts[reply].post.text == "The same happened to me in October."
    assert threads[new.thread_id].present == {new.post_id, reply}


def test_nothing_new_costs_one_request(nodebb: NodebbSite, follower: Follower, reading: Reading):
    follower.look()
    before = reading.http.requests

    assert follower.look() == ({}, {})
    assert reading.http.requests - before == 1


@pytest.mark.parametrize("editor", ["alice", "admin"])
def test_an_edit_names_its_editor(nodebb: NodebbSite, thread: Written, follower: Follower, editor: str):
    nodebb.edit(thread.thread_id, thread.post_id, f"Edited by {editor}, and it still fails.", by=editor)

    post = follower.look_again(thread.thread_id)[0][thread.post_id]

    assert post.post.text == f"Edited by {editor}, and it still fails."
    assert post.post.author_id == "alice"
    assert post.edited_by == editor
    assert post.edited_at is not None


def test_a_deleted_reply_becomes_a_tombstone_and_comes_back(
    nodebb: NodebbSite, thread: Written, follower: Follower
):
    post = nodebb.post(thread.thread_id, "This is how you treat your customers!", by=nodebb.other)
    follower.look()
    nodebb.delete(thread.thread_id, post)
    deleted, threads = follower.look()
    nodebb.restore(thread.thread_id, post)
    restored, _ = follower.look()

    assert deleted[post].removed
    assert deleted[post].post.text == ""
    assert post not in (threads[thread.thread_id].present or ())
    assert not restored[post].removed
    assert restored[post].post.text == "This is how you treat your customers!"


def test_a_purged_reply_is_absent(nodebb: NodebbSite, thread: Written, follower: Follower):
    post = nodebb.post(thread.thread_id, "A reply that leaves no trace at all.")
    follower.look()
    nodebb.purge(thread.thread_id, post)

    posts, threads = follower.look()

    assert post not in posts
    assert post not in (threads[thread.thread_id].present or {post})


def test_a_deleted_topic_is_gone(nodebb: NodebbSite, thread: Written, follower: Follower):
    nodebb.delete_thread(thread.thread_id)

    _, threads = follower.look_again(thread.thread_id)

    assert threads[thread.thread_id].gone


@pytest.mark.parametrize(
    ("act", "closed", "moved"),
    [
        (lambda site, thread_id: site.lock(thread_id), True, False),
        (lambda site, thread_id: (site.lock(thread_id), site.unlock(thread_id)), False, False),
        (lambda site, thread_id: site.move(thread_id, site.other_place), False, True),
    ],
    ids=["locked", "unlocked", "moved"],
)
def test_an_act_on_a_topic_shows_in_its_state(
    nodebb: NodebbSite,
    thread: Written,
    follower: Follower,
    act: Callable[[NodebbSite, str], Any],
    closed: bool,
    moved: bool,
):
    act(nodebb, thread.thread_id)

    seen = follower.look_again(thread.thread_id)[1][thread.thread_id]

    assert seen.closed is closed
    assert seen.place == (nodebb.other_place if moved else nodebb.place)


def test_a_lock_is_seen_in_the_list(nodebb: NodebbSite, thread: Written, follower: Follower):
    nodebb.lock(thread.thread_id)

    assert follower.look()[1][thread.thread_id].closed


def test_a_long_topic_is_read_whole_once_and_then_from_its_end(
    nodebb: NodebbSite, thread: Written, follower: Follower, reading: Reading
):
    for number in range(70):
        nodebb.post(thread.thread_id, f"Reply {number}: the same here.", by=nodebb.other)
    _, threads = follower.look()
    newest = nodebb.post(thread.thread_id, "And one more who is affected.")
    before = reading.http.requests
    posts, again = follower.look()

    assert len(threads[thread.thread_id].present or ()) == 71
    assert newest in posts
    assert len(again[thread.thread_id].present or ()) == 72
    assert reading.http.requests - before == 3


def test_history_goes_through_all_categories(nodebb: NodebbSite, reading: Reading):
    there = nodebb.open("Where is the manual?", "I cannot find the manual of version 4.")
    nodebb.move(there.thread_id, nodebb.other_place)
    for number in range(25):
        nodebb.open(f"Topic {number} of many", "One of many topics, so that there are two pages.")
    notes = Notebook()

    list(reading.pages(notes, HISTORY))

    assert there.post_id in notes.posts
    assert len(notes.threads) >= 27
    assert list(reading.pages(notes, HISTORY)) == []
