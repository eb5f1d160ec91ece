"""What Kulanz reads of Discourse's JSON; everything else in it is passed over."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Action(Struct):
    """A count of one kind of action on a post; kind 2 is a like."""

    id: int | None = None
    count: int = 0


class Reaction(Struct):
    """A count of one emoji, where the reactions plugin runs."""

    count: int = 0


class DiscoursePost(Struct):
    """One post as ``/t/ID.json``, ``/t/ID/posts.json``, ``/posts.json`` and ``/posts/ID.json`` give it."""

    id: int
    created_at: str
    post_number: int = 0
    post_type: int = 1
    topic_id: int | None = None
    topic_slug: str | None = None
    topic_title: str | None = None
    username: str | None = None
    cooked: str | None = None
    raw: Any = None
    reply_to_post_number: int | None = None
    action_code: str | None = None
    admin: bool | None = None
    moderator: bool | None = None
    staff: bool | None = None
    yours: bool | None = None
    version: int | None = None
    hidden: bool | None = None
    user_deleted: bool | None = None
    deleted_at: str | None = None
    actions_summary: tuple[Action, ...] | None = None
    like_count: int | None = None
    reactions: tuple[Reaction, ...] | None = None
    accepted_answer: bool | None = None
    post_url: str | None = None


class Topic(Struct):
    """The topic around the posts; the posts API form has none of this."""

    id: int | None = None
    title: str | None = None
    slug: str | None = None
    views: int | None = None


class ListedTopic(Struct):
    """One entry of ``/latest.json``; the same fields stand at the top of ``/t/ID.json``."""

    id: int
    title: str | None = None
    slug: str | None = None
    posts_count: int | None = None
    highest_post_number: int | None = None
    bumped_at: str | None = None
    visible: bool | None = None
    closed: bool | None = None
    archived: bool | None = None
    pinned: bool | None = None
    views: int | None = None
    category_id: int | None = None
    archetype: str | None = None


class PostRevision(Struct):
    """What ``/posts/ID/revisions/latest.json`` says of an edit."""

    created_at: str | None = None
    username: str | None = None
    display_username: str | None = None
