"""What every connector must do, as pytest classes: subclass one per connector.

A subclass of ``HttpConnectorSuite`` for a connector registered as ``misago``::

    class TestMisago(HttpConnectorSuite):
        name = "misago"
        recorded_at = "http://127.0.0.1:8000"

        def routes(self) -> Mapping[str, Route]:
            return {"/api/threads/": Reply(recorded("threads.json"), headers=JSON), ...}

Connectors that do not speak HTTP subclass ``ConnectorSuite`` and override ``serving``.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Final

import pytest

from kulanz.core.posts import Post
from kulanz.sources.connecting import LIVE, Connector
from kulanz.sources.connectors import CONNECTORS, connector_named
from kulanz.sources.errors import FetchError, PermanentError, TemporaryError
from kulanz.sources.sightings import Page, Sighting
from kulanz.sources.store import Store
from kulanz.testing.faults import FAULTS, Fault, Firewall, altered, failing
from kulanz.testing.reading import Notebook, Reading, exhaust, through_json
from kulanz.testing.recorded import Alter, RecordedServer, Route, unaltered

SEEDS: Final = range(12)
# What a platform records of itself is told at the first read too.
_RECORDED: Final = {"edited", "edited_by_author", "edited_by_other", "locked", "unlocked", "moved"}
_MOST_PAGES: Final = 1000


class ConnectorSuite(ABC):
    """What holds for every connector, whatever it speaks.

    ``name`` is the registered name. ``secrets`` are the keys that the read needs. ``fewest_posts``
    is how many posts a full read must at least find. ``complete`` is False where the source names
    threads that are not served, as recordings may: those look removed when they are read again, and
    restored where a list names them.
    """

    name: ClassVar[str]
    secrets: ClassVar[Mapping[str, str]] = {}
    fewest_posts: ClassVar[int] = 1
    complete: ClassVar[bool] = True

    @abstractmethod
    def serving(self) -> AbstractContextManager[str]:
        """Start what is read, yield the connector's address, and stop it in the end."""

    @pytest.fixture
    def address(self) -> Iterator[str]:
        with self.serving() as address:
            yield address

    @pytest.fixture
    def reading(self, address: str) -> Reading:
        return self.reading_of(address)

    def reading_of(self, address: str) -> Reading:
        """Return the connector's reading of an address."""
        return Reading(make=connector_named(self.name).make, address=address, secrets=self.secrets)

    def test_it_is_registered_and_says_what_it_reads(self) -> None:
        module = import_module(CONNECTORS[self.name])
        assert inspect.getdoc(module), "the module needs a docstring: what it reads, sees and cannot see"
        assert set(self.secrets) <= set(connector_named(self.name).keys)

    def test_it_keeps_the_contract(self, reading: Reading) -> None:
        connector = reading.connector(Notebook())
        assert isinstance(connector, Connector)
        assert connector.name == self.name
        assert connector.lanes[0] == LIVE
        assert connector.grace >= timedelta(0)

    def test_it_reads_posts(self, reading: Reading) -> None:
        posts = reading.read_all().posts
        assert len(posts) >= self.fewest_posts
        for sighting in posts.values():
            check_sighting(sighting)

    def test_a_post_is_in_one_thread(self, reading: Reading) -> None:
        places: dict[str, str] = {}
        for page in every_page(reading, Notebook()):
            for sighting in page.posts:
                post = sighting.post
                assert places.setdefault(post.post_id, post.thread_id) == post.thread_id

    def test_pages_carry_cursor_and_answers(self, reading: Reading) -> None:
        for page in every_page(reading, Notebook()):
            assert page.cursor is not None, "a page of a lane must carry its cursor"
            assert through_json(page.cursor) == page.cursor
            assert page.raw or not page.posts, "posts need the answers they were read from"

    def test_no_secret_is_kept(self, reading: Reading) -> None:
        kept = [each for page in every_page(reading, Notebook()) for each in (*page.raw, page.cursor)]
        for secret in self.secrets.values():
            assert not any(secret in str(each) for each in kept)

    def test_present_lists_hold_the_posts_of_the_page(self, reading: Reading) -> None:
        for page in every_page(reading, Notebook()):
            for thread in page.threads:
                shown = {
                    each.post.post_id
                    for each in page.posts
                    if each.post.thread_id == thread.thread_id and not each.removed
                }
                assert thread.present is None or shown <= thread.present

    def test_it_goes_on_after_any_page(self, address: str) -> None:
        whole = self.reading_of(address).read_all()
        broken = Notebook()
        for lane in self.reading_of(address).connector(broken).lanes:
            for _ in range(_MOST_PAGES):
                if not exhaust(self.reading_of(address).pages(broken, lane, most=1)):
                    break
        assert broken.posts.keys() == whole.posts.keys()
        assert texts(broken) == texts(whole)

    def test_lanes_do_not_depend_on_their_order(self, address: str) -> None:
        whole = self.reading_of(address).read_all()
        backwards, reading = Notebook(), self.reading_of(address)
        for lane in reversed(reading.connector(backwards).lanes):
            exhaust(reading.pages(backwards, lane))
        assert backwards.posts.keys() == whole.posts.keys()

    def test_a_second_read_says_the_same(self, reading: Reading) -> None:
        notes = reading.read_all()
        before = dict(notes.posts)
        reading.read_all(notes)
        reading.reread(notes)
        assert notes.posts.keys() == before.keys()
        for post_id, sighting in notes.posts.items():
            assert sighting.post.text == before[post_id].post.text
            assert sighting.post.thread_id == before[post_id].post.thread_id
            assert sighting.removed == before[post_id].removed

    def test_threads_read_again_have_no_cursor(self, reading: Reading) -> None:
        notes = reading.read_all()
        assert all(page.cursor is None for page in reading.reread(notes))

    def test_a_source_that_stays_the_same_has_no_changes(self, reading: Reading, tmp_path: Path) -> None:
        """Two ways to the same post must give the same text, or changes would be told that nobody made."""
        with Store(tmp_path) as store:
            source = store.source(f"{self.name}:{reading.address}")
            missing = set() if self.complete else {"removed", "restored"}
            first = reading.fetch(source)
            assert first.error is None
            assert set(first.revisions) <= _RECORDED | missing, source.revisions()
            for days in (1, 40):
                later = reading.fetch(source, days)
                assert later.error is None
                assert later.new_posts == 0
                assert set(later.revisions) <= missing, source.revisions()


