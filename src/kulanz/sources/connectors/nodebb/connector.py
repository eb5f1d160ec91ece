"""A NodeBB forum as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from kulanz.core.posts import Post, Role
from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.nodebb.answers import NodebbAnswers
from kulanz.sources.connectors.nodebb.moderation import NodebbModeration
from kulanz.sources.counts import countable
from kulanz.sources.forum_threads import PagedThread, PostsPage
from kulanz.sources.forums import ForumWalk, Listed, Listing, Part, reread
from kulanz.sources.html import html_to_text
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.moderating import ModerationAct
from kulanz.sources.public_answers import PostedAnswer, PublicAnswer
from kulanz.sources.sightings import ActKind, Cursor, Page, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.times import parse_time
from kulanz.sources.web.client import Answer
from kulanz.sources.web.urls import checked

_NOT_SHOWN: Final = frozenset({401, 403, 404, 410})
_ACTS: Final[Mapping[str, ActKind]] = {"lock": "locked", "unlock": "unlocked", "move": "moved"}
_ROLES: Final[Mapping[str, Role]] = {"administrators": "staff", "Global Moderators": "moderator"}


class _Account(Struct, rename="camel"):
    username: str | None = None
    group_title: str | None = None
    group_title_array: list[str] | None = None


class _Event(Struct):
    type: str
    timestamp: int
    user: _Account | None = None


class _Post(Struct, rename={"to_pid": "toPid"}):
    # A post that came from another server by ActivityPub has its address as its id.
    pid: int | str
    timestamp: int
    content: str | None = None
    to_pid: int | str | None = None
    deleted: bool = False
    edited: Any = None
    editor: _Account | int | str | None = None
    upvotes: int | None = None
    user: _Account | None = None
    events: list[Any] = msgspec.field(default_factory=list)


class _Topic(Struct, rename={"is_question": "isQuestion", "solved_pid": "solvedPid"}):
    tid: int | str
    title: str
    cid: int | str = 0
    slug: str = ""
    lastposttime: int = 0
    postcount: int | None = None
    viewcount: int | None = None
    locked: bool = False
    deleted: bool = False
    pinned: bool = False
    # The plugin question-and-answer says these two of questions.
    is_question: Any = None
    solved_pid: Any = None


class _Pagination(Struct, rename="camel"):
    page_count: int = 1


class _Listing(Struct):
    topics: list[Any]
    pagination: _Pagination = msgspec.field(default_factory=_Pagination)
    topic_count: int = 0
    children: list[Any] = msgspec.field(default_factory=list)


class _Category(Struct):
    cid: int | str
    children: list[Any] = msgspec.field(default_factory=list)


class _Categories(Struct):
    categories: list[Any]


class _TopicPage(_Topic, kw_only=True):
    posts: list[Any]
    pagination: _Pagination = msgspec.field(default_factory=_Pagination)


class _Place(Struct, frozen=True):
    """Where ``history`` is: a page of the category ``cids[turn]``, which had ``count`` topics."""

    cids: list[str]
    turn: int = 0
    page: int = 1
    count: int = 0


class NodebbConnector:
    """Reads one NodeBB forum; as a ``Forum`` it is the list of recent topics."""

    name: Final = "nodebb"
    lanes: Final = (LIVE, HISTORY)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._base = checked(context.address).rstrip("/")

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        forum = self if lane == LIVE else _ByCategory(self)
        return ForumWalk(forum, self._context.known).pages(lane, cursor)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        return reread(self, thread_ids)

    def account(self) -> str:
        """Return the name of the account that answers are posted by."""
        return NodebbAnswers(self._context, self._base).account()

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer in a topic, once."""
        return NodebbAnswers(self._context, self._base).answer(answer)

    def moderate(self, act: ModerationAct) -> str:
        """Have an act of moderation done, once."""
        return NodebbModeration(self._context, self._base).moderate(act)

    def listing(self, at: Any) -> Listing:
        """Return a page of the recent topics; a place is the number of a page."""
        number = at or 1
        answer = self.ask("/api/recent", page=number)
        found = converted(answer, _Listing, strict=False)
        on = number + 1 if found.topics and number < found.pagination.page_count else None
        return Listing(threads=self.listed(answer, found.topics), after=on)

    def thread(self, thread_id: str, listed: Listed | None, at: Any) -> Iterator[Part]:
        """Read a topic; a place in it is the number of a page."""
        thread = PagedThread(thread_id, lambda page: self._posts(thread_id, page), self._context.known)
        return thread.parts(listed, at)

    def ask(self, path: str, **params: str | int) -> Answer:
        """Return an answer of the API, or the refusal of one that guests may not see."""
        accepted = _NOT_SHOWN if path.count("/") > 2 else ()  # noqa: PLR2004 - one topic, one category
        return self._context.http.get(self._base + path, params=params, accepted=accepted)

    def valid(self, answer: Answer, items: Sequence[Any], kind: type[_Category]) -> list[_Category]:
        """Return the categories of an answer that can be read."""
        return list(Items(answer, self._context.problems).valid(items, kind, strict=False))

    def listed(self, answer: Answer, topics: Sequence[Any]) -> list[Listed]:
        """Return the topics of a list; the latest post cannot be later than now."""
        now = int(self._context.now().timestamp() * 1000)
        found = Items(answer, self._context.problems).valid(topics, _Topic, strict=False)
        return [self._one(topic, now) for topic in found if not topic.deleted]

    def _one(self, topic: _Topic, now: int) -> Listed:
        state = (topic.lastposttime, topic.postcount, topic.locked, str(topic.cid), topic.title)
        return Listed(
            seen=self._seen(topic),
            marker=msgspec.json.encode(state).decode(),
            activity=min(topic.lastposttime, now),
            pinned=topic.pinned,
        )

    def _seen(self, topic: _Topic, acts: tuple[ThreadAct, ...] = ()) -> ThreadSighting:
        return ThreadSighting(
            thread_id=str(topic.tid),
            title=unescape(topic.title),
            url=self._url(topic),
            place=str(topic.cid),
            views=countable(topic.viewcount),
            closed=topic.locked,
            acts=acts,
        )

    def _posts(self, thread_id: str, number: int) -> PostsPage | None:
        answer = self.ask(f"/api/topic/{quote(thread_id, safe='')}", page=number)
        if is_refusal(answer, _NOT_SHOWN):
            return None
        topic, items = converted(answer, _TopicPage, strict=False), Items(answer, self._context.problems)
        posts = list(items.valid(topic.posts, _Post, strict=False))
        events = list(items.valid((each for post in posts for each in post.events), _Event, strict=False))
        acts = tuple(items.made((event for event in events if event.type in _ACTS), _act))
        closed_at = _closed_at(acts) if topic.locked else None
        return PostsPage(
            number=number,
            pages=topic.pagination.page_count,
            count=topic.postcount,
            posts=tuple(items.made(posts, lambda post: self._sighting(post, topic, closed_at))),
            thread=self._seen(topic, acts),
            raw=answer.raw(),
        )

    def _sighting(self, post: _Post, topic: _Topic, closed_at: datetime | None) -> Sighting:
        edited = str(post.edited or "").strip("0") and str(post.edited)
        return Sighting(
            post=self._post(post, topic, closed_at),
            edited_at=parse_time(edited) if edited else None,
            edited_by=post.editor.username if isinstance(post.editor, _Account) else None,
            removed=post.deleted,
        )

    def _post(self, post: _Post, topic: _Topic, closed_at: datetime | None) -> Post:
        # A tombstone's text is a sentence of the forum's, not the author's.
        body = html_to_text("" if post.deleted else post.content or "")
        return Post(
            thread_id=str(topic.tid),
            post_id=str(post.pid),
            author_id=post.user.username if post.user is not None else None,
            created_at=parse_time(str(post.timestamp)),
            text=body.text,
            quotes=body.quotes,
            code=body.code,
            links=body.links,
            mentions=body.mentions,
            reply_to=str(post.to_pid) if post.to_pid else None,
            role=_role(post.user),
            likes=countable(post.upvotes),
            accepted=str(post.pid) == str(topic.solved_pid) if str(topic.is_question) == "1" else None,
            url=f"{self._base}/post/{quote(str(post.pid), safe='')}",
            thread_title=unescape(topic.title),
            thread_url=self._url(topic),
            thread_views=countable(topic.viewcount),
            thread_closed_at=closed_at,
        )

    def _url(self, topic: _Topic) -> str:
        return f"{self._base}/topic/{quote(topic.slug or str(topic.tid), safe='/')}"


