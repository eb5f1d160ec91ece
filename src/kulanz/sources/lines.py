"""Numbered lines of a byte stream, none longer than memory allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from kulanz.sources.errors import Problems
from kulanz.sources.items import Item

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def numbered_lines(item: Item, problems: Problems, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, line with its end); longer lines are reported and skipped.

    A byte order mark before the first line is dropped.
    """
    number = 0
    readline = item.stream.readline
    while line := readline(max_bytes):
        number += 1
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        if len(line) == max_bytes and not line.endswith(b"\n") and _skip_rest(item.stream, max_bytes):
            report_too_long(item.name, number, max_bytes, problems)
            continue
        yield number, line


def report_too_long(file: str, number: int, max_bytes: int, problems: Problems) -> None:
    """Report a line that is skipped for its length."""
    reason = f"the line is longer than {max_bytes:,} bytes (max_line_bytes)"
    problems.add(file, number, reason, "split the post, or raise the limit if you trust the file")


def _skip_rest(stream: BinaryIO, max_bytes: int) -> bool:
    """Skip to the next line; say whether there was anything to skip but the line's end."""
    first = rest = stream.readline(max_bytes)
    while rest and not rest.endswith(b"\n"):
        rest = stream.readline(max_bytes)
    return first not in {b"", b"\n"}
