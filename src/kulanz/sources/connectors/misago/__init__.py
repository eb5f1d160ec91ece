"""Misago forums over their public JSON API, as a guest sees them.

Address: the forum's, as in ``https://forum.example.org``. It is read without a key; with ``user`` and
``password`` of an account answers are posted and private messages written in its name, as Misago's API has
no keys. An account that
moderates there edits, hides and removes posts, and closes, hides, moves and removes threads; what it removes
is not to be had back.

Reads ``/api/threads/`` (most recent first) and ``/api/threads/N/posts/``, which gives the thread and a
page of its posts at once. Edits show with their time, number and editor; Misago has no time in which an
edit stays unshown. Hidden posts stay in their place without text. Deleted posts are absent. Closing,
opening and moving are events in the thread, with time and actor. Hidden or deleted threads answer 404.

Cannot see: edits and hidden posts where the list shows no change (a thread must be read again for them),
unapproved posts, private threads of others, and what a deleted post said.
"""

from __future__ import annotations

from typing import Final

from kulanz.sources.connectors.misago.answers import ANSWERS_WITH, KEYS
from kulanz.sources.connectors.misago.connector import MisagoConnector
from kulanz.sources.connectors.misago.moderation import MODERATES, MODERATES_WITH
from kulanz.sources.connectors.misago.private import WRITES_WITH

CONNECTOR: Final = MisagoConnector

__all__ = [
    "ANSWERS_WITH",
    "CONNECTOR",
    "KEYS",
    "MODERATES",
    "MODERATES_WITH",
    "WRITES_WITH",
    "MisagoConnector",
]
