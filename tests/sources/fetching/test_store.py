"""What the store keeps, and what comes out of it."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from seen import GRACE, HOUR, START, sighting

from kulanz.sources import read
from kulanz.sources.errors import PermanentError, Problems, SourceError, TemporaryError
from kulanz.sources.sightings import Page, Raw, ThreadAct, ThreadSighting
from kulanz.sources.store import Kept, SourceStore, Store

NAME = "misago:https://forum.example.org"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "forum") as opened:
        yield opened


@pytest.fixture
def source(store: Store) -> SourceStore:
    return store.source(NAME)


def keep(
    source: SourceStore, page: Page, *, now: datetime = START + HOUR, problems: Problems | None = None
) -> Kept:
    """Keep a page in a run of its own."""
    noted = Problems() if problems is None else problems
    run = source.begin(now)
    return source.keep(page, run=run, lane="live", grace=GRACE, problems=noted, now=now)


def lines(store: Store) -> list[dict[str, object]]:
    store.export()
    return [json.loads(line) for line in store.posts_file.read_text("utf-8").splitlines()]


def whole(*present: str, **more: object) -> ThreadSighting:
    return ThreadSighting(thread_id="t", present=frozenset(present), **more)  # type: ignore[arg-type]


def test_the_same_page_twice_changes_nothing(source: SourceStore) -> None:
    page = Page(posts=(sighting(), sighting(post_id="2")), threads=(whole("1", "2"),), cursor={"at": 1})
    assert keep(source, page).new_posts == 2
    again = keep(source, page)
    assert (again.new_posts, again.revisions) == (0, [])


def test_what_a_connector_may_know(source: SourceStore) -> None:
    keep(source, Page(posts=(sighting(), sighting(post_id="2")), threads=(whole("1", "2", marker="m"),)))
    assert source.marker("t") == "m"
    assert source.post_ids("t") == {"1", "2"}
    assert source.thread_of("2") == "t"
    assert (source.marker("u"), source.post_ids("u"), source.thread_of("9")) == (None, frozenset(), None)


def test_a_post_that_its_thread_no_longer_lists_was_removed(source: SourceStore, store: Store) -> None:
    keep(source, Page(posts=(sighting(), sighting(post_id="2"))))
    (revision,) = keep(source, Page(threads=(whole("1"),))).revisions
    assert (revision.kind, revision.post_id) == ("removed", "2")
    assert source.post_ids("t") == {"1"}
    assert keep(source, Page(threads=(whole("1"),))).revisions == []
    assert [line["post_id"] for line in lines(store)] == ["1"]
    (revision,) = keep(source, Page(posts=(sighting(post_id="2"),))).revisions
    assert revision.kind == "restored"


def test_a_list_that_may_be_older_than_a_post_does_not_remove_it(source: SourceStore) -> None:
    run = source.begin(START)
    for page in (Page(posts=(sighting(post_id="new"),)), Page(threads=(whole("1"),))):
        kept = source.keep(page, run=run, lane="live", grace=GRACE, problems=Problems(), now=START)
        assert kept.revisions == []
    assert [each.kind for each in keep(source, Page(threads=(whole("1"),))).revisions] == ["removed"]


def test_a_post_that_moved_is_not_removed_from_where_it_was(source: SourceStore) -> None:
    keep(source, Page(posts=(sighting(),)))
    moved = Page(posts=(sighting(thread_id="u"),), threads=(whole(),))
    assert [each.kind for each in keep(source, moved).revisions] == ["moved"]


def test_an_act_is_told_once(source: SourceStore) -> None:
    page = Page(threads=(whole(closed=True, acts=(ThreadAct(kind="locked", at=START),)),))
    assert [each.kind for each in keep(source, page).revisions] == ["locked"]
    assert keep(source, page).revisions == []


def test_the_export_is_what_is_shown_now(source: SourceStore, store: Store) -> None:
    keep(
        source,
        Page(
            posts=(sighting(), sighting(post_id="2", hidden=True), sighting(post_id="3", removed=True)),
            threads=(
                whole("1", "2", title="Fees", url="https://x/t", views=7, closed=True,
                      acts=(ThreadAct(kind="locked", at=START),)),
            ),
        ),
    )  # fmt: skip
    keep(source, Page(posts=(sighting(post_id="9", thread_id="gone"),)))
    keep(source, Page(threads=(ThreadSighting(thread_id="gone", gone=True),)))
    one, two = lines(store)
    assert (one["post_id"], one["source"], one["thread_title"]) == ("1", NAME, "Fees")
    assert (one["thread_views"], one["thread_url"]) == (7, "https://x/t")
    assert one["thread_closed_at"] == "2026-01-01T00:00:00Z"
    assert "hidden" not in one
    assert (two["post_id"], two["hidden"]) == ("2", True)


def test_a_thread_that_was_opened_again_is_not_closed(source: SourceStore, store: Store) -> None:
    keep(source, Page(posts=(sighting(thread_closed_at=START),), threads=(whole("1", closed=True),)))
    assert lines(store)[0]["thread_closed_at"]
    keep(source, Page(threads=(whole("1", closed=False),)))
    assert "thread_closed_at" not in lines(store)[0]


def test_sources_in_one_folder_are_told_apart(store: Store) -> None:
    for name in ("feed:https://a.example", "feed:https://b.example"):
        keep(store.source(name), Page(posts=(sighting(reply_to="0"),)))
    assert [line["thread_id"] for line in lines(store)] == [
        "feed:https://a.example#t",
        "feed:https://b.example#t",
    ]
    assert {line["post_id"] for line in lines(store)} == {
        "feed:https://a.example#1",
        "feed:https://b.example#1",
    }


def test_what_is_exported_is_read_by_the_other_commands(source: SourceStore, store: Store) -> None:
    keep(source, Page(posts=(sighting(), sighting(post_id="2", links=("https://x/y",)))))
    store.export()
    posts = list(read(store.posts_file.parent))
    assert [post.post_id for post in posts] == ["1", "2"]


def test_an_answer_is_kept_once(source: SourceStore, store: Store) -> None:
    for body in (b"same", b"same", b"other"):
        raw = Raw(url="https://x/1", media_type="text/plain", body=body, fetched_at=START)
        keep(source, Page(raw=(raw,)))
    database = sqlite3.connect(store.posts_file.parent / ".kulanz" / "store.sqlite")
    bodies = [zlib.decompress(row[0]) for row in database.execute("SELECT packed FROM body")]
    answers = database.execute("SELECT count(*) FROM answer").fetchone()
    database.close()
    assert (sorted(bodies), answers) == ([b"other", b"same"], (2,))


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "half a pair \ud83d"},
        {"post_id": ""},
        {"created_at": START.replace(tzinfo=None)},
        {"likes": -1},
    ],
)
def test_a_post_that_cannot_be_kept_is_told_and_the_rest_is_kept(
    broken: dict[str, object], source: SourceStore, store: Store
) -> None:
    problems = Problems()
    page = Page(posts=(sighting(**broken), sighting(post_id="2")), cursor={"at": 1})  # type: ignore[arg-type]
    assert keep(source, page, problems=problems).new_posts == 1
    assert problems.total == 1
    assert source.cursor("live") == {"at": 1}
    assert len(lines(store)) == 1


def test_a_page_is_kept_with_its_cursor_or_not_at_all(source: SourceStore) -> None:
    class Impossible:
        """Fits into no cursor."""

    with pytest.raises(TypeError):
        keep(source, Page(posts=(sighting(),), cursor={"at": Impossible()}))
    assert source.post_ids("t") == frozenset()
    assert source.cursor("live") is None


def test_one_reader_at_a_time(store: Store, tmp_path: Path) -> None:
    with store.sole_reader(NAME), Store(tmp_path / "forum") as other:
        with pytest.raises(SourceError, match="another kulanz fetch"), other.sole_reader(NAME):
            pass
        with other.sole_reader("feed:https://elsewhere.example"):
            pass
    with store.sole_reader(NAME):
        pass


def test_a_source_that_fails_rests_longer_each_time(source: SourceStore) -> None:
    rests = []
    for _ in range(4):
        source.failed(TemporaryError("busy"), START, 0.5)
        health = source.health
        assert health.not_before is not None
        rests.append(health.not_before - START)
    assert rests == sorted(rests)
    assert rests[3] == 8 * rests[0]
    source.failed(TemporaryError("busy", retry_after=7), START, 0.5)
    assert source.health.not_before is not None
    assert (source.health.not_before - START).total_seconds() == 7
    source.succeeded(START)
    assert (source.health.errors, source.health.not_before, source.health.last_success) == (0, None, START)


def test_a_source_that_needs_a_person_stops_until_it_is_retried(source: SourceStore) -> None:
    source.stopped(PermanentError("the key is wrong"), START)
    assert (source.health.state, source.health.reason) == ("stopped", "the key is wrong")
    source.retried()
    assert source.health.state == "active"


def test_no_store_of_ours(tmp_path: Path) -> None:
    (tmp_path / ".kulanz").mkdir()
    file = tmp_path / ".kulanz" / "store.sqlite"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(SourceError, match="expected a store made by kulanz fetch"):
        Store(tmp_path)


def test_a_store_of_a_newer_version(tmp_path: Path) -> None:
    Store(tmp_path).close()
    database = sqlite3.connect(tmp_path / ".kulanz" / "store.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(SourceError, match="use a newer Kulanz"):
        Store(tmp_path)
