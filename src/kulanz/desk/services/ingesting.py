"""Keeping what a source was seen to say: one page, one transaction.

A page that comes twice changes nothing the second time. Threads whose posts changed become due for
analysis; nothing is analysed here, so that reading never waits for it.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import Case, Count, F, Max, Min, Value, When
from django.db.models.functions import Coalesce

from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Account, Lane, Post, RawPayload, Revision, Source, Thread
from kulanz.desk.queries.rows import kept_post, kept_thread, post_columns, thread_columns
from kulanz.desk.rules.plain import plainly
from kulanz.desk.rules.urgency import urgency
from kulanz.desk.services.measures_seen import note_seen
from kulanz.desk.services.own_answers import recognise
from kulanz.desk.services.veiling import veiled
from kulanz.sources.changes import (
    KeptThread,
    post_revisions,
    removed_post,
    seen_post,
    seen_thread,
    text_of,
    thread_revisions,
)
from kulanz.sources.revisions import Revision as Change
from kulanz.sources.sightings import Page, Raw, Sighting, ThreadSighting

ANALYSE_AFTER: Final = timedelta(seconds=1)
_PACKING: Final = 6
_LONGEST_KEY: Final = 512


@dataclass(slots=True)
class Kept:
    """What came of a page: how many posts are new or changed, and what was found to have changed."""

    new: int = 0
    changed: int = 0
    refused: list[str] = field(default_factory=list)
    revisions: int = 0


def keep_page(
    *,
    source: Source,
    page: Page,
    lane: str | None,
    grace: timedelta,
    now: datetime,
    began: datetime | None = None,
) -> Kept:
    """Store a page's answers, posts, threads and revisions, and move the lane's cursor with them.

    ``began`` is when the read began that the page is of: a post that was seen since is newer than any list
    of a thread that the page holds, and is not taken for removed.
    """
    with transaction.atomic():
        keeping = _Keeping(source, grace, now)
        listed_at = min([began or now, *(raw.fetched_at for raw in page.raw)])
        page = veiled(source, plainly(page))
        _keep_raw(source, page.raw)
        keeping.posts(page.posts)
        for sighting in page.threads:
            keeping.thread(sighting, listed_at)
        keeping.finish()
        if lane is not None and page.cursor is not None:
            _move(source, lane, page, keeping.kept.new)
        return keeping.kept


def _move(source: Source, lane: str, page: Page, new: int) -> None:
    """Move a lane's cursor, and count what it brought."""
    row, _ = Lane.objects.get_or_create(source=source, name=lane)
    written = [each.post.created_at for each in page.posts if each.post.created_at]
    row.cursor, row.pages, row.posts = page.cursor, row.pages + 1, row.posts + new
    row.reached = min([*written, *([row.reached] if row.reached else [])], default=None)
    row.save(update_fields=("cursor", "pages", "posts", "reached"))


def _keep_raw(source: Source, answers: Iterable[Raw]) -> None:
    RawPayload.objects.bulk_create(
        (
            RawPayload(
                source=source,
                digest=sha256(raw.body).hexdigest(),
                url=raw.url[:2048],
                media_type=raw.media_type[:200],
                status=raw.status,
                packed=zlib.compress(raw.body, _PACKING),
                fetched_at=raw.fetched_at,
            )
            for raw in answers
        ),
        ignore_conflicts=True,
    )


