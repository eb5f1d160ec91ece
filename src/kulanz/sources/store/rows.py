"""Posts and threads as rows, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from kulanz.sources.changes import KeptPost, KeptThread
from kulanz.sources.errors import Problems
from kulanz.sources.revisions import Revision
from kulanz.sources.sightings import Sighting, ThreadSighting

_Seen = TypeVar("_Seen", Sighting, ThreadSighting)

encode: Final = msgspec.json.Encoder().encode
_post: Final = msgspec.json.Decoder(KeptPost).decode
_thread: Final = msgspec.json.Decoder(KeptThread).decode
# A text with half a surrogate pair, a number beyond 64 bits, an empty id, a time without a zone.
_UNFIT: Final = (UnicodeEncodeError, OverflowError, RecursionError, TypeError, msgspec.MsgspecError)


def fitting(seen: _Seen, place: str, problems: Problems) -> bool:
    """Whether a sighting can be kept; report it where it cannot."""
    try:
        msgspec.json.decode(encode(seen), type=type(seen))
    except _UNFIT as error:
        problems.add(place, None, f"cannot be kept: {error}", "report this to whoever made the connector")
        return False
    return True


def load_post(connection: sqlite3.Connection, source: str, post_id: str) -> KeptPost | None:
    found = connection.execute(
        "SELECT kept FROM post WHERE source = ? AND post_id = ?", (source, post_id)
    ).fetchone()
    return None if found is None else _post(found[0])


def save_post(connection: sqlite3.Connection, source: str, kept: KeptPost, run: int) -> None:
    """Write a post; ``run`` counts only for a new one."""
    post = kept.post
    created = None if post.created_at is None else post.created_at.isoformat()
    connection.execute(
        "INSERT INTO post (source, post_id, thread_id, created_at, removed, first_run, kept)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, post_id) DO UPDATE SET"
        " thread_id = excluded.thread_id, created_at = excluded.created_at, removed = excluded.removed,"
        " kept = excluded.kept",
        (source, post.post_id, post.thread_id, created, kept.removed, run, encode(kept)),
    )


def load_thread(connection: sqlite3.Connection, source: str, thread_id: str) -> KeptThread | None:
    found = connection.execute(
        "SELECT kept FROM thread WHERE source = ? AND thread_id = ?", (source, thread_id)
    ).fetchone()
    return None if found is None else _thread(found[0])


def has_thread(connection: sqlite3.Connection, source: str, thread_id: str) -> bool:
    query = "SELECT 1 FROM thread WHERE source = ? AND thread_id = ?"
    return connection.execute(query, (source, thread_id)).fetchone() is not None


def save_thread(
    connection: sqlite3.Connection, source: str, kept: KeptThread, read_at: datetime | None
) -> None:
    """Write a thread; ``read_at`` is None where it was not read to its end."""
    connection.execute(
        "INSERT INTO thread (source, thread_id, kept, gone, marker, read_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, thread_id) DO UPDATE SET kept = excluded.kept, gone = excluded.gone,"
        " marker = excluded.marker, read_at = coalesce(excluded.read_at, read_at)",
        (source, kept.thread_id, encode(kept), kept.gone, kept.marker, read_at and read_at.isoformat()),
    )


def revision_row(revision: Revision) -> tuple[str, str | None, str, str, bytes]:
    found_at = revision.found_at.isoformat()
    return (revision.thread_id, revision.post_id, revision.kind, found_at, encode(revision))


def posts_in_order(connection: sqlite3.Connection, source: str) -> Iterator[tuple[KeptThread, KeptPost]]:
    """Yield every post with its thread, by thread and time."""
    rows = connection.execute(
        "SELECT thread.kept, post.kept FROM post JOIN thread USING (source, thread_id) WHERE source = ?"
        " ORDER BY thread_id, created_at, post_id",
        (source,),
    )
    for thread, post in rows:
        yield _thread(thread), _post(post)