class HttpConnectorSuite(ConnectorSuite):
    """What holds for connectors over HTTP: a second read is cheap, and no answer can break them.

    ``recorded_at`` is the address in the recorded answers, replaced by that of the server.
    ``path`` is what the connector's address has behind the server's.
    """

    recorded_at: ClassVar[str | None] = None
    path: ClassVar[str] = ""

    @abstractmethod
    def routes(self) -> Mapping[str, Route]:
        """Return what the server answers."""

    @contextmanager
    def serving(self, alter: Alter = unaltered) -> Iterator[str]:
        with RecordedServer(self.routes(), recorded_at=self.recorded_at) as server:
            server.alter = alter
            yield self.address_at(server.url)

    def address_at(self, url: str) -> str:
        """Return the connector's address for a server; override where it is not the URL."""
        return url + self.path

    def test_a_second_read_needs_fewer_requests(self, reading: Reading) -> None:
        notes = reading.read_all()
        first = reading.http.requests
        reading.read_all(notes)
        assert reading.http.requests - first <= first

    def test_a_thread_that_is_not_there_is_gone(self, reading: Reading) -> None:
        notes = reading.read_all()
        unknown = self.unknown_thread(notes)
        with suppress(NotImplementedError):
            pages = list(reading.connector(notes).reread([unknown]))
            assert all(each.gone for page in pages for each in page.threads)

    def unknown_thread(self, notes: Notebook) -> str:
        """Return the id of a thread that the source does not have."""
        return f"{notes.thread_ids[0]}99999"

    @pytest.mark.parametrize("status", [500, 502, 503, 429])
    def test_a_source_in_trouble_is_tried_later(self, status: int) -> None:
        with self.serving(failing(status)) as address, pytest.raises(TemporaryError):
            self.reading_of(address).read_all()

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_source_that_refuses_needs_a_person(self, status: int) -> None:
        with self.serving(failing(status)) as address, pytest.raises(PermanentError):
            self.reading_of(address).read_all()

    @pytest.mark.parametrize("status", [200, 403])
    def test_a_firewall_in_between_removes_nothing(self, status: int) -> None:
        wall = Firewall(status)
        with self.serving(wall) as address:
            reading = self.reading_of(address)
            notes = reading.read_all()
            wall.up = True
            for thread_id in notes.thread_ids:
                with suppress(FetchError):
                    for page in reading.connector(notes).reread([thread_id]):
                        assert not any(each.gone or each.present is not None for each in page.threads)
                        assert not any(each.removed for each in page.posts)

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_answer_breaks_it(self, fault: Fault, seed: int) -> None:
        """Damaged answers end in posts, problems or a FetchError, and in nothing else."""
        with self.serving(altered(fault, seed)) as address:
            reading = self.reading_of(address)
            notes = Notebook()
            with suppress(FetchError):
                for lane in reading.connector(notes).lanes:
                    exhaust(reading.pages(notes, lane, most=_MOST_PAGES))
                reading.reread(notes)
            for sighting in notes.posts.values():
                check_sighting(sighting)


def every_page(reading: Reading, notebook: Notebook) -> Iterator[Page]:
    """Yield the pages of all lanes."""
    for lane in reading.connector(notebook).lanes:
        yield from reading.pages(notebook, lane)


def texts(notebook: Notebook) -> dict[str, Post]:
    """Return the posts whose text the source shows, by id."""
    shown = (each.post for each in notebook.posts.values() if not each.removed and not each.post.hidden)
    return {post.post_id: post for post in shown}


def check_sighting(sighting: Sighting) -> None:
    """Assert what must hold for every post."""
    post = sighting.post
    assert post.thread_id
    assert post.post_id
    assert isinstance(post.text, str)
    for moment in (post.created_at, post.thread_closed_at, sighting.edited_at):
        assert moment is None or moment.utcoffset() == timedelta(0), "times are aware and in UTC"
    assert all("://" in link or link.startswith("mailto:") for link in post.links), "links are absolute"
