"""What Misago answers, as far as it is read."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct


class Rank(Struct):
    """What an account is in the forum."""

    slug: str | None = None


class Poster(Struct):
    """Who wrote a post."""

    rank: Rank | None = None


class Place(Struct):
    """A category."""

    id: int


class Links(Struct):
    """Where something is shown."""

    index: str | None = None


class ForumPost(Struct):
    """A post, or an event in a thread."""

    id: int
    posted_on: str
    poster_name: str | None = None
    poster: Poster | None = None
    content: str | None = None
    updated_on: str | None = None
    edits: int = 0
    last_editor_name: str | None = None
    is_hidden: bool = False
    is_unapproved: bool = False
    is_event: bool = False
    event_type: str | None = None
    likes: int | None = None
    url: Links = msgspec.field(default_factory=Links)


class Thread(Struct):
    """A thread as lists show it."""

    id: int
    title: str
    category: int | Place
    replies: int = 0
    last_post: int | None = None
    is_closed: bool = False
    is_hidden: bool = False
    weight: int = 0
    best_answer: Any = UNSET
    pages: int = 1
    url: Links = msgspec.field(default_factory=Links)

    @property
    def place(self) -> str:
        return str(self.category if isinstance(self.category, int) else self.category.id)


class Threads(Struct):
    """A page of the list of threads."""

    results: list[Any]
    next: int | None = None


class Posts(Struct):
    """A page of the posts of a thread."""

    results: list[Any]
    page: int = 1
    pages: int = 1
    count: int | None = None


class ThreadPage(Thread, kw_only=True):
    """A thread with a page of its posts."""

    post_set: Posts
