"""Reads mbox files (mboxo, mboxrd), one message at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item
from kulanz.sources.mail import MAX_MESSAGE_BYTES, Mail, MailError, in_thread, read_mail
from kulanz.sources.mailthreads import MailThreads

_SEPARATOR = re.compile(rb"From .{0,200}\d\d?:\d\d.{0,60}\n?|From \S{1,200}\s*", re.DOTALL)
_HEADER = re.compile(rb"[!-9;-~]{1,100}:")
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_LINE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Raw:
    """One message as it stands in the file; ``line`` is that of its ``From`` line."""

    line: int
    envelope: bytes
    content: bytes


class MboxReader:
    """Reads mail archives; see ``MailThreads`` for how messages become threads."""

    name = "mbox"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 (the Reader protocol)
        """Whether the file starts with a ``From`` line and a header."""
        first, _, rest = head.partition(b"\n")
        return _SEPARATOR.fullmatch(first) is not None and _starts_header(rest)

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:  # noqa: ARG002
        """Yield one post per message; messages without a usable date are reported and skipped."""
        threads = MailThreads()
        for mail in read_mails(item, problems):
            yield in_thread(mail, threads)


READER: Final = MboxReader()


def read_mails(item: Item, problems: Problems) -> Iterator[Mail]:
    """Yield the messages of an mbox that can be read; report the others."""
    for raw in _messages(item):
        try:
            yield read_mail(_ESCAPED_FROM.sub(rb"\1", raw.content), raw.envelope)
        except MailError as error:
            problems.add(item.name, raw.line, str(error), error.remedy)


def _messages(item: Item) -> Iterator[_Raw]:
    """Split the stream at ``From`` lines that follow a blank line and precede a header."""
    start, envelope, size = 0, b"", 0
    kept: list[bytes] = []
    waiting: bytes | None = None
    blank_before = True
    for number, line in _numbered_lines(item):
        if waiting is not None:
            if _starts_header(line):
                if start:
                    yield _Raw(start, envelope, b"".join(kept))
                start, envelope, kept, size = number - 1, waiting, [], 0
            else:
                kept.append(waiting)
            waiting = None
        if blank_before and line.startswith(b"From ") and _SEPARATOR.fullmatch(line):
            waiting = line
        elif size < MAX_MESSAGE_BYTES:
            kept.append(line)
            size += len(line)
        blank_before = not line.strip()
    if start:
        yield _Raw(start, envelope, b"".join(kept))


def _numbered_lines(item: Item) -> Iterator[tuple[int, bytes]]:
    number = 1
    while line := item.stream.readline(_LINE_BYTES):
        yield number, line
        number += line.endswith(b"\n")


def _starts_header(line: bytes) -> bool:
    return _HEADER.match(line) is not None
