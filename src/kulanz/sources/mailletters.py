"""A mail to somebody, as opposed to a list: whom it was delivered to, what came with it, and bounces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from itertools import islice
from typing import Final

from kulanz.sources.charsets import decode_mail_header
from kulanz.sources.mail import PARSER_ERRORS, Mail, MailError, read_mail
from kulanz.sources.mailheads import read_head
from kulanz.sources.mailparts import mail_html

_DELIVERED: Final = frozenset(
    ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "resent-to")
)
_MOST_PARTS: Final = 200
_MOST_NAMES: Final = 20
_LONGEST_NAME: Final = 200
_LONGEST_HEADER: Final = 20_000
_LONGEST_REASON: Final = 500
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of a message that it could not deliver, or not yet (RFC 3464).

    ``failed`` is False where it goes on trying, or has delivered. ``original_id`` is the Message-ID of what
    was sent, without brackets, where the report repeats it.
    """

    failed: bool
    original_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail with what matters to whom it is for; ``recipients`` and ``html`` are as they came."""

    mail: Mail
    recipients: tuple[str, ...]
    attachments: tuple[str, ...]
    report: Report | None
    html: str = ""


def read_letter(content: bytes, envelope: bytes = b"") -> Letter:
    """Read a message; ``envelope`` and errors are those of ``read_mail``."""
    mail = read_mail(content, envelope)
    try:
        message = message_from_bytes(content)
        parts = list(islice(message.walk(), _MOST_PARTS))
        return Letter(
            mail,
            recipients=tuple(_recipients(message)),
            attachments=tuple(_attachments(parts)),
            report=_report(message, parts),
            html=mail_html(message),
        )
    except PARSER_ERRORS as error:
        reason = f"message cannot be parsed: {type(error).__name__}"
        raise MailError(reason, "repair or remove the message") from error


def _recipients(message: Message) -> Iterator[str]:
    for name, value in message.raw_items():
        if name.lower() in _DELIVERED:
            yield str(value)[:_LONGEST_HEADER]


def _attachments(parts: list[Message]) -> Iterator[str]:
    names = (part.get_filename() for part in parts)
    for name in islice(filter(None, names), _MOST_NAMES):
        yield _UNPRINTABLE.sub(" ", decode_mail_header(name)).strip()[:_LONGEST_NAME]


def _report(message: Message, parts: list[Message]) -> Report | None:
    kind = str(message.get_param("report-type", ""))
    if message.get_content_type() != "multipart/report" or kind.lower() != "delivery-status":
        return None
    blocks = [block for part in parts for block in _status_blocks(part)]
    actions = {str(block.get("action", "")).strip().lower() for block in blocks}
    told = (str(block.get("diagnostic-code") or block.get("status") or "") for block in blocks)
    why = " ".join(next(filter(None, told), "").split())
    return Report("failed" in actions, _original_id(parts), why[:_LONGEST_REASON])


def _status_blocks(part: Message) -> list[Message]:
    inner = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
    return [block for block in inner if isinstance(block, Message)] if isinstance(inner, list) else []


def _original_id(parts: list[Message]) -> str | None:
    """Return the Message-ID of the message that a report returns, whole or its headers only."""
    returned = (_returned(part) for part in parts)
    heads = (read_head(message, "") for message in returned if message is not None)
    return next((head.message_id for head in heads), None)


def _returned(part: Message) -> Message | None:
    kind, inner = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], Message):
        return inner[0]
    text: object = part.get_payload(decode=True) if kind == "text/rfc822-headers" else None
    return message_from_bytes(text) if isinstance(text, bytes) else None
