"""Private messages in a Misago forum: private threads, which only their participants see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import msgspec

from kulanz.sources.connectors.misago.answers import ANSWERS_WITH, MisagoAnswers, words
from kulanz.sources.connectors.misago.shapes import ForumPost, ThreadPage, Threads
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.html import html_to_text
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.private_messages import PrivateLetter, PrivateMessage
from kulanz.sources.public_answers import same_words
from kulanz.sources.web.client import Answer

WRITES_WITH: Final = ANSWERS_WITH
_ROOT: Final = "/api/private-threads/"
_REFUSED: Final = frozenset({400, 403, 404})
_LONGEST_TITLE: Final = 70
_MARKED: Final = 8
_LISTS: Final = 3


class _Listed(msgspec.Struct):
    id: int
    title: str
    starter_name: str | None = None


class _New(msgspec.Struct):
    id: int


class MisagoPrivate(MisagoAnswers):
    """Writes and reads private threads, in the name of the account that its keys log in."""

    def send(self, letter: PrivateLetter) -> PrivateMessage:
        """Write a letter, unless it is there: a thread is known by its title, which ends with the mark's."""
        if not (letter.to.isascii() and letter.to.isalnum()):
            # Misago leaves out other signs, and would write to whoever is called like the rest.
            raise PermanentError(f"expected the name of an account at {self._base}, got {letter.to[:100]!r}")
        name = self.account()
        thread = letter.conversation or self._begun(letter, name)
        if not thread:
            return self._first(self._begin(letter), name)
        if not letter.conversation:
            return self._first(thread, name)
        return self._sent(thread, letter, name) or self._added(thread, letter, name)

    def written(self, conversation: str, after: str) -> Sequence[PrivateMessage]:
        """Return what was written in a private thread after a post."""
        name = self.account()
        return [self._message(conversation, post, name) for post in self._posts(conversation, after)]

    def _begun(self, letter: PrivateLetter, name: str) -> str:
        """Return the id of the thread that was begun with a letter, empty where there is none."""
        start = 0
        for _ in range(_LISTS):
            answer = self._get(f"{_ROOT}?list=my&start={start}")
            self._judged(answer)
            found = converted(answer, Threads)
            for each in Items(answer, self._context.problems).valid(found.results, _Listed):
                if each.title == _title(letter) and each.starter_name == name:
                    return str(each.id)
            if not found.next:
                break
            start = found.next
        return ""

    def _begin(self, letter: PrivateLetter) -> str:
        fields = {"to": [letter.to], "title": _title(letter), "post": letter.text}
        answer = self._post(_ROOT, fields)
        self._judged(answer)
        return str(converted(answer, _New).id)

    def _first(self, thread: str, name: str) -> PrivateMessage:
        for post in self._posts(thread, ""):
            return self._message(thread, post, name)
        raise TemporaryError(f"{self._base} does not show the message yet", kind="no_data")

    def _sent(self, thread: str, letter: PrivateLetter, name: str) -> PrivateMessage | None:
        for post in self._posts(thread, letter.after):
            typed = self._source(thread, post) if post.poster_name == name else ""
            if typed and same_words(typed) == same_words(letter.text):
                return self._message(thread, post, name)
        return None

    def _added(self, thread: str, letter: PrivateLetter, name: str) -> PrivateMessage:
        answer = self._post(_posts_of(thread), {"post": letter.text})
        self._judged(answer)
        return self._message(thread, converted(answer, ForumPost), name)

    def _posts(self, thread: str, after: str) -> list[ForumPost]:
        """Return what people wrote after a post, oldest first, from as many of the last pages as it takes."""
        least, found = int(after or 0), dict[int, ForumPost]()  # pages overlap by a post
        for page in self._pages_back(thread):
            posts = list(self._posts_in(page))
            found |= {post.id: post for post in posts if post.id > least and _by_somebody(post)}
            if any(post.id <= least for post in posts):
                break
        return [found[key] for key in sorted(found)]

    def _pages_back(self, thread: str) -> Iterator[Answer]:
        first = self._private_page(thread, 1)
        last = converted(first, ThreadPage).post_set.pages
        yield from (self._private_page(thread, number) for number in range(last, 1, -1))
        yield first

    def _posts_in(self, page: Answer) -> Iterator[ForumPost]:
        yield from Items(page, self._context.problems).valid(
            converted(page, ThreadPage).post_set.results, ForumPost
        )

    def _private_page(self, thread: str, number: int) -> Answer:
        answer = self._get(f"{_posts_of(thread)}?page={number}")
        if is_refusal(answer, _REFUSED):
            raise PermanentError(
                f"{self._base} does not show the private thread {thread} any more: {words(answer)}",
                kind="gone",
            )
        return answer

    def _source(self, thread: str, post: ForumPost) -> str:
        answer = self._get(f"{_posts_of(thread)}reply_editor/?reply={post.id}")
        found = {} if is_refusal(answer, _REFUSED) else answer.json()
        return str(found.get("post") or "") if isinstance(found, dict) else ""

    def _message(self, thread: str, post: ForumPost, name: str) -> PrivateMessage:
        body = html_to_text(post.content or "")
        return PrivateMessage(
            conversation=thread,
            message_id=str(post.id),
            author=post.poster_name or "",
            at=self._at(post),
            text="\n\n".join(part for part in (body.text, *body.code) if part),
            own=post.poster_name == name,
        )

    def _judged(self, answer: Answer) -> None:
        if is_refusal(answer, _REFUSED):
            raise PermanentError(f"{self._base} refused the message: {words(answer)}", kind="forbidden")


def _by_somebody(post: ForumPost) -> bool:
    return not (post.is_event or post.is_hidden)


def _title(letter: PrivateLetter) -> str:
    """Return the title of a thread: Misago has no other place for what a thread is known by."""
    known_by = sha256(letter.mark.encode()).hexdigest()[:_MARKED]
    return f"{' '.join(letter.title.split())[:_LONGEST_TITLE]} ({known_by})"


def _posts_of(thread: str) -> str:
    return f"{_ROOT}{quote(thread, safe='')}/posts/"
