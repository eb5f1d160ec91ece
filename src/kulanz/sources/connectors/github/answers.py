"""Answers as comments on issues and pull requests, by the account of the token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.github.api import ANSWERS_WITH, REFUSED, GithubApi, has_next, objects
from kulanz.sources.connectors.github.seeing import comment_sightings, moment
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.public_answers import SLACK, PostedAnswer, PublicAnswer, posted_before
from kulanz.sources.web.client import Answer

_ISSUE: Final = re.compile(r".+#(\d+)")
_PAGES: Final = 8
_TOLD: Final = 300


class IssueAnswers:
    """Comments in one repository."""

    def __init__(self, context: Context, api: GithubApi) -> None:
        self._context, self._api = context, api

    def account(self) -> str:
        """Return the name of the token's account."""
        if not ANSWERS_WITH[0] <= self._context.secrets.keys():
            raise PermanentError(f"{self._api.repository} takes answers of an account alone: give its token")
        answer = self._api.own_account()
        found = answer.json()
        name = found.get("login") if isinstance(found, dict) else None
        if not isinstance(name, str):
            raise TemporaryError(f"{answer.url} did not say whose token it is", kind="no_data")
        return name

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Write a comment, unless it is there. GitHub has no answers to a comment: all go to the issue."""
        number = _ISSUE.fullmatch(answer.thread)
        if number is None:
            raise PermanentError(f"{answer.thread[:100]} is no issue: discussions are answered by hand")
        own = self._own(answer, number[1], self.account())
        return posted_before(answer, own) or self._posted(answer, number[1])

    def _own(self, answer: PublicAnswer, number: str, name: str) -> Iterator[PostedAnswer]:
        for page in range(1, _PAGES + 1):
            found = self._api.comments(number, answer.since - SLACK, page)
            if found is None:
                raise PermanentError(
                    f"{self._api.base} does not show {answer.thread} to the account of the token", kind="gone"
                )
            for comment in objects(found):
                kept = self._kept(answer.thread, comment)
                if kept is not None and kept.author == name:
                    yield kept
            if not has_next(found):
                return

    def _posted(self, answer: PublicAnswer, number: str) -> PostedAnswer:
        made = self._api.comment(number, answer.text)
        if made.status in REFUSED:
            raise PermanentError(f"{self._api.base} refused the answer: {_words(made)}", kind="forbidden")
        comment = made.json()
        kept = self._kept(answer.thread, comment) if isinstance(comment, dict) else None
        if kept is None:
            raise TemporaryError(f"{made.url} did not say which comment was written", kind="no_data")
        return kept

    def _kept(self, thread: str, comment: Mapping[str, Any]) -> PostedAnswer | None:
        body, author = comment.get("body"), comment.get("user")
        for each in comment_sightings([comment]):
            return PostedAnswer(
                thread=thread,
                post=each.post.post_id,
                author=str(author.get("login") or "") if isinstance(author, dict) else "",
                at=moment(comment.get("created_at")) or self._context.now(),
                text=body if isinstance(body, str) else "",
                url=each.post.url,
            )
        return None


def _words(answer: Answer) -> str:
    """Return GitHub's own words."""
    found = answer.json()
    told = found.get("message") if isinstance(found, dict) else None
    return told[:_TOLD] if isinstance(told, str) else f"it answered {answer.status}"
