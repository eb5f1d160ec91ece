"""Messages by Apprise go where their address led when it was checked, and nowhere inside."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from kulanz.desk.conf import conf
from kulanz.desk.services import chat
from kulanz.desk.services.chat import ChatMessage
from kulanz.desk.services.guarding import RefusedConnectionError, guarded

PUBLIC = "93.184.216.34"


@dataclass
class Inside:
    """A server in our own network, and what came there; ``onward`` is where it redirects to."""

    port: int = 0
    got: list[str] = field(default_factory=list)
    onward: str = ""


@pytest.fixture
def inside() -> Iterator[Inside]:
    server_state = Inside()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server_state.got.append(self.path)
            self.send_response(307 if server_state.onward else 200)
            if server_state.onward:
                self.send_header("Location", server_state.onward)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    server_state.port = server.server_port
    yield server_state
    server.shutdown()
    server.server_close()


def resolve(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Have a resolver that gives one answer after the other, the last for good; return what it was asked."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def changing(host: str, port: Any, *words: Any, **named: Any) -> Any:
        asked.append(host)
        return real(answers[min(len(asked), len(answers)) - 1], port, *words, **named)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    return asked


def send(address: str) -> str:
    (error,) = chat.send_all([ChatMessage(address, "Alarm", "Look at this.")])
    return str(error or "")


def test_a_name_that_leads_inside_later_is_not_followed(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve(monkeypatch, PUBLIC, "127.0.0.1")
    error = send(f"json://rebinding.example:{inside.port}/x")
    assert asked[:2] == ["rebinding.example"] * 2
    assert "127.0.0.1 is not a public address" in error
    assert inside.got == []


def test_a_host_that_is_allowed_is_reached_and_redirects_nowhere_else(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = replace(conf(), allow_private=("chat.example",))
    monkeypatch.setattr(chat, "conf", lambda: allowed)
    resolve(monkeypatch, "127.0.0.1")
    assert send(f"json://chat.example:{inside.port}/x") == ""
    inside.onward = f"http://127.0.0.2:{inside.port}/other"
    monkeypatch.undo()
    monkeypatch.setattr(chat, "conf", lambda: allowed)
    resolve(monkeypatch, "127.0.0.1", "127.0.0.1", "127.0.0.2")
    assert "127.0.0.2 is not a public address" in send(f"json://chat.example:{inside.port}/x")
    assert inside.got == ["/x", "/x"]


def test_nothing_else_leaves_a_guarded_thread(inside: Inside) -> None:
    with guarded(frozenset()) as guard:
        with pytest.raises(RefusedConnectionError):
            socket.create_connection(("127.0.0.1", inside.port))
        assert guard.refused == "127.0.0.1"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            with pytest.raises(RefusedConnectionError):
                datagrams.sendto(b"x", ("127.0.0.1", 514))
            with pytest.raises(RefusedConnectionError):
                datagrams.connect(("localhost", 514))
        with socket.socket(socket.AF_UNIX) as local, pytest.raises(RefusedConnectionError):
            local.connect("/var/run/docker.sock")
        with pytest.raises(RefusedConnectionError):
            subprocess.run([sys.executable, "--version"], check=True)
    with guarded({ip_address("127.0.0.1")}):
        socket.create_connection(("127.0.0.1", inside.port)).close()
    socket.create_connection(("127.0.0.1", inside.port)).close()


def test_other_threads_are_left_alone(inside: Inside) -> None:
    went = threading.Event()

    def connect() -> None:
        socket.create_connection(("127.0.0.1", inside.port)).close()
        went.set()

    with guarded(frozenset()):
        other = threading.Thread(target=connect)
        other.start()
        other.join()
    assert went.is_set()


def test_a_process_that_guards_nothing_is_not_slowed_down() -> None:
    """Python calls a hook for very many events; it is put in place when it is needed first, and once."""
    script = """
import sys
added, real = [], sys.addaudithook
sys.addaudithook = lambda hook: (added.append(hook), real(hook))
import kulanz.desk.services.guarding as guarding
assert added == []
for _ in range(2):
    with guarding.guarded(frozenset()):
        pass
assert len(added) == 1
"""
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own words
