"""Private messages at a forum: a topic that only its participants see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from kulanz.sources.connectors.discourse.api import BATCH, PRIVATE, REFUSED, DiscourseApi, document
from kulanz.sources.connectors.discourse.seeing import Report, moment, posts_in, topic_in
from kulanz.sources.discourse import valid_posts
from kulanz.sources.discourse_shapes import DiscoursePost
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.html import html_to_text
from kulanz.sources.json_answers import is_refusal
from kulanz.sources.private_messages import PrivateLetter, PrivateMessage
from kulanz.sources.web.client import Answer

MOST_AT_ONCE: Final = 10 * BATCH
_LONGEST_TITLE: Final = 255
_BY_PEOPLE: Final = frozenset({1, 2})
_QUEUED: Final = "enqueued"
_TOLD: Final = 300
_NO_NAME: Final = frozenset(",@")


class PrivateTopics:
    """Writes and reads private topics of one forum."""

    def __init__(self, api: DiscourseApi, report: Report, now: Callable[[], datetime]) -> None:
        self._api = api
        self._report = report
        self._now = now

    def send(self, letter: PrivateLetter) -> PrivateMessage:
        """Write a letter, unless it is there: a forum has one topic for a mark, and shows our own posts."""
        if not letter.to or _NO_NAME & set(letter.to):
            raise PermanentError(
                f"expected the name of one account at {self._api.base}, got {letter.to[:100]!r}"
            )
        topic_id = letter.conversation or self._begun(letter.mark)
        if not topic_id:
            return self._write(_beginning(letter))
        return self._sent(topic_id, letter) or self._added(topic_id, letter)

    def written(self, topic_id: str, after: str) -> Sequence[PrivateMessage]:
        """Return posts of a topic after a post's id, at most some two hundred at once."""
        return self._messages(topic_id, self._posts(topic_id, int(after or 0)))

    def _begun(self, mark: str) -> str:
        answer = self._api.marked(mark)
        return "" if answer is None else str(topic_in(answer, document(answer)).id)

    def _sent(self, topic_id: str, letter: PrivateLetter) -> PrivateMessage | None:
        wanted = _words(letter.text)
        posts = self._posts(topic_id, int(letter.after or 0))
        same = [post for post in posts if post.yours and _words(raw_of(post)) == wanted]
        return next(iter(self._messages(topic_id, same)), None)

    def _added(self, topic_id: str, letter: PrivateLetter) -> PrivateMessage:
        kept = self._write({"topic_id": int(topic_id), "raw": letter.text})
        if int(kept.message_id) <= int(letter.after or 0):
            raise PermanentError(
                f"{self._api.base} took the message for a repetition of the one before: change its words, or"
                " wait some minutes",
                kind="forbidden",
            )
        return kept

    def _posts(self, topic_id: str, after: int) -> list[DiscoursePost]:
        """Return the posts of a private topic after an id, by id."""
        answer = self._api.topic(topic_id)
        if answer is None:
            raise PermanentError(
                f"{self._api.base} does not show the private topic {topic_id} any more: look there"
                " whether it was deleted or the account of the key was taken out of it",
                kind="gone",
            )
        payload = document(answer)
        if topic_in(answer, payload).archetype != PRIVATE:
            raise PermanentError(
                f"{self._api.base} has made topic {topic_id} public: it is not read as a private one",
                kind="gone",
            )
        found = {post.id: post for post in posts_in(answer, payload, self._report)}
        for post in self._rest(
            topic_id, [each for each in stream(payload) if each > after and each not in found]
        ):
            found[post.id] = post
        return [found[post_id] for post_id in sorted(found) if post_id > after]

    def _rest(self, topic_id: str, wanted: Sequence[int]) -> Iterable[DiscoursePost]:
        for start in range(0, min(len(wanted), MOST_AT_ONCE), BATCH):
            answer = self._api.batch(topic_id, wanted[start : start + BATCH])
            if answer is not None:
                yield from posts_in(answer, document(answer), self._report)

    def _write(self, fields: Mapping[str, str | int]) -> PrivateMessage:
        answer = self._api.write(fields)
        if is_refusal(answer, REFUSED):
            raise PermanentError(f"{self._api.base} refused the message: {refusal(answer)}", kind="forbidden")
        return self._kept(answer)

    def _kept(self, answer: Answer) -> PrivateMessage:
        """Return the post that was written; raise TemporaryError for an answer that does not say which."""
        found = document(answer)
        if found.get("action") == _QUEUED:
            raise PermanentError(
                f"{self._api.base} keeps the message until a moderator approves it: ask for that there, and"
                " have the account of the key written without"
            )
        posts = list(valid_posts([found], self._report))
        if not posts or posts[0].topic_id is None:
            raise TemporaryError(
                f"{answer.url} did not say which post was written: it is looked for later", kind="no_data"
            )
        return self._message(str(posts[0].topic_id), posts[0])

    def _messages(self, topic_id: str, posts: Iterable[DiscoursePost]) -> list[PrivateMessage]:
        return [
            self._message(topic_id, post)
            for post in posts
            if post.post_type in _BY_PEOPLE and not (post.deleted_at or post.user_deleted)
        ]

    def _message(self, topic_id: str, post: DiscoursePost) -> PrivateMessage:
        return PrivateMessage(
            conversation=topic_id,
            message_id=str(post.id),
            author=post.username or "",
            at=moment(post.created_at) or self._now(),
            text=_text(post),
            own=bool(post.yours),
        )


def _beginning(letter: PrivateLetter) -> dict[str, str | int]:
    return {
        "archetype": PRIVATE,
        "target_recipients": letter.to,
        "title": letter.title[:_LONGEST_TITLE],
        "raw": letter.text,
        "external_id": letter.mark,
    }


def _text(post: DiscoursePost) -> str:
    """Return the writer's own words, without quotations; what was written where nothing else is left."""
    body = html_to_text(post.cooked or "")
    return "\n\n".join(part for part in (body.text, *body.code) if part) or raw_of(post)


def raw_of(post: DiscoursePost) -> str:
    return post.raw if isinstance(post.raw, str) else ""


def _words(text: str) -> str:
    """Return a text as it is compared: a forum may change the blank space in it."""
    return " ".join(text.split())


def stream(payload: Mapping[str, Any]) -> list[int]:
    found = payload.get("post_stream")
    stream = found.get("stream") if isinstance(found, dict) else None
    return sorted(each for each in stream if type(each) is int) if isinstance(stream, list) else []


def refusal(answer: Answer) -> str:
    """Return the forum's own words."""
    found = answer.json()
    errors = found.get("errors") if isinstance(found, dict) else None
    words = " ".join(map(str, errors)) if isinstance(errors, list) else ""
    return words[:_TOLD] or f"it answered {answer.status}"
