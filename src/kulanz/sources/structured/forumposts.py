"""Sightings of the postings that a page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kulanz.core.posts import Post
from kulanz.sources.html import HtmlText
from kulanz.sources.sightings import Sighting
from kulanz.sources.structured.forumpage import ForumPage, own, post_id
from kulanz.sources.structured.nodes import Node, every

_NOTHING: Final = HtmlText("")

Report = Callable[[str, str], None]


def sightings(page: ForumPage, thread_id: str, title: str | None, report: Report) -> Iterator[Sighting]:
    """Yield the posts of a thread's page in its order, each id once.

    ``report(reason, remedy)`` learns of postings without a readable time, which are left out.
    """
    opening = page.roots[0] if page.roots else None
    named = [(post_id(node, thread_id, page.url, opens=node is opening), node) for node in every(page.roots)]
    answered = _answered(page, named)
    seen: set[str] = set()
    for name, node in named:
        if name in seen or (node.body is None and not node.removed):
            continue
        seen.add(name)
        if node.created_at is None:
            report(
                f"posting {name} has no date that a program can read",
                "ask the forum for its interface or feed",
            )
        else:
            yield _sighting(node, name, thread_id, title, answered.get(name))


def _answered(page: ForumPage, named: list[tuple[str, Node]]) -> dict[str, str]:
    """Return by post what it answers: the posting it is nested in, or the one it names."""
    names = {id(node): name for name, node in named}
    addresses = {node.url: name for name, node in named if node.url}
    roots = {id(node) for node in page.roots}
    answered: dict[str, str] = {}
    for name, node in named:
        if node.parent in addresses:
            answered[name] = addresses[node.parent]
        if id(node) not in roots:
            for reply in node.replies:
                answered.setdefault(names[id(reply)], name)
    return {name: parent for name, parent in answered.items() if name != parent}


def _sighting(node: Node, name: str, thread_id: str, title: str | None, answers: str | None) -> Sighting:
    body = node.body or _NOTHING
    post = Post(
        thread_id=thread_id,
        post_id=name,
        author_id=node.author,
        created_at=node.created_at,
        text=body.text,
        quotes=body.quotes,
        code=body.code,
        links=body.links,
        mentions=body.mentions,
        reply_to=answers,
        likes=node.likes,
        accepted=node.accepted,
        url=own(thread_id, node.url, thread_id) and name,
        thread_title=title,
        thread_url=thread_id,
        thread_views=node.views,
    )
    changed = node.modified_at
    edited = changed is not None and node.created_at is not None and changed > node.created_at
    return Sighting(post=post, edited_at=changed if edited else None, removed=node.removed)
