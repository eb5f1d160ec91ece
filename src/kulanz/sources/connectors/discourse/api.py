"""The requests that Discourse understands, and the checks of what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote

import msgspec

from kulanz.sources.connecting import Context
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.json_answers import is_refusal
from kulanz.sources.web.client import Answer, Params, Validators
from kulanz.sources.web.secrets import Secret

KEYS: Final = ("api_key", "api_username", "user_api_key", "user_api_client_id")
WRITES_WITH: Final = (frozenset({"api_key", "api_username"}), frozenset({"user_api_key"}))
"""The keys with which private messages and answers can be written: those of one account."""

BATCH: Final = 20
"""Posts asked for at once; as many as Discourse itself asks for."""

GONE: Final = frozenset({403, 404, 410})
PRIVATE: Final = "private_message"
"""The archetype of a topic that is a private conversation."""

REFUSED: Final = frozenset({400, 403, 422})
"""How a post is refused: for what is missing, to whom it may not go, for its words."""

_HEADERS: Final = {
    "api_key": "Api-Key",
    "api_username": "Api-Username",
    "user_api_key": "User-Api-Key",
    "user_api_client_id": "User-Api-Client-Id",
}


class DiscourseApi:
    """Asks one forum; ``base`` is its address without a slash at the end."""

    def __init__(self, context: Context) -> None:
        self.base = _base(context.address)
        self._http = context.http
        self._headers: dict[str, str | Secret] = {
            _HEADERS[name]: secret for name, secret in context.secrets.items() if name in _HEADERS
        }

    def posts(self, before: int | None, validators: Validators | None = None) -> Answer:
        """Return the newest posts of the forum, or those before a post's id."""
        return self._get("/posts.json", {} if before is None else {"before": before}, validators)

    def latest(self, page: int, *, by_creation: bool = False, validators: Validators | None = None) -> Answer:
        """Return a page of the list of topics: by last activity, or the newest topic first."""
        order: Params = {"order": "created"} if by_creation else {}
        return self._get("/latest.json", {"no_definitions": "true", "page": page, **order}, validators)

    def topic(self, topic_id: str, page: int | None = None) -> Answer | None:
        """Return a topic with its first posts (or a page of them); None where it is not shown."""
        paged: Params = {} if page is None else {"page": page}
        return self._get_or_none(f"/t/{topic_id}.json", {"include_raw": 1, **paged})

    def marked(self, mark: str) -> Answer | None:
        """Return the topic that was begun with an ``external_id``; None where there is none."""
        return self._get_or_none(f"/t/external_id/{mark}.json", {})

    def write(self, fields: Mapping[str, str | int]) -> Answer:
        """Have a post written, once; the answer may also be a refusal."""
        return self._http.post(
            self.base + "/posts.json",
            body=msgspec.json.encode(fields),
            media_type="application/json",
            headers=self._headers,
            accepted=REFUSED,
            once=True,
        )

    def move(self, topic_id: str, fields: Mapping[str, Any]) -> Answer:
        """Have posts of a topic moved, once; the answer may also be a refusal, or that it is not there."""
        return self._http.post(
            f"{self.base}/t/{topic_id}/move-posts.json",
            body=msgspec.json.encode(fields),
            media_type="application/json",
            headers=self._headers,
            accepted={*REFUSED, *GONE},
            once=True,
        )

    def change(self, method: Literal["PUT", "DELETE"], path: str, fields: Mapping[str, Any]) -> Answer:
        """Have something changed, once; the answer may also be a refusal, or that it is not there."""
        return self._http.change(
            method,
            self.base + path,
            body=msgspec.json.encode(fields),
            media_type="application/json",
            headers=self._headers,
            accepted={*REFUSED, *GONE},
        )

    def user(self, username: str) -> Answer | None:
        """Return what the forum says of an account; None where it is not shown."""
        return self._get_or_none(f"/u/{quote(username, safe='')}.json", {})

    def pending(self, username: str) -> Answer | None:
        """Return what an account wrote that waits for moderators; None where the forum does not say."""
        return self._get_or_none(f"/posts/{quote(username, safe='')}/pending.json", {})

    def session(self) -> Answer | None:
        """Return whom the key belongs to; None where it may not ask that."""
        return self._get_or_none("/session/current.json", {})

    def batch(self, topic_id: str, post_ids: Sequence[int]) -> Answer | None:
        """Return some posts of a topic; None where the topic is not shown any more."""
        return self._get_or_none(f"/t/{topic_id}/posts.json", {"post_ids[]": post_ids, "include_raw": 1})

    def post(self, post_id: str) -> Answer | None:
        """Return one post wherever it is now; None where it is not shown."""
        return self._get_or_none(f"/posts/{post_id}.json", {"include_raw": 1})

    def revision(self, post_id: str) -> Answer | None:
        """Return the last revision of a post; None where the forum does not show it."""
        return self._get_or_none(f"/posts/{post_id}/revisions/latest.json", {}, also=422)

    def about(self) -> Answer | None:
        """Return what the forum says of itself: version, staff, counts."""
        return self._get_or_none("/about.json", {})

    def site(self) -> Answer | None:
        """Return the forum's categories, groups and trust levels."""
        return self._get_or_none("/site.json", {})

    def _get(self, path: str, params: Params, validators: Validators | None = None) -> Answer:
        return self._http.get(self.base + path, params=params, headers=self._headers, validators=validators)

    def _get_or_none(self, path: str, params: Params, also: int = 404) -> Answer | None:
        accepted = {*GONE, also}
        answer = self._http.get(self.base + path, params=params, headers=self._headers, accepted=accepted)
        return None if is_refusal(answer, accepted) else answer


def document(answer: Answer) -> Mapping[str, Any]:
    """Return the object that an answer holds; raise TemporaryError for anything else."""
    value = answer.json()
    if not isinstance(value, dict):
        raise TemporaryError(
            f"{answer.url} answered with JSON that is no object: try later, and check that this is Discourse",
            kind="no_data",
        )
    return value


def _base(address: str) -> str:
    if not address.startswith(("https://", "http://")):
        raise PermanentError(
            f"expected a forum's address such as https://forum.example.org, got {address[:100]!r}",
            kind="address",
        )
    return address.partition("?")[0].partition("#")[0].rstrip("/")
