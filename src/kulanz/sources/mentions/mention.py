"""A mention: what was found when a claim was looked at."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kulanz.core.posts import Post, UtcTime

How = Literal["link", "via", "reply", "like", "repost", "bookmark"]
Standing = Literal["verified", "without_link", "withdrawn"]


class Mention(Struct, frozen=True, kw_only=True):
    """What a source page says about a target, as it was at ``checked_at``.

    ``standing`` is ``verified`` where the page links to the target, ``without_link`` where it never was
    seen to, ``withdrawn`` where it did and no longer does, or is gone (404, 410). The rest is the
    page's own and None where the page does not say; ``passage`` is the text around the link.
    ``changed_at`` is when a look found a text other than the last one did.
    """

    kind: str
    source: str
    target: str
    standing: Standing
    checked_at: UtcTime
    url: str | None = None
    how: How = "link"
    title: str | None = None
    author: str | None = None
    published_at: UtcTime | None = None
    passage: str | None = None
    changed_at: UtcTime | None = None

    @property
    def words(self) -> tuple[str | None, str | None, str]:
        """What is compared between two looks."""
        return self.title, self.passage, self.how


def mention_post(mention: Mention) -> Post:
    """Return a mention as a post of its own thread, whose ``source`` is the way it was announced."""
    return Post(
        thread_id=mention.source,
        post_id=mention.source,
        author_id=mention.author,
        created_at=mention.published_at or mention.checked_at,
        text=mention.passage or mention.title or "",
        url=mention.url or mention.source,
        hidden=None if mention.standing == "verified" else True,
        links=(mention.target,),
        thread_title=mention.title,
        thread_url=mention.url or mention.source,
        source=mention.kind,
    )
