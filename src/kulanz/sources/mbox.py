"""Reads mbox files (mboxo, mboxrd), one message at a time.

Messages are parsed with the old ``compat32`` policy of the standard library: its modern
policy parses structured headers eagerly, which is slow and raises on hostile ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from hashlib import sha256
from typing import Final

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.html import HtmlText, html_to_text, plain_to_text
from kulanz.sources.items import MIB, Item
from kulanz.sources.mailheads import MailHead, read_head
from kulanz.sources.mailparts import MailBody, mail_body
from kulanz.sources.mailtext import trim_mail
from kulanz.sources.mailthreads import MailThreads, plain_subject

MAX_MESSAGE_BYTES: Final = 4 * MIB
"""So much of a message is read. The text comes first in a mail; attachments are not needed."""

_SEPARATOR = re.compile(rb"From .{0,200}\d\d?:\d\d.{0,60}\n?|From \S{1,200}\s*", re.DOTALL)
_HEADER = re.compile(rb"[!-9;-~]{1,100}:")
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_LINE_BYTES: Final = 64 * 1024
# What the standard library's parser and codecs have been seen to raise on hostile mail.
_PARSER_ERRORS: Final = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)


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
        for raw in _messages(item):
            try:
                message = message_from_bytes(_ESCAPED_FROM.sub(rb"\1", raw.content))
                body = mail_body(message)
            except _PARSER_ERRORS as error:
                reason = f"message cannot be parsed: {type(error).__name__}"
                problems.add(item.name, raw.line, reason, "repair or remove the message")
                continue
            head = read_head(message, raw.envelope.decode("latin-1"))
            if head.sent_at is None:
                problems.add(item.name, raw.line, "message has no usable date", "add a Date header")
            else:
                post_id = head.message_id or _made_up_id(raw)
                thread_id = threads.thread(post_id, head.references, head.subject, head.sent_at)
                yield _post(head, _own_words(body), thread_id, post_id)


READER: Final = MboxReader()


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


def _post(head: MailHead, words: HtmlText, thread_id: str, post_id: str) -> Post:
    return Post(
        thread_id=thread_id,
        post_id=post_id,
        author_id=head.author,
        created_at=head.sent_at,
        text=words.text,
        reply_to=head.references[-1] if head.references else None,
        url=head.url,
        automatic=True if head.automatic else None,
        quotes=words.quotes,
        code=words.code,
        links=words.links,
        mentions=words.mentions,
        thread_title=plain_subject(head.subject) or None,
    )


def _own_words(body: MailBody) -> HtmlText:
    content = html_to_text(body.text) if body.is_html else None
    own, cut = trim_mail(body.text if content is None else content.text)
    words = plain_to_text(own)
    if content is None:
        return HtmlText(words.text, words.quotes + cut, words.code, words.links, words.mentions)
    kept = tuple(link for link in content.links if not any(link in part for part in cut))
    return HtmlText(words.text, content.quotes + words.quotes + cut, content.code, kept, words.mentions)


def _made_up_id(raw: _Raw) -> str:
    return f"{sha256(raw.content).hexdigest()[:32]}@message-id.missing"
