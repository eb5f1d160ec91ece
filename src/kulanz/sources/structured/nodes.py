"""Posts of a page, made of the items that describe them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from kulanz.sources.html import HtmlText, html_to_text, plain_to_text
from kulanz.sources.structured.items import Item, Markup
from kulanz.sources.times import parse_time

_POSTINGS: Final = frozenset((
    "DiscussionForumPosting", "SocialMediaPosting", "Question", "Answer", "Comment", "UserComments",
    "BlogPosting", "Article", "NewsArticle",
))  # fmt: skip
_REPLIES: Final[dict[str, bool | None]] = {
    "comment": None, "comments": None, "acceptedAnswer": True, "suggestedAnswer": False, "hasPart": None,
}  # fmt: skip
_AROUND: Final = ("mainEntity", "itemListElement", "item", "hasPart", "about")
_MAX_DEPTH: Final = 100
_MARKED: Final = ("<p", "<br", "<div", "<a ", "<blockquote")
_MAX_TITLE: Final = 1_000
_MOST_DIGITS: Final = 15


@dataclass(slots=True)
class Node:
    """One posting with its replies; addresses are as the page writes them.

    ``body`` is None where the page names a posting but does not show its text.
    """

    url: str | None = None
    anchor: str | None = None
    title: str | None = None
    author: str | None = None
    body: HtmlText | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    likes: int | None = None
    accepted: bool | None = None
    views: int | None = None
    answers: int | None = None
    place: str | None = None
    parent: str | None = None
    removed: bool = False
    replies: list[Node] = field(default_factory=list)


def nodes_of(items: Iterable[Item]) -> list[Node]:
    """Return the outermost postings among items and what they are listed in."""
    return [node for item in items for node in _postings(item, 0)]


def every(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes and their replies in the order of the page."""
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.replies)


def _postings(item: Item, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH or "BreadcrumbList" in item.types:
        return
    if not _POSTINGS.isdisjoint(item.types):
        yield _node(item, depth)
    elif "ListItem" in item.types and not any(item.items("item")):
        yield Node(url=item.text("url", "item") or item.url, title=_title(item))
    else:
        for inner in item.items(*_AROUND):
            yield from _postings(inner, depth + 1)


def _node(item: Item, depth: int) -> Node:
    return Node(
        url=_address(item),
        anchor=item.anchor,
        title=_title(item),
        author=_author(item),
        body=_body(item),
        created_at=_time(item.text("datePublished", "dateCreated", "commentTime", "uploadDate")),
        modified_at=_time(item.text("dateModified")),
        likes=_interactions(item, "LikeAction") or _number(item.text("upvoteCount")),
        views=_interactions(item, "ViewAction"),
        answers=_first(
            _number(item.text("commentCount", "answerCount")),
            _interactions(item, "CommentAction", "ReplyAction"),
        ),
        place=item.text("articleSection"),
        parent=_parent(item),
        removed=(item.text("creativeWorkStatus") or "").lower() == "deleted",
        replies=list(_replies(item, depth)),
    )


def _replies(item: Item, depth: int) -> Iterator[Node]:
    for name, accepted in _REPLIES.items():
        for inner in item.items(name):
            yield from (replace(node, accepted=accepted) for node in _postings(inner, depth + 1))


def _address(item: Item) -> str | None:
    page = next(item.items("mainEntityOfPage"), None)
    named = page.url or page.text("url") if page is not None else None
    return item.text("url", "mainEntityOfPage") or item.url or named


def _title(item: Item) -> str | None:
    found = item.text("headline", "name", "title")
    return " ".join(found.split())[:_MAX_TITLE] if found else None


def _author(item: Item) -> str | None:
    for value in item.values("author", "creator"):
        name = value.text("name", "alternateName") or value.text("url") if isinstance(value, Item) else value
        if isinstance(name, str) and name.strip():
            return _plain_name(name)
    return None


def _plain_name(name: str) -> str:
    """Return a name; forums that mark up the link to the author give an address instead."""
    if name.startswith(("/", "http://", "https://")):
        name = unquote(name.partition("?")[0].rstrip("/").rpartition("/")[2]) or name
    return " ".join(name.split())[:_MAX_TITLE]


def _body(item: Item) -> HtmlText | None:
    for value in item.values("text", "articleBody", "commentText"):
        if isinstance(value, Markup):
            return html_to_text(value.html)
        if isinstance(value, str):
            return html_to_text(value) if any(mark in value for mark in _MARKED) else plain_to_text(value)
    return None


def _parent(item: Item) -> str | None:
    for value in item.values("parentItem"):
        if isinstance(value, Item):
            return value.url or value.text("url")
        if isinstance(value, str):
            return value
    return None


def _interactions(item: Item, *kinds: str) -> int | None:
    for counter in item.items("interactionStatistic"):
        kind = counter.text("interactionType") or ""
        inner = next(counter.items("interactionType"), None)
        names = {kind.rpartition("/")[2], *(inner.types if inner is not None else ())}
        if not names.isdisjoint(kinds):
            return _number(counter.text("userInteractionCount"))
    return None


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None


def _time(text: str | None) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None
