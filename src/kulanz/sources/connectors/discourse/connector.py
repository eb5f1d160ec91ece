"""A Discourse forum as a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.discourse.answers import TopicAnswers
from kulanz.sources.connectors.discourse.cursors import HistoryCursor, LiveCursor
from kulanz.sources.connectors.discourse.history import History
from kulanz.sources.connectors.discourse.live import Live
from kulanz.sources.connectors.discourse.moderation import DiscourseModeration
from kulanz.sources.connectors.discourse.parts import Parts
from kulanz.sources.connectors.discourse.private import PrivateTopics
from kulanz.sources.connectors.discourse.topics import Want
from kulanz.sources.cursors import read_cursor
from kulanz.sources.errors import PermanentError
from kulanz.sources.moderating import ModerationAct
from kulanz.sources.private_messages import PrivateLetter, PrivateMessage
from kulanz.sources.public_answers import PostedAnswer, PublicAnswer
from kulanz.sources.sightings import Cursor, Page

GRACE: Final = timedelta(minutes=5)
"""Discourse's editing_grace_period: a small edit so soon raises no version."""


class DiscourseConnector:
    """Reads one forum; the address is the forum's own, such as ``https://forum.example.org``."""

    name: Final = "discourse"
    lanes: Final = (LIVE, HISTORY)
    grace: Final = GRACE

    def __init__(self, context: Context) -> None:
        self._context = context

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield what a lane has after the cursor; see the lanes for what they read."""
        parts = Parts(self._context)
        if lane == LIVE:
            return Live(parts).pages(read_cursor(LiveCursor, cursor) or LiveCursor())
        if lane == HISTORY:
            return History(parts).pages(read_cursor(HistoryCursor, cursor) or HistoryCursor())
        raise PermanentError(f"Discourse has the lanes {' and '.join(self.lanes)}, not {lane!r}")

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Read all posts of topics again; who edited is asked where a version rose."""
        topics = Parts(self._context).topics
        for thread_id in thread_ids:
            yield from topics.pages(thread_id, Want(whole=True), None)

    def send(self, letter: PrivateLetter) -> PrivateMessage:
        """Write a private message; the key must be that of an account that may."""
        return self._private().send(letter)

    def written(self, conversation: str, after: str) -> Sequence[PrivateMessage]:
        """Return what was written in a private topic after a post."""
        return self._private().written(conversation, after)

    def account(self) -> str:
        """Return the name of the account that answers are posted by."""
        return self._answers().account()

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer in a topic, once."""
        return self._answers().answer(answer)

    def moderate(self, act: ModerationAct) -> str:
        """Have an act of moderation done, once; the key must be that of staff."""
        return DiscourseModeration(Parts(self._context).api, frozenset(self._context.secrets)).moderate(act)

    def _answers(self) -> TopicAnswers:
        parts = Parts(self._context)
        return TopicAnswers(self._context, parts.api, parts.report)

    def _private(self) -> PrivateTopics:
        parts = Parts(self._context)
        return PrivateTopics(parts.api, parts.report, parts.now)
