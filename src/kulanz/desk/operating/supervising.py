"""What systemd is told of a service with ``Type=notify``: that it is ready, and that it ends."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def tell_ready() -> None:
    """Say that what was to be started can be used."""
    _tell("READY=1")


def tell_ending() -> None:
    """Say that what was begun is being finished, so that nobody takes the time for a fault."""
    _tell("STOPPING=1")


def _tell(state: str) -> None:
    """Send one line to the socket that systemd names; without one nobody listens."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = f"\0{path[1:]}" if path.startswith("@") else path
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(state.encode(), address)
