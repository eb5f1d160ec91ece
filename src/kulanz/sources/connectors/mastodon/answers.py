"""Answers as replies in a conversation, by the account of the token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.mastodon.places import Place
from kulanz.sources.connectors.mastodon.statuses import (
    Status,
    handle,
    is_shown,
    read_status,
    read_statuses,
)
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.html import html_to_text
from kulanz.sources.json_answers import converted, is_refusal
from kulanz.sources.public_answers import SLACK, PostedAnswer, PublicAnswer, posted_before
from kulanz.sources.web.client import Answer
from kulanz.sources.web.secrets import Secret

ANSWERS_WITH: Final = (frozenset({"token"}),)
_REFUSED: Final = frozenset({401, 403, 404, 410, 422})
_TOLD: Final = 300


class _Account(Struct):
    id: str
    acct: str


class StatusAnswers:
    """Replies on one server."""

    def __init__(self, context: Context, place: Place) -> None:
        self._context, self._place = context, place

    def account(self) -> str:
        """Return the name of the token's account, with its server."""
        return handle(self._self().acct, self._place.host)

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Reply, unless the reply is there; the server too knows the answer by its mark for an hour."""
        account = self._self()
        root = self._shown(answer.thread)
        return posted_before(answer, self._own(answer, account)) or self._posted(answer, account, root)

    def _self(self) -> _Account:
        if "token" not in self._context.secrets:
            raise PermanentError(f"{self._place.host} takes answers of an account alone: give its token")
        answer = self._get("accounts/verify_credentials")
        if is_refusal(answer, _REFUSED):
            raise PermanentError(f"{self._place.host} does not know the token: {_words(answer)}", kind="key")
        return converted(answer, _Account)

    def _shown(self, status_id: str) -> Status:
        answer = self._get(f"statuses/{status_id}")
        found = None
        if not is_refusal(answer, _REFUSED):
            found = read_status(answer.json(), answer.url, self._context.problems)
        if found is None or not is_shown(found):
            raise PermanentError(f"{self._place.host} does not show {status_id} in public", kind="gone")
        return found

    def _own(self, answer: PublicAnswer, account: _Account) -> Iterator[PostedAnswer]:
        """Yield our own replies that may be the answer; their words are asked for one by one."""
        found = self._get(f"statuses/{answer.thread}/context")
        if is_refusal(found, _REFUSED):
            raise TemporaryError(f"{found.url} does not show what was answered", kind="no_data")
        content = found.json()
        below = content.get("descendants") if isinstance(content, dict) else None
        for status in read_statuses(below, found.url, self._context.problems):
            new = status.id not in answer.known and _at(status) >= answer.since - SLACK
            if new and status.account.acct == account.acct:
                yield self._kept(answer.thread, status, account, self._typed(status))

    def _typed(self, status: Status) -> str:
        """Return a status as it was typed; as it is shown where the server does not say."""
        answer = self._get(f"statuses/{status.id}/source")
        found: Any = None if is_refusal(answer, _REFUSED) else answer.json()
        text = found.get("text") if isinstance(found, dict) else None
        return text if isinstance(text, str) else html_to_text(status.content or "").text

    def _posted(self, answer: PublicAnswer, account: _Account, root: Status) -> PostedAnswer:
        fields = {
            "status": answer.text,
            "in_reply_to_id": answer.post or answer.thread,
            "visibility": root.visibility,
        }
        made = self._context.http.post(
            self._place.api("statuses"),
            body=msgspec.json.encode(fields),
            media_type="application/json",
            headers={**self._headers, "idempotency-key": answer.mark},
            accepted=_REFUSED,
            once=True,
        )
        if is_refusal(made, _REFUSED):
            raise PermanentError(f"{self._place.host} refused the answer: {_words(made)}", kind="forbidden")
        status = read_status(made.json(), made.url, self._context.problems)
        if status is None:
            raise TemporaryError(f"{made.url} did not say which status was written", kind="no_data")
        return self._kept(answer.thread, status, account, answer.text)

    def _kept(self, thread: str, status: Status, account: _Account, text: str) -> PostedAnswer:
        return PostedAnswer(
            thread=thread,
            post=status.id,
            author=handle(account.acct, self._place.host),
            at=_at(status),
            text=text,
            url=status.url or None,
        )

    def _get(self, path: str) -> Answer:
        return self._context.http.get(self._place.api(path), headers=self._headers, accepted=_REFUSED)

    @property
    def _headers(self) -> dict[str, str | Secret]:
        return {"authorization": Secret(f"Bearer {self._context.secrets['token'].reveal()}")}


def _at(status: Status) -> datetime:
    at = status.created_at
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _words(answer: Answer) -> str:
    """Return the server's own words."""
    found = answer.json()
    told = found.get("error") if isinstance(found, dict) else None
    return told[:_TOLD] if isinstance(told, str) else f"it answered {answer.status}"
