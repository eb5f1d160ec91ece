"""The types of the fixtures that run commands, and what commands are given."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]
Start = Callable[..., "subprocess.CompletedProcess[str]"]


def heat() -> list[dict[str, object]]:
    """Texts of every kind that ``kulanz train forecast --heat`` asks for."""
    rude, kind = "You are liars and crooks!", "Thank you."
    kinds = ("uncivil", "impolite", "offensive")
    return [{"text": text, name: int(text == rude)} for name in kinds for text in (rude, kind)]
