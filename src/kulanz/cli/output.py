"""Files that commands write: complete or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

STANDARD_OUTPUT: Final = Path("-")
_PARQUET: Final = ".parquet"


def is_parquet(path: Path) -> bool:
    return path.suffix.lower() == _PARQUET


def check_parquet(path: Path) -> None:
    """Raise MissingLibraryError before the work where Parquet could not be written after it."""
    if is_parquet(path):
        from kulanz.sources.parquet import arrow

        arrow()


@contextmanager
def complete_file(path: Path) -> Iterator[Path]:
    """Give a path to write to that takes the place of ``path`` in the end, unless an error came.

    What is no plain file, such as a pipe, is written directly.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(_usual_mode(path))
        Path(name).replace(path.resolve())
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def binary_output(path: Path | None) -> Iterator[BinaryIO]:
    """Open a file, or standard output for None and ``-``, for bytes."""
    if path is None or path == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with complete_file(path) as unfinished, unfinished.open("wb") as stream:
        yield stream


def write_lines(rows: Iterable[Any], path: Path | None) -> int:
    """Write one JSON object a row; return how many."""
    import msgspec

    encode = msgspec.json.Encoder().encode
    count = 0
    with binary_output(path) as stream:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is returned
            stream.write(encode(row) + b"\n")
    return count


def _usual_mode(path: Path) -> int:
    """Return the rights that the file had, or those of a new file: mkstemp gives only the owner any."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
