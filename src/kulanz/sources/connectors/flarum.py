"""Flarum forums over their public JSON:API, as a guest sees them: the names of 1.x and those of the betas.

Address: the forum's, as in ``https://forum.example.org``. Keys: none.

Reads ``/api/discussions`` (latest first) and ``/api/discussions/N``, which names all posts of a discussion
and holds the first fifty; those that are new come from ``/api/posts``, fifty at a time. Edits show with time
and editor, but not how many there were. Hidden and deleted posts are absent for guests, as removed ones;
hidden posts that are shown again come back. Locks and changed tags are posts of their own, with time and
actor.

Cannot see: edits where the list shows no change (a discussion must be read again for them), and whether a
post was hidden or deleted, and by whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from kulanz.core.posts import Post, Role
from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.forums import ForumWalk, Listed, Listing, Part, reread
from kulanz.sources.html import HtmlText, html_to_text, plain_to_text
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.sightings import Cursor, Page, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.times import parse_time
from kulanz.sources.web.client import Answer
from kulanz.sources.web.urls import checked

KEYS: Final[tuple[str, ...]] = ()
_NOT_SHOWN: Final = frozenset({401, 403, 404, 410})
_AT_ONCE: Final = 50
_OVERLAP: Final = 5
"""Discussions of a page that are asked for again with the next: so many may vanish in between."""
# Flarum gives its groups of administrators and moderators these ids at installation.
_ROLES: Final[Mapping[str, Role]] = {"1": "staff", "4": "moderator"}


class _Discussion(Struct, rename="camel"):
    """``*_count`` and ``last_*`` come in two spellings: that of 1.x, then that of the betas."""

    title: str
    slug: str = ""
    comment_count: int | None = None
    comments_count: int | None = None
    last_posted_at: str | None = None
    last_time: str | None = None
    last_post_number: int | None = None
    is_locked: bool | None = None
    is_hidden: bool = False
    is_sticky: bool = False
    has_best_answer: Any = None


class _Linked(Struct):
    """What resources of JSON:API have in common."""

    id: int | str
    relationships: dict[str, Any] = msgspec.field(default_factory=dict)

    def related(self, *names: str) -> tuple[str, ...] | None:
        """The ids of what is related by the first of the names that is there; None if none is."""
        for name in names:
            link = self.relationships.get(name)
            data = link.get("data") if isinstance(link, dict) else None
            if data is not None:
                found = data if isinstance(data, list) else [data]
                return tuple(str(each.get("id")) for each in found if isinstance(each, dict))
        return None


class _Resource(_Linked, kw_only=True):
    type: str
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)


class _DiscussionResource(_Linked, kw_only=True):
    attributes: _Discussion


class _One(Struct):
    data: _DiscussionResource
    included: list[Any] = msgspec.field(default_factory=list)


class _Many(Struct):
    data: list[Any]
    included: list[Any] = msgspec.field(default_factory=list)
    links: dict[str, Any] = msgspec.field(default_factory=dict)


class _Written(Struct, rename="camel"):
    """A post; times come in two spellings as well."""

    created_at: str | None = None
    time: str | None = None
    edited_at: str | None = None
    edit_time: str | None = None
    number: int = 0
    content_type: str = "comment"
    content_html: str | None = None
    content: Any = None
    is_hidden: bool = False


class FlarumConnector:
    """Reads one Flarum forum."""

    name: Final = "flarum"
    lanes: Final = (LIVE, HISTORY)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._base = checked(context.address).rstrip("/")

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        return ForumWalk(self, self._context.known).pages(lane, cursor)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        return reread(self, thread_ids)

    def listing(self, at: Any) -> Listing:
        """Return a page of the list of discussions; a place in it is an offset."""
        offset = at or 0
        window = {"page[limit]": _AT_ONCE, "page[offset]": offset}
        answer = self._context.http.get(f"{self._base}/api/discussions", params=window)
        found, items = converted(answer, _Many), Items(answer, self._context.problems)
        listed = list(items.made(items.valid(found.data, _DiscussionResource), self._listed))
        on = offset + max(1, len(found.data) - _OVERLAP)
        return Listing(threads=listed, after=on if found.data and found.links.get("next") else None)

    def thread(self, thread_id: str, listed: Listed | None, at: Any) -> Iterator[Part]:
        """Read a discussion; what is kept of it tells where to go on, a place only that it was begun."""
        url = f"{self._base}/api/discussions/{quote(thread_id, safe='')}"
        answer = self._context.http.get(url, params={"page[limit]": _AT_ONCE}, accepted=_NOT_SHOWN)
        if is_refusal(answer, _NOT_SHOWN):
            yield Part(page=Page(threads=(ThreadSighting(thread_id=thread_id, gone=True),)))
            return
        found = converted(answer, _One)
        thread = _Thread(self._base, found.data)
        missing = self._missing(thread, found.included, listed)
        page = self._page(thread, answer, found.included)
        # Read on from a place, the first posts are kept already.
        first = 0 if at is None or not missing else _AT_ONCE
        if first:
            page = self._some(thread, missing[:_AT_ONCE])
        for start in range(first, len(missing), _AT_ONCE):
            yield Part(page=page, after=len(missing) - start)
            page = self._some(thread, missing[start : start + _AT_ONCE])
        yield Part(page=_complete(page, listed, thread.post_ids))

    def _missing(self, thread: _Thread, included: Sequence[Any], listed: Listed | None) -> list[str]:
        """Return the ids of posts that did not come; of a listed thread only those not kept."""
        came = {
            str(each.get("id")) for each in included if isinstance(each, dict) and each.get("type") == "posts"
        }
        kept = self._context.known.post_ids(thread.id) if listed is not None else frozenset[str]()
        return [each for each in thread.post_ids or () if each not in came | kept]

    def _some(self, thread: _Thread, post_ids: Sequence[str]) -> Page:
        wanted: dict[str, str | int] = {"filter[id]": ",".join(post_ids), "page[limit]": _AT_ONCE}
        answer = self._context.http.get(f"{self._base}/api/posts", params=wanted)
        found = converted(answer, _Many)
        return self._page(thread, answer, [*found.data, *found.included])

    def _listed(self, resource: _DiscussionResource) -> Listed:
        thread = _Thread(self._base, resource)
        data = thread.data
        at = data.last_posted_at or data.last_time
        latest = parse_time(at) if at is not None else None
        count = data.comment_count if data.comment_count is not None else data.comments_count
        state = (at, data.last_post_number, count, data.is_locked, data.is_hidden, thread.place, data.title)
        now = self._context.now()
        return Listed(
            seen=thread.seen(),
            marker=msgspec.json.encode(state).decode(),
            activity=int(min(latest, now).timestamp()) if latest is not None else 0,
            pinned=data.is_sticky,
        )

    def _page(self, thread: _Thread, answer: Answer, resources: Sequence[Any]) -> Page:
        """Return what an answer holds of a discussion's posts."""
        items = Items(answer, self._context.problems)
        found = list(items.valid(resources, _Resource))
        people = {str(each.id): each for each in found if each.type == "users"}
        own = [each for each in found if each.type == "posts" and thread.has(str(each.id))]
        posts = list(items.made(own, lambda each: _Read(each, people)))
        acts = tuple(act for each in items.made(posts, _acts) for act in each)
        comments = [each for each in posts if each.data.content_type == "comment"]
        return Page(
            raw=(answer.raw(),),
            posts=tuple(items.made(comments, thread.sighting)),
            threads=(thread.seen(acts),),
        )


