"""The registry of file formats, and what every format's reader looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final, Protocol

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.opening import Item, Limits


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are read.

    ``format`` forces one format by name instead of detection by content. ``columns`` maps
    Post fields to the column names of a CSV file. ``source`` names the source of posts that
    do not name one. ``keep_extra`` keeps unknown fields in ``Post.extra``; reading is faster
    without. ``encoding`` is that of CSV files; None means UTF-8, else Windows-1252. ``base_url``
    is a forum's address, for exports that hold only paths.
    """

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    keep_extra: bool = False
    limits: Limits = field(default_factory=Limits)
    encoding: str | None = None
    base_url: str | None = None


class Reader(Protocol):
    """Reads one file format; ``accepts`` must be cheap and must not raise."""

    @property
    def name(self) -> str:
        """The format's name, as in ``FORMAT_NAMES``."""
        ...

    def accepts(self, head: bytes, name: str) -> bool:
        """Whether a file with this beginning is of the format; ``name`` is only a hint."""
        ...

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:
        """Yield the item's posts in file order; report and skip what is broken.

        Errors of the stream itself (a damaged archive, a limit) pass through.
        """
        ...


# Asked in this order. The module is imported when its turn comes, so that plain JSONL
# never pays for the feed or mail parsers.
FORMATS: Final = (
    ("parquet", "kulanz.sources.parquet"),
    ("jsonl", "kulanz.sources.jsonl"),
    ("discourse", "kulanz.sources.discourse"),
    ("github", "kulanz.sources.github"),
    ("mbox", "kulanz.sources.mbox"),
    ("feed", "kulanz.sources.feed"),
    ("csv", "kulanz.sources.csv_table"),
)
FORMAT_NAMES: Final = tuple(name for name, _ in FORMATS)


@cache
def reader_named(name: str) -> Reader:
    """Return the reader of one format; raise SourceError for an unknown name."""
    modules = dict(FORMATS)
    if name not in modules:
        raise SourceError(f"unknown format {name!r}: expected one of {', '.join(FORMAT_NAMES)}")
    reader: Reader = import_module(modules[name]).READER
    return reader
