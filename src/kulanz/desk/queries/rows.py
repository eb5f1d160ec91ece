"""Rows of the database as the types of the core and of change detection, and back."""

from __future__ import annotations

from typing import Any

from kulanz.core.posts import Post as CorePost
from kulanz.core.posts import Role
from kulanz.desk.models import Post, Thread
from kulanz.sources.changes import KeptPost, KeptThread

_ROLES: dict[str, Role] = {"customer": "customer", "staff": "staff", "moderator": "moderator"}


def core_post(row: Post, thread: Thread) -> CorePost:
    """Return a post as the analysis reads it; ``row.account`` must be loaded."""
    return CorePost(
        thread_id=thread.key,
        post_id=row.key,
        author_id=row.account.key if row.account else None,
        created_at=row.created_at,
        text=row.text,
        reply_to=row.reply_to or None,
        role=_ROLES.get(row.role),
        lang=row.lang or None,
        likes=row.likes,
        accepted=row.accepted,
        url=row.url or None,
        hidden=row.hidden or None,
        automatic=row.automatic or None,
        quotes=tuple(row.quotes),
        code=tuple(row.code),
        links=tuple(row.links),
        mentions=tuple(row.mentions),
        thread_title=thread.title or None,
        thread_url=thread.url or None,
        thread_views=thread.views,
        thread_closed_at=thread.closed_at,
        source=thread.source.name,
    )


def kept_post(row: Post) -> KeptPost:
    """Return a post as change detection compares it; ``row.account`` and ``row.thread`` must be loaded."""
    return KeptPost(
        post=core_post(row, row.thread),
        seen_at=row.seen_at,
        text_since=row.text_since,
        version=row.platform_version,
        edited_at=row.edited_at,
        edited_by=row.edited_by or None,
        hidden=row.hidden,
        removed=row.removed,
        own_text=row.own_text,
    )


def post_columns(kept: KeptPost) -> dict[str, Any]:
    """Return what is written of a post, but for its thread, source and account."""
    post = kept.post
    return {
        "created_at": post.created_at,
        "text": post.text,
        "quotes": list(post.quotes),
        "code": list(post.code),
        "links": list(post.links),
        "has_links": bool(post.links),
        "mentions": list(post.mentions),
        "reply_to": post.reply_to or "",
        "role": post.role or "",
        "lang": post.lang or "",
        "likes": post.likes,
        "accepted": post.accepted,
        "url": post.url or "",
        "automatic": bool(post.automatic),
        "hidden": kept.hidden,
        "removed": kept.removed,
        "own_text": kept.own_text,
        "platform_version": kept.version,
        "edited_at": kept.edited_at,
        "edited_by": kept.edited_by or "",
        "text_since": kept.text_since,
        "seen_at": kept.seen_at,
    }


def kept_thread(row: Thread) -> KeptThread:
    """Return a thread as change detection compares it."""
    return KeptThread(
        thread_id=row.key,
        seen_at=row.seen_at,
        title=row.title or None,
        url=row.url or None,
        place=row.place or None,
        views=row.views,
        closed=row.closed,
        closed_at=row.closed_at,
        hidden=row.hidden,
        gone=row.gone,
        marker=row.marker or None,
    )


def thread_columns(kept: KeptThread) -> dict[str, Any]:
    """Return what is written of a thread that a source told of."""
    return {
        "title": (kept.title or "")[:500],
        "url": kept.url or "",
        "place": (kept.place or "")[:200],
        "views": kept.views,
        "closed": kept.closed,
        "closed_at": kept.closed_at,
        "hidden": kept.hidden,
        "gone": kept.gone,
        "marker": kept.marker or "",
        "seen_at": kept.seen_at,
    }


def posts_of(thread: Thread) -> list[CorePost]:
    """Return a thread's posts that can be read now, in order of time and id, as the analysis reads them.

    It reads nothing of whoever has their data restricted.
    """
    rows = thread.posts.filter(removed=False, account__person__restricted_at=None)
    rows = rows.select_related("account").order_by("created_at", "id")
    return [core_post(row, thread) for row in rows]
