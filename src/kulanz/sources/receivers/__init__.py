"""The registry of receivers: one module each, named by what it receives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
