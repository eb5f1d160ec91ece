"""From a page of a source to a report on the radar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Lane, Post, RawPayload, Revision, Source, Thread
from kulanz.desk.services import analysing, ingesting
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.claiming import LEASE
from kulanz.desk.services.ingesting import Kept, keep_page
from kulanz.sources.sightings import Page, Raw, Sighting, ThreadSighting

pytestmark = pytest.mark.django_db
GRACE = timedelta(minutes=5)


def sighting(number: int, at: datetime, text: str = "Guten Tag", **more: Any) -> Sighting:
    fields = {
        name: more.pop(name) for name in ("version", "edited_at", "edited_by", "removed") if name in more
    }
    post = CorePost(
        thread_id=more.pop("thread_id", "4711"), post_id=f"p{number}", author_id="Rolf", created_at=at,
        text=text, **more,
    )  # fmt: skip
    return Sighting(post=post, **fields)


def keep(source: Source, now: datetime, *posts: Sighting, **more: Any) -> Kept:
    page = Page(posts=posts, **more)
    return keep_page(source=source, page=page, lane="live", grace=GRACE, now=now)


def test_a_page_is_kept_with_its_cursor_and_raw_answer(forum: Source, now: datetime) -> None:
    raw = Raw(url="https://f.example/1", media_type="application/json", body=b"{}", fetched_at=now)
    kept = keep(forum, now, sighting(1, now), sighting(2, now), raw=(raw,), cursor={"id": 2})
    assert (kept.new, Post.objects.count(), RawPayload.objects.count()) == (2, 2, 1)
    assert Lane.objects.get().cursor == {"id": 2}
    thread = Thread.objects.get()
    assert (thread.post_count, thread.stale_since) == (2, now)


def test_a_page_that_comes_twice_changes_nothing(forum: Source, now: datetime) -> None:
    page = (sighting(1, now, likes=3), sighting(2, now))
    keep(forum, now, *page)
    Thread.objects.update(stale_since=None, due_at=None)
    kept = keep(forum, now + timedelta(hours=1), *page)
    assert (kept.new, kept.changed, kept.revisions, Post.objects.count()) == (0, 0, 0, 2)
    assert Thread.objects.get().stale_since is None


def test_an_answer_is_accepted_until_a_reading_says_it_is_not(forum: Source, now: datetime) -> None:
    told = []
    for number, accepted in enumerate((None, True, None, False)):
        keep(forum, now + timedelta(hours=number), sighting(1, now, accepted=accepted))
        told.append(Post.objects.get().accepted)
    assert told == [None, True, True, False]
    assert not Revision.objects.exists()


def test_a_silent_edit_is_a_revision_and_has_the_thread_analysed(forum: Source, now: datetime) -> None:
    keep(forum, now, sighting(1, now - timedelta(days=1), "Die Firma lügt."))
    Thread.objects.update(stale_since=None, due_at=None)
    keep(forum, now + timedelta(hours=1), sighting(1, now - timedelta(days=1), "Die Firma irrt."))
    revision = Revision.objects.get()
    assert (revision.kind, revision.seen_before) == ("edited_silently", now)
    assert {"sign": "-", "text": "lügt."} in revision.diff
    assert Thread.objects.get().stale_since == now + timedelta(hours=1)


def test_a_post_the_thread_lists_no_more_is_removed_and_comes_back(forum: Source, now: datetime) -> None:
    keep(forum, now, sighting(1, now), sighting(2, now))
    later = now + timedelta(hours=1)
    keep(forum, later, threads=(ThreadSighting(thread_id="4711", present=frozenset({"p1"})),))
    assert Post.objects.get(key="p2").removed
    assert Thread.objects.get().post_count == 1
    keep(forum, later + timedelta(hours=1), sighting(2, now))
    assert not Post.objects.get(key="p2").removed
    assert [each.kind for each in Revision.objects.order_by("id")] == ["removed", "restored"]


def test_an_old_list_says_nothing_about_a_newer_post(forum: Source, now: datetime) -> None:
    keep(forum, now, sighting(1, now))
    raw = Raw(url="https://f.example/1", media_type="", body=b"", fetched_at=now - timedelta(minutes=1))
    keep(forum, now, raw=(raw,), threads=(ThreadSighting(thread_id="4711", present=frozenset()),))
    assert not Post.objects.get().removed


def test_a_post_moves_with_its_thread(forum: Source, now: datetime) -> None:
    keep(forum, now, sighting(1, now), sighting(2, now))
    keep(forum, now + timedelta(hours=1), sighting(2, now, thread_id="4712"))
    assert {thread.key: thread.post_count for thread in Thread.objects.all()} == {"4711": 1, "4712": 1}
    assert Revision.objects.get().kind == "moved"


def test_any_post_of_a_page_may_tell_how_often_its_thread_was_seen(forum: Source, now: datetime) -> None:
    counts = (None, 40, 30)
    keep(forum, now, *(sighting(number, now, thread_views=seen) for number, seen in enumerate(counts)))
    assert Thread.objects.get().views == 40


def test_a_stale_thread_gets_its_report(forum: Source, now: datetime, sample_posts: list[CorePost]) -> None:
    keep(forum, now, *(Sighting(post=post) for post in sample_posts))
    assert analyse_due(now=now) == 0  # it waits a second for more
    assert analyse_due(now=now + timedelta(seconds=2)) == 1
    thread = Thread.objects.get()
    assert (thread.stage, thread.post_count, thread.views) == ("escalated", 121, 13016)
    assert thread.score > 0.5
    assert thread.reasons[0]["de"] != thread.reasons[0]["en"]
    assert len(thread.series["score"]) == 121
    assert (thread.stale_since, thread.due_at) == (None, None)
    assert analyse_due(now=now + timedelta(hours=1)) == 0


def test_posts_that_come_during_an_analysis_are_not_forgotten(
    forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(forum, now, sighting(1, now))
    write = analysing._write

    def interrupted(*args: Any) -> None:
        keep(forum, now + timedelta(seconds=3), sighting(2, now))
        write(*args)

    monkeypatch.setattr(analysing, "_write", interrupted)
    assert analyse_due(now=now + timedelta(seconds=2)) == 1
    monkeypatch.undo()
    assert Thread.objects.get().stale_since is not None
    assert analyse_due(now=now + timedelta(seconds=5)) == 1
    assert Thread.objects.get().people == 1
    assert Thread.objects.get().stale_since is None


def test_what_a_source_tells_of_a_thread_leaves_alone_what_others_write_meanwhile(
    forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(forum, now, sighting(1, now))
    assert analyse_due(now=now + timedelta(seconds=2)) == 1
    later = now + timedelta(minutes=1)
    compared = ingesting.thread_revisions

    def meanwhile(*args: Any, **more: Any) -> Any:
        Thread.objects.update(stale_since=later, due_at=later, score=0.5)
        return compared(*args, **more)

    monkeypatch.setattr(ingesting, "thread_revisions", meanwhile)
    keep(forum, later, threads=(ThreadSighting(thread_id="4711", present=frozenset({"p1"})),))
    thread = Thread.objects.get()
    assert (thread.read_at, thread.stale_since, thread.due_at, thread.score) == (later, later, later, 0.5)


def test_an_older_report_does_not_take_the_place_of_one_that_another_worker_wrote_meanwhile(
    forum: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(forum, now, sighting(1, now))
    write = analysing._write

    def overtaken(*args: Any) -> None:
        monkeypatch.undo()
        keep(forum, now + timedelta(seconds=3), sighting(2, now))
        assert analyse_due(now=now + timedelta(seconds=5)) == 1
        write(*args)

    monkeypatch.setattr(analysing, "_write", overtaken)
    assert analyse_due(now=now + timedelta(seconds=2)) == 1
    thread = Thread.objects.get()
    assert (thread.stale_since, thread.due_at) == (None, None)
    assert thread.analysed_at == now + timedelta(seconds=5)


def test_what_changes_while_an_analysis_ends_is_analysed_again(forum: Source, now: datetime) -> None:
    keep(forum, now, sighting(1, now))
    claimed_until = now + LEASE
    Thread.objects.update(due_at=claimed_until)

    def ends(execute: Any, sql: str, *more: Any) -> Any:
        done = execute(sql, *more)
        if sql.startswith('UPDATE "desk_thread" SET "stale_since"') and not ended:
            ended.append(sql)
            Thread.objects.filter(due_at=claimed_until).update(due_at=None, stale_since=None)
        return done

    ended: list[str] = []
    with connection.execute_wrapper(ends):
        keep(forum, now + GRACE, threads=(ThreadSighting(thread_id="4711", present=frozenset()),))
    assert ended
    assert Thread.objects.filter(stale_since__isnull=False, due_at__isnull=False).exists()


@pytest.mark.parametrize("threads", [3, 30])
def test_keeping_asks_as_often_for_three_posts_as_for_thirty(
    forum: Source, now: datetime, threads: int, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20):
        keep(forum, now, *(sighting(number, now) for number in range(threads)))