class _ByCategory:
    """The list of all topics: each category's, one after the other."""

    def __init__(self, connector: NodebbConnector) -> None:
        self._connector = connector
        self.thread = connector.thread

    def listing(self, at: Any) -> Listing:
        place = self._first() if at is None else msgspec.convert(at, _Place)
        if place.turn >= len(place.cids):
            return Listing(threads=())
        answer = self._connector.ask(
            f"/api/category/{quote(place.cids[place.turn], safe='')}", page=place.page
        )
        if is_refusal(answer, _NOT_SHOWN):
            return Listing(threads=(), after=self._on(place, None))
        found = converted(answer, _Listing, strict=False)
        place = self._with_children(place, answer, found.children)
        threads = self._connector.listed(answer, found.topics)
        return Listing(threads=threads, after=self._on(place, found))

    def _first(self) -> _Place:
        answer = self._connector.ask("/api/categories")
        found = converted(answer, _Categories, strict=False)
        return self._with_children(_Place([]), answer, found.categories)

    def _with_children(self, place: _Place, answer: Answer, categories: Sequence[Any]) -> _Place:
        """Add categories that are not in the round yet, with all that lie in them."""
        waiting, cids = list(categories), list(place.cids)
        while waiting:
            for category in self._connector.valid(answer, waiting[:1], _Category):
                waiting += category.children
                cids.append(str(category.cid))
            del waiting[0]
        return msgspec.structs.replace(place, cids=list(dict.fromkeys(cids)))

    def _on(self, place: _Place, found: _Listing | None) -> Any:
        """Return the next place: pages back where topics went, because others moved up there."""
        if found is not None and found.topic_count < place.count and place.page > 1:
            back = max(1, place.page - (place.count - found.topic_count))
            return msgspec.to_builtins(msgspec.structs.replace(place, page=back, count=found.topic_count))
        if found is not None and found.topics and place.page < found.pagination.page_count:
            on = msgspec.structs.replace(place, page=place.page + 1, count=found.topic_count)
            return msgspec.to_builtins(on)
        if place.turn + 1 < len(place.cids):
            return msgspec.to_builtins(_Place(cids=place.cids, turn=place.turn + 1))
        return None


def _role(account: _Account | None) -> Role | None:
    if account is None:
        return None
    titles = account.group_title_array or [account.group_title or ""]
    return next((_ROLES[title] for title in titles if title in _ROLES), None)


def _act(event: _Event) -> ThreadAct:
    by = event.user.username if event.user is not None else None
    return ThreadAct(kind=_ACTS[event.type], at=parse_time(str(event.timestamp)), by=by)


def _closed_at(acts: Sequence[ThreadAct]) -> datetime | None:
    return max((act.at for act in acts if act.kind == "locked"), default=None)
