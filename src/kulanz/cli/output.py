"""Files that commands write: complete or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

STANDARD_OUTPUT: Final = Path("-")
_PARQUET: Final = ".parquet"


def is_parquet(path: Path) -> bool:
    return path.suffix.lower() == _PARQUET


def check_parquet(path: Path) -> None:
    """Raise MissingLibraryError before the work where Parquet could not be written after it."""
    if is_parquet(path):
        from kulanz.sources.parquet import arrow

        arrow()


def check_targets(inputs: Sequence[str], targets: Iterable[Path | None]) -> None:
    """Raise UsageError, before anything is read, where a result would take the place of an input."""
    written: list[Path] = []
    for target in targets:
        if target is None or target == STANDARD_OUTPUT:
            continue
        for each in inputs:
            if each != str(STANDARD_OUTPUT) and _would_harm(target, Path(each)):
                raise click.UsageError(
                    f"expected a place for results apart from the input, got {str(target)!r}, "
                    f"which would change {each!r}: name another one"
                )
        if any(_is_same(target, other) for other in written):
            raise click.UsageError(f"expected two files, got {str(target)!r} twice: name another one")
        written.append(target)


def told(what: str, output: Path | None) -> str:
    """What a command says at its end: how much it wrote, and where that is a file."""
    return what if output in {None, STANDARD_OUTPUT} else f"wrote {output}: {what}"


@contextmanager
def complete_file(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a path to write to that takes the place of ``path`` in the end, unless an error came.

    What is no plain file, such as a pipe, is written directly. ``private``: a new one is for its owner alone.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        if path.exists() or not private:
            Path(name).chmod(_usual_mode(path))
        Path(name).replace(path.resolve())
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def binary_output(path: Path | None, *, private: bool = False) -> Iterator[BinaryIO]:
    """Open a file, or standard output for None and ``-``, for bytes; ``private`` as for ``complete_file``."""
    if path is None or path == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with complete_file(path, private=private) as unfinished, unfinished.open("wb") as stream:
        yield stream


def write_lines(rows: Iterable[Any], path: Path | None, *, private: bool = False) -> int:
    """Write one JSON object a row; return how many. ``private`` as for ``complete_file``."""
    import msgspec

    encode = msgspec.json.Encoder().encode
    count = 0
    with binary_output(path, private=private) as stream:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is returned
            stream.write(encode(row) + b"\n")
    return count


def _would_harm(target: Path, source: Path) -> bool:
    """Whether the target is the source, lies in it, or is the folder that holds it."""
    if _is_same(target, source) or (target.is_dir() and _is_same(target, source.parent)):
        return True
    return source.is_dir() and target.resolve().is_relative_to(source.resolve())


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there yet
        return one.resolve() == other.resolve()


def _usual_mode(path: Path) -> int:
    """Return the rights that the file had, or those of a new file: mkstemp gives only the owner any."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
