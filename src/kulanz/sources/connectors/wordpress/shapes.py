"""What WordPress says of articles and comments becomes posts and threads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import UNSET, Struct, field

from kulanz.core.posts import Post
from kulanz.sources.html import html_to_text
from kulanz.sources.sightings import Sighting, ThreadSighting

COMMENT_FIELDS: Final = "id,post,parent,author_name,date_gmt,content,link,type"
ARTICLE_FIELDS: Final = (
    "id,type,guid,link,title,content,date_gmt,modified_gmt,comment_status,_links,_embedded"
)
_NUMBERED: Final = re.compile(r"[?&](?:p|page_id)=(\d{1,18})\Z")
_COMMENT: Final = re.compile(r"(.+)#comment-(\d{1,18})\Z", re.DOTALL)


class Rendered(Struct, frozen=True):
    """HTML as a reader sees it; ``protected`` where a password is asked for."""

    rendered: str = ""
    protected: bool = False


class Comment(Struct, frozen=True, kw_only=True):
    """A comment; ``post`` is the number of its article, ``type`` comment, trackback or pingback."""

    id: int
    post: int
    date_gmt: str
    parent: int = 0
    author_name: str = ""
    content: Rendered = Rendered()
    link: str = ""
    type: str = "comment"


class Listed(Struct, frozen=True, kw_only=True):
    """An article of which only the number and the time of writing were asked."""

    id: int
    date_gmt: str


class Article(Struct, frozen=True, kw_only=True):
    """An article or a page."""

    id: int
    guid: Rendered
    date_gmt: str
    modified_gmt: str
    type: str = "post"
    link: str = ""
    title: Rendered = Rendered()
    content: Rendered = Rendered()
    comment_status: str | None = None
    links: Mapping[str, Any] = field(name="_links", default_factory=dict)
    embedded: Mapping[str, Any] = field(name="_embedded", default_factory=dict)

    @property
    def thread_id(self) -> str:
        return self.guid.rendered.replace("&#038;", "&") or f"?p={self.id}"

    @property
    def title_text(self) -> str:
        return html_to_text(self.title.rendered).text.replace("\n", " ")

    @property
    def modified(self) -> datetime:
        return gmt(self.modified_gmt)


def gmt(text: str) -> datetime:
    """Return a time that WordPress writes in GMT without saying so; raise ValueError for none."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def article_sighting(article: Article) -> Sighting:
    """Return the article as the first post of its thread; raise ValueError where it has no time."""
    words = html_to_text(article.content.rendered)
    written, changed = gmt(article.date_gmt), article.modified
    post = Post(
        thread_id=article.thread_id,
        post_id=article.thread_id,
        author_id=_author(article),
        created_at=written,
        text=words.text,
        url=article.link or None,
        hidden=article.content.protected or None,
        quotes=words.quotes,
        code=words.code,
        links=words.links,
        mentions=words.mentions,
        thread_title=article.title_text or None,
        thread_url=article.link or None,
    )
    return Sighting(post=post, version=_version(article), edited_at=changed if changed > written else None)


def comment_sighting(comment: Comment, thread_id: str, article: Article | None) -> Sighting:
    """Return a comment as a post of its thread; raise ValueError where it has no time."""
    words = html_to_text(comment.content.rendered)
    parent = comment_id(thread_id, comment.parent) if comment.parent else None
    post = Post(
        thread_id=thread_id,
        post_id=comment_id(thread_id, comment.id),
        author_id=html_to_text(comment.author_name).text or None,
        created_at=gmt(comment.date_gmt),
        text=words.text,
        reply_to=parent or thread_id,
        url=comment.link or None,
        quotes=words.quotes,
        code=words.code,
        links=words.links,
        mentions=words.mentions,
        thread_title=(article.title_text or None) if article else None,
        thread_url=(article.link or None) if article else None,
        extra={"comment_type": comment.type} if comment.type != "comment" else UNSET,
    )
    return Sighting(post=post)


def tombstone(post_id: str, thread_id: str) -> Sighting:
    """Return a comment that the public is no longer shown."""
    post = Post(thread_id=thread_id, post_id=post_id, author_id=None, created_at=None, text="")
    return Sighting(post=post, removed=True)


def thread_sighting(article: Article) -> ThreadSighting:
    """Return what the API says of an article's thread; one closed to comments is closed."""
    closed = None if article.comment_status is None else article.comment_status != "open"
    return ThreadSighting(
        thread_id=article.thread_id,
        title=article.title_text or None,
        url=article.link or None,
        closed=closed,
        hidden=article.content.protected,
    )


def comment_id(thread_id: str, number: int) -> str:
    """Return a comment's id as feeds write it."""
    return f"{thread_id}#comment-{number}"


def comment_number(post_id: str) -> int | None:
    """Return the number in a comment's id, None for another post's."""
    match = _COMMENT.fullmatch(post_id)
    return int(match[2]) if match else None


def article_number(thread_id: str) -> int | None:
    """Return the number in a guid of WordPress's own form, None for another guid."""
    match = _NUMBERED.search(thread_id)
    return int(match[1]) if match else None


def _author(article: Article) -> str | None:
    people = article.embedded.get("author")
    first = people[0] if isinstance(people, list) and people else None
    name = first.get("name") if isinstance(first, dict) else None
    return html_to_text(name).text or None if isinstance(name, str) else None


def _version(article: Article) -> int | None:
    """How many versions the site keeps of the article."""
    history = article.links.get("version-history")
    first = history[0] if isinstance(history, list) and history else None
    count = first.get("count") if isinstance(first, dict) else None
    return count if isinstance(count, int) and 0 <= count < 2**31 else None
