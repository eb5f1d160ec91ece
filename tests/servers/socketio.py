"""The part of socket.io 1.x (Engine.IO 3) that acts on a NodeBB need: events with an answer, by polling."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from servers.browser import Browser
from servers.frame import ServerError

_MOST_POLLS: Final = 50


class Connection:
    """An open connection of somebody who is logged in with ``browser``."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._session = ""
        self._acts = 0
        self._session = json.loads(self._awaited("0{")[1:])["sid"]
        # What is sent before NodeBB has greeted somebody may get lost.
        self._awaited('42["checkSession"')

    def act(self, event: str, *arguments: Any) -> Any:
        """Send an event and return what the server answers; raise ServerError where it refuses."""
        number, self._acts = self._acts, self._acts + 1
        packet = f"42{number}{json.dumps([event, *arguments], ensure_ascii=True)}"
        self._browser.ask(
            "POST", self._path(), f"{len(packet)}:{packet}".encode(), Content_Type="text/plain;charset=UTF-8"
        )
        mark = f"43{number}"
        return self._result(event, json.loads(self._awaited(f"{mark}[")[len(mark) :]))

    def _awaited(self, beginning: str) -> str:
        for _ in range(_MOST_POLLS):
            for packet in self._receive():
                if packet.startswith(beginning):
                    return packet
        raise ServerError(f"no packet {beginning} came in {_MOST_POLLS} polls")

    def _result(self, event: str, answer: list[Any]) -> Any:
        if answer and answer[0]:
            raise ServerError(f"{event}: {answer[0]}")
        return answer[1] if len(answer) > 1 else None

    def _receive(self) -> list[str]:
        return list(_packets(self._browser.ask("GET", self._path())))

    def _path(self) -> str:
        session = {"sid": self._session} if self._session else {}
        return "/socket.io/?" + urlencode({"EIO": "3", "transport": "polling", "b64": "1", **session})


def _packets(body: str) -> list[str]:
    """Split a body of polled packets, each written as its length in characters, a colon and itself.

    A packet is encoded twice: its characters are the bytes of its UTF-8.
    """
    packets = []
    while body:
        length, _, rest = body.partition(":")
        packets.append(rest[: int(length)].encode("latin-1").decode())
        body = rest[int(length) :]
    return packets
