"""Reads one issue whole: its opening post, then its timeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import replace

from kulanz.sources.connectors.github.api import GithubApi, has_next, objects
from kulanz.sources.connectors.github.seeing import acts_in, comment_sightings, issue_sightings, thread_in
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.sightings import Cursor, Page, Raw, ThreadSighting
from kulanz.sources.web.client import Answer

MOST_PAGES: Final = 200

_ISSUE: Final = re.compile(r"[^/#]+/[^/#]+#(\d+)")


class ThreadReader:
    """Reads issues of one repository, each into one page: a thread of them is rarely long."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api

    def pages(self, thread_id: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield the issue with all comments that it shows; ``gone`` where it is not in the repository."""
        match = _ISSUE.fullmatch(thread_id)
        answer = None if match is None else self._api.issue(match[1])
        if match is None or answer is None:
            yield Page(threads=(ThreadSighting(thread_id=thread_id, gone=True),), cursor=cursor)
            return
        issue = _issue(answer)
        thread = thread_in(issue)
        if thread is None or thread.thread_id.lower() != thread_id.lower():
            self._refuse_other_name()
            yield Page(raw=(answer.raw(),), threads=(_transferred(thread_id, thread),), cursor=cursor)
            return
        yield self._whole(match[1], issue, thread, (answer.raw(),), cursor)

    def _whole(
        self,
        number: str,
        issue: dict[str, Any],
        thread: ThreadSighting,
        raw: tuple[Raw, ...],
        cursor: Cursor | None,
    ) -> Page:
        timeline: list[dict[str, Any]] = []
        more = True
        for page in range(1, MOST_PAGES + 1):
            answer = self._api.timeline(number, page)
            raw, timeline, more = (*raw, answer.raw()), timeline + objects(answer), has_next(answer)
            if not more:
                break
        comments = [entry for entry in timeline if entry.get("event") == "commented"]
        ids = {thread.thread_id, *(f"{thread.thread_id}/{entry.get('id')}" for entry in comments)}
        whole = replace(thread, present=None if more else frozenset(ids), acts=tuple(acts_in(timeline)))
        posts = (*issue_sightings([issue]), *comment_sightings(comments))
        return Page(raw=raw, posts=posts, threads=(whole,), cursor=cursor)

    def _refuse_other_name(self) -> None:
        """A renamed repository answers like one whose issues all went elsewhere."""
        name = self._api.full_name()
        if name is not None and name.lower() != self._api.repository.lower():
            raise PermanentError(f"{self._api.repository} is now called {name}: fetch github:{name} instead")


def _issue(answer: Answer) -> dict[str, Any]:
    value = answer.json()
    if not isinstance(value, dict):
        raise TemporaryError(
            f"{answer.url} answered with JSON that is no object: try again later", kind="no_data"
        )
    return value


def _transferred(thread_id: str, there: ThreadSighting | None) -> ThreadSighting:
    """The old number leads to an issue of another repository."""
    place = None if there is None else there.url
    return ThreadSighting(thread_id=thread_id, gone=True, place=place)
