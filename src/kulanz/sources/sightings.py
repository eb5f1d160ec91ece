"""What one read of a source saw: posts, threads, and the answers they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from kulanz.core.posts import Post, UtcTime

Cursor = Mapping[str, Any]
"""Where a connector stopped: a small JSON object that only the connector understands."""

ActKind = Literal["locked", "unlocked", "moved"]


class Raw(Struct, frozen=True, kw_only=True):
    """One answer of a source as it came, so that a mended parser needs no new read.

    ``body`` is decompressed; ``fetched_at`` is when it arrived. ``url`` holds no secret.
    """

    url: str
    media_type: str
    body: bytes
    fetched_at: UtcTime
    status: int = 200


class Sighting(Struct, frozen=True, kw_only=True):
    """A post as one read saw it, with what the platform says of its edits.

    ``version`` counts the versions that the platform shows, starting anywhere, rising with every
    edit it shows. ``edited_at`` and ``edited_by`` are the platform's words for the last edit; None
    where it says nothing. ``removed`` marks a tombstone: the platform still shows the place of a
    post that was deleted; its text is then not the author's. ``post.hidden`` is True where the
    platform withholds the text or shows the post to staff only.
    """

    post: Post
    version: int | None = None
    edited_at: UtcTime | None = None
    edited_by: str | None = None
    removed: bool = False


class ThreadAct(Struct, frozen=True, kw_only=True):
    """An act on a thread that the platform itself records; ``by`` is an author id."""

    kind: ActKind
    at: UtcTime
    by: str | None = None


class ThreadSighting(Struct, frozen=True, kw_only=True):
    """A thread as one read saw it; None means that the read did not tell.

    ``place`` is the category or forum that the thread is in. ``gone`` means that the source
    answered for the thread and no longer shows it (404, 410, withdrawn). ``present`` are the ids
    of all posts that the source shows in the thread now, only where the read saw the whole list:
    a known post that is not among them was removed. ``marker`` is an opaque text that changes when
    the thread is worth reading again; a connector sets it on the page that completes the thread
    and compares it later with ``Known.marker``.
    """

    thread_id: str
    title: str | None = None
    url: str | None = None
    place: str | None = None
    views: int | None = None
    closed: bool | None = None
    hidden: bool | None = None
    gone: bool = False
    present: frozenset[str] | None = None
    acts: tuple[ThreadAct, ...] = ()
    marker: str | None = None


class Page(Struct, frozen=True, kw_only=True):
    """One committed step of a read: what was seen, and the cursor that belongs to it.

    A store keeps all of it in one transaction, so that a read which is killed goes on from the
    last page. ``cursor`` is None where the page moves no cursor (a thread read again).
    """

    raw: tuple[Raw, ...] = ()
    posts: tuple[Sighting, ...] = ()
    threads: tuple[ThreadSighting, ...] = ()
    cursor: Cursor | None = None