class _Thread:
    """A discussion, and what its posts take from it."""

    def __init__(self, base: str, resource: _DiscussionResource) -> None:
        self.data = resource.attributes
        self.id = str(resource.id)
        self.post_ids = resource.related("posts")
        tags = resource.related("tags")
        self.place = None if tags is None else ",".join(sorted(tags))
        self.answers = _answers(resource)
        self.url = f"{base}/d/{quote(self.id, safe='')}"

    def has(self, post_id: str) -> bool:
        return self.post_ids is None or post_id in self.post_ids

    def seen(self, acts: tuple[ThreadAct, ...] = ()) -> ThreadSighting:
        return ThreadSighting(
            thread_id=self.id,
            title=self.data.title,
            url=self.url,
            place=self.place,
            closed=self.data.is_locked,
            hidden=self.data.is_hidden,
            acts=acts,
        )

    def sighting(self, read: _Read) -> Sighting:
        edited_at = read.data.edited_at or read.data.edit_time
        return Sighting(
            post=self._post(read),
            edited_at=parse_time(edited_at) if edited_at else None,
            edited_by=read.person("editedUser", "editUser"),
        )

    def _post(self, read: _Read) -> Post:
        body = read.body
        return Post(
            thread_id=self.id,
            post_id=read.id,
            author_id=read.person("user"),
            created_at=read.at,
            text=body.text,
            quotes=body.quotes,
            code=body.code,
            links=body.links,
            mentions=body.mentions,
            role=read.role,
            accepted=None if self.answers is None else read.id in self.answers,
            hidden=read.data.is_hidden or self.data.is_hidden,
            url=f"{self.url}/{read.data.number}",
            thread_title=self.data.title,
            thread_url=self.url,
        )


