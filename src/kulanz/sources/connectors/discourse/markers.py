"""Markers: what the list of topics said of a topic when it was read, and which versions its posts had."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from msgspec import Struct

from kulanz.sources.discourse_shapes import ListedTopic

_MOST_VERSIONS = 500


class Listed(Struct, frozen=True, array_like=True):
    """The part of a listed topic that changes when something happened in it.

    Not among it: views and likes, which change without it, and ``bumped_at``, which does not move
    when a post is edited, removed, or the topic closed.
    """

    highest: int
    count: int
    closed: bool
    archived: bool
    visible: bool
    category: int | None
    title: str | None


class Marker(Struct, frozen=True):
    """``listed`` as of the last complete read; ``versions`` of the posts that were edited."""

    listed: Listed
    versions: dict[str, int] = {}

    def text(self) -> str:
        """The marker as a store keeps it."""
        newest = sorted(self.versions.items(), key=lambda item: int(item[0]))[-_MOST_VERSIONS:]
        return msgspec.json.encode(Marker(self.listed, dict(newest))).decode()


def parse_marker(text: str | None) -> Marker | None:
    """Return a kept marker, None for none or one that this version does not know."""
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=Marker)
    except (msgspec.DecodeError, UnicodeError):
        return None


def listed(topic: ListedTopic) -> Listed:
    """Return what is compared of a topic."""
    return Listed(
        highest=topic.highest_post_number or 0,
        count=topic.posts_count or 0,
        closed=bool(topic.closed),
        archived=bool(topic.archived),
        visible=topic.visible is not False,
        category=topic.category_id,
        title=topic.title,
    )


def is_complete(now: Listed, marker: Marker | None, seen: Collection[int], kept: int) -> bool:
    """Return whether all posts of the topic are kept already, so that it need not be read.

    ``seen`` are the numbers of its posts that this run read in bulk, ``kept`` is how many posts the
    store has. A topic that was never read whole is complete where every number has a post. One that
    was is complete where all numbers since then were seen, and nothing else came or went: a removal
    lowers the count, a closing takes a number for its notice, which is not among the posts.
    """
    if marker is None:
        return 0 < now.highest == kept
    before = marker.listed
    if (now.closed, now.archived, now.visible) != (before.closed, before.archived, before.visible):
        return False
    came = range(before.highest + 1, now.highest + 1)
    return now.count - before.count == len(came) and all(number in seen for number in came)


def raised(versions: Mapping[str, int], marker: Marker | None) -> set[str]:
    """Return the posts whose version is above the one in the marker; none where nothing is known."""
    if marker is None:
        return set()
    return {post for post, version in versions.items() if version > marker.versions.get(post, 1)}
