"""Moderation in a NodeBB forum over its write API (version 1.15 and later), by the account of a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

import msgspec

from kulanz.sources.connectors.nodebb.answers import ANSWERS_WITH, NodebbAnswers, response_of, words
from kulanz.sources.errors import PermanentError
from kulanz.sources.json_answers import is_refusal
from kulanz.sources.moderating import ModerationAct, named
from kulanz.sources.public_answers import same_words
from kulanz.sources.web.client import Answer

MODERATES_WITH: Final = ANSWERS_WITH
MODERATES: Final = frozenset(
    {
        "post:edit", "post:hide", "post:show", "post:move", "post:remove", "thread:lock", "thread:unlock",
        "thread:hide", "thread:show", "thread:move", "thread:remove",
    }
)  # fmt: skip
Method = Literal["PUT", "DELETE"]
_REQUESTS: Final[Mapping[str, tuple[Method, str]]] = {
    "post:hide": ("DELETE", "/state"),
    "post:show": ("PUT", "/state"),
    "post:move": ("PUT", "/move"),
    "post:remove": ("DELETE", ""),
    "thread:lock": ("PUT", "/lock"),
    "thread:unlock": ("DELETE", "/lock"),
    "thread:hide": ("DELETE", "/state"),
    "thread:show": ("PUT", "/state"),
    "thread:move": ("PUT", "/move"),
    "thread:remove": ("DELETE", ""),
}
_FLAGS: Final[Mapping[str, tuple[str, bool]]] = {
    "hide": ("deleted", True),
    "show": ("deleted", False),
    "lock": ("locked", True),
    "unlock": ("locked", False),
}
"""A deleted post or topic of NodeBB's is hidden in our words, a purged one removed."""
_REFUSED: Final = frozenset({400, 401, 403})
_GONE: Final = frozenset({404, 410})


class NodebbModeration(NodebbAnswers):
    """Moderates one forum, in the name of the token's account."""

    def moderate(self, act: ModerationAct) -> str:
        """Have an act done that is not; return what an edit replaced."""
        if named(act) not in MODERATES:
            raise PermanentError(
                f"{self._base} is not told to {act.kind} this: do it there", kind="forbidden"
            )
        self.account()
        if act.kind == "edit":
            return self._edited(act)
        fields = _fields(act)
        if not self._is_so(act, fields):
            method, what = _REQUESTS[named(act)]
            self._judged(self._change(method, f"{_place(act)}{what}", fields), gone=act.kind == "remove")
        return ""

    def _is_so(self, act: ModerationAct, fields: Mapping[str, Any]) -> bool:
        """Whether a post or topic is already what it is to be: NodeBB refuses to do it again."""
        answer = self._get(_place(act))
        if act.kind == "remove" and is_refusal(answer, _GONE):
            return True
        self._judged(answer)
        found = response_of(answer)
        if fields:
            return all(str(found.get(name)) == str(value) for name, value in fields.items())
        flag, wanted = _FLAGS.get(act.kind, ("", False))
        return bool(flag) and bool(int(found.get(flag) or 0)) == wanted

    def _edited(self, act: ModerationAct) -> str:
        answer = self._get(f"{_place(act)}/raw")
        self._judged(answer)
        before = str(response_of(answer).get("content") or "")
        if same_words(before) == same_words(act.text):
            return ""
        self._judged(self._change("PUT", _place(act), {"content": act.text}))
        return before

    def _judged(self, answer: Answer, *, gone: bool = False) -> None:
        """Raise PermanentError for a refusal; ``gone``: what is not there any more is what was wanted."""
        if is_refusal(answer, _GONE) and not gone:
            raise PermanentError(f"{self._base} does not show it to the account of the token", kind="gone")
        if is_refusal(answer, _REFUSED):
            raise PermanentError(f"{self._base} refused it: {words(answer)}", kind="forbidden")

    def _change(self, method: Method, path: str, fields: Mapping[str, Any]) -> Answer:
        return self._context.http.change(
            method,
            self._base + path,
            body=msgspec.json.encode(fields) if fields else b"",
            media_type="application/json",
            headers=self._headers,
            accepted={*_REFUSED, *_GONE},
        )


def _place(act: ModerationAct) -> str:
    on = f"posts/{quote(act.post, safe='')}" if act.post else f"topics/{quote(act.thread, safe='')}"
    return f"/api/v3/{on}"


def _fields(act: ModerationAct) -> Mapping[str, Any]:
    if act.kind != "move":
        return {}
    if not (act.place.isascii() and act.place.isdecimal()):
        raise PermanentError(f"expected a number of a place, got {act.place[:40]!r}", kind="missing")
    return {"tid" if act.post else "cid": int(act.place)}
