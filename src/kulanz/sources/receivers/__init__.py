"""The registry of receivers: one module each, named by what it receives."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from kulanz.sources.errors import SourceError
from kulanz.sources.receiving import Receiver

# Name -> module. A module's RECEIVER is its class; what it is made with differs (a secret, topics).
RECEIVERS: Final[Mapping[str, str]] = {
    "websub": "kulanz.sources.receivers.websub",
    "webmention": "kulanz.sources.receivers.webmention",
    "pingback": "kulanz.sources.receivers.pingback",
    "trackback": "kulanz.sources.receivers.trackback",
    "discourse": "kulanz.sources.receivers.discourse",
    "github": "kulanz.sources.receivers.github",
    "push": "kulanz.sources.receivers.push",
}


def receiver_named(name: str) -> type[Receiver]:
    """Return the class of a receiver; raise SourceError for an unknown name."""
    if name not in RECEIVERS:
        raise SourceError(f"unknown receiver {name!r}: expected one of {', '.join(RECEIVERS)}")
    receiver: type[Receiver] = import_module(RECEIVERS[name]).RECEIVER
    return receiver
