"""Whoever watches a log: keeps every checkpoint that was seen, and tells when the log takes something back.

What was seen is a file with one JSON object a line. A checkpoint that contradicts those before is kept too,
as evidence, and never becomes what later ones are compared with. One whose tiles could not be read, or do not
fit, is compared with later ones as well: whoever signs a fork cannot hide it by withholding tiles.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint
from kulanz.tlog.errors import ForkError, MissingError, TlogError
from kulanz.tlog.notes import Verifier
from kulanz.tlog.tiles import CHECKPOINT_PATH, ReadFile
from kulanz.tlog.verifying import verify_growth

_LARGEST_LINE: Final = 2 << 20


class SeenError(TlogError):
    """The file of a monitor cannot be read or written."""


class Seen(msgspec.Struct, frozen=True):
    """A signed checkpoint as it was published, and when it was seen.

    ``wrong`` says what it contradicts, ``unproven`` why nobody can say whether the log has only grown to it.
    """

    at: datetime
    checkpoint: str
    wrong: str = ""
    unproven: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look found: the checkpoint that was known before, None at first, and the one of now."""

    before: Checkpoint | None
    now: Checkpoint


def watch(read: ReadFile, keys: Sequence[Verifier], file: Path, now: datetime) -> Watched:
    """Look at a log once, compare it with what was seen before, and keep what was seen.

    Raises ForkError (TruncatedError too) where the log contradicts itself: that is kept as evidence. Raises
    other errors of the log where nothing can be said; a signed checkpoint is kept then, too.
    """
    known = _standing(_lines(file))
    content = read(CHECKPOINT_PATH)
    if content is None:
        raise MissingError(CHECKPOINT_PATH)
    current = open_checkpoint(content, keys)
    before = [open_checkpoint(each.checkpoint.encode(), keys, current.origin) for each in known]
    try:
        for each in before:
            verify_growth(each, current, read)
    except ForkError as error:
        _keep(file, Seen(now, content.decode(), wrong=str(error)))
        raise
    except TlogError as error:
        if current not in before:
            _keep(file, Seen(now, content.decode(), unproven=str(error)))
        raise
    if before[:1] != [current]:
        _keep(file, Seen(now, content.decode()))
    return Watched(before[0] if before else None, current)


def _standing(seen: Sequence[Seen]) -> list[Seen]:
    """Return the last good one, and after it what nothing contradicts yet and nothing proves."""
    known = [each for each in seen if not each.wrong]
    good = [place for place, each in enumerate(known) if not each.unproven]
    return known[good[-1] :] if good else known


def _lines(file: Path) -> list[Seen]:
    try:
        if not file.exists():
            return []
        with file.open("rb") as stream:
            lines = iter(lambda: stream.readline(_LARGEST_LINE), b"")
            return [msgspec.json.decode(line, type=Seen) for line in lines]
    except (OSError, msgspec.DecodeError, UnicodeError) as error:
        raise SeenError(
            f"{file}: expected what this monitor has seen, one checkpoint a line, got: {error}; do not begin"
            " with an empty file, what was seen is all that shows a fork"
        ) from error


def _keep(file: Path, seen: Seen) -> None:
    try:
        with file.open("ab") as stream:
            stream.write(msgspec.json.encode(seen) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise SeenError(f"{file}: what was seen could not be kept: {error.strerror}") from error
