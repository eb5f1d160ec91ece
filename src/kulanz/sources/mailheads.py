"""Read the headers of a mail, however broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parseaddr, parsedate_tz
from typing import Final

from kulanz.sources.charsets import decode_mail_header

_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,250})\s*>")
_AT = re.compile(r"^\s*([^\s<>\"()]+) at ([^\s<>\"()]+)")
_URL = re.compile(r"<?(https?://[^\s<>]{1,2000})>?")
_ABSENCE = re.compile(
    r"\s*(?:auto(?:matic|matische|matisch)?[\s-]*(?:reply|antwort|response)?:"
    r"|automati(?:c|sche) (?:reply|antwort)|autoreply|auto-?response|vacation:"
    r"|out of (?:the )?office|abwesenheits(?:notiz|meldung|agent)|abwesend:)",
    re.IGNORECASE,
)
_MAX_HEADER: Final = 20_000
_MAX_REFERENCES: Final = 100
# mboxrd writers without a date put the epoch; nothing older than mail itself is believed either.
_EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MailHead:
    """What the headers say. Message ids are without angle brackets.

    ``references`` are oldest first, with the direct parent last; ``sent_at`` is None where
    no header and no ``From`` line holds a usable date.
    """

    message_id: str | None
    references: list[str]
    subject: str
    author: str | None
    sent_at: datetime | None
    automatic: bool
    url: str | None


def read_head(message: Message, envelope: str) -> MailHead:
    """Read the headers; ``envelope`` is the mbox ``From`` line, a last resort for the date."""
    fields = _fields(message)
    own_id = _MESSAGE_ID.search(fields.get("message-id", ""))
    subject = decode_mail_header(fields.get("subject", ""))
    address = _URL.fullmatch(fields.get("archived-at", "").strip())
    return MailHead(
        message_id=_as_text(own_id[1]) if own_id else None,
        references=_references(fields, own_id[1] if own_id else None),
        subject=subject,
        author=_author(fields.get("from", "") or fields.get("sender", "")),
        sent_at=_sent_at(fields, envelope),
        automatic=_is_automatic(fields, subject),
        url=_as_text(address[1]) if address else None,
    )


def _fields(message: Message) -> dict[str, str]:
    """The first value of every header, raw: undecoded bytes are surrogates."""
    fields: dict[str, str] = {}
    for name, value in message.raw_items():
        fields.setdefault(name.lower(), str(value)[:_MAX_HEADER])
    return fields


def _as_text(raw: str) -> str:
    return raw.encode("utf-8", "replace").decode("utf-8")


def _references(fields: dict[str, str], own_id: str | None) -> list[str]:
    found = _MESSAGE_ID.findall(fields.get("references", ""))
    if parent := _MESSAGE_ID.search(fields.get("in-reply-to", "")):
        # Some programs put the parent first or nowhere in References.
        found = [ref for ref in found if ref != parent[1]] + [parent[1]]
    found = [_as_text(ref) for ref in dict.fromkeys(found) if ref != own_id]
    return found[:1] + found[1:][-_MAX_REFERENCES:]


def _author(raw: str) -> str | None:
    """Return the lower-cased address, or the name of a sender without an address."""
    text = decode_mail_header(raw) if "=?" not in raw else _address_first(raw)
    name, address = parseaddr(_AT.sub(r"\1@\2", text))
    return address.lower() if "@" in address else (name or address or text).strip() or None


def _address_first(raw: str) -> str:
    """Keep encoded words out of the way of the address: they may hide commas and brackets."""
    address = re.search(r"<([^<>\s]{3,250}@[^<>\s]{1,250})>", raw)
    return _as_text(address[1]) if address else decode_mail_header(raw)


def _sent_at(fields: dict[str, str], envelope: str) -> datetime | None:
    received = fields.get("received", "").rpartition(";")[2]
    sender_and_date = envelope.partition(" ")[2].strip()
    candidates = (fields.get("date", ""), received, sender_and_date.partition(" ")[2])
    found = (_date(candidate) for candidate in candidates)
    return next((date for date in found if date is not None), None)


def _date(text: str) -> datetime | None:
    """Return a believable date in UTC; a time without a zone counts as UTC."""
    try:
        parsed = parsedate_tz(text.strip()[:200])
        if parsed is None:
            return None
        date = datetime(*parsed[:6], tzinfo=UTC) - timedelta(seconds=parsed[9] or 0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return date if _EARLIEST <= date <= _LATEST else None


def _is_automatic(fields: dict[str, str], subject: str) -> bool:
    """RFC 3834 and the older conventions for mail that no person wrote."""
    submitted = fields.get("auto-submitted", "no").strip().lower()
    precedence = fields.get("precedence", "").strip().lower()
    on_list = "list-id" in fields or "list-post" in fields
    return (
        not submitted.startswith("no")
        or "x-auto-response-suppress" in fields
        or "x-autoreply" in fields
        or "x-autorespond" in fields
        or precedence == "auto_reply"
        or (precedence in ("bulk", "junk") and not on_list)
        or _ABSENCE.match(subject) is not None
    )