class _Keeping:
    """One page on its way into the database."""

    def __init__(self, source: Source, grace: timedelta, now: datetime) -> None:
        self._source, self._grace, self._now = source, grace, now
        self._stale: set[int] = set()
        self._revisions: list[Revision] = []
        self.kept = Kept()

    def posts(self, sightings: Iterable[Sighting]) -> None:
        """Keep posts; of one that a page shows twice the last sighting counts."""
        wanted = {each.post.post_id: each for each in sightings if self._fits(each)}
        threads = self._threads_of(wanted.values())
        accounts = self._accounts_of(wanted.values())
        known = Post.objects.filter(source=self._source, key__in=wanted).select_related(
            "account", "thread__source"
        )
        rows = {row.key: row for row in known}
        new = []
        for key, sighting in wanted.items():
            thread, account = threads[sighting.post.thread_id], accounts.get(sighting.post.author_id or "")
            if row := rows.get(key):
                self._again(row, sighting, thread, account)
            else:
                new.append(self._new(sighting, thread, account))
        Post.objects.bulk_create(new)
        self.kept.new += len(new)

    def thread(self, sighting: ThreadSighting, listed_at: datetime) -> None:
        """Keep what was seen of a thread as a whole, and which of its posts are gone."""
        row = Thread.objects.filter(source=self._source, key=sighting.thread_id).first()
        earlier = kept_thread(row) if row else None
        acts = [act for act in sighting.acts if row is None or not _is_told(row, act.kind, act.at)]
        changes = list(thread_revisions(earlier, sighting, new_acts=acts, seen_at=self._now))
        if row is None:
            row = self._named(sighting.thread_id)
        columns = thread_columns(seen_thread(earlier, sighting, self._now))
        if sighting.present is not None or sighting.marker is not None or sighting.gone:
            columns["read_at"] = self._now
        _write(row, columns)
        self._note(changes, row, None)
        if sighting.present is not None:
            self._removed(row, sighting.present, listed_at)
        if changes:
            self._stale.add(row.pk)

    def finish(self) -> None:
        """Write the revisions, count anew what changed, and have it analysed."""
        Revision.objects.bulk_create(self._revisions)
        self.kept.revisions = len(self._revisions)
        note_seen(revisions=self._revisions, now=self._now)
        for pk, values in _sums(self._stale, self._now):
            Thread.objects.filter(pk=pk).update(**values)
        soon = self._now + ANALYSE_AFTER
        # at once: an analysis that ends in between would take the one for granted that is not written yet
        Thread.objects.filter(pk__in=self._stale).update(
            stale_since=Coalesce("stale_since", Value(self._now)),
            due_at=Case(When(due_at__lte=soon, then=F("due_at")), default=Value(soon)),
        )
        recognise(threads=self._stale, now=self._now)

    def _fits(self, sighting: Sighting) -> bool:
        post = sighting.post
        keys = (post.post_id, post.thread_id)
        if all(keys) and max(map(len, (*keys, post.author_id or ""))) <= _LONGEST_KEY // 2:
            return True
        self.kept.refused.append(post.post_id[:80])
        return False

    def _threads_of(self, sightings: Collection[Sighting]) -> Mapping[str, Thread]:
        first = {each.post.thread_id: each for each in reversed(list(sightings))}
        known = Thread.objects.filter(source=self._source, key__in=first).select_related("source")
        rows = {row.key: row for row in known}
        for key in first.keys() - rows.keys():
            rows[key] = self._named(key)
        views = _most_views(sightings)
        for key, row in rows.items():
            self._told_by_post(row, first[key], views.get(key))
        return rows

    def _named(self, key: str) -> Thread:
        return Thread.objects.create(source=self._source, key=key, seen_at=self._now)

    def _told_by_post(self, row: Thread, sighting: Sighting, views: int | None) -> None:
        """Take from a post what it says of its thread, where the source tells nothing of threads.

        ``views`` is the highest count that any post of the page told.
        """
        post = sighting.post
        told = KeptThread(
            thread_id=row.key,
            seen_at=self._now,
            title=post.thread_title or row.title or None,
            url=post.thread_url or row.url or None,
            place=row.place or None,
            views=max(filter(None, (views, row.views)), default=None),
            closed=True if post.thread_closed_at else row.closed,
            closed_at=post.thread_closed_at or row.closed_at,
            hidden=row.hidden,
            gone=row.gone,
            marker=row.marker or None,
        )
        changed = {name: value for name, value in thread_columns(told).items() if getattr(row, name) != value}
        if changed.keys() - {"seen_at"}:
            _write(row, changed)

    def _accounts_of(self, sightings: Iterable[Sighting]) -> Mapping[str, Account]:
        seen = {each.post.author_id: each for each in sightings if each.post.author_id}
        Account.objects.bulk_create(
            (
                Account(
                    source=self._source, key=key, source_role=each.post.role or "", first_seen_at=self._now
                )
                for key, each in seen.items()
            ),
            ignore_conflicts=True,
        )
        rows = {row.key: row for row in Account.objects.filter(source=self._source, key__in=seen)}
        for key, row in rows.items():
            role = seen[key].post.role or ""
            if role and role != row.source_role:
                Account.objects.filter(pk=row.pk).update(source_role=role)
        return rows

    def _new(self, sighting: Sighting, thread: Thread, account: Account | None) -> Post:
        kept = seen_post(None, sighting, self._now)
        self._stale.add(thread.pk)
        return Post(
            source=self._source, thread=thread, account=account, key=kept.post.post_id, **post_columns(kept)
        )

    def _again(self, row: Post, sighting: Sighting, thread: Thread, account: Account | None) -> None:
        earlier = kept_post(row)
        kept = seen_post(earlier, sighting, self._now)
        changes = list(post_revisions(earlier, sighting, seen_at=self._now, grace=self._grace))
        self._note(changes, thread, row)
        moved = row.thread_id != thread.pk
        if changes or moved or _reads_differently(kept.post, earlier.post):
            self._stale |= {thread.pk, row.thread_id}
            self.kept.changed += 1
        columns = {**post_columns(kept), "thread": thread, "account": account or row.account}
        Post.objects.filter(pk=row.pk).update(**columns)

    def _removed(self, thread: Thread, present: frozenset[str], listed_at: datetime) -> None:
        """Note posts that the thread lists no more; one seen after the list was made may be newer than it."""
        rows = thread.posts.filter(removed=False, seen_at__lt=listed_at).select_related(
            "account", "thread__source"
        )
        for row in rows:
            if row.key not in present:
                kept, change = removed_post(kept_post(row), self._now)
                Post.objects.filter(pk=row.pk).update(**post_columns(kept))
                self._note([change], thread, row)
                self._stale.add(thread.pk)

    def _note(self, changes: Iterable[Change], thread: Thread, post: Post | None) -> None:
        self._revisions += (
            Revision(
                thread=thread,
                post=post,
                kind=each.kind,
                found_at=each.found_at,
                seen_before=each.seen_before,
                changed_at=each.changed_at,
                by=each.by or "",
                before=each.before or "",
                after=each.after or "",
                diff=msgspec.to_builtins(each.diff),
            )
            for each in changes
        )


