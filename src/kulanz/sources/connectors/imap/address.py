"""Addresses of mailboxes: ``imaps://host/mailbox``."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from kulanz.sources.errors import PermanentError

_PORT: Final = 993
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]+")
_EXPECTED: Final = "expected imaps://HOST/MAILBOX, such as imaps://mail.example.org/INBOX"


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """Where a mailbox lies; ``mailbox`` is its name as people read it."""

    host: str
    port: int
    mailbox: str

    @property
    def url(self) -> str:
        """The address as a URL (RFC 5092), without the account."""
        port = "" if self.port == _PORT else f":{self.port}"
        return f"imaps://{self.host}{port}/{quote(self.mailbox)}"


def parse_address(address: str) -> MailboxAddress:
    """Return the parts of an address; raise PermanentError for any other text."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORT
    except ValueError as error:
        raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address") from error
    if parts.username is not None or parts.password is not None:
        raise PermanentError(f"{_EXPECTED}, got one with an account: give that as keys", kind="address")
    mailbox = unquote(parts.path.strip("/"))
    if parts.scheme != "imaps" or not parts.hostname or not mailbox.isprintable():
        raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address")
    return MailboxAddress(parts.hostname, port, mailbox or "INBOX")


def quoted_mailbox(name: str) -> str:
    """Return a mailbox's name as IMAP writes it: modified UTF-7 (RFC 3501, 5.1.3) in quotes."""
    encoded = _NOT_PLAIN.sub(_shifted, name.replace("&", "&-"))
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(match: re.Match[str]) -> str:
    packed = base64.b64encode(match[0].encode("utf-16-be")).decode("ascii")
    return "&" + packed.rstrip("=").replace("/", ",") + "-"
