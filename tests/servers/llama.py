"""llama.cpp's server from PyPI (xllamacpp): chat completions by the protocol of OpenAI, with a tiny model.

The model is made when it is installed and needs no download: every word that it knows leads to the next one,
so that it says the same sentences whatever it is told. Server, protocol and file format are the real ones.
"""

from __future__ import annotations

import os
import signal
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from servers.frame import LOOPBACK, Program, free_port, run, running, scratch

DEBIAN: Final = ("python3-venv",)
VERSIONS: Final = ("xllamacpp==2026.10.11549", "gguf==0.19.0")
KEY: Final = "llama-key"
NAME: Final = "tiny"
SAYS: Final = (
    "Hello {customer 1}, I am sorry about this. "
    "Bob <b>calls</b> you tomorrow by noon; details at https://evil.example/pay?who=rolf ."
)
"""What the model answers to whatever it is asked, word by word; no word twice."""
_INSIDE: Final = Path(__file__).parent / "inside"


class LlamaSite:
    """A running server; ``stopped`` has it hold still, as one that hangs."""

    def __init__(self, url: str, process: int) -> None:
        self.url = url
        self.key = KEY
        self.model = NAME
        self._process = process

    @contextmanager
    def stopped(self) -> Iterator[None]:
        os.kill(self._process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process, signal.SIGCONT)


def install(home: Path) -> None:
    """Install the server into an environment of its own, and make its model."""
    if installed(home):
        return
    venv.create(home, clear=True, with_pip=True)
    run([home / "bin" / "pip", "install", "--quiet", *VERSIONS], home)
    run([home / "bin" / "python", _INSIDE / "llama_model.py", _model(home), SAYS], home)


def installed(home: Path) -> bool:
    """Whether program and model are there."""
    return _model(home).is_file()


@contextmanager
def start(home: Path) -> Iterator[LlamaSite]:
    """Run the server with a key that it asks for."""
    with scratch() as folder:
        port = free_port()
        inside, process = _INSIDE / "llama_server.py", folder / "process"
        command = [home / "bin" / "python", inside, _model(home), str(port), KEY, NAME, process]
        with running(Program(command=command, port=port, folder=folder)):
            yield LlamaSite(f"http://{LOOPBACK}:{port}/v1", int(process.read_text("ascii")))


def _model(home: Path) -> Path:
    return home / "tiny.gguf"
