"""Opens files, folders, archives and standard input as named byte streams."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.guarding import Budget, describe, guarded
from kulanz.sources.items import DamagedError, Item, Limits, buffered, document, head_of, printable
from kulanz.sources.unpacking import Unpacking, unpacker

__all__ = ["STDIN", "DamagedError", "Item", "Limits", "document", "head_of", "open_inputs"]

STDIN: Final = "-"
_DEFAULT_LIMITS: Final = Limits()


def _never(_folder: Path) -> bool:
    return False


def open_inputs(
    paths: Iterable[str | os.PathLike[str]],
    problems: Problems,
    limits: Limits = _DEFAULT_LIMITS,
    is_whole: Callable[[Path], bool] = _never,
) -> Iterator[Item | Path]:
    """Yield every file in ``paths``, with folders walked and archives unpacked.

    ``-`` is standard input. A folder for which ``is_whole`` holds is yielded as its path, not
    walked. What cannot be opened or breaks a limit is reported and skipped.
    """
    for path in paths:
        if os.fspath(path) == STDIN:
            yield from _unpacked(Item(STDIN, guarded(sys.stdin.buffer, _unlimited)), problems, limits)
        elif Path(path).is_dir():
            yield from _folder(Path(path), problems, limits, is_whole)
        else:
            yield from _file(Path(path), problems, limits)


def _unlimited(_size: int) -> None:
    """Let every chunk of a plain stream pass."""


def _file(path: Path, problems: Problems, limits: Limits) -> Iterator[Item]:
    name = printable(str(path))
    try:
        raw = path.open("rb", buffering=0)
    except (OSError, ValueError) as error:
        problems.add(name, None, f"cannot be opened: {_reason(error)}", "check the path and its permissions")
        return
    with buffered(raw) as stream:
        yield from _unpacked(Item(name, stream), problems, limits)


def _reason(error: OSError | ValueError) -> str:
    """What keeps a file shut; its name is told already."""
    return getattr(error, "strerror", None) or describe(error)


def _folder(
    folder: Path, problems: Problems, limits: Limits, is_whole: Callable[[Path], bool]
) -> Iterator[Item | Path]:
    root = folder.resolve()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path.is_symlink() and path != folder:
            _report_outside_link(path, root, problems)
        elif not path.is_dir():
            yield from _regular_file(path, problems, limits)
        elif is_whole(path):
            yield path
        else:
            waiting.extend(reversed(_visible_entries(path, problems)))


def _visible_entries(folder: Path, problems: Problems) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        problems.add(
            printable(str(folder)), None, f"cannot be listed: {describe(error)}", "check its permissions"
        )
        return []


def _report_outside_link(link: Path, root: Path, problems: Problems) -> None:
    """Report a link that leaves the folder; what a link inside it names is read anyway."""
    try:
        inside = link.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        problems.add(
            printable(str(link)), None, "is a link that leaves the folder", "give its target as an input"
        )


def _regular_file(path: Path, problems: Problems, limits: Limits) -> Iterator[Item]:
    # a pipe or a device found in a folder could block for ever
    if stat.S_ISREG(path.lstat().st_mode):
        yield from _file(path, problems, limits)
    else:
        problems.add(
            printable(str(path)), None, "is a device, a pipe or a socket", "give it as an input of its own"
        )


def _unpacked(item: Item, problems: Problems, limits: Limits) -> Iterator[Item]:
    return _layers(item, Unpacking(problems, Budget(limits)), limits.max_depth)


def _layers(item: Item, job: Unpacking, depth: int) -> Iterator[Item]:
    try:
        unpack = unpacker(item)
    except (OSError, SourceError) as error:
        job.problems.add(item.name, None, describe(error), "fetch the file again")
        return
    if unpack is None:
        yield item
    elif depth == 0:
        limit = job.budget.limits.max_depth
        remedy = "unpack it first, or raise the limit"
        job.problems.add(item.name, None, f"is packed in more than {limit} layers (max_depth)", remedy)
    else:
        for inner in unpack(item, job):
            yield from _layers(inner, job, depth - 1)
