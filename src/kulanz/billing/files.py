"""Files about customers: for the account alone that Kulanz runs under, unless their folder says else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_FOLDER: Final = 0o700
_FILE: Final = 0o600
_NO_EXECUTION: Final = 0o666


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, for its owner alone; one that is there keeps its rights."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(_FOLDER, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone; one that is there keeps content and rights."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _FILE))


def write_whole(path: Path, data: bytes) -> None:
    """Put a file there whole or not at all; whoever may open its folder may open the file."""
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    with suppress(PermissionError):  # on a share that has rights of its own
        unfinished.chmod(path.parent.stat().st_mode & _NO_EXECUTION)
    unfinished.replace(path)
