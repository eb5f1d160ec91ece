"""Feeds: RSS, Atom and JSON Feed, with the feeds of comments that they name.

The address is a feed, or a page that links to feeds (rel=alternate): then all of them are read. An
unchanged feed costs one request that is answered with 304. The comments of an entry are read where the
entry names a feed of them (wfw:commentRss, Atom rel=replies) and how many there are, or when it was
changed, differs from the last read. ``history`` goes on through older documents (RFC 5005: ``next`` and
``prev-archive``).

Edits are seen while an entry is in its feed; Atom and JSON Feed may say when. A removal is seen where an
entry has gone although older ones are still shown, or where a feed of comments has as many as it should.
Closing, moving and hiding cannot be seen, and neither can who edited.
"""

from __future__ import annotations

from kulanz.sources.connectors.feed.connector import CONNECTOR, KEYS, FeedConnector

__all__ = ["CONNECTOR", "KEYS", "FeedConnector"]
