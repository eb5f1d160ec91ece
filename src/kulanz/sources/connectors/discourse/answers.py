"""Answers in a forum's topics, in the name of the account of the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urljoin

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.discourse.api import (
    BATCH,
    PRIVATE,
    REFUSED,
    WRITES_WITH,
    DiscourseApi,
    document,
)
from kulanz.sources.connectors.discourse.private import raw_of, refusal, stream
from kulanz.sources.connectors.discourse.seeing import Report, moment, posts_in, topic_in
from kulanz.sources.discourse import valid_posts
from kulanz.sources.discourse_shapes import DiscoursePost
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.json_answers import is_refusal
from kulanz.sources.public_answers import SLACK, PostedAnswer, PublicAnswer, posted_before, same_words
from kulanz.sources.web.client import Answer

_MOST_BATCHES: Final = 8
_QUEUED: Final = "enqueued"


class TopicAnswers:
    """Posts in one forum's public topics."""

    def __init__(self, context: Context, api: DiscourseApi, report: Report) -> None:
        self._api, self._report = api, report
        self._secrets, self._now = context.secrets, context.now

    def account(self) -> str:
        """Return the account's name: the one that the key is used for, or the one that it belongs to."""
        if not any(keys <= self._secrets.keys() for keys in WRITES_WITH):
            raise PermanentError(f"{self._api.base} takes answers of an account alone: give its key")
        if "api_username" in self._secrets:
            return self._secrets["api_username"].reveal()
        answer = self._api.session()
        found = document(answer).get("current_user") if answer is not None else None
        if not isinstance(found, dict) or not isinstance(found.get("username"), str):
            raise PermanentError(f"{self._api.base} does not say whose key it is: give another", kind="key")
        return str(found["username"])

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer, unless it stands in the topic already, or waits for moderators."""
        name = self.account()
        found = posted_before(answer, self._own(answer))
        if found is not None:
            return found
        self._not_waiting(answer, name)
        return self._posted(answer, self._fields(answer))

    def _own(self, answer: PublicAnswer) -> Iterator[PostedAnswer]:
        for post in self._latest(answer):
            if post.yours and not (post.deleted_at or post.user_deleted):
                yield self._kept(answer.thread, post)

    def _latest(self, answer: PublicAnswer) -> Iterator[DiscoursePost]:
        """Yield the topic's posts from its end, as far back as the answer may stand."""
        topic = self._topic(answer.thread)
        ids = stream(document(topic))
        if not ids:
            yield from posts_in(topic, document(topic), self._report)
        for end in range(len(ids), max(0, len(ids) - _MOST_BATCHES * BATCH), -BATCH):
            batch = self._api.batch(answer.thread, ids[max(0, end - BATCH) : end])
            posts = posts_in(batch, document(batch), self._report) if batch is not None else []
            yield from posts
            if any(self._at(post) < answer.since - SLACK for post in posts):
                return

    def _topic(self, topic_id: str) -> Answer:
        answer = self._api.topic(topic_id)
        if answer is None or topic_in(answer, document(answer)).archetype == PRIVATE:
            raise PermanentError(
                f"{self._api.base} does not show topic {topic_id} in public: look there", kind="gone"
            )
        return answer

    def _not_waiting(self, answer: PublicAnswer, name: str) -> None:
        """Raise TemporaryError where moderators have not decided on the answer yet."""
        found = self._api.pending(name)
        waiting = document(found).get("pending_posts") if found is not None else None
        for each in waiting if isinstance(waiting, list) else ():
            here = isinstance(each, dict) and str(each.get("topic_id")) == answer.thread
            if here and same_words(str(each.get("raw_text"))) == same_words(answer.text):
                raise self._waits()

    def _waits(self) -> TemporaryError:
        return TemporaryError(
            f"{self._api.base} keeps the answer until a moderator approves it: ask for that"
        )

    def _fields(self, answer: PublicAnswer) -> Mapping[str, str | int]:
        fields: dict[str, str | int] = {"topic_id": int(answer.thread), "raw": answer.text}
        found = self._api.post(answer.post) if answer.post else None
        for post in valid_posts([document(found)], self._report) if found is not None else ():
            fields["reply_to_post_number"] = post.post_number
        return fields

    def _posted(self, answer: PublicAnswer, fields: Mapping[str, str | int]) -> PostedAnswer:
        made = self._api.write(fields)
        if is_refusal(made, REFUSED):
            raise PermanentError(f"{self._api.base} refused the answer: {refusal(made)}", kind="forbidden")
        found: Mapping[str, Any] = document(made)
        if found.get("action") == _QUEUED:
            raise self._waits()
        post = next(iter(valid_posts([found], self._report)), None)
        if post is None:
            raise TemporaryError(f"{made.url} did not say which post was written", kind="no_data")
        if str(post.id) in answer.known:
            raise PermanentError(
                f"{self._api.base} took the answer for a repetition of another: change its words, or wait",
                kind="forbidden",
            )
        return self._kept(answer.thread, post)

    def _kept(self, topic_id: str, post: DiscoursePost) -> PostedAnswer:
        place = post.post_url or f"/t/{post.topic_slug or '-'}/{topic_id}/{post.post_number}"
        return PostedAnswer(
            thread=topic_id,
            post=str(post.id),
            author=post.username or "",
            at=self._at(post),
            text=raw_of(post),
            url=urljoin(self._api.base, place),
        )

    def _at(self, post: DiscoursePost) -> datetime:
        return moment(post.created_at) or self._now()
