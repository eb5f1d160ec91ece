"""Connectors and file readers: whatever comes in, core Posts come out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from kulanz.core.posts import Post
from kulanz.sources.detect import detected, posts_of
from kulanz.sources.errors import (
    LimitError,
    Problem,
    Problems,
    SourceError,
    UnreadableError,
    nothing_readable,
)
from kulanz.sources.formats import FORMAT_NAMES, ReadOptions
from kulanz.sources.items import Limits

__all__ = [
    "FORMAT_NAMES",
    "LimitError",
    "Limits",
    "Problem",
    "Problems",
    "ReadOptions",
    "SourceError",
    "UnreadableError",
    "read",
]

_DEFAULT_OPTIONS = ReadOptions()


def read(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    problems: Problems | None = None,
    options: ReadOptions = _DEFAULT_OPTIONS,
) -> Iterator[Post]:
    """Yield the posts of files, folders, archives or ``-`` (standard input), in file order.

    What is broken is skipped and noted in ``problems``. Raise UnreadableError at the end when
    there was not one post, and SourceError when ``options.format`` is unknown.
    """
    inputs = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    noted = Problems() if problems is None else problems
    readable = False
    for item, reader in detected(inputs, noted, options):
        for post in posts_of(item, reader, noted, options):
            readable = True
            yield post
    if not readable:
        raise nothing_readable(inputs, noted)
