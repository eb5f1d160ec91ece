"""NodeBB forums over their public JSON API, as a guest sees them: from 1.4 (2016) to 4.

Address: the forum's, as in ``https://forum.example.org``. It is read without a key; with the ``token`` of an
account answers are posted in its name, from version 1.15; that of one who moderates there edits, hides, moves
and purges posts, and locks, hides, moves and purges topics. What is purged is not to be had back.

``live`` reads ``/api/recent``, which holds the 200 topics with the latest posts; ``history`` goes through
``/api/categories`` and each category. Both read ``/api/topic/N`` of the topics that changed; NodeBB counts
each of these reads as a view. Edits show with their time and editor, but not how many there were. A
deleted post stays as a tombstone without text; one that was purged is absent; deleted and purged topics
are gone. Locking shows in the list; when and by whom in version 4, not in 1.4.

Cannot see: edits and tombstones where the list shows no change (a topic must be read again for them), who
deleted a post, and in version 1.4 when and by whom a topic was moved.
"""

from __future__ import annotations

from typing import Final

from kulanz.sources.connectors.nodebb.answers import ANSWERS_WITH, KEYS
from kulanz.sources.connectors.nodebb.connector import NodebbConnector
from kulanz.sources.connectors.nodebb.moderation import MODERATES, MODERATES_WITH

CONNECTOR: Final = NodebbConnector

__all__ = ["ANSWERS_WITH", "CONNECTOR", "KEYS", "MODERATES", "MODERATES_WITH", "NodebbConnector"]
