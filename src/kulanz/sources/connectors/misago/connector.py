"""A Misago forum as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urljoin

import msgspec
from msgspec import UNSET

from kulanz.core.posts import Post
from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.misago.answers import MisagoAnswers
from kulanz.sources.connectors.misago.moderation import MisagoModeration
from kulanz.sources.connectors.misago.private import MisagoPrivate
from kulanz.sources.connectors.misago.shapes import ForumPost, Links, Thread, ThreadPage, Threads
from kulanz.sources.counts import countable
from kulanz.sources.forum_threads import PagedThread, PostsPage
from kulanz.sources.forums import ForumWalk, Listed, Listing, Part, reread
from kulanz.sources.html import html_to_text
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.moderating import ModerationAct
from kulanz.sources.private_messages import PrivateLetter, PrivateMessage
from kulanz.sources.public_answers import PostedAnswer, PublicAnswer
from kulanz.sources.sightings import ActKind, Cursor, Page, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.times import parse_time
from kulanz.sources.web.urls import checked

_NOT_SHOWN: Final = frozenset({403, 404, 410})
_ACTS: Final[Mapping[str, ActKind]] = {"closed": "locked", "opened": "unlocked", "moved": "moved"}
_STAFF_RANK: Final = "forum-team"
"""The rank that every Misago forum has for its team from the start."""


class MisagoConnector:
    """Reads one Misago forum."""

    name: Final = "misago"
    lanes: Final = (LIVE, HISTORY)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._base = checked(context.address).rstrip("/")
        self._last_pages: dict[str, int] = {}

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        return ForumWalk(self, self._context.known).pages(lane, cursor)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        return reread(self, thread_ids)

    def send(self, letter: PrivateLetter) -> PrivateMessage:
        """Write a private message, once."""
        return MisagoPrivate(self._context, self._base).send(letter)

    def written(self, conversation: str, after: str) -> Sequence[PrivateMessage]:
        """Return what was written in a private thread after a post."""
        return MisagoPrivate(self._context, self._base).written(conversation, after)

    def account(self) -> str:
        """Return the name of the account that answers are posted by."""
        return MisagoAnswers(self._context, self._base).account()

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer in a thread, once."""
        return MisagoAnswers(self._context, self._base).answer(answer)

    def moderate(self, act: ModerationAct) -> str:
        """Have an act of moderation done, once."""
        return MisagoModeration(self._context, self._base).moderate(act)

    def listing(self, at: Any) -> Listing:
        """Return a page of the list of threads; a place in it is the id of a last post."""
        params = {} if at is None else {"start": str(at)}
        answer = self._context.http.get(f"{self._base}/api/threads/", params=params)
        found = converted(answer, Threads)
        threads = list(Items(answer, self._context.problems).valid(found.results, Thread))
        self._last_pages = {str(thread.id): thread.pages for thread in threads}
        sinks = found.next is not None and found.results and (at is None or found.next < int(at))
        return Listing(
            threads=[self._listed(thread) for thread in threads], after=found.next if sinks else None
        )

    def thread(self, thread_id: str, listed: Listed | None, at: Any) -> Iterator[Part]:
        """Read a thread; a place in it is the number of a page."""
        thread = PagedThread(thread_id, lambda page: self._posts(thread_id, page), self._context.known)
        return thread.parts(listed, at, self._last_pages.get(thread_id, 1))

    def _listed(self, thread: Thread) -> Listed:
        state = (thread.last_post, thread.replies, thread.is_closed, thread.is_hidden, thread.place)
        return Listed(
            seen=self._seen(thread),
            marker=msgspec.json.encode(state).decode(),
            activity=thread.last_post or 0,
            pinned=thread.weight > 0,
        )

    def _seen(self, thread: Thread, acts: tuple[ThreadAct, ...] = ()) -> ThreadSighting:
        return ThreadSighting(
            thread_id=str(thread.id),
            title=thread.title,
            url=self._absolute(thread.url),
            place=thread.place,
            closed=thread.is_closed,
            hidden=thread.is_hidden,
            acts=acts,
        )

    def _posts(self, thread_id: str, number: int) -> PostsPage | None:
        url = f"{self._base}/api/threads/{quote(thread_id, safe='')}/posts/"
        answer = self._context.http.get(url, params={"page": str(number)}, accepted=_NOT_SHOWN)
        if is_refusal(answer, _NOT_SHOWN):
            return None
        thread, items = converted(answer, ThreadPage), Items(answer, self._context.problems)
        found = list(items.valid(thread.post_set.results, ForumPost))
        acts = tuple(items.made((post for post in found if post.event_type in _ACTS), _act))
        written = (post for post in found if not post.is_event)
        closed_at = _closed_at(acts) if thread.is_closed else None
        return PostsPage(
            number=number,
            pages=thread.post_set.pages,
            count=thread.post_set.count,
            posts=tuple(items.made(written, lambda post: self._sighting(post, thread, closed_at))),
            thread=self._seen(thread, acts),
            raw=answer.raw(),
        )

    def _sighting(self, post: ForumPost, thread: Thread, closed_at: datetime | None) -> Sighting:
        edited_at = parse_time(post.updated_on) if post.edits and post.updated_on else None
        return Sighting(
            post=self._post(post, thread, closed_at),
            version=post.edits,
            edited_at=edited_at,
            edited_by=post.last_editor_name,
        )

    def _post(self, post: ForumPost, thread: Thread, closed_at: datetime | None) -> Post:
        body = html_to_text(post.content or "")
        rank = post.poster.rank if post.poster is not None else None
        return Post(
            thread_id=str(thread.id),
            post_id=str(post.id),
            author_id=post.poster_name,
            created_at=parse_time(post.posted_on),
            text=body.text,
            quotes=body.quotes,
            code=body.code,
            links=body.links,
            mentions=body.mentions,
            role="staff" if rank is not None and rank.slug == _STAFF_RANK else None,
            likes=countable(post.likes),
            accepted=None if thread.best_answer is UNSET else thread.best_answer == post.id,
            hidden=post.is_hidden or post.is_unapproved or thread.is_hidden,
            url=self._absolute(post.url),
            thread_title=thread.title,
            thread_url=self._absolute(thread.url),
            thread_closed_at=closed_at,
        )

    def _absolute(self, links: Links) -> str | None:
        with suppress(ValueError):
            return None if links.index is None else urljoin(self._base, links.index)
        return None


def _act(post: ForumPost) -> ThreadAct:
    return ThreadAct(kind=_ACTS[post.event_type or ""], at=parse_time(post.posted_on), by=post.poster_name)


def _closed_at(acts: Sequence[ThreadAct]) -> datetime | None:
    return max((act.at for act in acts if act.kind == "locked"), default=None)
