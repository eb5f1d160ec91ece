"""Which thread a feed entry belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kulanz.sources.mailthreads import is_reply, plain_subject

_COMMENT_ON = re.compile(r"(?:comment on|kommentar zu) (.+?) (?:by|von) .+", re.IGNORECASE)
_COMMENT_BY = re.compile(r"(?:by|von): .+", re.IGNORECASE)
_COMMENTS_ON = re.compile(r"(?:comments on|kommentare zu): (.+)", re.IGNORECASE)
_NODEBB_REPLY = re.compile(r"reply to (.+) on \w{3}, .{10,40}", re.IGNORECASE)
_FORUM_TITLE = re.compile(r".{1,100} • (?=re:|\S)", re.IGNORECASE)
_FORUM_POST = re.compile(r"/post/|/posts/|#p(?:ost)?-?\d|viewtopic")
_COMMENT_ID = re.compile(r".#comment-\d+\Z")
_LONGEST_CHAIN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What threading needs of an entry; ``answers`` is RFC 4685's ``ref``."""

    id: str | None
    link: str | None
    title: str
    sent_at: datetime | None
    answers: str | None
    answers_url: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A thread as far as the feed tells."""

    thread_id: str
    title: str | None
    url: str | None


def places(entries: list[Entry], channel: Entry) -> Iterator[tuple[Entry, Place | None]]:
    """Pair every entry with its thread, None where it has neither id nor link.

    In this order: RFC 4685 references; WordPress and NodeBB comment titles, whose thread is
    the page commented on; "Re:" titles and forum posts that repeat the topic's title, whose
    thread is the entry that opened the topic; and else the entry's own thread.
    """
    by_id = {entry.id: entry for entry in entries if entry.id}
    openers = _openers(entries)
    for entry in entries:
        if entry.id is None:
            yield entry, None
        elif entry.answers is not None:
            yield entry, _referenced(entry, by_id)
        else:
            yield entry, _titled(entry, channel) or _of_opener(entry, openers)


def _referenced(entry: Entry, by_id: dict[str, Entry]) -> Place:
    """Follow references to the root, which may lie outside the feed."""
    seen: set[str] = set()
    top = entry
    while top.answers in by_id and top.answers not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(top.answers)
        top = by_id[top.answers]
    if top.answers is None or top.answers in seen:
        return Place(top.id or "", _topic(top.title), top.link)
    # A comment answered outside the feed names the page that it stands on.
    url = _page(top.answers_url) if top.answers_url else None
    return Place(_page(top.answers), _topic(entry.title), url)


def _titled(entry: Entry, channel: Entry) -> Place | None:
    """The thread of a comment whose title or channel names the page commented on."""
    url = (entry.link or entry.id or "").partition("#")[0] or entry.id or ""
    # WordPress: what stands before the comment's fragment is the id of the page, in every feed and its API.
    page = _page(entry.id) if entry.id and _COMMENT_ID.search(entry.id) else None
    if found := _COMMENT_ON.fullmatch(entry.title):
        return Place(page or url, found[1], url)
    if _COMMENT_BY.fullmatch(entry.title) and (found := _COMMENTS_ON.fullmatch(channel.title)):
        return Place(page or channel.link or url, found[1], channel.link)
    if (found := _NODEBB_REPLY.fullmatch(entry.title)) and channel.link:
        return Place(channel.link, found[1], channel.link)
    return None


def _page(address: str) -> str:
    """An address without the fragment of a comment."""
    return _COMMENT_ID.sub(lambda found: found[0][0], address)


def _openers(entries: list[Entry]) -> dict[str, Entry]:
    """The entry that opened each topic: the oldest that is no reply, else the oldest."""
    openers: dict[str, Entry] = {}
    # Feeds list the newest first; of entries of the same second the last is the oldest.
    oldest_first = [*reversed(entries)]
    oldest_first.sort(key=_age)
    for entry in oldest_first:
        topic = _topic(entry.title)
        if topic and entry.id:
            openers.setdefault(topic.casefold(), entry)
    return openers


def _age(entry: Entry) -> tuple[bool, float]:
    return (is_reply(_without_forum(entry.title)), entry.sent_at.timestamp() if entry.sent_at else 0.0)


def _of_opener(entry: Entry, openers: dict[str, Entry]) -> Place:
    topic = _topic(entry.title)
    answers = is_reply(_without_forum(entry.title)) or _FORUM_POST.search(entry.link or "") is not None
    opener = openers.get(topic.casefold(), entry) if topic and answers else entry
    return Place(opener.id or "", topic, opener.link)


def _topic(title: str) -> str | None:
    if found := _COMMENT_ON.fullmatch(title):
        return found[1]
    return plain_subject(_without_forum(title)) or None


def _without_forum(title: str) -> str:
    """A title of phpBB, "Forum • Re: Topic", without the forum's name."""
    return _FORUM_TITLE.sub("", title, count=1)
