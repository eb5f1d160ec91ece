"""A log as a folder, which any web server can show."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kulanz.logstores.paths import checked_path
from kulanz.tlog.sequencing import StoreError

_LOCK: Final = ".lock"
_UNFINISHED: Final = ".unfinished"


class FolderStore:
    """Keeps a log's files below a folder, each whole or not at all, and on the disk when a call returns.

    Processes of one machine take turns by a lock in the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        with self._telling(path):
            return _content(self._at(path))

    def create(self, path: str, content: bytes) -> None:
        with self._alone(path):
            kept = _content(self._at(path))
            if kept is None:
                self._put(path, content)
            elif kept != content:
                raise StoreError(
                    f"{self._at(path)}: expected nothing or the same content, got other: this folder holds"
                    " another log, or somebody changed it"
                )

    def swap(self, path: str, seen: bytes | None, content: bytes) -> bool:
        with self._alone(path):
            if _content(self._at(path)) != seen:
                return False
            self._put(path, content)
            return True

    def delete(self, path: str) -> None:
        with self._alone(path):
            self._at(path).unlink(missing_ok=True)
            _settle(self._at(path).parent)

    def paths(self, prefix: str) -> Sequence[str]:
        with self._telling(prefix):
            below = self._folder / checked_path(prefix.rstrip("/"))
            found = (path for path in below.rglob("*") if path.is_file())
            return sorted(path.relative_to(self._folder).as_posix() for path in found)

    def _at(self, path: str) -> Path:
        return self._folder / checked_path(path)

    @contextmanager
    def _alone(self, path: str) -> Iterator[None]:
        with self._telling(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / _LOCK).open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield

    @contextmanager
    def _telling(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"{self._folder}: {path} could not be kept or read: {error.strerror or error}"
            ) from error

    def _put(self, path: str, content: bytes) -> None:
        """Write beside the folder's files and rename; only one has the lock, so one name serves all."""
        unfinished, place = self._folder / _UNFINISHED, self._at(path)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new = [each for each in place.relative_to(self._folder).parents if not (self._folder / each).exists()]
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.replace(place)
        for each in (place.parent, *((self._folder / each).parent for each in new)):
            _settle(each)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _settle(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    if folder.is_dir():
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
