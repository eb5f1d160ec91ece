"""One source's part of the store: what its connector may know, and what a run writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kulanz.sources.errors import PermanentError, Problems, TemporaryError
from kulanz.sources.rereading import Candidate
from kulanz.sources.revisions import Revision
from kulanz.sources.sightings import Cursor, Page
from kulanz.sources.store import rows
from kulanz.sources.store.health import Health, back_off, healths
from kulanz.sources.store.keeping import Keeper, Kept


class SourceStore:
    """Reads and writes what is kept of one source; it is the ``Known`` of the source's connector.

    Every method that writes is one transaction. Use it in one thread.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.name = name
        self._connection = connection
        with self._writing():
            connection.execute("INSERT OR IGNORE INTO source (name) VALUES (?)", (name,))

    def marker(self, thread_id: str) -> str | None:
        """The marker kept with the thread's last complete read, None for an unknown thread."""
        query = "SELECT marker FROM thread WHERE source = ? AND thread_id = ?"
        marker: str | None = self._value(query, thread_id)
        return marker

    def post_ids(self, thread_id: str) -> frozenset[str]:
        """The ids of all posts kept of the thread that were not seen to be removed."""
        query = "SELECT post_id FROM post WHERE source = ? AND thread_id = ? AND NOT removed"
        return frozenset(each[0] for each in self._connection.execute(query, (self.name, thread_id)))

    def thread_of(self, post_id: str) -> str | None:
        """The thread that a kept post belongs to, None for an unknown post."""
        query = "SELECT thread_id FROM post WHERE source = ? AND post_id = ?"
        thread_id: str | None = self._value(query, post_id)
        return thread_id

    @property
    def health(self) -> Health:
        return healths(self._connection, self.name)[0]

    def cursor(self, lane: str) -> Cursor | None:
        """Where a lane goes on, None where it begins."""
        kept = self._value("SELECT cursor FROM cursor WHERE source = ? AND lane = ?", lane)
        return None if kept is None else msgspec.json.decode(kept, type=dict[str, Any])

    def has_ended(self, lane: str) -> bool:
        """Whether a lane was read to its end in an earlier run."""
        return bool(self._value("SELECT ended FROM cursor WHERE source = ? AND lane = ?", lane))

    def candidates(self, run: int) -> Iterator[Candidate]:
        """Yield the threads that may be read again in a run: those that it saw first are fresh."""
        found = self._connection.execute(
            "SELECT thread.thread_id, read_at, count(post_id), max(created_at) FROM thread LEFT JOIN post"
            " USING (source, thread_id) WHERE source = ? AND NOT gone GROUP BY thread.thread_id"
            " HAVING coalesce(min(first_run), 0) < ?",
            (self.name, run),
        )
        for thread_id, read_at, posts, newest in found:
            yield Candidate(
                thread_id=thread_id, read_at=_moment(read_at), posts=posts, newest_at=_moment(newest)
            )

    def revisions(self) -> list[Revision]:
        """All changes found so far, oldest first."""
        query = "SELECT revision FROM revision WHERE source = ? ORDER BY id"
        found = self._connection.execute(query, (self.name,))
        return [msgspec.json.decode(each[0], type=Revision) for each in found]

    def begin(self, now: datetime) -> int:
        """Note that a run begins; return its number."""
        with self._writing():
            done = self._connection.execute(
                "INSERT INTO run (source, started_at) VALUES (?, ?)", (self.name, now.isoformat())
            )
        return int(done.lastrowid or 0)

    def keep(  # noqa: PLR0913 - a page, where it comes from, and what it is compared under
        self,
        page: Page,
        *,
        run: int,
        lane: str | None,
        grace: timedelta,
        problems: Problems,
        now: datetime,
        requests: int = 0,
    ) -> Kept:
        """Keep a page with its cursor in one transaction; ``lane`` is None for a thread read again.

        ``requests`` is how many the run has made so far.
        """
        seen_at = max((raw.fetched_at for raw in page.raw), default=now)
        keeper = Keeper(
            connection=self._connection, source=self.name, run=run, grace=grace, problems=problems
        )
        with self._writing():
            kept = keeper.keep(page, seen_at)
            if lane is not None and page.cursor is not None:
                self._move(lane, page.cursor)
            self._connection.execute(
                "UPDATE run SET pages = pages + 1, requests = ? WHERE id = ?", (requests, run)
            )
        return kept

    def read_again(self, thread_ids: Iterable[str], now: datetime) -> None:
        """Note that threads were read again to their ends."""
        with self._writing():
            self._connection.executemany(
                "UPDATE thread SET read_at = ? WHERE source = ? AND thread_id = ?",
                [(now.isoformat(), self.name, thread_id) for thread_id in thread_ids],
            )

    def end_lane(self, lane: str) -> None:
        """Note that a lane was read to its end."""
        with self._writing():
            self._connection.execute(
                "INSERT INTO cursor (source, lane, ended) VALUES (?, ?, 1)"
                " ON CONFLICT (source, lane) DO UPDATE SET ended = 1",
                (self.name, lane),
            )

    def succeeded(self, now: datetime) -> None:
        """Note that the source's newest was read to the end."""
        self._set(last_success=now.isoformat(), errors=0, not_before=None)

    def failed(self, error: TemporaryError, now: datetime, chance: float) -> None:
        """Note a failure after which the source rests: as long as it asks, or twice as long each time."""
        errors = self.health.errors + 1
        asked = error.retry_after
        rest = back_off(errors, chance) if asked is None else timedelta(seconds=asked)
        self._set(
            last_error=str(error),
            last_error_at=now.isoformat(),
            errors=errors,
            not_before=(now + rest).isoformat(),
        )

    def stopped(self, error: PermanentError, now: datetime) -> None:
        """Stop the source until a person retries it."""
        at = now.isoformat()
        self._set(state="stopped", reason=str(error), state_since=at, last_error=str(error), last_error_at=at)

    def retried(self) -> None:
        """Make a stopped or resting source active again."""
        self._set(state="active", reason=None, state_since=None, errors=0, not_before=None)

    def ended(
        self, run: int, requests: int, outcome: str, *, now: datetime, next_run: datetime | None
    ) -> None:
        """Note how a run ended, and when the next is due."""
        self._set(next_run=None if next_run is None else next_run.isoformat())
        with self._writing():
            self._connection.execute(
                "UPDATE run SET ended_at = ?, requests = ?, outcome = ? WHERE id = ?",
                (now.isoformat(), requests, outcome, run),
            )

    def _move(self, lane: str, cursor: Cursor) -> None:
        self._connection.execute(
            "INSERT INTO cursor (source, lane, cursor) VALUES (?, ?, ?)"
            " ON CONFLICT (source, lane) DO UPDATE SET cursor = excluded.cursor",
            (self.name, lane, rows.encode(cursor)),
        )

    def _set(self, **values: str | int | None) -> None:
        changes = ", ".join(f"{column} = ?" for column in values)
        with self._writing():
            self._connection.execute(
                f"UPDATE source SET {changes} WHERE name = ?",  # noqa: S608 - our own column names
                (*values.values(), self.name),
            )

    def _value(self, query: str, key: str) -> Any:
        found = self._connection.execute(query, (self.name, key)).fetchone()
        return None if found is None else found[0]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Commit what the block writes, all of it or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
