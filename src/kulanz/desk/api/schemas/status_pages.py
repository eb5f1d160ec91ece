"""The status page of a case, and the message of a handover."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema

from kulanz.core.spoken import Lang
from kulanz.desk.api.schemas.cases import Channel
from kulanz.desk.api.schemas.common import Body, Key, Seen, Words


class StatusPageOut(Schema):
    """``link`` is for the customer alone: empty for who may not work on cases, and once it is revoked.

    ``other_asked_at``: the customer asks for another person, and nobody has dealt with it yet.
    """

    case_id: int
    language: Lang
    link: str
    made_at: datetime
    revoked_at: datetime | None
    first_opened_at: datetime | None
    last_opened_at: datetime | None
    other_asked_at: datetime | None
    version: int


class StatusPageIn(Body):
    language: Lang


class SatisfactionOut(Schema):
    """``level`` is 1 (not at all satisfied) to 5 (very satisfied)."""

    level: int
    text: str
    answered_at: datetime


class SatisfiedOut(Schema):
    """How many customers answered in a month, by step; null where so few did that it tells who said what."""

    month: date
    counts: dict[int, int] | None

    @staticmethod
    def resolve_counts(row: Any) -> dict[int, int] | None:
        return None if row.is_small and row.total else dict(row.counts)


class ClosingNoteOut(Schema):
    """``answer`` is what the customer says to ``text``: "yes", "no", or empty before that."""

    text: str
    answer: str
    answered_at: datetime | None
    agreed_text: str
    agreed_at: datetime | None
    reply_id: int | None
    version: int


class ClosingNoteIn(Seen):
    """``seen`` is 0 for the first note."""

    text: Words


class ClosingReplyIn(Body):
    thread: Key


class HandoverIn(Body):
    """``account`` is whom a private message goes to: one of the case's ``private-ways``."""

    language: Lang
    channel: Channel = "email"
    account: Key | None = None
