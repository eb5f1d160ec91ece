"""Answers in a Misago forum: its API has no keys, so that an account logs in as in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urljoin

import msgspec

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.misago.shapes import ForumPost, ThreadPage
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.public_answers import SLACK, PostedAnswer, PublicAnswer, posted_before
from kulanz.sources.times import parse_time
from kulanz.sources.web.client import Answer
from kulanz.sources.web.secrets import Secret

KEYS: Final = ("user", "password")
ANSWERS_WITH: Final = (frozenset(KEYS),)
_REFUSED: Final = frozenset({400, 403, 404})
_FORBIDDEN: Final = 403
_CSRF: Final = "k" * 32
"""Misago compares cookie and header, against browsers that are led astray; which value it is, is all one."""

_ASKED: Final[Mapping[str, str]] = {"x-requested-with": "XMLHttpRequest"}
"""Has refusals told as data."""

_PAGES: Final = 5
"""Of a thread so many pages are looked through for our own words."""

_TOLD: Final = 300


class MisagoAnswers:
    """Posts in one forum, in the name of the account that its keys log in."""

    def __init__(self, context: Context, base: str) -> None:
        self._context = context
        self._base = base
        self._headers: dict[str, str | Secret] = {}
        self._unapproved: set[str] = set()

    def account(self) -> str:
        """Log in, and return the account's name."""
        secrets = self._context.secrets
        if not ANSWERS_WITH[0] <= secrets.keys():
            raise PermanentError(f"{self._base} takes answers of an account alone: give user and password")
        self._headers = self._with_cookies({})
        who = {"username": secrets["user"].reveal(), "password": secrets["password"].reveal()}
        answer = self._post("/api/auth/", who)
        if is_refusal(answer, _REFUSED):
            raise PermanentError(f"{self._base} refused the login: {words(answer)}", kind="login")
        self._headers = self._with_cookies(answer.cookies)
        found = answer.json()
        name = found.get("username") if isinstance(found, dict) else None
        if not isinstance(name, str):
            raise TemporaryError(f"{answer.url} did not say who has logged in", kind="no_data")
        return name

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer, unless it is there: the thread's last pages are looked through first."""
        own = self._own(answer, self.account())
        found = posted_before(answer, own) or self._posted(answer)
        if found.post in self._unapproved:
            raise TemporaryError(f"{self._base} keeps the answer until a moderator approves it: ask for that")
        return found

    def _own(self, answer: PublicAnswer, name: str) -> Iterator[PostedAnswer]:
        """Yield our own posts that may be the answer; their words are asked for one by one."""
        for page in self._last_pages(answer):
            items = Items(page, self._context.problems)
            for post in items.valid(converted(page, ThreadPage).post_set.results, ForumPost):
                written = not post.is_event and post.poster_name == name and str(post.id) not in answer.known
                if written and self._at(post) >= answer.since - SLACK:
                    yield self._kept(answer.thread, post, self._source_of(answer.thread, post))

    def _last_pages(self, answer: PublicAnswer) -> Iterator[Answer]:
        first = self._page(answer.thread, 1)
        last = converted(first, ThreadPage).post_set.pages
        yield from (self._page(answer.thread, number) for number in range(last, max(1, last - _PAGES), -1))
        yield first

    def _page(self, thread: str, number: int) -> Answer:
        answer = self._get(f"{posts_of(thread)}?page={number}")
        if is_refusal(answer, _REFUSED):
            raise PermanentError(
                f"{self._base} does not show thread {thread} to the account of the key: {words(answer)}",
                kind="gone",
            )
        return answer

    def _source_of(self, thread: str, post: ForumPost) -> str:
        """Return a post as it was typed; empty where it may not be quoted."""
        answer = self._get(f"{posts_of(thread)}reply_editor/?reply={post.id}")
        found = {} if is_refusal(answer, _REFUSED) else answer.json()
        return str(found.get("post") or "") if isinstance(found, dict) else ""

    def _posted(self, answer: PublicAnswer) -> PostedAnswer:
        kept = self._post(posts_of(answer.thread), {"post": answer.text})
        if is_refusal(kept, _REFUSED):
            raise self._refusal(kept, answer.thread)
        return self._kept(answer.thread, converted(kept, ForumPost), answer.text)

    def _refusal(self, kept: Answer, thread: str) -> PermanentError | TemporaryError:
        """Say why; who may answer here but not now wrote too much in too short a time."""
        told = f"{self._base} refused the answer: {words(kept)}"
        editor = f"{posts_of(thread)}reply_editor/"
        if kept.status == _FORBIDDEN and not is_refusal(self._get(editor), _REFUSED):
            return TemporaryError(told, kind="busy")
        return PermanentError(told, kind="forbidden")

    def _kept(self, thread: str, post: ForumPost, text: str) -> PostedAnswer:
        if post.is_unapproved:
            self._unapproved.add(str(post.id))
        return PostedAnswer(
            thread=thread,
            post=str(post.id),
            author=post.poster_name or "",
            at=self._at(post),
            text=text,
            url=None if post.url.index is None else urljoin(self._base, post.url.index),
        )

    def _at(self, post: ForumPost) -> datetime:
        with suppress(ValueError):
            return parse_time(post.posted_on)
        return self._context.now()

    def _get(self, path: str) -> Answer:
        return self._context.http.get(self._base + path, headers=self._headers, accepted=_REFUSED)

    def _post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        return self._context.http.post(
            self._base + path,
            body=msgspec.json.encode(fields),
            media_type="application/json",
            headers=self._headers,
            accepted=_REFUSED,
            once=True,
        )

    def _with_cookies(self, given: Mapping[str, Secret]) -> dict[str, str | Secret]:
        pairs = {name: value.reveal() for name, value in given.items()} | {"csrftoken": _CSRF}
        cookies = Secret("; ".join(f"{name}={value}" for name, value in pairs.items()))
        return {"cookie": cookies, "x-csrftoken": _CSRF, "referer": f"{self._base}/", **_ASKED}


def posts_of(thread: str) -> str:
    return f"/api/threads/{quote(thread, safe='')}/posts/"


def words(answer: Answer) -> str:
    """Return the forum's own words."""
    found = answer.json()
    values = list(found.values()) if isinstance(found, dict) else [found]
    told = " ".join(word for value in values for word in _told(value))
    return told[:_TOLD] or f"it answered {answer.status}"


def _told(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value]
    return [value] if isinstance(value, str) else []
