"""Sightings, pages and a connector that reads a script, for the tests of what keeps and compares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kulanz.core.posts import Post
from kulanz.sources.changes import KeptPost, seen_post
from kulanz.sources.connecting import HISTORY, LIVE
from kulanz.sources.sightings import Cursor, Page, Sighting

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
GRACE = 5 * MINUTE


def sighting(text: str = "first words", *, post_id: str = "1", thread_id: str = "t", **more: Any) -> Sighting:
    """A post as one read saw it; what is no field of a Sighting goes to its Post."""
    own = {name: more.pop(name) for name in ("version", "edited_at", "edited_by", "removed") if name in more}
    fields: dict[str, Any] = {"author_id": "ann", "created_at": START, "text": text, **more}
    return Sighting(post=Post(thread_id=thread_id, post_id=post_id, **fields), **own)


def kept(text: str = "first words", *, seen_at: datetime = START + HOUR, **more: Any) -> KeptPost:
    """A post as it is kept after it was seen once."""
    return seen_post(None, sighting(text, **more), seen_at)


@dataclass
class Script:
    """A connector that yields what a test wrote down; an exception in the script is raised."""

    steps: Mapping[str, Sequence[Page | Exception]] = field(default_factory=dict)
    again: Sequence[Page | Exception] = ()
    name: str = "script"
    lanes: tuple[str, ...] = (LIVE, HISTORY)
    grace: timedelta = GRACE
    requests: int = 0
    asked: list[str] = field(default_factory=list)

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        self.asked.append(lane)
        begin = 0 if cursor is None else cursor["step"] + 1
        for number, step in enumerate(self.steps.get(lane, ())[begin:], start=begin):
            page = self._step(step)
            yield Page(posts=page.posts, threads=page.threads, raw=page.raw, cursor={"step": number})

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        self.asked += thread_ids
        for step in self.again:
            yield self._step(step)

    def _step(self, step: Page | Exception) -> Page:
        self.requests += 1
        if isinstance(step, Exception):
            raise step
        return step
