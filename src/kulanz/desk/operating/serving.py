"""The web server and its workers, started and stopped together."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Final

from waitress.server import create_server

from kulanz.desk.conf import Conf
from kulanz.desk.logs import tell_uncaught
from kulanz.desk.operating.supervising import tell_ending, tell_ready

THREADS: Final = 8
PATIENCE_S: Final = 20.0
REST_S: Final = 2.0
_LARGEST_BODY: Final = 25 * 1024 * 1024
_LOOK_EVERY_S: Final = 0.5

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Workers:
    """So many worker processes; one that ends is replaced until ``stop`` is called.

    Each holds the reading end of a pipe from here, and stops when the pipe closes: no worker outlives
    a server that was killed.
    """

    count: int
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)
    _watch: Thread | None = None

    def start(self) -> None:
        self._running = [_worker() for _ in range(self.count)]
        self._watch = Thread(target=self._replace, name="workers", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """Let every worker finish what it has begun; what takes too long is due again later."""
        self._stop.set()
        if self._watch:
            self._watch.join()
        for process in self._running:
            if process.stdin:
                process.stdin.close()
        for process in self._running:
            _ended(process)

    def _replace(self) -> None:
        while not self._stop.wait(_LOOK_EVERY_S):
            for place, process in enumerate(self._running):
                if process.poll() is not None and not self._stop.wait(REST_S):
                    logger.error("a worker ended with status %s: another takes its place", process.returncode)
                    self._running[place] = _worker()


def serve(given: Conf, *, door: socket.socket, workers: int, ready: Callable[[str], None]) -> None:
    """Serve pages at ``door`` and work until Ctrl-C or SIGTERM; ``ready`` gets the address."""
    tell_uncaught()
    server = _server(given, door)
    crew = Workers(workers)
    crew.start()
    try:
        host, port = door.getsockname()[:2]
        ready(f"http://{_shown(host)}:{port}")
        tell_ready()
        _until_told(server)
    finally:
        tell_ending()
        server.close()
        crew.stop()


def _server(given: Conf, door: socket.socket) -> Any:
    from kulanz.desk.project.wsgi import application  # noqa: PLC0415 - reads the settings

    return create_server(
        application,
        sockets=[door],
        threads=THREADS,
        ident="",
        max_request_body_size=_LARGEST_BODY,
        **_proxy(given),
    )


def _proxy(given: Conf) -> dict[str, Any]:
    """What is believed of the proxy in front; from anybody else these headers are dropped."""
    if not given.trusted_proxy:
        return {}
    return {
        "trusted_proxy": given.trusted_proxy,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _until_told(server: Any) -> None:
    """Run until SIGTERM or SIGINT; waitress ends in good order on KeyboardInterrupt.

    Both are set here, for a shell starts what runs in the background with SIGINT ignored.
    """
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        server.run()
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kulanz.cli", "work", "--with-parent"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own program


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        logger.warning("a worker did not end within %.0f s: what it had begun is due again later", PATIENCE_S)
        process.kill()
        process.wait()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
