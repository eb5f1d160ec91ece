"""The private temporary folder of one run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from kulanz.batch.errors import SpillError

_BUFFER_BYTES: Final = 256 * 1024


class Scratch:
    """A folder only its owner can read, made when first needed and removed by ``close``.

    It never lies within one of the ``inputs``.
    """

    def __init__(self, parent: Path | None = None, inputs: Sequence[str | os.PathLike[str]] = ()) -> None:
        self._parent = parent
        self._inputs = inputs
        self._owned: tempfile.TemporaryDirectory[str] | None = None
        self._folder: Path | None = None

    @classmethod
    def within(cls, folder: Path) -> Self:
        """Use a folder that another process owns and removes."""
        scratch = cls()
        scratch._folder = folder
        return scratch

    @property
    def folder(self) -> Path:
        """The folder; raise SpillError where it cannot be made."""
        if self._folder is None:
            try:
                check_apart(self._parent or Path(tempfile.gettempdir()), self._inputs)
                self._owned = tempfile.TemporaryDirectory(prefix="kulanz-", dir=self._parent)
            except OSError as error:
                raise SpillError(_cannot_write(self._parent or "the temporary folder", error)) from error
            self._folder = Path(self._owned.name)
        return self._folder

    @property
    def used(self) -> bool:
        """Whether the folder was made."""
        return self._folder is not None

    def append(self, name: str, lines: Iterable[bytes]) -> Path:
        """Append to a file of the folder; raise SpillError where the disk refuses."""
        path = self.folder / name
        try:
            with path.open("ab", buffering=_BUFFER_BYTES) as file:
                file.writelines(lines)
        except OSError as error:
            raise SpillError(_cannot_write(self.folder, error)) from error
        return path

    def close(self) -> None:
        """Remove the folder and everything in it, where this object made it."""
        if self._owned is not None:
            self._owned.cleanup()
        self._owned = self._folder = None


def check_apart(folder: Path, inputs: Sequence[str | os.PathLike[str]]) -> None:
    """Raise SpillError where working data would lie within an input, and be read as soon as it is written."""
    place = folder.resolve()
    for each in map(Path, inputs):
        if each.is_dir() and place.is_relative_to(each.resolve()):
            raise SpillError(
                f"expected a folder for working data apart from the input, got {folder}, which lies in"
                f" {each}: name another one (--temp-dir, --resume or TMPDIR)"
            )


def _cannot_write(folder: object, error: OSError) -> str:
    return (
        f"cannot write working data to {folder}: {error.strerror or error}; it needs about the size of"
        " the unpacked input: free that space, or name another folder (--temp-dir, --resume or TMPDIR)"
    )
