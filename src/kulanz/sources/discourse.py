"""Discourse topics and posts, as its JSON API and its archives give them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urljoin

import msgspec

from kulanz.core.posts import Post, Role
from kulanz.sources.counts import countable
from kulanz.sources.discourse_shapes import DiscoursePost, Topic
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.formats import ReadOptions
from kulanz.sources.html import html_to_text, plain_to_text
from kulanz.sources.items import Item, document
from kulanz.sources.json_head import is_json_list, top_level_keys
from kulanz.sources.times import parse_time

Report = Callable[[str, str], None]

_LIKE: Final = 2
_BY_PEOPLE: Final = frozenset({1, 2})  # a regular post and one in a moderator's colours
_CLOSED: Final = frozenset({"closed.enabled", "autoclosed.enabled"})
_OPENED: Final = frozenset({"closed.disabled", "autoclosed.disabled"})
_POST_KEYS: Final = frozenset({b"cooked", b"raw"})


def raise_fault(reason: str, remedy: str) -> None:
    """Raise SourceError: what happens to a broken post when nobody collects problems."""
    raise SourceError(f"{reason} ({remedy})")


def topic_posts(
    payload: Mapping[str, Any], base_url: str | None = None, report: Report = raise_fault
) -> Iterator[Post]:
    """Yield the posts of one topic, or of one page of the posts API, as they lie there.

    ``base_url`` is the forum's address; without it posts have no URL. Notices such as "closed"
    and staff whispers are not posts. ``report(reason, remedy)`` learns of every post that could
    not be read and of posts that the topic lists but the payload lacks.
    """
    found = listed_posts(payload)
    if found is None:
        report("holds no list of posts", "fetch /t/ID.json or /posts.json again")
        return
    posts = list(valid_posts(found, report))
    _report_missing(_stream(payload).get("stream"), found, report)
    yield from (post for _, post in posts_of(payload, posts, base_url, report))


def listed_posts(payload: Mapping[str, Any]) -> Sequence[Any] | None:
    """Return the posts of a topic or of a page of the posts API as they lie there, None without any."""
    found = _stream(payload).get("posts", payload.get("latest_posts"))
    return found if isinstance(found, list) else None


def posts_of(
    topic: Mapping[str, Any], posts: Sequence[DiscoursePost], base_url: str | None, report: Report
) -> Iterator[tuple[DiscoursePost, Post]]:
    """Yield every post by people beside the Post made of it; ``topic`` names the topic they share.

    A reply whose parent is not among ``posts`` has no ``reply_to``.
    """
    yield from _TopicView(_topic(topic), posts, base_url).posts(report)


def _stream(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    stream = payload.get("post_stream", payload)
    return stream if isinstance(stream, Mapping) else {}


class _TopicView:
    """What each post takes from its topic and from the posts around it."""

    def __init__(self, topic: Topic, posts: Sequence[DiscoursePost], base_url: str | None) -> None:
        self._topic = topic
        self._posts = posts
        self._base_url = base_url
        self._ids: dict[tuple[int | None, int | None], str] = {
            (post.topic_id, post.post_number): str(post.id) for post in posts
        }

    def posts(self, report: Report) -> Iterator[tuple[DiscoursePost, Post]]:
        closed_at = _closed_at(self._posts)
        for post in self._posts:
            if post.post_type not in _BY_PEOPLE:
                continue
            try:
                yield post, self._post(post, closed_at)
            except ValueError as error:
                report(f"post {post.id}: {error}", "fetch the topic again")

    def _post(self, post: DiscoursePost, closed_at: datetime | None) -> Post:
        topic_id = post.topic_id if post.topic_id is not None else self._topic.id
        if topic_id is None:
            raise ValueError("names no topic")
        body = html_to_text(post.cooked) if post.cooked is not None else plain_to_text(_source_of(post))
        return Post(
            thread_id=str(topic_id),
            post_id=str(post.id),
            author_id=post.username,
            created_at=parse_time(post.created_at),
            text=body.text,
            quotes=body.quotes,
            code=body.code,
            links=body.links,
            mentions=body.mentions,
            reply_to=self._ids.get((post.topic_id, post.reply_to_post_number)),
            role=_role(post),
            likes=countable(_likes(post)),
            accepted=post.accepted_answer,
            hidden=bool(post.hidden or post.user_deleted or post.deleted_at),
            url=self._url(post, topic_id),
            thread_title=self._topic.title or post.topic_title,
            thread_url=self._own(f"/t/{self._topic.slug or post.topic_slug or '-'}/{topic_id}"),
            thread_views=countable(self._topic.views),
            thread_closed_at=closed_at,
        )

    def _url(self, post: DiscoursePost, topic_id: int) -> str | None:
        if self._base_url is None or post.post_url is None:
            return self._own(f"/t/{post.topic_slug or '-'}/{topic_id}/{post.post_number}")
        return urljoin(self._base_url, post.post_url)

    def _own(self, path: str) -> str | None:
        """A forum may lie in a folder of its site; only paths that it gives itself hold that folder."""
        return None if self._base_url is None else self._base_url.rstrip("/") + path


def _topic(payload: Mapping[str, Any]) -> Topic:
    try:
        return msgspec.convert(payload, Topic) if "title" in payload else Topic()
    except msgspec.ValidationError:
        return Topic()


def valid_posts(found: Sequence[Any], report: Report) -> Iterator[DiscoursePost]:
    """Yield what can be read as a post; report the rest."""
    for position, each in enumerate(found, start=1):
        try:
            yield msgspec.convert(each, DiscoursePost)
        except msgspec.ValidationError as error:
            report(f"post {position} of the payload: {error}", "fetch the topic again")


def _report_missing(listed: object, found: Sequence[Any], report: Report) -> None:
    """Report the rest of a long topic: ``stream`` lists all posts, but twenty come at a time."""
    if not isinstance(listed, list):
        return
    missing = len(listed) - len(found)
    if missing > 0:
        reason = f"lacks {missing} of the topic's {len(listed)} posts"
        report(reason, "fetch /t/ID.json?print=true, or the rest from /t/ID/posts.json")


def _closed_at(posts: Sequence[DiscoursePost]) -> datetime | None:
    """Return when the topic was last closed, or None where it is open (again)."""
    turns = [post for post in posts if post.action_code in _CLOSED | _OPENED]
    try:
        times = sorted((parse_time(post.created_at), post.action_code in _CLOSED) for post in turns)
    except ValueError:
        return None
    return times[-1][0] if times and times[-1][1] else None


def _role(post: DiscoursePost) -> Role | None:
    """Return the role; a post without a mark may still be by staff, so it has none."""
    if post.moderator and not post.admin:
        return "moderator"
    return "staff" if post.admin or post.staff else None


def _likes(post: DiscoursePost) -> int | None:
    if post.like_count is not None:
        return post.like_count
    if post.reactions:
        return sum(reaction.count for reaction in post.reactions)
    if post.actions_summary is None:
        return None
    return sum(action.count for action in post.actions_summary if action.id == _LIKE)


def _source_of(post: DiscoursePost) -> str:
    """Return the Markdown, which is there where the API left out the HTML."""
    return post.raw if isinstance(post.raw, str) else ""


class DiscourseReader:
    """Reads topic JSON, pages of the posts API, and bare posts or lists of them."""

    name: Final = "discourse"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - content decides
        if b'"post_stream"' in head or b'"latest_posts"' in head:
            return any(key in {b"post_stream", b"latest_posts"} for key in top_level_keys(head))
        if b'"topic_id"' not in head:
            return False
        keys = set(top_level_keys(head))
        return b"topic_id" in keys and not keys.isdisjoint(_POST_KEYS)

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:
        data = document(item, options.limits)
        try:
            payload = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise SourceError(f"is not valid JSON: {error}") from error
        for page in _pages(payload, data):
            yield from topic_posts(
                page, None, lambda reason, remedy: problems.add(item.name, None, reason, remedy)
            )


def _pages(payload: object, data: bytes) -> Iterator[Mapping[str, Any]]:
    """Bring a bare post and lists of posts or topics into the form of a topic."""
    if is_json_list(data[:64]) and isinstance(payload, list):
        topics = [each for each in payload if isinstance(each, dict) and "post_stream" in each]
        yield from topics
        if not topics:
            yield {"latest_posts": payload}
    elif isinstance(payload, dict):
        yield payload if payload.keys() & {"post_stream", "latest_posts"} else {"latest_posts": [payload]}


READER: Final = DiscourseReader()