def _answers(resource: _DiscussionResource) -> tuple[str, ...] | None:
    """Return the id of the best answer, or what is no id; None without the extension fof/best-answer.

    Its first versions only say that there is one, and name it among the relations.
    """
    found = resource.attributes.has_best_answer
    if found is True:
        return resource.related("bestAnswerPost")
    return None if found is None else (str(found),)


class _Read:
    """A post's resource and the people around it; raises ValueError where it is not as expected."""

    def __init__(self, resource: _Resource, people: Mapping[str, _Resource]) -> None:
        self._resource = resource
        self._people = people
        self.id = str(resource.id)
        self.data = msgspec.convert(resource.attributes, _Written)
        self.at = parse_time(self.data.created_at or self.data.time or "")

    @property
    def body(self) -> HtmlText:
        if self.data.content_html is not None:
            return html_to_text(self.data.content_html)
        return plain_to_text(self.data.content if isinstance(self.data.content, str) else "")

    @property
    def role(self) -> Role | None:
        author = self._related("user")
        groups = author.related("groups") if author is not None else None
        return next((_ROLES[group] for group in groups or () if group in _ROLES), None)

    def person(self, *names: str) -> str | None:
        """The name of the account that stands in a relation to the post."""
        found = self._related(*names)
        name = found.attributes.get("username") if found is not None else None
        return name if isinstance(name, str) else None

    def _related(self, *names: str) -> _Resource | None:
        ids = self._resource.related(*names)
        return self._people.get(ids[0]) if ids else None


def _acts(read: _Read) -> list[ThreadAct]:
    """Return the act that an event post tells of, if it is one that counts."""
    kind, told = read.data.content_type, read.data.content
    by = read.person("user")
    if kind == "discussionLocked" and isinstance(told, dict):
        return [ThreadAct(kind="locked" if told.get("locked") else "unlocked", at=read.at, by=by)]
    return [ThreadAct(kind="moved", at=read.at, by=by)] if kind == "discussionTagged" else []


def _complete(page: Page, listed: Listed | None, post_ids: tuple[str, ...] | None) -> Page:
    """Return the page that completes a discussion."""
    (thread,) = page.threads
    present = None if post_ids is None else frozenset(post_ids)
    marker = listed.marker if listed is not None else None
    return msgspec.structs.replace(
        page, threads=(msgspec.structs.replace(thread, marker=marker, present=present),)
    )


CONNECTOR: Final = FlarumConnector
