"""Discourse forums over their JSON API, anonymously or with a key.

It reads new posts in bulk from ``/posts.json`` (fifty a request, newest first), learns from
``/latest.json`` (thirty topics a request) which topics changed, and reads only those, and of those
only the posts that are not known yet. The lane ``history`` goes back to the first post the same way.

It sees new posts, edits (with author and time where the forum shows its edit history), posts hidden
by flags, removed posts and topics, closings and archivings with their times, and moves to another
category. Apart from that it posts answers, writes private messages and reads theirs, and with the key
of staff edits, removes, restores and moves posts, closes, hides, slows down, moves and removes topics, and
suspends accounts (posts are hidden there by hand: the API has no act for it). It cannot see who removed
a post, edits within the grace period of five minutes other than by comparing texts, whispers, other
private messages, and what needs a login unless a key is given. A 404 or 403 for a topic means that it
is no longer public, not that it was deleted.
"""

from __future__ import annotations

from typing import Final

from kulanz.sources.connectors.discourse.api import KEYS, WRITES_WITH
from kulanz.sources.connectors.discourse.connector import DiscourseConnector
from kulanz.sources.connectors.discourse.moderation import FIRST_IS_THREAD, MODERATES, MODERATES_WITH

ANSWERS_WITH: Final = WRITES_WITH
CONNECTOR: Final = DiscourseConnector

__all__ = [
    "ANSWERS_WITH",
    "CONNECTOR",
    "FIRST_IS_THREAD",
    "KEYS",
    "MODERATES",
    "MODERATES_WITH",
    "WRITES_WITH",
    "DiscourseConnector",
]
