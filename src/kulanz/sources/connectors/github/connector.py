"""A GitHub repository as a source."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from msgspec.structs import replace

from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.github.answers import IssueAnswers
from kulanz.sources.connectors.github.api import GithubApi, has_next, objects
from kulanz.sources.connectors.github.cursors import Changes, HistoryCursor, LiveCursor
from kulanz.sources.connectors.github.seeing import (
    acted_threads,
    comment_sightings,
    issue_sightings,
    thread_in,
    threads_in,
)
from kulanz.sources.connectors.github.threads import ThreadReader
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import PermanentError
from kulanz.sources.public_answers import PostedAnswer, PublicAnswer
from kulanz.sources.sightings import Cursor, Page
from kulanz.sources.web.client import Answer

FIRST: Final = timedelta(days=7)
"""How far back ``live`` begins."""

MOST_EVENTS: Final = 10
"""Pages of events that one round goes back at most."""

_Entries = list[dict[str, Any]]


class GithubConnector:
    """Reads one repository; the address is ``owner/name`` or the repository's URL."""

    name: Final = "github"
    lanes: Final = (LIVE, HISTORY)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._api = GithubApi(context)
        self._threads = ThreadReader(self._api)

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield what a lane has after the cursor, oldest change first."""
        if lane == LIVE:
            return self._live(read_cursor(LiveCursor, cursor) or self._beginning())
        if lane == HISTORY:
            return self._history(read_cursor(HistoryCursor, cursor) or HistoryCursor())
        raise PermanentError(f"GitHub has the lanes {' and '.join(self.lanes)}, not {lane!r}")

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Read issues again with all comments; discussions are passed over, they have no REST API."""
        for thread_id in thread_ids:
            if "/discussions/" not in thread_id:
                yield from self._threads.pages(thread_id, None)

    def account(self) -> str:
        """Return the name of the account that answers are posted by."""
        return IssueAnswers(self._context, self._api).account()

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer as a comment, once."""
        return IssueAnswers(self._context, self._api).answer(answer)

    def _beginning(self) -> LiveCursor:
        since = (self._context.now() - FIRST).replace(microsecond=0)
        return LiveCursor(comments=Changes(since=since), issues=Changes(since=since))

    def _live(self, state: LiveCursor) -> Iterator[Page]:
        state = yield from self._events(state)
        for answer, entries, step in self._steps("issues/comments", state.comments):
            state = replace(state, comments=step)
            yield self._page(answer, entries, state)
        for answer, entries, step in self._steps("issues", state.issues):
            yield from self._shrunk(entries, write_cursor(state))
            state = replace(state, issues=step)
            yield self._page(answer, entries, state)

    def _history(self, state: HistoryCursor) -> Iterator[Page]:
        if not state.comments.ended:
            for answer, entries, step in self._steps("issues/comments", state.comments):
                state = replace(state, comments=step)
                yield self._page(answer, entries, state)
        if not state.issues.ended:
            for answer, entries, step in self._steps("issues", state.issues):
                state = replace(state, issues=step)
                yield self._page(answer, entries, state)
        while not state.ended:
            answer = self._api.events(state.events_page)
            state = replace(state, events_page=state.events_page + 1, ended=not has_next(answer))
            threads = tuple(replace(each, closed=None) for each in acted_threads(objects(answer)))
            yield Page(raw=(answer.raw(),), threads=threads, cursor=write_cursor(state))

    def _steps(self, what: str, changes: Changes) -> Iterator[tuple[Answer, _Entries, Changes]]:
        """Yield answers that hold something new, or that come before others, until the list is at its end."""
        kept, changes = changes, replace(changes, ended=False)
        while not changes.ended:
            answer = self._api.changed(what, changes.since, changes.page, changes.were)
            if answer.not_modified:
                return
            entries = objects(answer)
            new, changes = changes.new(entries), changes.after(answer, entries)
            if new or changes != kept:
                yield answer, new, changes

    def _page(self, answer: Answer, entries: _Entries, state: LiveCursor | HistoryCursor) -> Page:
        """Issues have a title, comments have none."""
        issues = [each for each in entries if "title" in each]
        comments = [each for each in entries if "title" not in each]
        for each in entries:
            if thread_in(each) is None:
                self._context.problems.add(answer.url, None, "an entry names no issue", "read it again later")
        return Page(
            raw=(answer.raw(),) if entries else (),
            posts=(*issue_sightings(issues), *comment_sightings(comments)),
            threads=tuple(threads_in(issues)),
            cursor=write_cursor(state),
        )

    def _shrunk(self, issues: _Entries, cursor: Cursor) -> Iterator[Page]:
        """Read issues that count fewer comments than are kept: some were deleted."""
        for issue in issues:
            thread, count = thread_in(issue), issue.get("comments")
            if thread is None or type(count) is not int:
                continue
            kept = self._context.known.post_ids(thread.thread_id) - {thread.thread_id}
            if count < len(kept):
                yield from self._threads.pages(thread.thread_id, cursor)

    def _events(self, state: LiveCursor) -> Generator[Page, None, LiveCursor]:
        """Read events back to the last known one, and tell them in one page, with the state they lead to."""
        answer = self._api.events(1, state.events_were)
        if answer.not_modified:
            return state
        answers, events = [answer], objects(answer)
        while (
            state.event
            and len(answers) < MOST_EVENTS
            and has_next(answers[-1])
            and not _reaches(events, state)
        ):
            answers.append(self._api.events(len(answers) + 1))
            events += objects(answers[-1])
        new = [each for each in events if _number(each) > state.event]
        event = max([state.event, *map(_number, new)])
        state = replace(state, event=event, events_were=answer.validators)
        if new:
            raws = tuple(each.raw() for each in answers)
            yield Page(raw=raws, threads=tuple(acted_threads(new)), cursor=write_cursor(state))
        return state


def _reaches(events: _Entries, state: LiveCursor) -> bool:
    return any(0 < _number(each) <= state.event for each in events)


def _number(event: dict[str, Any]) -> int:
    number = event.get("id")
    return number if type(number) is int else 0
