"""Answers in a NodeBB forum over its write API (version 1.15 and later), by the account of a token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from kulanz.sources.connecting import Context
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.public_answers import SLACK, PostedAnswer, PublicAnswer, posted_before, same_words
from kulanz.sources.times import parse_time
from kulanz.sources.web.client import Answer
from kulanz.sources.web.secrets import Secret

KEYS: Final = ("token",)
ANSWERS_WITH: Final = (frozenset(KEYS),)
_REFUSED: Final = frozenset({400, 401, 403, 404, 410})
_PAGES: Final = 4
_TOLD: Final = 300


class _Account(Struct):
    username: str
    uid: int | str


class _Post(Struct):
    pid: int | str
    timestamp: int
    uid: int | str = ""
    deleted: bool = False


class _Pages(Struct, rename="camel"):
    page_count: int = 1


class _Topic(Struct):
    posts: list[Any]
    pagination: _Pages = msgspec.field(default_factory=_Pages)


class NodebbAnswers:
    """Posts in one forum's topics."""

    def __init__(self, context: Context, base: str) -> None:
        self._context, self._base = context, base

    def account(self) -> str:
        """Return the name of the token's account."""
        return self._self().username

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer, unless it stands in the topic already, or waits for moderators."""
        account = self._self()
        own = posted_before(answer, self._own(answer, account))
        if own is not None:
            return own
        sees_queue = self._not_waiting(answer)
        return self._posted(answer, account, sees_queue=sees_queue)

    def _self(self) -> _Account:
        if "token" not in self._context.secrets:
            raise PermanentError(f"{self._base} takes answers of an account alone: give its token")
        answer = self._get("/api/self")
        if answer.is_page or is_refusal(answer, _REFUSED):
            raise PermanentError(
                f"{self._base} does not know the token: give the token of an account (NodeBB 1.15 or later)",
                kind="key",
            )
        return converted(answer, _Account, strict=False)

    def _own(self, answer: PublicAnswer, account: _Account) -> Iterator[PostedAnswer]:
        """Yield our own posts that may be the answer; their words are asked for one by one."""
        for page in self._last_pages(answer.thread):
            topic, items = converted(page, _Topic, strict=False), Items(page, self._context.problems)
            for post in items.valid(topic.posts, _Post, strict=False):
                ours = str(post.uid) == str(account.uid) and not post.deleted
                new = str(post.pid) not in answer.known and _at(post) >= answer.since - SLACK
                if ours and new:
                    yield self._kept(answer.thread, post, account, self._raw(str(post.pid)))

    def _last_pages(self, thread: str) -> Iterator[Answer]:
        first = self._page(thread, 1)
        last = converted(first, _Topic, strict=False).pagination.page_count
        yield from (self._page(thread, number) for number in range(last, max(1, last - _PAGES), -1))
        yield first

    def _page(self, thread: str, number: int) -> Answer:
        answer = self._get(f"/api/topic/{quote(thread, safe='')}?page={number}")
        if is_refusal(answer, _REFUSED):
            raise PermanentError(
                f"{self._base} does not show topic {thread} to the account of the token", kind="gone"
            )
        return answer

    def _raw(self, pid: str) -> str:
        answer = self._get(f"/api/v3/posts/{quote(pid, safe='')}/raw")
        return "" if is_refusal(answer, _REFUSED) else str(response_of(answer).get("content") or "")

    def _not_waiting(self, answer: PublicAnswer) -> bool:
        """Raise TemporaryError where moderators have not decided yet; return whether the queue was seen."""
        found = self._get("/api/post-queue")
        if found.is_page or is_refusal(found, _REFUSED):
            return False
        content = found.json()
        posts = content.get("posts") if isinstance(content, dict) else None
        for each in posts if isinstance(posts, list) else ():
            data = each.get("data") if isinstance(each, dict) else None
            if isinstance(data, dict) and _is_waiting(data, answer):
                raise self._waits()
        return True

    def _posted(self, answer: PublicAnswer, account: _Account, *, sees_queue: bool) -> PostedAnswer:
        fields: dict[str, str | int] = {"content": answer.text}
        if answer.post:
            fields["toPid"] = int(answer.post) if answer.post.isdigit() else answer.post
        made = self._post(f"/api/v3/topics/{quote(answer.thread, safe='')}", fields)
        if is_refusal(made, _REFUSED):
            raise PermanentError(f"{self._base} refused the answer: {words(made)}", kind="forbidden")
        response = response_of(made)
        if response.get("queued"):
            raise self._waits() if sees_queue else self._lost_in_queue()
        try:
            post = msgspec.convert(response, _Post, strict=False)
        except msgspec.ValidationError as error:
            raise TemporaryError(f"{made.url} did not say which post was written", kind="no_data") from error
        return self._kept(answer.thread, post, account, answer.text)

    def _waits(self) -> TemporaryError:
        return TemporaryError(f"{self._base} keeps the answer until a moderator approves it: ask for that")

    def _lost_in_queue(self) -> PermanentError:
        return PermanentError(
            f"{self._base} keeps the answer until a moderator approves it, and does not show its queue: do"
            " not try again before that, or it is there twice"
        )

    def _kept(self, thread: str, post: _Post, account: _Account, text: str) -> PostedAnswer:
        return PostedAnswer(
            thread=thread,
            post=str(post.pid),
            author=account.username,
            at=_at(post),
            text=text,
            url=f"{self._base}/post/{quote(str(post.pid), safe='')}",
        )

    def _get(self, path: str) -> Answer:
        return self._context.http.get(self._base + path, headers=self._headers, accepted=_REFUSED)

    def _post(self, path: str, fields: Mapping[str, str | int]) -> Answer:
        return self._context.http.post(
            self._base + path,
            body=msgspec.json.encode(fields),
            media_type="application/json",
            headers=self._headers,
            accepted=_REFUSED,
            once=True,
        )

    @property
    def _headers(self) -> dict[str, Secret]:
        return {"authorization": Secret(f"Bearer {self._context.secrets['token'].reveal()}")}


def _at(post: _Post) -> datetime:
    return parse_time(str(post.timestamp))


def _is_waiting(data: Mapping[str, Any], answer: PublicAnswer) -> bool:
    said = same_words(unescape(str(data.get("rawContent") or data.get("content") or "")))
    return str(data.get("tid")) == answer.thread and said == same_words(answer.text)


def response_of(answer: Answer) -> Mapping[str, Any]:
    found = answer.json()
    response = found.get("response") if isinstance(found, dict) else None
    return response if isinstance(response, dict) else {}


def words(answer: Answer) -> str:
    """Return the forum's own words."""
    if answer.is_page:
        return f"it answered {answer.status} with a page"
    found = answer.json()
    status = found.get("status") if isinstance(found, dict) else None
    told = status.get("message") if isinstance(status, dict) else None
    return told[:_TOLD] if isinstance(told, str) else f"it answered {answer.status}"
