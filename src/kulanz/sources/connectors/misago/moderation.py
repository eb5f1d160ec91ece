"""Moderation in a Misago forum, by an account that may moderate there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

import msgspec

from kulanz.sources.connectors.misago.answers import ANSWERS_WITH, MisagoAnswers, posts_of, words
from kulanz.sources.connectors.misago.shapes import ThreadPage
from kulanz.sources.errors import PermanentError
from kulanz.sources.json_answers import converted, is_refusal
from kulanz.sources.moderating import ModerationAct, named
from kulanz.sources.public_answers import same_words
from kulanz.sources.web.client import Answer

MODERATES_WITH: Final = ANSWERS_WITH
_SET: Final[Mapping[str, tuple[str, bool]]] = {
    "hide": ("is-hidden", True),
    "show": ("is-hidden", False),
    "lock": ("is-closed", True),
    "unlock": ("is-closed", False),
}
MODERATES: Final = frozenset(
    {
        "post:edit", "post:hide", "post:show", "post:move", "post:remove", "thread:lock", "thread:unlock",
        "thread:hide", "thread:show", "thread:move", "thread:remove",
    }
)  # fmt: skip
_REFUSED: Final = frozenset({400, 403})
_GONE: Final = 404


class MisagoModeration(MisagoAnswers):
    """Moderates one forum, in the name of the account that its keys log in."""

    def moderate(self, act: ModerationAct) -> str:
        """Have an act done that is not; return what an edit replaced."""
        if named(act) not in MODERATES:
            raise PermanentError(
                f"{self._base} is not told to {act.kind} this: do it there", kind="forbidden"
            )
        self.account()
        place = _place(act)
        if act.kind == "edit":
            return self._edited(act, place)
        if act.kind == "remove":
            self._judged(self._change("DELETE", place, None), gone=True)
        elif act.kind == "move":
            self._moved(act, place)
        else:
            self._set(place, *_SET[act.kind])
        return ""

    def _moved(self, act: ModerationAct, place: str) -> None:
        """Move a thread or a post, unless it is there: Misago refuses that."""
        if act.post:
            self._move_post(act)
            return
        if converted(self._page(act.thread, 1), ThreadPage).place != act.place:
            self._set(place, "category", _number(act.place))

    def _move_post(self, act: ModerationAct) -> None:
        there = f"{posts_of(str(_number(act.place)))}{quote(act.post, safe='')}/post_editor/"
        if is_refusal(self._get(there), {*_REFUSED, _GONE}):
            # Misago wants the address of a thread, of which it reads the number alone.
            to = {"new_thread": f"{self._base}/t/thread/{act.place}/", "posts": [_number(act.post)]}
            self._judged(self._post(f"{posts_of(act.thread)}move/", to))

    def _set(self, place: str, name: str, value: bool | int) -> None:
        self._judged(self._change("PATCH", place, [{"op": "replace", "path": name, "value": value}]))

    def _edited(self, act: ModerationAct, place: str) -> str:
        answer = self._get(f"{place}post_editor/")
        self._judged(answer)
        found = answer.json()
        before = str(found.get("post") or "") if isinstance(found, dict) else ""
        if same_words(before) == same_words(act.text):
            return ""
        self._judged(self._change("PUT", place, {"post": act.text}))
        return before

    def _judged(self, answer: Answer, *, gone: bool = False) -> None:
        """Raise PermanentError for a refusal; ``gone``: what is not there any more is what was wanted."""
        if is_refusal(answer, {_GONE}) and not gone:
            raise PermanentError(f"{self._base} does not show it to the account of the key", kind="gone")
        if is_refusal(answer, _REFUSED):
            raise PermanentError(f"{self._base} refused it: {words(answer)}", kind="forbidden")

    def _change(self, method: Literal["PUT", "PATCH", "DELETE"], path: str, body: Any) -> Answer:
        return self._context.http.change(
            method,
            self._base + path,
            body=b"" if body is None else msgspec.json.encode(body),
            media_type="application/json",
            headers=self._headers,
            accepted={*_REFUSED, _GONE},
        )


def _place(act: ModerationAct) -> str:
    if act.post:
        return f"{posts_of(act.thread)}{quote(act.post, safe='')}/"
    return f"/api/threads/{quote(act.thread, safe='')}/"


def _number(place: str) -> int:
    if not (place.isascii() and place.isdecimal()):
        raise PermanentError(f"expected the number of a place, got {place[:40]!r}", kind="missing")
    return int(place)
