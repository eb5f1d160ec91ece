"""Files that are there whole or not at all, for their owner alone, and outlast a loss of power."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def put(path: Path, content: Iterable[bytes]) -> None:
    """Write a file in the place of what is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside(path, content).replace(path)
    settle(path.parent)


def beside(path: Path, content: Iterable[bytes]) -> Path:
    """Write what is to take the place of a file, and return where it lies until then."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def settle(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
