"""The Post: what every reader yields and every analysis reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

_DIGITS = re.compile(r"(\d+)")

Role = Literal["customer", "staff", "moderator"]
UtcTime = Annotated[datetime, Meta(tz=True)]
Id = Annotated[str, Meta(min_length=1)]
MOST_COUNTED: Final = 2**63 - 1
Count = Annotated[int, Meta(ge=0, le=MOST_COUNTED)]


class Post(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a thread; the field names are those of Kulanz JSONL.

    ``text`` holds the writer's own words only. ``quotes`` and ``code`` hold what was
    quoted or pasted, ``links`` absolute URLs, ``mentions`` account names without ``@``.
    ``created_at`` is timezone-aware, or None where a corpus has no times: then the
    order of the lines is the order of the posts. ``views`` are those of the thread.
    ``accepted`` is whether the source marks the post as the answer; None where it does not tell.
    """

    thread_id: Id
    post_id: Id
    author_id: str | None
    created_at: UtcTime | None
    text: str
    reply_to: str | None = None
    role: Role | None = None
    lang: str | None = None
    likes: Count | None = None
    accepted: bool | None = None
    url: str | None = None
    hidden: bool | None = None
    automatic: bool | None = None
    quotes: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    thread_title: str | None = None
    thread_url: str | None = None
    thread_views: Count | None = None
    thread_closed_at: UtcTime | None = None
    source: str | None = None
    extra: Mapping[str, Any] | UnsetType = UNSET


def sort_key(post: Post) -> tuple[str, bool, float]:
    """Order posts by (thread_id, created_at); posts without a time keep their order."""
    if post.created_at is None:
        return (post.thread_id, False, 0.0)
    return (post.thread_id, True, post.created_at.timestamp())


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key by which "4711-9" comes before "4711-10"."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(text))
