"""The posts on a thread's page: harmless text, highlighted evidence, changes word by word, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kulanz.desk.queries.threads import PostOrder, PostRow
from kulanz.desk.web.wording import HAPPENED
from kulanz.pages import formats, safe
from kulanz.pages.postviews import PostView, Reference, post_view
from kulanz.pages.words import Words

REFERENCES_AT_MOST: Final = 8
_CONTEXT: Final = 8
_DIFF_LIMIT: Final = 4_000
_SIGNS: Final = {"=": "same", "-": "gone", "+": "new"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change that was found; ``parts`` are (same | gone | new, words), none where they may not be seen."""

    sentence: str
    by: str
    found_at: datetime
    changed_at: datetime | None
    seen_before: datetime | None
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostShown:
    """One post; ``readable`` is False where it was removed and the reader may not see such texts."""

    row: PostRow
    view: PostView
    readable: bool
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonShown:
    """A reason as a sentence, the posts it rests on, and how many more of them there are."""

    text: str
    posts: tuple[Reference, ...]
    more: int


class PostLinks:
    """How the page points at posts, whichever of its pages they are on."""

    def __init__(self, order: PostOrder, path: str, words: Words) -> None:
        self._order, self._path, self._words = order, path, words

    def address(self, number: int) -> str:
        offset = self._order.offset_of(number)
        query = f"?from={offset}" if offset else ""
        return f"{self._path}{query}#p{self._order.pk_of(number)}"

    def number(self, post: Any) -> int | None:
        """The number of a post; None where somebody has deleted it since."""
        return self._order.numbers.get(post.key)

    def reference(self, number: int) -> Reference:
        written = formats.number(number, self._words.lang)
        return Reference(self._words("post_reference", n=written), self.address(number))

    def references(self, keys: Iterable[str]) -> tuple[Reference, ...]:
        return tuple(map(self.reference, self._order.known(keys)))

    def answer(self, post: Any) -> Reference | None:
        """Name the post that a post answers; its id where that post is not there."""
        if (number := self._order.numbers.get(post.reply_to)) is not None:
            name = self.reference(number)
            return Reference(self._words("replies_to", post=name.text), name.anchor)
        if post.reply_to:
            return Reference(self._words("replies_to", post=safe.line(post.reply_to, 60)), "")
        return None

    def reasons(self, reasons: Iterable[Mapping[str, Any]]) -> Iterator[ReasonShown]:
        for each in reasons:
            yield ReasonShown(
                text=str(each.get(self._words.lang) or each.get("en") or each["code"]),
                posts=self.references(evidence(each)),
                more=len(each.get("posts", ())) - len(evidence(each)),
            )


def evidence(reason: Mapping[str, Any]) -> Sequence[str]:
    """Return the keys of those posts which are named beside a reason."""
    named: Sequence[str] = reason.get("posts", ())[:REFERENCES_AT_MOST]
    return named


def shown_posts(
    rows: Iterable[PostRow], links: PostLinks, words: Words, *, may_see_removed: bool
) -> list[PostShown]:
    """Return posts as the page shows them."""
    numbered = ((row, links.number(row.post)) for row in rows)
    return [
        _shown(row, number, links, words, readable=may_see_removed or not row.post.removed)
        for row, number in numbered
        if number is not None
    ]


def change_view(row: Any, *, readable: bool) -> ChangeView:
    """Return a change that was found, its words only where they may be seen."""
    return ChangeView(
        sentence=str(HAPPENED.get(f"revision {row.kind}", row.kind)),
        by=safe.line(row.by, 60),
        found_at=row.found_at,
        changed_at=row.changed_at,
        seen_before=row.seen_before,
        parts=tuple(_parts(row.diff)) if readable else (),
    )


def _shown(row: PostRow, number: int, links: PostLinks, words: Words, *, readable: bool) -> PostShown:
    reply = links.answer(row.post)
    view = post_view(row.finding, words, anchor=f"p{row.post.pk}", number=number, reply=reply)
    changes = tuple(change_view(each, readable=readable) for each in row.revisions)
    return PostShown(row=row, view=view, readable=readable, changes=changes)


def _parts(diff: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for part in diff:
        text = safe.block(part["text"][:_DIFF_LIMIT])
        sign = _SIGNS.get(part["sign"], "same")
        yield sign, _shortened(text) if sign == "same" else text


def _shortened(text: str) -> str:
    """What stayed the same, with the middle left out: the ends say where the change is."""
    words = text.split()
    if len(words) <= 2 * _CONTEXT:
        return text
    return " ".join((*words[:_CONTEXT], "…", *words[-_CONTEXT:]))
