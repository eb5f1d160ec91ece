"""One mail, from its bytes to a post.

Messages are parsed with the old ``compat32`` policy of the standard library: its modern
policy parses structured headers eagerly, which is slow and raises on hostile ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from hashlib import sha256
from typing import Final

from kulanz.core.posts import Post
from kulanz.sources.errors import SourceError
from kulanz.sources.html import HtmlText, html_to_text, plain_to_text
from kulanz.sources.items import MIB
from kulanz.sources.mailheads import MailHead, read_head
from kulanz.sources.mailparts import MailBody, mail_body
from kulanz.sources.mailtext import trim_mail
from kulanz.sources.mailthreads import MailThreads, plain_subject

MAX_MESSAGE_BYTES: Final = 4 * MIB
"""So much of a message is read. The text comes first in a mail; attachments are not needed."""

MISSING_ID: Final = "@message-id.missing"
"""How the id ends that is made up for a message without one."""

# What the standard library's parser and codecs have been seen to raise on hostile mail.
PARSER_ERRORS: Final = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)


class MailError(SourceError):
    """A message that cannot become a post; ``remedy`` says what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that was read; ``message_id`` is made up from its bytes where it has none."""

    message_id: str
    sent_at: datetime
    head: MailHead
    words: HtmlText

    def post(self, thread_id: str) -> Post:
        """Return the message as a post of the given thread."""
        head, words = self.head, self.words
        return Post(
            thread_id=thread_id,
            post_id=self.message_id,
            author_id=head.author,
            created_at=self.sent_at,
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


def read_mail(content: bytes, envelope: bytes = b"") -> Mail:
    """Read a message (RFC 5322); ``envelope`` is its mbox ``From`` line, where it has one.

    Raise MailError where it cannot be parsed or has no usable date.
    """
    try:
        message = message_from_bytes(content)
        body = mail_body(message)
    except PARSER_ERRORS as error:
        reason = f"message cannot be parsed: {type(error).__name__}"
        raise MailError(reason, "repair or remove the message") from error
    head = read_head(message, envelope.decode("latin-1"))
    if head.sent_at is None:
        raise MailError("message has no usable date", "add a Date header")
    return Mail(head.message_id or _made_up_id(content), head.sent_at, head, _own_words(body))


def in_thread(mail: Mail, threads: MailThreads) -> Post:
    """Return the message as a post of the thread that it belongs to."""
    head = mail.head
    return mail.post(threads.thread(mail.message_id, head.references, head.subject, mail.sent_at))


def _own_words(body: MailBody) -> HtmlText:
    content = html_to_text(body.text) if body.is_html else None
    own, cut = trim_mail(body.text if content is None else content.text)
    words = plain_to_text(own)
    if content is None:
        return HtmlText(words.text, words.quotes + cut, words.code, words.links, words.mentions)
    kept = tuple(link for link in content.links if not any(link in part for part in cut))
    return HtmlText(words.text, content.quotes + words.quotes + cut, content.code, kept, words.mentions)


def _made_up_id(content: bytes) -> str:
    # The same message has other line ends in an mbox than on a server.
    content = content.replace(b"\r\n", b"\n").strip()
    return f"{sha256(content).hexdigest()[:32]}{MISSING_ID}"
