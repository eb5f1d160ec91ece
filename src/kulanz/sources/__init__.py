"""Connectors and file readers: whatever comes in, core Posts come out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from kulanz.core.posts import Post
from kulanz.sources.detect import detected, posts_of
from kulanz.sources.errors import LimitError, Problem, Problems, SourceError, UnreadableError
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
        raise UnreadableError(_nothing_readable(inputs, noted))


def _nothing_readable(inputs: list[str | os.PathLike[str]], problems: Problems) -> str:
    names = ", ".join(os.fspath(path) for path in inputs) or "no input at all"
    first = f"; the first of {problems.total} problems: {problems.kept[0]}" if problems.kept else ""
    return f"expected posts, found none in {names}{first}"
