"""The store of one folder."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kulanz.core.posts import Post
from kulanz.sources.errors import SourceError
from kulanz.sources.store.exporting import export, exported
from kulanz.sources.store.health import Health, healths
from kulanz.sources.store.schema import opened
from kulanz.sources.store.source import SourceStore
from kulanz.sources.web.urls import masked_source

HIDDEN: Final = ".kulanz"
DATABASE: Final = "store.sqlite"
POSTS: Final = "posts.jsonl"


class Store(AbstractContextManager["Store"]):
    """What was fetched into a folder: ``.kulanz/store.sqlite``, and ``posts.jsonl`` made from it.

    Made where it is not there yet. Raise SourceError where the folder holds something else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hidden = folder / HIDDEN
        self._hidden.mkdir(parents=True, exist_ok=True)
        self._connection: sqlite3.Connection = opened(self._hidden / DATABASE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether something was fetched into a folder."""
        return (folder / HIDDEN / DATABASE).is_file()

    @property
    def posts_file(self) -> Path:
        return self._folder / POSTS

    def close(self) -> None:
        self._connection.close()

    def source(self, name: str) -> SourceStore:
        """Return one source's part, made where the source is new."""
        return SourceStore(self._connection, name)

    def sources(self) -> list[Health]:
        """Return how every source is doing, by name."""
        return healths(self._connection)

    def posts(self) -> Iterator[Post]:
        """Yield the posts that are not removed, as ``export`` writes them."""
        return exported(self._connection)

    def export(self) -> int:
        """Write ``posts.jsonl`` anew; return the number of posts in it."""
        return export(self._connection, self.posts_file, self._hidden)

    @contextmanager
    def sole_reader(self, source: str) -> Iterator[None]:
        """Keep every other process from reading the same source into this folder meanwhile.

        Raise SourceError where another one does. The lock ends with the process, however that ends.
        """
        path = self._hidden / f"{sha256(source.encode()).hexdigest()[:16]}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            _lock(handle, source, self._folder)
            yield
        finally:
            os.close(handle)


def _lock(handle: int, source: str, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SourceError(
            f"{masked_source(source)} is being read into {folder} by another kulanz fetch:"
            " wait until it ends, or end it"
        ) from error
