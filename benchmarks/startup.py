"""Processor time until the command line and the library are ready."""

from __future__ import annotations

import resource
import subprocess
import sys
from statistics import median
from typing import Final

AT_MOST: Final = 0.3
_RUNS: Final = 9


def help_seconds() -> float:
    """Processor seconds of ``kulanz --help``, the interpreter included."""
    return _seconds("-m", "kulanz.cli", "--help")


def import_seconds() -> float:
    """Processor seconds of ``import kulanz``, the interpreter included."""
    return _seconds("-c", "import kulanz")


def _seconds(*arguments: str) -> float:
    return median(_once(arguments) for _ in range(_RUNS))


def _once(arguments: tuple[str, ...]) -> float:
    before = _children()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)  # noqa: S603
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