def _write(row: Thread, columns: Mapping[str, Any]) -> None:
    """Write what a source told of a thread alone: others write its report, and when it is due, meanwhile."""
    Thread.objects.filter(pk=row.pk).update(**columns)
    for name, value in columns.items():
        setattr(row, name, value)


def _most_views(sightings: Iterable[Sighting]) -> Mapping[str, int]:
    """Return the highest count of views that posts tell of each thread; any of its posts may tell it."""
    found: dict[str, int] = {}
    for post in (each.post for each in sightings):
        if post.thread_views is not None:
            found[post.thread_id] = max(post.thread_views, found.get(post.thread_id, 0))
    return found


def _is_told(thread: Thread, kind: str, at: datetime) -> bool:
    return thread.revisions.filter(kind=kind, changed_at=at).exists()


def _reads_differently(after: CorePost, before: CorePost) -> bool:
    """Whether the analysis would read something else: text, quotes, likes, role, answer."""
    names = ("quotes", "likes", "role", "reply_to", "created_at")
    return text_of(after) != text_of(before) or any(getattr(after, n) != getattr(before, n) for n in names)


def _sums(threads: set[int], now: datetime) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what threads amount to, and how urgently they are analysed."""
    names = ("thread_id", "thread__stage", "thread__analysed_at")
    shown = Post.objects.filter(thread_id__in=threads, removed=False).values(*names)
    counted = shown.annotate(n=Count("id"), first=Min("created_at"), last=Max("created_at"))
    for pk, stage, analysed_at, posts, first, last in counted.values_list(*names, "n", "first", "last"):
        urgent = urgency(
            stage=stage, analysed=analysed_at is not None, posts=posts, last_post_at=last, now=now
        )
        yield pk, {"post_count": posts, "first_post_at": first, "last_post_at": last, "urgency": urgent}
