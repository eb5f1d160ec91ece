"""Discourse's answers become sightings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from kulanz.core.posts import Post
from kulanz.sources.counts import countable
from kulanz.sources.discourse import listed_posts, posts_of, valid_posts
from kulanz.sources.discourse_shapes import DiscoursePost, ListedTopic
from kulanz.sources.errors import TemporaryError
from kulanz.sources.sightings import ActKind, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.times import parse_time
from kulanz.sources.web.client import Answer

Report = Callable[[str, str], None]

_ACTS: Final[Mapping[str, ActKind]] = {
    "closed.enabled": "locked",
    "closed.disabled": "unlocked",
    "autoclosed.enabled": "locked",
    "autoclosed.disabled": "unlocked",
    "archived.enabled": "locked",
    "archived.disabled": "unlocked",
    "split_topic": "moved",
}


class Seen(NamedTuple):
    """A post, and what its place in the topic is: its number, and that of the post it answers."""

    sighting: Sighting
    number: int
    parent: int | None


def posts_in(answer: Answer, payload: Mapping[str, Any], report: Report) -> list[DiscoursePost]:
    """Return the posts of an answer; raise TemporaryError where it holds no list of them."""
    found = listed_posts(payload)
    if found is None:
        raise TemporaryError(
            f"{answer.url} holds no list of posts: try later, and check that this is Discourse",
            kind="no_data",
        )
    return list(valid_posts(found, report))


def seen_posts(
    topic: Mapping[str, Any], posts: Sequence[DiscoursePost], base: str, report: Report
) -> Iterator[Seen]:
    """Yield the posts by people, with parents as far as they are among ``posts``."""
    for found, post in posts_of(topic, posts, base, report):
        parent = None if post.reply_to is not None else found.reply_to_post_number
        yield Seen(_sighting(found, post), found.post_number, parent)


def _sighting(found: DiscoursePost, post: Post) -> Sighting:
    """What the thread has (views, closing) is left to its own sighting: not every way tells it."""
    return Sighting(
        post=replace(post, thread_views=None, thread_closed_at=None),
        version=None if found.hidden else found.version,
        removed=bool(found.user_deleted or found.deleted_at),
    )


def acts_in(posts: Sequence[DiscoursePost]) -> Iterator[ThreadAct]:
    """Yield what the notices among the posts tell: closings, openings, moves."""
    for post in posts:
        kind = _ACTS.get(post.action_code or "")
        at = moment(post.created_at)
        if kind is not None and at is not None:
            yield ThreadAct(kind=kind, at=at, by=post.username)


def topic_in(answer: Answer, payload: Mapping[str, Any]) -> ListedTopic:
    """Return what a topic's answer says of the topic itself."""
    try:
        return msgspec.convert(payload, ListedTopic)
    except msgspec.ValidationError as error:
        raise TemporaryError(
            f"{answer.url} is no topic ({error}): try again later", kind="no_data"
        ) from error


class TopicPage(NamedTuple):
    """A page of the list of topics; ``more`` is False on the last one."""

    topics: tuple[ListedTopic, ...]
    more: bool


def topics_in(answer: Answer, payload: Mapping[str, Any], report: Report) -> TopicPage:
    """Return a page of ``/latest.json``; topics that cannot be read are reported."""
    listing = payload.get("topic_list")
    found = listing.get("topics") if isinstance(listing, dict) else None
    if not isinstance(listing, dict) or not isinstance(found, list):
        raise TemporaryError(
            f"{answer.url} holds no list of topics: try later, and check that this is Discourse",
            kind="no_data",
        )
    topics = {topic.id: topic for topic in _valid_topics(found, report)}
    return TopicPage(tuple(topics.values()), bool(found) and bool(listing.get("more_topics_url")))


def _valid_topics(found: Sequence[Any], report: Report) -> Iterator[ListedTopic]:
    for position, each in enumerate(found, start=1):
        try:
            yield msgspec.convert(each, ListedTopic)
        except msgspec.ValidationError as error:
            report(f"topic {position} of the list: {error}", "it is read when the list is read again")


def thread_in(topic: ListedTopic, base: str) -> ThreadSighting:
    """Return what a topic's entry says of the thread."""
    place = None if topic.category_id is None else f"{base}/c/{topic.category_id}"
    return ThreadSighting(
        thread_id=str(topic.id),
        title=topic.title,
        url=f"{base}/t/{topic.slug or '-'}/{topic.id}",
        place=place,
        views=countable(topic.views),
        closed=_either(topic.closed, topic.archived),
        hidden=None if topic.visible is None else not topic.visible,
    )


def _either(first: bool | None, second: bool | None) -> bool | None:
    return None if first is None and second is None else bool(first or second)


def moment(text: str | None) -> datetime | None:
    """Return a time of the API, None for none or one that cannot be read."""
    try:
        return None if text is None else parse_time(text)
    except ValueError:
        return None
