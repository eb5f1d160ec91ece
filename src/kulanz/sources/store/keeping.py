"""Applies one page of a read to the store, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from kulanz.sources.changes import (
    KeptThread,
    post_revisions,
    removed_post,
    seen_post,
    seen_thread,
    thread_revisions,
)
from kulanz.sources.errors import Problems
from kulanz.sources.revisions import Revision
from kulanz.sources.sightings import Page, Raw, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.store import rows
from kulanz.sources.web.urls import masked_source

_PACKING: Final = 6


@dataclass(slots=True)
class Kept:
    """What came of keeping a page: how many posts are new, and what changed."""

    new_posts: int = 0
    revisions: list[Revision] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps pages of one source during one run.

    ``run`` is the run's number: a post first seen in it is not taken for removed by a list of the
    thread that may be older than the post.
    """

    connection: sqlite3.Connection
    source: str
    run: int
    grace: timedelta
    problems: Problems

    def keep(self, page: Page, seen_at: datetime) -> Kept:
        """Write what a page says of posts and threads, with its answers."""
        kept = Kept()
        self._keep_answers(page.raw)
        for sighting in page.posts:
            if self._fits(sighting, f"{sighting.post.thread_id}/{sighting.post.post_id}"):
                self._keep_post(sighting, seen_at, kept)
        for thread in page.threads:
            if self._fits(thread, thread.thread_id):
                self._keep_thread(thread, seen_at, kept)
        self._keep_revisions(kept.revisions)
        return kept

    def _fits(self, seen: Any, place: str) -> bool:
        return rows.fitting(seen, f"{masked_source(self.source)} {place}", self.problems)

    def _keep_answers(self, answers: Iterable[Raw]) -> None:
        for raw in answers:
            key = sha256(raw.body).digest()
            if not self._has_body(key):
                packed = zlib.compress(raw.body, _PACKING)
                self.connection.execute("INSERT INTO body (hash, packed) VALUES (?, ?)", (key, packed))
            self.connection.execute(
                "INSERT OR IGNORE INTO answer (source, url, hash, status, media_type, fetched_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (self.source, raw.url, key, raw.status, raw.media_type, raw.fetched_at.isoformat()),
            )

    def _has_body(self, key: bytes) -> bool:
        return self.connection.execute("SELECT 1 FROM body WHERE hash = ?", (key,)).fetchone() is not None

    def _keep_post(self, sighting: Sighting, seen_at: datetime, kept: Kept) -> None:
        earlier = rows.load_post(self.connection, self.source, sighting.post.post_id)
        if earlier is None:
            kept.new_posts += 1
        else:
            kept.revisions += post_revisions(earlier, sighting, seen_at=seen_at, grace=self.grace)
        rows.save_post(self.connection, self.source, seen_post(earlier, sighting, seen_at), self.run)
        self._name_thread(sighting, seen_at)

    def _name_thread(self, sighting: Sighting, seen_at: datetime) -> None:
        """Make a thread known of which only posts came so far."""
        post = sighting.post
        if not rows.has_thread(self.connection, self.source, post.thread_id):
            thread = KeptThread(
                thread_id=post.thread_id, seen_at=seen_at, title=post.thread_title, url=post.thread_url
            )
            rows.save_thread(self.connection, self.source, thread, None)

    def _keep_thread(self, sighting: ThreadSighting, seen_at: datetime, kept: Kept) -> None:
        earlier = rows.load_thread(self.connection, self.source, sighting.thread_id)
        acts = [act for act in sighting.acts if self._is_new(sighting.thread_id, act)]
        kept.revisions += thread_revisions(earlier, sighting, new_acts=acts, seen_at=seen_at)
        whole = sighting.present is not None or sighting.marker is not None or sighting.gone
        thread = seen_thread(earlier, sighting, seen_at)
        rows.save_thread(self.connection, self.source, thread, seen_at if whole else None)
        if sighting.present is not None:
            kept.revisions += self._removed(sighting.thread_id, sighting.present, seen_at)

    def _is_new(self, thread_id: str, act: ThreadAct) -> bool:
        """Note an act; whether no earlier read has told it."""
        done = self.connection.execute(
            "INSERT OR IGNORE INTO act (source, thread_id, kind, at) VALUES (?, ?, ?, ?)",
            (self.source, thread_id, act.kind, act.at.isoformat()),
        )
        return done.rowcount > 0

    def _removed(self, thread_id: str, present: frozenset[str], seen_at: datetime) -> Iterator[Revision]:
        listed = self.connection.execute(
            "SELECT post_id FROM post WHERE source = ? AND thread_id = ? AND NOT removed AND first_run < ?",
            (self.source, thread_id, self.run),
        ).fetchall()
        for (post_id,) in listed:
            post = None if post_id in present else rows.load_post(self.connection, self.source, post_id)
            if post is not None:
                removed, revision = removed_post(post, seen_at)
                rows.save_post(self.connection, self.source, removed, self.run)
                yield revision

    def _keep_revisions(self, revisions: Iterable[Revision]) -> None:
        self.connection.executemany(
            "INSERT INTO revision (source, thread_id, post_id, kind, found_at, revision)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(self.source, *rows.revision_row(each)) for each in revisions],
        )
