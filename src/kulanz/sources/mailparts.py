"""Find the text of a mail among its MIME parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from kulanz.sources.charsets import decode, repair

_MAX_PARTS: Final = 200


@dataclass(frozen=True, slots=True)
class MailBody:
    """The text a mail's reader sees first."""

    text: str
    is_html: bool


def mail_body(message: Message) -> MailBody:
    """Return a mail's plain text, or its HTML where it has no plain text.

    Attachments and forwarded whole messages are left out.
    """
    plain: list[str] = []
    rich: list[str] = []
    for part in _shown_parts(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html"):
            (plain if kind == "text/plain" else rich).append(_text(part))
    joined = "\n".join(plain)
    if joined.strip() or not rich:
        return MailBody(joined, is_html=False)
    return MailBody("\n".join(rich), is_html=True)


def mail_html(message: Message) -> str:
    """Return a mail's HTML as it came, empty where it has none; attachments are left out."""
    parts = (part for part in _shown_parts(message) if part.get_content_type() == "text/html")
    return "\n".join(map(_text, parts))


def _shown_parts(message: Message) -> Iterator[Message]:
    """Walk the parts without recursion: nesting is the sender's choice."""
    waiting: list[Message] = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if part.get_content_maintype() == "message" or _is_attachment(part):
            continue
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list):
            waiting += reversed([child for child in inner if isinstance(child, Message)])
        else:
            yield part


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _text(part: Message) -> str:
    payload: object = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        charset = part.get_param("charset")
        return decode(payload, charset if isinstance(charset, str) else None)
    return repair(payload) if isinstance(payload, str) else ""
