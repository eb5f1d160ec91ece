"""Every kind of change, made on real servers by their own interfaces and found by a fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from kulanz.sources.connectors import misago as misago_connector
from kulanz.sources.connectors import nodebb as nodebb_connector
from kulanz.sources.fetching import Fetch
from kulanz.sources.revisions import Revision
from kulanz.sources.store import Store
from kulanz.testing.reading import Reading
from servers.frame import Written
from servers.misago import MisagoSite
from servers.nodebb import NodebbSite

ENOUGH: Final = 1000
Site = MisagoSite | NodebbSite
Act = Callable[[Any, Written, str], object]


class Watch:
    """Fetches into a store, all threads read again each time, and knows the changes found in one."""

    def __init__(self, store: Store, reading: Reading, thread_id: str) -> None:
        self._thread_id = thread_id
        self._store = store.source("forum")
        self._reading = reading
        self._days = 0

    def look(self) -> list[Revision]:
        """Fetch as of some days later, when every thread is due to be read again; return what is new."""
        known = len(self._store.revisions())
        self._days += 40
        run = Fetch(
            store=self._store,
            connector=self._reading.connector(self._store),
            http=self._reading.http,
            now=lambda: datetime.now(UTC) + timedelta(days=self._days),
            random=Random(1),
            problems=self._reading.problems,
            reread_budget=ENOUGH,
        ).run()
        assert run.error is None
        return [each for each in self._store.revisions()[known:] if each.thread_id == self._thread_id]


@pytest.fixture(params=["misago", "nodebb"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def watch(site: Site, thread: Written, tmp_path: Path) -> Iterator[Watch]:
    module = misago_connector if isinstance(site, MisagoSite) else nodebb_connector
    with Store(tmp_path) as store:
        yield Watch(store, Reading(make=module.CONNECTOR, address=site.url), thread.thread_id)


@pytest.fixture
def thread(site: Site) -> Written:
    return site.open("Export fails with large tables", "When I export more than 10k rows I get error 500.")


@pytest.fixture
def reply(site: Site, thread: Written) -> str:
    return site.post(thread.thread_id, "This is how you treat your customers!", by=site.other)


def conceal(site: Site, thread: Written, post: str) -> None:
    """Take a post from view: Misago hides it, NodeBB deletes it with a tombstone."""
    (site.hide if isinstance(site, MisagoSite) else site.delete)(thread.thread_id, post)


def take_away(site: Site, thread: Written, post: str) -> None:
    """Delete a post without a trace."""
    (site.delete if isinstance(site, MisagoSite) else site.purge)(thread.thread_id, post)


ACTS: dict[str, Act] = {
    "edited_by_author": lambda site, thread, post: site.edit(
        thread.thread_id, post, "This is how you treat me.", by=site.other
    ),
    "edited_by_other": lambda site, thread, post: site.edit(
        thread.thread_id, post, "This is how you treat me.", by=site.moderator
    ),
    "removed": take_away,
    "locked": lambda site, thread, _post: site.lock(thread.thread_id),
    "moved": lambda site, thread, _post: site.move(thread.thread_id, site.other_place),
}


@pytest.mark.parametrize("kind", ACTS)
def test_a_change_is_found_once(site: Site, watch: Watch, thread: Written, reply: str, kind: str):
    assert watch.look() == []
    ACTS[kind](site, thread, reply)

    (found,) = watch.look()

    assert found.kind == kind
    assert watch.look() == []


def test_an_edit_has_its_time_its_editor_and_the_words(site: Site, watch: Watch, thread: Written, reply: str):
    watch.look()
    site.edit(thread.thread_id, reply, "This is how you treat your best customers!", by=site.moderator)

    (found,) = watch.look()

    assert found.by == site.moderator
    assert found.changed_at is not None
    assert abs(datetime.now(UTC) - found.changed_at) < timedelta(minutes=5)
    assert [change.text.strip() for change in found.diff if change.sign == "+"] == ["best"]


def test_a_concealed_post_is_told_and_so_is_its_return(site: Site, watch: Watch, thread: Written, reply: str):
    watch.look()
    conceal(site, thread, reply)
    concealed = [each.kind for each in watch.look()]
    site.restore(thread.thread_id, reply)
    shown = [each.kind for each in watch.look()]

    assert concealed == ["hidden" if isinstance(site, MisagoSite) else "removed"]
    assert shown == ["restored"]


def test_a_lock_and_its_end_are_two_changes(site: Site, watch: Watch, thread: Written):
    watch.look()
    site.lock(thread.thread_id)
    locked = watch.look()
    site.unlock(thread.thread_id)
    unlocked = watch.look()

    assert [each.kind for each in (*locked, *unlocked)] == ["locked", "unlocked"]


def test_a_deleted_thread_is_removed(site: Site, watch: Watch, thread: Written):
    watch.look()
    site.delete_thread(thread.thread_id)

    assert {each.kind for each in watch.look()} == {"removed"}


def test_an_edit_that_the_platform_does_not_know_of_is_silent(misago: MisagoSite, tmp_path: Path):
    thread = misago.open("Who changed my words", "Your terms are a trap.")
    with Store(tmp_path) as store:
        watch = Watch(store, Reading(make=misago_connector.CONNECTOR, address=misago.url), thread.thread_id)
        watch.look()
        misago.overwrite(thread.post_id, "Your terms are a bit long.")

        (found,) = watch.look()

    assert found.kind == "edited_silently"
    assert (found.by, found.changed_at) == (None, None)
    assert [change.text.strip() for change in found.diff if change.sign == "-"] == ["trap."]
