"""Moderation in a Discourse forum, with the key of an account that is staff there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import quote

from kulanz.sources.connectors.discourse.api import REFUSED, DiscourseApi, document
from kulanz.sources.errors import PermanentError
from kulanz.sources.json_answers import is_refusal
from kulanz.sources.moderating import ModerationAct, named
from kulanz.sources.public_answers import same_words
from kulanz.sources.web.client import Answer

NEEDS: Final = frozenset({"api_key", "api_username"})
MODERATES_WITH: Final = (NEEDS,)
MODERATES: Final = frozenset(
    {
        "post:edit", "post:remove", "post:restore", "post:move", "thread:lock", "thread:unlock",
        "thread:hide", "thread:show", "thread:slow", "thread:unslow", "thread:move", "thread:remove",
        "thread:restore", "account:suspend", "account:unsuspend",
    }
)  # fmt: skip
FIRST_IS_THREAD: Final = True
_STATUS: Final[Mapping[str, tuple[str, bool]]] = {
    "lock": ("closed", True),
    "unlock": ("closed", False),
    "hide": ("visible", False),
    "show": ("visible", True),
}
_SLOW_SECONDS: Final = 900
_FOREVER: Final = datetime(3000, 1, 1, tzinfo=UTC)
"""Discourse takes a suspension without an end as one that ends then."""
_GONE: Final = 404
Method = Literal["PUT", "DELETE"]


class DiscourseModeration:
    """Moderates one forum; ``keys`` are the names of those that were given."""

    def __init__(self, api: DiscourseApi, keys: frozenset[str]) -> None:
        self._api, self._keys = api, keys

    def moderate(self, act: ModerationAct) -> str:
        """Have an act done that is not; return what an edit replaced."""
        if named(act) not in MODERATES:
            raise PermanentError(
                f"{self._api.base} is not told to {act.kind} this: do it there", kind="forbidden"
            )
        if not self._keys >= NEEDS:
            raise PermanentError(
                f"{self._api.base} lets staff moderate: give api_key and api_username", kind="key"
            )
        if act.kind == "edit":
            return self._edited(act)
        if act.kind == "move" and act.post:
            self._moved(act)
        elif act.kind in ("remove", "restore"):
            self._removed(act, removed=act.kind == "remove")
        else:
            self._ask("PUT", *_request(act, self._number_of(act.account) if "suspend" in act.kind else ""))
        return ""

    def _edited(self, act: ModerationAct) -> str:
        before = str(self._post(act.post).get("raw") or "")
        if same_words(before) == same_words(act.text):
            return ""
        self._ask(
            "PUT", f"/posts/{_id(act.post)}.json", {"post": {"raw": act.text, "edit_reason": act.why[:250]}}
        )
        return before

    def _moved(self, act: ModerationAct) -> None:
        """Have a post moved to another topic, unless it is there."""
        place, found = _id(act.place), self._post(act.post)
        if str(found.get("topic_id")) == place:
            return
        self._check_not_first(found)
        answer = self._api.move(
            _id(act.thread), {"post_ids": [int(_id(act.post))], "destination_topic_id": int(place)}
        )
        self._judged(answer)

    def _check_not_first(self, found: Mapping[str, Any]) -> None:
        """Raise PermanentError for a topic's first post: the forum would take the topic away with it."""
        if found.get("post_number") == 1:
            raise PermanentError(
                f"{self._api.base} removes and moves a topic with its first post: do it to the topic",
                kind="forbidden",
            )

    def _removed(self, act: ModerationAct, *, removed: bool) -> None:
        """Have a post or a topic taken away or put back; what is so already is left."""
        if act.post:
            found = self._post(act.post)
            if bool(found.get("deleted_at")) == removed:
                return
            self._check_not_first(found)
        at = f"/posts/{_id(act.post)}" if act.post else f"/t/{_id(act.thread)}"
        if removed:
            self._ask("DELETE", f"{at}.json", {}, gone=not act.post)
        else:
            self._ask("PUT", f"{at}/recover.json", {})

    def _post(self, post_id: str) -> Mapping[str, Any]:
        found = self._api.post(_id(post_id))
        if found is None:
            raise PermanentError(f"{self._api.base} does not show post {post_id} to the key", kind="gone")
        return document(found)

    def _number_of(self, name: str) -> str:
        found = self._api.user(name)
        user = document(found).get("user") if found is not None else None
        if not isinstance(user, dict) or not isinstance(user.get("id"), int):
            raise PermanentError(f"{self._api.base} knows no account {name[:60]!r}", kind="missing")
        return str(user["id"])

    def _ask(self, method: Method, path: str, fields: Mapping[str, Any], *, gone: bool = False) -> None:
        self._judged(self._api.change(method, path, fields), gone=gone)

    def _judged(self, answer: Answer, *, gone: bool = False) -> None:
        if is_refusal(answer, {_GONE}) and not gone:
            raise PermanentError(f"{self._api.base} does not show it to the key", kind="gone")
        if is_refusal(answer, REFUSED):
            raise PermanentError(f"{self._api.base} refused it: {_words(document(answer))}", kind="forbidden")


def _request(act: ModerationAct, user: str) -> tuple[str, Mapping[str, Any]]:
    """Return path and fields of an act that sets what a topic or an account is."""
    topic = f"/t/{_id(act.thread)}"
    if act.kind in _STATUS:
        name, enabled = _STATUS[act.kind]
        return f"{topic}/status.json", {"status": name, "enabled": "true" if enabled else "false"}
    if act.kind == "move":
        return f"/t/-/{_id(act.thread)}.json", {"category_id": int(_id(act.place))}
    if act.kind == "suspend":
        until = (act.until or _FOREVER).isoformat()
        return f"/admin/users/{user}/suspend.json", {"suspend_until": until, "reason": act.why}
    if act.kind == "unsuspend":
        return f"/admin/users/{user}/unsuspend.json", {}
    ends = {"enabled_until": act.until.isoformat()} if act.until else {}
    return f"{topic}/slow_mode.json", {"seconds": _SLOW_SECONDS if act.kind == "slow" else 0, **ends}


def _id(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise PermanentError(f"expected a number, got {text[:40]!r}", kind="missing")
    return quote(text)


def _words(found: Mapping[str, Any]) -> str:
    told = found.get("errors")
    return " ".join(str(each) for each in told)[:300] if isinstance(told, list) else "it does not say why"
