"""Writes what is kept as Kulanz JSONL, for every command that reads posts."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.changes import KeptPost, KeptThread
from kulanz.sources.store.rows import posts_in_order
from kulanz.sources.web.urls import masked_source
from kulanz.sources.writing import write_jsonl


def export(connection: sqlite3.Connection, target: Path, scratch: Path) -> int:
    """Write all posts but removed ones to ``target``, complete or not at all; return how many.

    ``scratch`` is a folder on the same file system.
    """
    handle, name = tempfile.mkstemp(prefix="posts-", suffix=".jsonl", dir=scratch)
    try:
        with os.fdopen(handle, "wb") as stream:
            count = write_jsonl(exported(connection), stream)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return count


def exported(connection: sqlite3.Connection) -> Iterator[Post]:
    """Yield the posts that are not removed, with what is known of their threads.

    Two sources may use the same ids. Where a store holds several sources, ids of threads and posts
    begin with the source's name.
    """
    sources = [each[0] for each in connection.execute("SELECT name FROM source ORDER BY name")]
    for source in sources:
        for thread, kept in posts_in_order(connection, source):
            if not (kept.removed or thread.gone):
                shown = masked_source(source)
                yield _told_apart(_complete(kept, thread, shown), shown, sources)


def _complete(kept: KeptPost, thread: KeptThread, source: str) -> Post:
    post = kept.post
    hidden = kept.hidden or bool(thread.hidden)
    return msgspec.structs.replace(
        post,
        hidden=True if hidden else post.hidden,
        thread_title=thread.title or post.thread_title,
        thread_url=thread.url or post.thread_url,
        thread_views=thread.views if thread.views is not None else post.thread_views,
        thread_closed_at=_closed_at(post, thread),
        source=post.source or source,
    )


def _closed_at(post: Post, thread: KeptThread) -> Any:
    if thread.closed is None:
        return post.thread_closed_at
    return (thread.closed_at or post.thread_closed_at) if thread.closed else None


def _told_apart(post: Post, source: str, sources: Sequence[str]) -> Post:
    if len(sources) == 1:
        return post
    return msgspec.structs.replace(
        post,
        thread_id=f"{source}#{post.thread_id}",
        post_id=f"{source}#{post.post_id}",
        reply_to=None if post.reply_to is None else f"{source}#{post.reply_to}",
    )
