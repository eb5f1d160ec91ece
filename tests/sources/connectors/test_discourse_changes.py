"""What a Discourse forum's changes become in the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from discourse_site import SECRET, DiscourseSite, SiteServer, community
from kulanz.sources.connecting import Connector
from kulanz.sources.connectors.discourse import CONNECTOR
from kulanz.sources.fetching import Fetch
from kulanz.sources.receivers.discourse import DiscourseReceiver
from kulanz.sources.revisions import Revision
from kulanz.sources.store.store import Store
from kulanz.sources.web.secrets import Secret
from kulanz.testing.reading import Reading


class Followed:
    """A forum that is fetched into a store again and again."""

    def __init__(self, server: SiteServer, store: Store) -> None:
        self.site = server.site
        self.store = store.source("forum")
        self._posts = store.posts
        self._told = 0
        self._reading = Reading(make=CONNECTOR, address=server.url, now=lambda: self.site.now)

    def fetch(self) -> list[Revision]:
        """Fetch with rereads; return the changes that it found."""
        self.site.later(timedelta(days=1))
        run = Fetch(
            store=self.store,
            connector=self.connector(),
            http=self._reading.http,
            now=lambda: self.site.now,
            random=Random(1),
            problems=self._reading.problems,
            reread_budget=1000,
        ).run()
        assert run.error is None
        found = self.store.revisions()[self._told :]
        self._told += len(found)
        return found

    def connector(self) -> Connector:
        return self._reading.connector(self.store)

    def accepted(self) -> set[str]:
        return {post.post_id for post in self._posts() if post.accepted}

    def kinds(self) -> list[tuple[str, str | None]]:
        return [(each.kind, each.post_id) for each in self.fetch()]


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    with SiteServer(community(3, 25)) as server, Store(tmp_path) as store:
        forum = Followed(server, store)
        assert forum.fetch() == []
        yield forum


def test_nothing_changes_where_nothing_happened(followed: Followed) -> None:
    assert followed.fetch() == []
    assert followed.fetch() == []


def test_edits_by_author_and_by_staff(followed: Followed) -> None:
    own, foreign = followed.site.posts[4], followed.site.posts[70]
    followed.site.edit(own, "Ganz anders.")
    followed.site.edit(foreign, "Gekürzt.", editor="mod_kai")
    found = {each.post_id: each for each in followed.fetch()}
    assert (found["4"].kind, found["4"].by, found["4"].changed_at) == (
        "edited_by_author",
        own.author,
        own.touched,
    )
    assert (found["70"].kind, found["70"].by) == ("edited_by_other", "mod_kai")
    assert followed.fetch() == []


def test_a_text_exchanged_behind_the_platforms_back(followed: Followed) -> None:
    followed.site.exchange(followed.site.posts[4], "Das habe ich nie geschrieben.")
    followed.site.exchange(followed.site.posts[74], "Das auch nicht.")
    assert sorted(followed.kinds()) == [("edited_silently", "4"), ("edited_silently", "74")]


def test_an_edit_in_the_grace_period_is_not_called_silent(tmp_path: Path) -> None:
    site = DiscourseSite()
    topic = site.open("Mahnung", "ines", "Das ist Betrug!")
    with SiteServer(site) as server, Store(tmp_path) as store:
        followed = Followed(server, store)
        site.later(timedelta(minutes=1) - timedelta(days=1))
        followed.fetch()
        site.later(timedelta(minutes=1) - timedelta(days=1))
        site.edit(topic.posts[0], "Das ist seltsam.")
        assert followed.kinds() == [("edited", "1")]


def test_an_answer_is_accepted_and_no_longer_without_being_a_change(followed: Followed) -> None:
    answer, other = followed.site.posts[4], followed.site.posts[70]
    followed.site.accept(answer)
    followed.site.accept(other)
    assert followed.fetch() == []
    assert followed.accepted() == {"4", "70"}
    followed.site.accept(other, accepted=False)
    assert followed.fetch() == []
    assert followed.accepted() == {"4"}


def test_hidden_removed_restored(followed: Followed) -> None:
    hidden, removed, withdrawn = (followed.site.posts[number] for number in (10, 40, 50))
    followed.site.hide(hidden)
    followed.site.remove(removed)
    followed.site.withdraw(withdrawn)
    assert sorted(followed.kinds()) == [("hidden", "10"), ("removed", "40"), ("removed", "50")]
    followed.site.unhide(hidden)
    followed.site.recover(removed)
    assert sorted(followed.kinds()) == [("restored", "10"), ("restored", "40")]


def test_closing_is_found_once_with_time_and_name(followed: Followed) -> None:
    topic = followed.site.topics[2]
    followed.site.close(topic)
    closed_at = followed.site.now
    [found] = followed.fetch()
    assert (found.kind, found.thread_id, found.changed_at, found.by) == ("locked", "2", closed_at, "mod_kai")
    assert followed.fetch() == []
    followed.site.reopen(topic)
    assert [each.kind for each in followed.fetch()] == ["unlocked"]


@pytest.mark.parametrize(("source", "target"), [(1, 2), (2, 1), (2, 3), (3, 2)])
def test_a_moved_post_is_not_called_removed(followed: Followed, source: int, target: int) -> None:
    moved = followed.site.topics[source].posts[4]
    followed.site.move(moved, followed.site.topics[target])
    found = followed.fetch()
    assert {(each.kind, each.post_id) for each in found} == {("moved", str(moved.id)), ("moved", None)}
    assert followed.store.thread_of(str(moved.id)) == str(target)
    assert followed.fetch() == []


def test_a_topic_in_another_category_and_one_taken_away(followed: Followed) -> None:
    followed.site.recategorise(followed.site.topics[1], 9)
    followed.site.delete_topic(followed.site.topics[2])
    found = {each.thread_id: each.kind for each in followed.fetch() if each.post_id is None}
    assert found == {"1": "moved", "2": "removed"}


def test_a_webhook_leads_to_the_new_post(followed: Followed) -> None:
    new = followed.site.reply(followed.site.topics[1], "ines", "Und jetzt kam auch noch ein Inkassobüro.")
    rereads = DiscourseReceiver(Secret(SECRET)).receive(followed.site.deliveries[-1]).rereads
    pages = followed.connector().reread(rereads)
    assert str(new.id) in {each.post.post_id for page in pages for each in page.posts}
