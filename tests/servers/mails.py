"""Messages of an invented list, as its members send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

LIST: Final = "users@lists.example.org"
_FIRST: Final = datetime(2026, 6, 1, 10, tzinfo=UTC)
_PEOPLE: Final = ("anna", "bela", "cora", "dora")


def message_id(number: int) -> str:
    """The Message-ID of message ``number``, without brackets."""
    return f"m{number}@example.org"


def mail(number: int, text: str, parent: int | None = None, subject: str = "Mahnung") -> bytes:
    """Message ``number``, sent so many minutes after the first, an answer to ``parent`` if given."""
    message = EmailMessage()
    message["From"] = f"{_PEOPLE[number % 4].title()} <{_PEOPLE[number % 4]}@example.org>"
    message["To"] = LIST
    message["Subject"] = subject if parent is None else f"Re: {subject}"
    message["Date"] = format_datetime(_FIRST + timedelta(minutes=number))
    message["Message-ID"] = f"<{message_id(number)}>"
    message["List-Id"] = f"<{LIST.replace('@', '.')}>"
    if parent is not None:
        message["In-Reply-To"] = f"<{message_id(parent)}>"
    message.set_content(text)
    return bytes(message)
