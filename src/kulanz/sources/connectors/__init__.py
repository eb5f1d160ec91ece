"""The registry of connectors: one module or folder each, named by what it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from kulanz.sources.connecting import Connector, ConnectorClass
from kulanz.sources.errors import SourceError

# Name -> module. A connector's module is imported when it is asked for, so that reading a forum
# never pays for the mail parsers.
CONNECTORS: Final[Mapping[str, str]] = {
    "discourse": "kulanz.sources.connectors.discourse",
    "github": "kulanz.sources.connectors.github",
    "misago": "kulanz.sources.connectors.misago",
    "nodebb": "kulanz.sources.connectors.nodebb",
    "flarum": "kulanz.sources.connectors.flarum",
    "hyperkitty": "kulanz.sources.connectors.hyperkitty",
    "imap": "kulanz.sources.connectors.imap",
    "mastodon": "kulanz.sources.connectors.mastodon",
    "mbox": "kulanz.sources.connectors.mbox_archive",
    "feed": "kulanz.sources.connectors.feed",
    "wordpress": "kulanz.sources.connectors.wordpress",
    "html_forum": "kulanz.sources.connectors.html_forum",
}
_NAMED: Final = re.compile(r"([a-z][a-z0-9_-]*):(.+)", re.DOTALL)
_SCHEMES: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Registered:
    """A connector as its module declares it: its class, and the names of the keys it understands.

    ``writes_with`` are the sets of keys with which it writes private messages
    (``kulanz.sources.private_messages``), none where it cannot; ``answers_with`` those with which it posts
    answers in public (``kulanz.sources.public_answers``). ``mailed_to`` is the key that names the address of
    a mailing list, where answers are mail. ``moderates_with`` are the sets of keys with which it does the
    acts of moderation in ``moderates`` (``kulanz.sources.moderating``). ``first_is_thread``: a thread is
    removed and moved there with its first post.
    """

    name: str
    make: ConnectorClass
    keys: tuple[str, ...]
    writes_with: tuple[frozenset[str], ...] = ()
    answers_with: tuple[frozenset[str], ...] = ()
    mailed_to: str = ""
    moderates_with: tuple[frozenset[str], ...] = ()
    moderates: frozenset[str] = frozenset()
    first_is_thread: bool = False


def connector_named(name: str) -> Registered:
    """Return a registered connector; raise SourceError for an unknown name."""
    if name not in CONNECTORS:
        raise SourceError(f"unknown connector {name!r}: expected one of {', '.join(CONNECTORS)}")
    module = import_module(CONNECTORS[name])
    return Registered(
        name,
        module.CONNECTOR,
        module.KEYS,
        getattr(module, "WRITES_WITH", ()),
        getattr(module, "ANSWERS_WITH", ()),
        getattr(module, "MAILED_TO", ""),
        getattr(module, "MODERATES_WITH", ()),
        getattr(module, "MODERATES", frozenset()),
        getattr(module, "FIRST_IS_THREAD", False),
    )


def connector_of(source: str) -> tuple[Registered, str]:
    """Return the connector and the address of ``name:address``; raise SourceError where none is named."""
    name, address = split_source(source)
    if name is None:
        raise SourceError(f"expected NAME:ADDRESS, such as feed:https://example.org/feed, got {source!r}")
    return connector_named(name), address


def split_source(source: str) -> tuple[str | None, str]:
    """Return the connector's name and the address of ``name:address``; a bare URL has no name."""
    match = _NAMED.fullmatch(source)
    if match is None or match[1] in _SCHEMES:
        return None, source
    return match[1], match[2]


__all__ = ["CONNECTORS", "Connector", "Registered", "connector_named", "connector_of", "split_source"]
