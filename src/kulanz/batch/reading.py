"""Reads inputs as (post, line of Kulanz JSONL), and reports how far it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from kulanz.batch.options import Progress
from kulanz.core.posts import Post
from kulanz.sources import Problems, ReadOptions, SourceError
from kulanz.sources.detect import posts_of
from kulanz.sources.formats import Reader
from kulanz.sources.guarding import describe
from kulanz.sources.items import Item, printable
from kulanz.sources.jsonl import BAD_LINE, decoder, report_line
from kulanz.sources.lines import numbered_lines

PostLine = tuple[Post, bytes]
_REPORT_EVERY: Final = 1024
# what JSON cannot hold: lone surrogates, numbers beyond 64 bits, foreign objects in extra fields
_UNWRITABLE: Final = (ValueError, OverflowError, TypeError, RecursionError, msgspec.MsgspecError)

decode_post: Final = msgspec.json.Decoder(Post).decode
_encode_post: Final = msgspec.json.Encoder().encode


def post_lines(item: Item, reader: Reader, problems: Problems, options: ReadOptions) -> Iterator[PostLine]:
    """Yield each post of an item with a line from which ``decode_post`` makes it again.

    What ends the item early is reported, not raised.
    """
    if reader.name == "jsonl" and not options.keep_extra and options.source is None:
        return _lines_of(item, problems, options)
    return _written_lines(item, reader, problems, options)


def given_lines(file: str, lines: Iterable[tuple[int, bytes]], problems: Problems) -> Iterator[PostLine]:
    """Keep the lines as they came: writing them anew would double the cost of reading."""
    for number, line in lines:
        try:
            yield decode_post(line), line if line.endswith(b"\n") else line + b"\n"
        except BAD_LINE:
            yield from _repaired_line(file, number, line, problems)


def written_line(post: Post, file: str, problems: Problems) -> Iterator[PostLine]:
    """Yield a post with its line; report it where JSON cannot hold it."""
    try:
        line = _encode_post(post) + b"\n"
    except _UNWRITABLE as error:
        reason = f"post {printable(post.post_id)} does not fit into JSON: {describe(error)}"
        problems.add(file, None, reason, "repair or leave out what it names")
    else:
        yield post, line


def _lines_of(item: Item, problems: Problems, options: ReadOptions) -> Iterator[PostLine]:
    try:
        lines = numbered_lines(item, problems, options.limits.max_line_bytes)
        yield from given_lines(item.name, lines, problems)
    except (SourceError, OSError) as error:
        problems.add(item.name, None, describe(error), "what came before was read")


def _repaired_line(file: str, number: int, line: bytes, problems: Problems) -> Iterator[PostLine]:
    """Yield a line that only the tolerant decoder reads, written anew; report it if not even that."""
    try:
        post = decoder()(line)
    except BAD_LINE as error:
        report_line(file, number, line, error, problems)
    else:
        yield from written_line(post, file, problems)


def _written_lines(
    item: Item, reader: Reader, problems: Problems, options: ReadOptions
) -> Iterator[PostLine]:
    for post in posts_of(item, reader, problems, options):
        yield from written_line(post, item.name, problems)


class InputMeter:
    """Tells a ``Progress`` how many bytes of the inputs are read.

    Bytes are those of the files where the size of all inputs is known, else those of the posts.
    """

    def __init__(self, paths: Sequence[str | os.PathLike[str]], progress: Progress) -> None:
        self._progress = progress
        self._sizes = _file_sizes(paths)
        self._total = sum(self._sizes.values()) if len(self._sizes) == len(paths) else None
        self._before = 0
        self._post_bytes = 0

    def counted(self, item: Item, lines: Iterator[PostLine]) -> Iterator[PostLine]:
        """Pass the item's posts on and report on the way."""
        if item.name not in self._sizes or not item.stream.seekable():
            self._total = None  # packed: the bytes read are not those of the file
        for number, found in enumerate(lines):
            if not number % _REPORT_EVERY:
                self._report(item)
            self._post_bytes += len(found[1])
            yield found
        self._before += self._sizes.get(item.name, 0)
        self._report(None)

    def _report(self, item: Item | None) -> None:
        if self._total is None:
            self._progress("reading", self._post_bytes, None)
        else:
            done = self._before + (item.stream.tell() if item else 0)
            self._progress("reading", min(done, self._total), self._total)


def _file_sizes(paths: Sequence[str | os.PathLike[str]]) -> dict[str, int]:
    """Return the sizes of those inputs that are plain files."""
    sizes = {}
    for path in paths:
        try:
            found = os.stat(path)  # noqa: PTH116 - a path may hold what Path refuses
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(found.st_mode):
            sizes[printable(os.fspath(path))] = found.st_size
    return sizes
